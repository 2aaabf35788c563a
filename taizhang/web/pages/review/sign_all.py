"""Signing a district's year: every unit that has nothing open in one act, the others one after another.

Each unit's signing is an event and an append of its own: what is refused of one keeps nobody from the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.errors import TaizhangError
from ledger.problem import Problem
from ledger.text import Text
from projections import review_rows, totals
from projections.review_items import WAITING, Kind
from projections.review_queue import renew
from projections.service import NotScored
from rubric.schema import Rubric
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import NotAllowed
from taizhang.web.pages.review import signing
from taizhang.web.pages.review.list_view import office_accounts
from taizhang.web.pages.review.signing import Sheet
from taizhang.web.pages.review.unit_view import years_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """A unit that is to be signed as it stood on the page: `last` is the unit's last sequence then."""

    unit: str
    last: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act: how many stand signed, and of each other unit its name and why not."""

    signed: int
    failed: list[tuple[str, str, list[Problem]]] = field(default_factory=list)


def sheets(session: OpenLedger, rubric: Rubric) -> Iterator[Sheet]:
    """Yield the sheet of every unit that has a card of the rubric's year and was not closed by its end, by unit id."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        rows = list(totals.rows(work.connection))
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
    for row in rows:
        if not row.is_closed(rubric.ends_on.isoformat()):
            try:
                yield signing.sheet(session, row.unit, rubric, waiting.get(row.unit, 0))
            except NotScored:
                # It was registered after the year.
                continue


def page(session: OpenLedger, rubric: Rubric) -> dict[str, Any]:
    """Return what the page shows: who can be signed at once, who has something open, who is signed."""
    found = list(sheets(session, rubric))
    unsigned = [each for each in found if each.standing is None]
    return {
        "rubric": rubric,
        "years": years_of(session.shelf, session.clock.today()),
        "today": session.clock.today(),
        "total": len(found),
        "ready": [] if rubric.is_provisional else [each for each in unsigned if not each.open],
        "open": [each for each in unsigned if each.open or rubric.is_provisional],
        "signed": [each for each in found if each.standing is not None],
    }


def chosen_of(typed: Sequence[str]) -> list[Chosen]:
    """Return what the form's boxes say: ``UNIT LAST`` each; what is no such box is left out."""
    found = []
    for each in typed:
        unit, _space, last = each.partition(" ")
        if last.isascii() and last.isdigit() and len(last) < 16:
            found.append(Chosen(unit, int(last)))
    return found


def sign_all(
    session: OpenLedger, account: Account, rubric: Rubric, chosen: Sequence[Chosen], form: str
) -> Outcome:
    """Sign each of *chosen* that has nothing open, each in an append of its own. Raises NotAllowed."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
        names = {row.unit: row.name for row in totals.rows(work.connection)}
    signed = 0
    failed: list[tuple[str, str, list[Problem]]] = []
    for number, each in enumerate(chosen):
        id_ = making.event_id(form, number)
        # Pressed twice: what the first press has signed stands.
        problems = (
            []
            if session.store.find(id_) is not None
            else _sign_one(session, account, rubric, each, waiting.get(each.unit, 0), id_)
        )
        if problems:
            failed.append((each.unit, names.get(each.unit, each.unit), problems))
        else:
            signed += 1
    return Outcome(signed, failed)


def _sign_one(
    session: OpenLedger, account: Account, rubric: Rubric, chosen: Chosen, waiting: int, id_: str
) -> list[Problem]:
    try:
        sheet = signing.sheet(session, chosen.unit, rubric, waiting)
        if sheet.standing is not None:
            return [Problem("unit", Text("已由 {by} 签过；要改，请打开它改签", by=sheet.standing.by))]
        problems = signing.problems_of(sheet, "", aware=False, last=chosen.last)
        if not problems:
            making.append(session, account, [signing.signing(session, sheet, "", id_)])
    except NotAllowed:
        raise
    except TaizhangError as refused:
        problems = list(refused.problems) or [Problem("unit", refused.text)]
    return problems


def next_unsigned(session: OpenLedger, rubric: Rubric, unit: str) -> str | None:
    """Return the unit to sign after *unit*, by id, from the beginning again after the last; None: all are signed."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        signed = {row.unit for row in review_rows.of_matter(work.connection, Kind.SIGNED, str(rubric.year))}
        rows = [row for row in totals.rows(work.connection) if not row.is_closed(rubric.ends_on.isoformat())]
    left = [row.unit for row in rows if row.unit not in signed and row.unit != unit]
    for each in (*(each for each in left if each > unit), *(each for each in left if each < unit)):
        if _has_card(session, each, rubric):
            return each
    return None


def _has_card(session: OpenLedger, unit: str, rubric: Rubric) -> bool:
    with session.store.read():
        try:
            session.projections.score(session.store, unit, session.clock.today(), None, rubric.id)
        except NotScored:
            return False
    return True
