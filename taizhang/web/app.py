"""The application: middleware, routes, what to do with errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from taizhang import __version__
from taizhang.accounts.hindsight import Hindsight
from taizhang.accounts.security_log import TOLD_EVERY, SecurityLog
from taizhang.app.ledger import OpenLedger
from taizhang.health.checkup import Checkup
from taizhang.jobs.board_rows import renew_rows
from taizhang.jobs.reload import following
from taizhang.proofs.witness_app import Witness, witness_app
from taizhang.web.api import API_ROUTERS, document
from taizhang.web.http import errors as failures
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.http.hosts import KnownHosts
from taizhang.web.http.language import SpokenLanguage
from taizhang.web.http.line import Lines
from taizhang.web.http.live import Watcher
from taizhang.web.http.methods import HeadAsGet
from taizhang.web.http.metrics import Measured, Metrics
from taizhang.web.http.middleware import BodyLimits, OwnOrigin, SecurityHeaders
from taizhang.web.http.options import Options
from taizhang.web.http.proxies import BehindProxies
from taizhang.web.http.queues import Door
from taizhang.web.http.templates import STATIC
from taizhang.web.page_routers import PAGE_ROUTERS, UPLOADS
from taizhang.web.pages.audit.verification import Verification
from taizhang.web.pages.board.cache import Boards
from taizhang.web.pages.unit.course_cache import Courses


def create_app(session: OpenLedger, options: Options, witness: Witness | None = None) -> FastAPI:
    """Return the dashboard over an opened ledger. The caller closes *session* when the server has stopped."""
    watcher = Watcher(session.store)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.door = Door()
        app.state.lines = Lines()
        watching = asyncio.create_task(watcher.run())
        telling = asyncio.create_task(_telling(app.state.security))
        try:
            with following(session, lambda: renew_rows(session)):
                yield
        finally:
            watcher.stop()
            for task in (watching, telling):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(app.state.security.flush, WALL_CLOCK(), whole=True)

    app = FastAPI(
        title="taizhang",
        version=__version__,
        lifespan=lifespan,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        # `errors` leads to the address without the slash, and not to whatever host the visitor says.
        redirect_slashes=False,
    )
    app.state.session = session
    app.state.options = options
    app.state.watcher = watcher
    app.state.checkup = Checkup(session, options.evidence)
    app.state.metrics = Metrics(session, options.evidence, watcher, lambda: getattr(app.state, "lines", None))
    app.state.security = SecurityLog(session.store)
    app.state.courses = Courses()
    app.state.boards = Boards()
    app.state.verification = Verification(session, options.evidence)
    app.state.hindsight = Hindsight()
    app.mount("/static", Unchanging(directory=STATIC), name="static")
    if witness is not None:
        app.mount("/witness", witness_app(witness), name="witness")
    for router in PAGE_ROUTERS:
        app.include_router(router, include_in_schema=False)
    for router in API_ROUTERS:
        app.include_router(router)
    document.install(app)
    failures.install(app)
    # The last added stands outermost.
    app.add_middleware(BodyLimits, options=options, uploads=UPLOADS)
    app.add_middleware(OwnOrigin, options=options)
    app.add_middleware(failures.LastResort)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(KnownHosts, options=options)
    app.add_middleware(SpokenLanguage)
    app.add_middleware(SecurityHeaders, options=options)
    app.add_middleware(HeadAsGet)
    if options.trusted_proxies:
        app.add_middleware(BehindProxies, trusted_hosts=options.trusted_proxies)
    return app


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
