"""A ledger in a few figures, for the level above: made from the kept rows of its units, without touching an event.

Units under different rubrics are never added up: there is one summary a rubric. Only counts and sums leave the ledger;
no unit and no person is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from ledger.json_object import JsonObject
from rubric.schema import Rubric

from .requirement import Status
from .status_codes import GONE, LETTERS, NO_DAY, WORST, day_letter, part_of
from .totals import TotalsRow

HUNDRED = 100
BINS = 10
"""Parts of the distribution, of ten points each; what is above 100 counts in the last."""
SHORT = "abd"
"""Missed, overdue, behind: the letters of what wants help (`status_codes`)."""


@dataclass(slots=True)
class RubricSummary:
    """The units of one ledger under one rubric."""

    rubric: str
    units: int = 0
    scores: list[int] = field(default_factory=lambda: [0] * BINS)
    """How many units have a score of 0 to under 10, 10 to under 20 and so on."""
    forecasts: list[int] = field(default_factory=lambda: [0] * BINS)
    below_line: int = 0
    """Units whose forecast is below the ledger's own line."""
    awaiting: int = 0
    """Hundredths of points that wait for a judgement, of all units."""
    overdue_units: int = 0
    missed_units: int = 0
    overdue: int = 0
    missed: int = 0
    clauses: dict[str, int] = field(default_factory=dict)
    """By clause, how many units have something of it missed, overdue or behind."""
    same_as: dict[str, str] = field(default_factory=dict)
    """By clause, the ``RUBRIC/CLAUSE`` of a superior that asks the same, as the rubric's file says."""

    def as_json(self) -> JsonObject:
        """Return it as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: JsonObject) -> RubricSummary:
        """Return what was kept."""
        return cls(**kept)


def summarise(
    rows: Iterable[TotalsRow],
    rubrics: Mapping[str, Rubric],
    day: date,
    forecast_line: int,
    grace_days: int = 0,
) -> list[RubricSummary]:
    """Return the figures of the units in *rows* that stand on *day*, by rubric; *forecast_line* is in hundredths.

    What was missed is told of once it has been for longer than *grace_days*.
    """
    clauses = {
        name: [each.id for group in rubric.indicator_clauses.values() for each in group]
        for name, rubric in rubrics.items()
    }
    told = day - timedelta(days=grace_days)
    edges = {name: day_letter(told, rubric.opens_on) for name, rubric in rubrics.items()}
    found: dict[str, RubricSummary] = {}
    short: dict[str, Counter[int]] = {}
    for row in rows:
        if row.is_closed(day.isoformat()) or not row.rubric:
            continue
        summary = found.setdefault(row.rubric, RubricSummary(row.rubric))
        summary.units += 1
        summary.scores[_bin(row.score)] += 1
        summary.forecasts[_bin(row.forecast)] += 1
        summary.below_line += row.forecast < forecast_line
        summary.awaiting += row.awaiting
        summary.overdue_units += row.overdue > 0
        summary.overdue += row.overdue
        ids = clauses.get(row.rubric, [])
        whole = slice(0, len(ids))
        worst, gone = part_of(row.standing, WORST, whole), part_of(row.standing, GONE, whole)
        edge = edges.get(row.rubric, NO_DAY)
        missed = sum(NO_DAY < first < edge for first in gone)
        summary.missed_units += missed > 0
        summary.missed += missed
        short.setdefault(row.rubric, Counter()).update(
            place
            for place, letter in enumerate(worst)
            if letter in SHORT and (letter != LETTERS[Status.MISSED] or gone[place] < edge)
        )
    for rubric, places in short.items():
        ids = clauses.get(rubric, [])
        found[rubric].clauses = {each: places[place] for place, each in enumerate(ids)}
        every = rubrics[rubric].clauses if rubric in rubrics else ()
        found[rubric].same_as = {each.id: each.same_as for each in every if each.same_as is not None}
    return [found[rubric] for rubric in sorted(found)]


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause over all ledgers in whose rubric it is, or one that is the same."""

    rubric: str
    clause: str
    ledgers: int
    units: int
    short: int
    """Units that have something of it missed, overdue or behind."""


def by_clause(summaries: Iterable[RubricSummary]) -> list[ClauseLine]:
    """Return the clauses of which some unit is short, those of one kind put together; by rubric and clause.

    Of one kind are a clause and whatever says that it is the same (`same_as`), directly or by way of another.
    """
    given = list(summaries)
    same = {
        f"{summary.rubric}/{clause}": other for summary in given for clause, other in summary.same_as.items()
    }
    highest: dict[tuple[str, str], str] = {}
    found: dict[str, list[int]] = {}
    # Plain numbers in lists: three thousand ledgers have 180,000 clauses.
    for summary in given:
        for clause, short in summary.clauses.items():
            name = highest.get((summary.rubric, clause))
            if name is None:
                name = highest[summary.rubric, clause] = _highest(f"{summary.rubric}/{clause}", same)
            line = found.get(name)
            if line is None:
                line = found[name] = [0, 0, 0]
            line[0] += 1
            line[1] += summary.units
            line[2] += short
    lines = []
    for name, (ledgers, units, short) in found.items():
        rubric, _, clause = name.partition("/")
        if short:
            lines.append(ClauseLine(rubric, clause, ledgers, units, short))
    return sorted(lines, key=_place)


def _highest(name: str, same: Mapping[str, str]) -> str:
    passed = {name}
    while (above := same.get(name)) is not None and above not in passed:
        passed.add(above)
        name = above
    # Two that name each other are of one kind, too: whichever stands first is its name.
    return min(passed) if above is not None else name


def _place(line: ClauseLine) -> tuple[str, list[int]]:
    return line.rubric, [int(part) for part in line.clause.split(".")]


def _bin(hundredths: int) -> int:
    return min(max(hundredths, 0) // (10 * HUNDRED), BINS - 1)
