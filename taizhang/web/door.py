"""The door that passwords are shown at: how many are looked at at once, and from where too many were wrong.

Hashing is slow and takes 64 MB by design. A flood of logins waits here, and neither takes the threads that serve pages
nor the memory.
"""

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


class Door:
    """One server's door; made inside its event loop."""

    def __init__(self) -> None:
        self.throttle = AddressThrottle()
        self._limiter = CapacityLimiter(AT_ONCE)

    async def through(self, work: Callable[P, Response], *args: P.args, **kwargs: P.kwargs) -> Response:
        """Do *work* in a thread when it is its turn. Raises HTTPException 503 when too many wait already."""
        if self._limiter.statistics().tasks_waiting >= WAITING_MAX:
            raise HTTPException(503, headers={"retry-after": "10"})
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._limiter)
