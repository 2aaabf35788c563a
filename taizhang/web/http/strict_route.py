"""A route that asks who is there before it reads a body, and reads JSON as strictly as the ledger does."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ledger.events.strict_json import NotStrict, parse_exactly
from taizhang.language.i18n import say
from taizhang.web.http.auth import May


class StrictRoute(APIRoute):
    """For `APIRouter(route_class=StrictRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()
        doors = [each.call for each in self.dependant.dependencies if isinstance(each.call, May)]

        async def strictly(request: Request) -> Response:
            for door in doors:
                await run_in_threadpool(door, request)
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


class StrictRequest(Request):
    """A request whose JSON has no key twice, no NaN, no lone surrogate, and no depth without end."""

    async def json(self) -> Any:
        """Return the object of the body. Raises JSONDecodeError, which FastAPI answers with 422."""
        try:
            return parse_exactly(await self.body())
        except NotStrict as error:
            raise json.JSONDecodeError(say(error.text), "", 0) from None
