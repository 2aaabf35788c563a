"""Every unit with its advice, its signed score and how much of it waits for an assessor."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from ledger.json_object import JsonObject
from projections import review_rows, totals
from projections.review_items import WAITING, Kind
from projections.review_queue import renew
from projections.totals import TotalsRow
from rubric.amounts import decimal_text
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import _
from taizhang.language.labels import kind_word
from taizhang.web.pages.review.asked import office_accounts
from taizhang.web.pages.review.rubric_choice import (
    beside_query,
    rows_meant,
    rubric_of,
    rubric_query,
    rubric_tabs,
    years_of,
)

UNITS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One unit."""

    unit: str
    name: str
    kind: str
    score: str
    bonus: str
    signed: str
    """The signed score, "" while nobody has signed."""
    signed_bonus: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address asks for."""

    unit: str
    kind: str
    year: int
    page: int
    rubric: str = ""
    """The id of the rubric where it is not the year's own."""

    def address(self, **changes: object) -> str:
        """Return the address of the same page with *changes*."""
        said = {
            "unit": self.unit, "kind": self.kind, "year": self.year, "rubric": self.rubric, "page": self.page
        } | changes  # fmt: skip
        return f"/review/units?{urlencode({name: value for name, value in said.items() if value})}"


def units_page(
    session: OpenLedger, unit: str, kind: str, year: int | None, page: int, rubric_id: str = ""
) -> dict[str, object]:
    """Return what the page of all units shows; *unit* is an id or part of a name."""
    today = session.clock.today()
    rubric = rubric_of(session.shelf, year, today, rubric_id)
    query = rubric_query(session.shelf, rubric)
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        asked = (row for row in totals.rows(work.connection) if _is_meant(row, unit, kind))
        rows = rows_meant(session, work, rubric, asked)
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
        signed = {
            row.unit: data
            for row in review_rows.of_matter(work.connection, Kind.SIGNED, str(rubric.year))
            if (data := orjson.loads(row.data))["rubric"] == rubric.id
        }
        pages = max(-(-len(rows) // UNITS_A_PAGE), 1)
        known_kind = kind if kind in UNIT_KINDS else ""
        sought = Sought(unit, known_kind, rubric.year, min(page, pages), rubric.id if query else "")
        start = (sought.page - 1) * UNITS_A_PAGE
        lines = [
            _line(row, _advice(session, row, rubric), signed.get(row.unit), waiting.get(row.unit, 0))
            for row in rows[start : start + UNITS_A_PAGE]
        ]
        since = session.store.size()
        failed = review_rows.failed(work.connection)
    return {
        "not_made_for": failed,
        "since": since,
        "asked": sought,
        "lines": lines,
        "pages": pages,
        "total": len(rows),
        "signed_count": sum(row.unit in signed for row in rows),
        "query": query,
        "beside": beside_query(rubric),
        "tabs": rubric_tabs(session.shelf, rubric, sought.address(rubric="", page="")),
        "years": [(each, each) for each in years_of(session.shelf, today)],
        "kinds": [("", _("全部类型")), *((each, kind_word(each)) for each in UNIT_KINDS)],
    }


def _is_meant(row: TotalsRow, unit: str, kind: str) -> bool:
    return (not unit or unit == row.unit or unit in row.name) and (kind not in UNIT_KINDS or row.kind == kind)


def _advice(session: OpenLedger, row: TotalsRow, rubric: Rubric) -> tuple[int, int]:
    """Return score and bonus in hundredths: from the kept row where it is of this rubric and day."""
    today = session.clock.today()
    if row.holds({totals.basis_of(rubric)}, today.isoformat()):
        return row.score, row.bonus
    card = session.projections.score(session.store, row.unit, today, None, rubric.id)
    sums = card.evaluation.totals()
    return sums.score, sums.bonus


def _line(row: TotalsRow, advice: tuple[int, int], signed: JsonObject | None, waiting: int) -> Line:
    return Line(
        row.unit,
        row.name,
        row.kind,
        decimal_text(advice[0]),
        decimal_text(advice[1]),
        signed["score"] if signed else "",
        signed["bonus"] if signed else "",
        waiting,
    )
