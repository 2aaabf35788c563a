"""What stands in a letter beside single duties: a year by months, a district by clauses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ledger.text import Text
from projections.duties import Duty
from projections.requirement import Status
from rubric.amounts import decimal_text
from rubric.clauses import EveryPeriod
from rubric.periods import PeriodKind
from rubric.schema import Rubric

from .letter import Asked, Month, Watched, WatchedClause, WatchedUnit
from .links import Links
from .plain import one_line
from .titles import title_of, title_of_one

if TYPE_CHECKING:
    from .compose import Found

NEEDIEST = 10
"""So many units stand by name in the mail to who looks on; the others are on the board."""
_EACH: Mapping[PeriodKind, Text] = {
    "month": Text("每个月"),
    "quarter": Text("每季度"),
    "half": Text("每半年"),
}


def months_of(found: Iterable[Found], unit: str, links: Links) -> tuple[Month, ...]:
    """Return what is still to be done by month; what comes back in every period stands once, at the head."""
    again: dict[PeriodKind, dict[str, Asked]] = {}
    once: dict[tuple[int, int], list[Asked]] = {}
    for card, result, chosen, points in found:
        rule, clause, first = result.rule, result.rule.clause, chosen[0]
        assert first.due is not None, "what is unmet has a due day"
        link = links.form(unit, clause.id, first.due, first.subject)
        if isinstance(clause, EveryPeriod):
            cost = Text(
                "少一次扣 {points} 分，最多扣 {most} 分",
                points=decimal_text(clause.per_miss),
                most=decimal_text(clause.max),
            )
            title = title_of(clause, card.rubric)
            again.setdefault(clause.period, {}).setdefault(
                clause.id, Asked(clause.id, title, None, cost, link)
            )
            continue
        expected = rule.expected_by(first)
        by = expected if expected is not None and card.day <= expected else first.due
        words = (
            Text("做到得 {points} 分", points=decimal_text(points))
            if first.status is Status.UNEARNED
            else Text("不做扣 {points} 分", points=decimal_text(points))
        )
        once.setdefault((by.year, by.month), []).append(
            Asked(clause.id, title_of_one(rule, first), by, words, link)
        )
    months = [Month(name, _in_order(again[kind].values())) for kind, name in _EACH.items() if kind in again]
    for (year, month), asked in sorted(once.items()):
        name = Text("{year} 年 {month} 月底前", year=year, month=month)
        months.append(Month(name, _in_order(asked)))
    return tuple(months)


def watched_of(
    kept: Mapping[str, Sequence[Duty]],
    names: Mapping[str, str],
    rubrics: Mapping[str, Rubric],
    links: Links,
    day: date,
) -> Watched:
    """Return the table of clauses, and the units where most points are at stake; *kept* are duties by unit."""
    by_clause: dict[tuple[str, str], list[tuple[str, Duty]]] = {}
    for unit, duties in kept.items():
        for duty in duties:
            by_clause.setdefault((duty.rubric.partition("@")[0], duty.clause), []).append((unit, duty))
    rows = [
        _row(found, rubrics[rubric], clause, day)
        for (rubric, clause), found in sorted(
            by_clause.items(), key=lambda row: (row[0][0], _number(row[0][1]))
        )
    ]
    stakes = {unit: sum(duty.stake for duty in duties) for unit, duties in kept.items()}
    neediest = sorted(kept, key=lambda unit: (-stakes[unit], unit))[:NEEDIEST]
    return Watched(
        tuple(rows),
        tuple(
            WatchedUnit(
                unit,
                one_line(names.get(unit, unit)),
                links.unit(unit),
                len(kept[unit]),
                decimal_text(stakes[unit]),
            )
            for unit in neediest
        ),
        len(kept),
        sum(map(len, kept.values())),
        links.board,
    )


def _row(found: Sequence[tuple[str, Duty]], rubric: Rubric, clause_id: str, day: date) -> WatchedClause:
    clause = next(each for each in rubric.clauses if each.id == clause_id)
    units: dict[Status, set[str]] = {}
    for unit, duty in found:
        units.setdefault(duty.status(day), set()).add(unit)
    overdue, missed = units.pop(Status.OVERDUE, set()), units.pop(Status.MISSED, set())
    ahead = set().union(*units.values())
    due = min((duty.due for _, duty in found if duty.due >= day), default=None)
    return WatchedClause(clause_id, title_of(clause, rubric), due, len(ahead), len(overdue), len(missed))


def _in_order(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    return tuple(sorted(asked, key=lambda each: (each.by or date.min, _number(each.clause))))


def _number(clause: str) -> tuple[int, ...]:
    return tuple(map(int, clause.split(".")))
