"""How long after it happened things are recorded: the district as one picture, its units one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

from projections import review_rows
from projections.delays import STEPS
from projections.review_queue import renew
from projections.review_rows import LagRow
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _

UNITS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the distribution: its name, how many entries fell in it, and where its bar stands (percent)."""

    word: str
    entries: int
    share: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class UnitLags:
    """One unit's line."""

    unit: str
    name: str
    lags: LagRow
    late_share: str
    steps: list[Step]


def audit_lags(session: OpenLedger, year: int | None, page: int) -> dict[str, object]:
    """Return what the template shows."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        failed = review_rows.failed(work.connection)
        years = review_rows.lag_years(work.connection)
        shown = year if year in years else (years[0] if years else session.clock.today().year)
        district = list(review_rows.lag_steps(work.connection, shown))
        pages = max(-(-len(district) // UNITS_A_PAGE), 1)
        page = min(page, pages)
        found = review_rows.lags(work.connection, shown, first=(page - 1) * UNITS_A_PAGE, most=UNITS_A_PAGE)
    counts = [sum(column) for column in zip(*(_counts(steps) for steps, _late in district), strict=True)]
    entries = sum(counts)
    return {
        "not_made_for": failed,
        "year": shown,
        "years": years,
        "page": page,
        "pages": pages,
        "total": len(district),
        "entries": entries,
        "late": sum(late for _steps, late in district),
        "late_share": _percent(sum(late for _steps, late in district), entries),
        "steps": _steps(counts or [0] * (len(STEPS) + 1)),
        "units": [
            UnitLags(row.unit, name, row, _percent(row.late, row.entries), _steps(_counts(row.steps)))
            for row, name in found
        ],
        "address": lambda page: f"/audit/lags?year={shown}&page={page}",
    }


def _counts(steps: str) -> list[int]:
    return [int(count) for count in steps.split(",")]


def _steps(counts: list[int]) -> list[Step]:
    entries = sum(counts) or 1
    starts = [0, *accumulate(counts)]
    return [
        Step(
            word,
            count,
            _percent(count, entries),
            f"{100 * start / entries:.2f}",
            f"{100 * count / entries:.2f}",
        )
        for word, count, start in zip(step_words(), counts, starts, strict=False)
    ]


def step_words() -> list[str]:
    """Return the names of the steps."""
    words = [_("当天")]
    words += [_("{first}–{last} 天", first=before + 1, last=last) for before, last in pairwise(STEPS)]
    return [*words, _("超过 {days} 天", days=STEPS[-1])]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"
