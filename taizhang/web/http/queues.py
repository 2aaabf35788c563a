"""Where costly work waits in line, so that a flood of it takes neither the threads that serve pages nor the memory.

Passwords: hashing one is slow and takes 64 MB by design. PDFs: seconds of a processor each, and one is made at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import ParamSpec

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.accounts.throttle import AddressThrottle

AT_ONCE = 2
WAITING_MAX = 100

PDFS_WAITING_MAX = 20
PDFS_EACH_MAX = 3
"""So many may one account have asked for at once: nobody keeps the others from theirs."""

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


class Press(Gate):
    """Where PDFs are made."""

    def __init__(self) -> None:
        super().__init__(1, PDFS_WAITING_MAX)
        self._asked: Counter[str] = Counter()

    async def print(self, account: str, work: Callable[[], Response]) -> Response:
        """Do *work* for *account*. Raises HTTPException 503 when too many wait, or he has asked for too much."""
        if self._asked[account] >= PDFS_EACH_MAX:
            raise too_busy()
        self._asked[account] += 1
        try:
            return await self.through(work)
        finally:
            self._asked[account] -= 1
            self._asked += Counter()  # nobody is kept who waits for nothing


def too_busy() -> HTTPException:
    """Return what somebody is told who shall come again."""
    return HTTPException(503, headers={"retry-after": "10"})
