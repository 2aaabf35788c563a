"""What events would count for: a unit's points with and without them on a day, clause by clause. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.event import ClientEvent, StoredEvent
from projections.evaluation import ClauseResult, Evaluation, RuleSet, Totals
from projections.facts import Facts
from projections.rebuild import fold
from rubric.schema import Rubric


@dataclass(frozen=True, slots=True)
class Moved:
    """A clause that the events move; points in hundredths, what is regained is positive."""

    clause: str
    text: str
    points: int
    floor: int
    status_before: str
    status_after: str
    records: int
    """How many more records stand behind it."""


@dataclass(frozen=True, slots=True)
class Count:
    """The totals before and after, and the clauses between them; `before` is None for a unit not registered yet."""

    before: Totals | None
    after: Totals | None
    clauses: list[Moved]


def count(
    unit: str, stored: Sequence[StoredEvent], events: Sequence[ClientEvent], rubric: Rubric, day: date
) -> Count:
    """Return what *events* would change of *unit*'s score on *day* under *rubric*."""
    rule_set = RuleSet(rubric)
    sequence = int(stored[-1]["sequence"]) if stored else 0
    to_come = [_as_stored(event, sequence + place) for place, event in enumerate(events, 1)]
    before = _evaluated(unit, stored, rule_set, day)
    after = _evaluated(unit, [*stored, *to_come], rule_set, day)
    if after is None:
        return Count(None, None, [])
    if before is None:
        return Count(None, after.totals(), [])
    pairs = zip(before.results, after.results, strict=True)
    moved = [_moved(rubric, one, other) for one, other in pairs if _figures(one) != _figures(other)]
    return Count(before.totals(), after.totals(), moved)


def _evaluated(unit: str, events: Sequence[StoredEvent], rule_set: RuleSet, day: date) -> Evaluation | None:
    facts, evaluation = fold(unit, events).evaluate(rule_set, day)
    return evaluation if _registered(facts, unit) else None


def _registered(facts: Facts, unit: str) -> bool:
    return facts.organization(unit).registered is not None


def _figures(result: ClauseResult) -> tuple[object, ...]:
    return result.loss, result.points, result.claimed, result.status, _records(result)


def _records(result: ClauseResult) -> int:
    found = {record.id for requirement in result.requirements for record in requirement.records}
    return len(found | {record.id for record in result.items})


def _moved(rubric: Rubric, before: ClauseResult, after: ClauseResult) -> Moved:
    clause = before.rule.clause
    return Moved(
        clause.id,
        rubric.texts[clause.id],
        before.loss.score - after.loss.score + after.points - before.points,
        before.loss.floor - after.loss.floor + after.points - before.points,
        before.status.value,
        after.status.value,
        _records(after) - _records(before),
    )


def _as_stored(event: ClientEvent, sequence: int) -> StoredEvent:
    ledger = {"sequence": f"{sequence:012d}", "recordedtime": "9999-12-31T00:00:00.000000Z"}
    return {**event, **ledger, "authtype": "user", "authid": "-"}  # type: ignore[typeddict-item]
