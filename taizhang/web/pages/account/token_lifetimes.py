"""How long an API token is good for: what is offered on pages, and how it is read."""

from __future__ import annotations

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.accounts.administration import DAYS_MAX, LIFETIMES_DAYS
from taizhang.language.i18n import _


def lifetimes() -> list[tuple[str, str]]:
    """Return what is offered for a token's days, with its words."""
    offered = [(str(days), _("{days} 天", days=days)) for days in LIFETIMES_DAYS]
    return [*offered, ("", _("吊销为止"))]


def days_of(text: str) -> int | None:
    """Return how many days a token is to be good for; None for "": until it is revoked. Raises Refused."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text) <= DAYS_MAX:
        return int(text)
    wrong = Text("有效期应在 1 到 {most} 天之间", most=DAYS_MAX)
    raise Refused([Problem("days", wrong)])
