"""The application: middleware, routes, what to do with errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ledger.text import Text
from taizhang import __version__
from taizhang.accounts.security_log import TOLD_EVERY, SecurityLog
from taizhang.app.ledger import OpenLedger
from taizhang.jobs.board_rows import renew_rows
from taizhang.jobs.reload import following
from taizhang.proofs.witness_app import Witness, witness_app
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.web.api import API_ROUTERS, document
from taizhang.web.http import errors as failures
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.http.away import FirstAway
from taizhang.web.http.hosts import KnownHosts
from taizhang.web.http.language import SpokenLanguage
from taizhang.web.http.line import Lines
from taizhang.web.http.methods import HeadAsGet
from taizhang.web.http.metrics import Measured
from taizhang.web.http.middleware import BodyLimits, OwnOrigin, SecurityHeaders
from taizhang.web.http.options import Options
from taizhang.web.http.proxies import BehindProxies
from taizhang.web.http.queues import Door
from taizhang.web.http.served import serve_in
from taizhang.web.http.served_ledgers import ServedLedgers
from taizhang.web.http.templates import STATIC
from taizhang.web.page_routers import PAGE_ROUTERS, UPLOADS


def create_app(
    session: OpenLedger | Text,
    options: Options,
    witness: Witness | None = None,
    others: OpenLedgers | None = None,
) -> FastAPI:
    """Return the dashboard over an opened ledger, and under ``/l/NAME/`` over *others* that stand with it.

    In place of a first ledger that cannot be opened *session* is why not: then only the others are served. The caller
    closes them when the server has stopped.
    """

    app = FastAPI(
        title="taizhang",
        version=__version__,
        lifespan=_lifespan(session),
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        # `errors` leads to the address without the slash, and not to whatever host the visitor says.
        redirect_slashes=False,
    )
    app.state.session, app.state.options = None, options
    if not isinstance(session, Text):
        serve_in(app.state, session, options, lambda: getattr(app.state, "lines", None))
    app.mount("/static", Unchanging(directory=STATIC), name="static")
    if witness is not None:
        app.mount("/witness", witness_app(witness), name="witness")
    for router in PAGE_ROUTERS:
        app.include_router(router, include_in_schema=False)
    for router in API_ROUTERS:
        app.include_router(router)
    document.install(app)
    failures.install(app)
    _wrap(app, session, options, others)
    return app


def _wrap(app: FastAPI, session: OpenLedger | Text, options: Options, others: OpenLedgers | None) -> None:
    """Put around the routes what every request passes."""
    # The last added stands outermost.
    app.add_middleware(BodyLimits, options=options, uploads=UPLOADS)
    app.add_middleware(OwnOrigin, options=options)
    app.add_middleware(failures.LastResort)
    if isinstance(session, Text):
        # Inside of what serves the others: all that comes here is asked of the first.
        app.add_middleware(FirstAway, why=session)
    if others is not None:
        app.add_middleware(ServedLedgers, ledgers=others, main=app)
    if not isinstance(session, Text):
        app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(KnownHosts, options=options)
    app.add_middleware(SpokenLanguage)
    app.add_middleware(SecurityHeaders, options=options)
    app.add_middleware(HeadAsGet)
    if options.trusted_proxies:
        app.add_middleware(BehindProxies, trusted_hosts=options.trusted_proxies)


def _lifespan(session: OpenLedger | Text) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what the server does from its start to its end for its first ledger."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.door = Door()
        app.state.lines = Lines()
        if isinstance(session, Text):
            yield
            return
        watching = asyncio.create_task(app.state.watcher.run())
        telling = asyncio.create_task(_telling(app.state.security))
        try:
            with following(session, lambda: renew_rows(session)):
                yield
        finally:
            app.state.watcher.stop()
            for task in (watching, telling):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(app.state.security.flush, WALL_CLOCK(), whole=True)

    return lifespan


async def _telling(security: SecurityLog) -> None:
    while True:
        await asyncio.sleep(TOLD_EVERY.total_seconds())
        await asyncio.to_thread(security.flush, WALL_CLOCK())


class Unchanging(StaticFiles):
    """Files whose address changes with their content (`rendering.asset`) are kept for a year by browsers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return one file."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["cache-control"] = "max-age=31536000, immutable" if versioned else "no-cache"
        return response
