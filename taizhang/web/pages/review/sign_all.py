"""Signing a district's year: every unit that has nothing open in one act, the others one after another.

Each unit's signing is an event and an append of its own: what is refused of one keeps nobody from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ledger.errors import TaizhangError
from ledger.events.event import ClientEvent
from ledger.problem import Problem, Refused
from ledger.text import Text
from projections import review_rows, totals
from projections.records import Record
from projections.review_items import WAITING
from projections.review_queue import renew
from rubric.amounts import decimal_text
from rubric.schema import Rubric
from taizhang.accounts.account import Account
from taizhang.accounts.called import people_called
from taizhang.app.ledger import OpenLedger
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import NotAllowed
from taizhang.web.http.templates import Context
from taizhang.web.pages.review import signing
from taizhang.web.pages.review.asked import office_accounts
from taizhang.web.pages.review.rubric_choice import beside_query, rubric_query, rubric_tabs, years_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """A unit that is to be signed as it stood on the page: `last` is the unit's last sequence then."""

    unit: str
    last: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act: for how many units it is recorded, and of each other unit its name and why not."""

    done: int
    failed: list[tuple[str, str, list[Problem]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit on the page."""

    unit: str
    name: str
    last: int
    score: str
    bonus: str
    grade: str
    """What the points come to by the records; "" under a rubric without grades."""
    open: list[str]
    """What is not settled yet, in words."""
    standing: Record | None
    """The signing that stands."""


def lines(session: OpenLedger, rubric: Rubric) -> list[Line]:
    """Return every unit that has a card of the rubric's year and was not closed by its end, by unit id."""
    today = session.clock.today()
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
    return [
        Line(
            year.unit,
            year.name,
            year.sequence,
            decimal_text(year.score),
            decimal_text(year.bonus),
            year.grade,
            signing.still_open(year, rubric, today, waiting.get(year.unit, 0)),
            year.result.signing,
        )
        for year in session.year_table(rubric, today)
    ]


def page(session: OpenLedger, rubric: Rubric) -> Context:
    """Return what the page shows: who can be signed at once, who has something open, who is signed."""
    found = lines(session, rubric)
    unsigned = [each for each in found if each.standing is None]
    return {
        "rubric": rubric,
        "query": rubric_query(session.shelf, rubric),
        "beside": beside_query(rubric),
        "tabs": rubric_tabs(session.shelf, rubric, f"/review/sign?year={rubric.year}"),
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


def each_by_itself(
    session: OpenLedger,
    account: Account,
    form: str,
    units: Sequence[str],
    make: Callable[[str, str], ClientEvent],
) -> Outcome:
    """Record for each of *units* the event that *make* makes of the unit and the event's id, in an append of its own.

    What is refused of one, by *make* or by the ledger, is told; the others stand. Raises NotAllowed.
    """
    with session.store.read() as work:
        names = {row.unit: row.name for row in totals.rows(work.connection)}
    done = 0
    failed: list[tuple[str, str, list[Problem]]] = []
    for number, unit in enumerate(units):
        id_ = making.event_id(form, number)
        try:
            # Pressed twice: what the first press has recorded stands.
            if session.store.find(id_) is None:
                making.append(session, account, [make(unit, id_)])
            done += 1
        except NotAllowed:
            raise
        except TaizhangError as refused:
            problems = list(refused.problems) or [Problem("", refused.text)]
            failed.append((unit, names.get(unit, unit), problems))
    return Outcome(done, failed)


def sign_all(
    session: OpenLedger, account: Account, rubric: Rubric, chosen: Sequence[Chosen], form: str
) -> Outcome:
    """Sign each of *chosen* that has nothing open, each in an append of its own. Raises NotAllowed."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
        called = people_called(work.connection)
    last = {each.unit: each.last for each in chosen}

    def signing_of(unit: str, id_: str) -> ClientEvent:
        sheet = signing.sheet(session, unit, rubric, waiting.get(unit, 0))
        if sheet.standing is not None:
            text = Text(
                "已由 {by} 签过；要改，请打开它改签", by=called.get(sheet.standing.by, sheet.standing.by)
            )
            raise Refused([Problem("unit", text)])
        if problems := signing.problems_of(sheet, "", aware=False, last=last[unit]):
            raise Refused(problems)
        return signing.signing(session, sheet, "", id_)

    return each_by_itself(session, account, form, [each.unit for each in chosen], signing_of)


def next_unsigned(session: OpenLedger, rubric: Rubric, unit: str) -> str | None:
    """Return the unit to sign after *unit*, by id, from the beginning again after the last; None: all are signed."""
    table = session.year_table(rubric, session.clock.today())
    left = [each.unit for each in table if each.result.signing is None and each.unit != unit]
    return next((each for each in left if each > unit), left[0] if left else None)
