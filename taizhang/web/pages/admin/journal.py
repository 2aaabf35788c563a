"""`/admin/journal`: who gave whom access, and took it; operators and auditors read it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts import journal
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import ROLE_NAMES
from taizhang.accounts.security_log import NAMES, ROWS_MAX, latest_security
from taizhang.language.i18n import _
from taizhang.web.http.auth import Ledger, May
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Reader = Annotated[Visit, Depends(May("journal"))]


@router.get("/admin/journal")
def journal_page(request: Request, visit: Reader, session: Ledger) -> Response:
    """Show the last deeds, the latest first."""
    with session.store.read() as work:
        found = journal.latest(work.connection)
        security = latest_security(work.connection)
    known = {
        "entries": found,
        "deed_names": journal.DEED_NAMES,
        "most": journal.SHOWN_MAX,
        "in_words": _in_words,
        "security": security,
        "event_names": NAMES,
        "rows": ROWS_MAX,
    }
    return shown(request, "journal.html", known)


def _in_words(detail: str) -> str:
    """Return a detail with its roles in the reader's words."""
    words = {role.value: _(name) for role, name in ROLE_NAMES.items()} | {journal.INACTIVE: _("已停用")}
    return " ".join(words.get(part, part) for part in detail.split(" "))
