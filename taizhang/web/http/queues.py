"""The door that passwords are shown at: hashing one is slow and takes 64 MB by design, so few are looked at at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.accounts.throttle import AddressThrottle

AT_ONCE = 2
WAITING_MAX = 100

P = ParamSpec("P")


class Gate:
    """Lets so many through at once, and lets no more than so many wait. Made inside the server's event loop."""

    def __init__(self, at_once: int, waiting_max: int) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._waiting_max = waiting_max

    async def through(self, work: Callable[P, Response], *args: P.args, **kwargs: P.kwargs) -> Response:
        """Do *work* in a thread when it is its turn. Raises HTTPException 503 when too many wait already."""
        if self._limiter.statistics().tasks_waiting >= self._waiting_max:
            raise too_busy()
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._limiter)


class Door(Gate):
    """The door that passwords are shown at, and from where too many were wrong."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE, WAITING_MAX)
        self.throttle = AddressThrottle()


def too_busy(seconds: int = 10) -> HTTPException:
    """Return what somebody is told who shall come again after so many *seconds*."""
    return HTTPException(503, headers={"retry-after": str(seconds)})
