"""Where costly work waits in line, so that a flood of it takes neither the threads that serve pages nor the memory.

Who waits here waits in the event loop and holds no thread. Of one account one thing is done at a time, however much it
asks for, and beyond so many it is told to come again: the others' turn comes whatever it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from time import monotonic

from anyio import Lock, Semaphore, fail_after
from starlette.requests import Request

from taizhang.web.http.auth import visit_of
from taizhang.web.http.queues import too_busy


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much of one kind of work is done and may wait."""

    at_once: int
    each_max: int
    """So many may one account have asked for, the one that is being done included."""
    waiting_max: int
    waiting_seconds: float
    """Who has waited so long is told to come again."""


CAPACITIES = {
    "workbooks": Capacity(at_once=2, each_max=4, waiting_max=40, waiting_seconds=60),
    "reports": Capacity(at_once=2, each_max=3, waiting_max=20, waiting_seconds=90),
    "files": Capacity(at_once=4, each_max=10, waiting_max=100, waiting_seconds=60),
}
_FIRST_GUESS_SECONDS = 5.0
_AGAIN_SECONDS = (5, 300)


class Line:
    """One line, inside the server's event loop."""

    def __init__(self, room: Capacity) -> None:
        self.room = room
        self._turn = Semaphore(room.at_once)
        self._own: dict[str, Lock] = {}
        self._asked: Counter[str] = Counter()
        self._done_seconds = _FIRST_GUESS_SECONDS
        self.refused = 0

    @property
    def working(self) -> int:
        """How many are being served."""
        return self.room.at_once - self._turn.value

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._asked.total() - self.working

    @asynccontextmanager
    async def place(self, account: str) -> AsyncIterator[None]:
        """Wait for the turn of *account* and keep it for as long as the block lasts.

        Raises HTTPException 503 when he, or all together, wait for too much, or when it takes too long.
        """
        if self._asked[account] >= self.room.each_max or self.waiting >= self.room.waiting_max:
            raise self._busy()
        self._asked[account] += 1
        own = self._own.setdefault(account, Lock())
        try:
            try:
                with fail_after(self.room.waiting_seconds):
                    await own.acquire()
                    try:
                        await self._turn.acquire()
                    except BaseException:
                        own.release()
                        raise
            except TimeoutError:
                raise self._busy() from None
            began = monotonic()
            try:
                yield
            finally:
                self._done_seconds += (monotonic() - began - self._done_seconds) / 4
                self._turn.release()
                own.release()
        finally:
            self._asked[account] -= 1
            if not self._asked[account]:
                # Nobody is kept who waits for nothing.
                del self._asked[account], self._own[account]

    def _busy(self) -> Exception:
        self.refused += 1
        ahead = ceil((self.waiting + 1) * self._done_seconds / self.room.at_once)
        least, most = _AGAIN_SECONDS
        return too_busy(min(max(least, ahead), most))


class Lines:
    """The lines of one server."""

    def __init__(self) -> None:
        self.by_name = {name: Line(room) for name, room in CAPACITIES.items()}

    def __getitem__(self, name: str) -> Line:
        return self.by_name[name]


@asynccontextmanager
async def in_line(request: Request, name: str) -> AsyncIterator[None]:
    """Wait in the line *name* for the turn of whoever comes with *request*, who is known already."""
    lines: Lines = request.app.state.lines
    visit = visit_of(request) if hasattr(request.state, "visit") else None
    async with lines[name].place(visit.account.name if visit is not None else ""):
        yield
