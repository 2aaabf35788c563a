"""`/changes`: a stream that says which units have something new; `/changes/since/N` is the same for those who poll."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from ledger.store.transaction import SEQUENCE_MAX
from taizhang.accounts.account import Account
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_open
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.live import Change, Watcher
from taizhang.web.http.queues import too_busy

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("changes"))]


OPEN_PAGES_MAX = 40
"""So many may one account have open: streams without end would take every connection of the server."""


async def room(request: Request, visit: Visitor) -> None:
    """Raise HTTPException 503 when the account has too many pages open. A dependency."""
    watcher: Watcher = request.app.state.watcher
    if watcher.listening(visit.account.name) >= OPEN_PAGES_MAX:
        raise too_busy()


@router.get("/changes", response_class=EventSourceResponse, dependencies=[Depends(room)])
async def changes(
    request: Request, visit: Visitor, since: Annotated[int | None, Query(ge=0, le=SEQUENCE_MAX)] = None
) -> AsyncIterator[ServerSentEvent]:
    """Tell of each change that the visitor may see, first of those after the event numbered *since*."""
    watcher: Watcher = request.app.state.watcher
    async for change in watcher.changes(since, visit.account.name):
        seen = _seen(change, visit.account)
        if seen:
            yield ServerSentEvent(event="change", data={"sequence": change.sequence, "units": seen})


@router.get("/changes/since/{sequence}")
def changes_since(
    visit: Visitor, session: Ledger, sequence: Annotated[int, Path(ge=0, le=SEQUENCE_MAX)]
) -> dict[str, object]:
    """Return the same for what came after *sequence*."""
    change = Change(session.store.size(), frozenset(session.store.changed_units(sequence)))
    return {"sequence": change.sequence, "units": _seen(change, visit.account)}


def _seen(change: Change, account: Account) -> list[str]:
    return sorted(unit for unit in change.units if may_open(account, "unit", unit))
