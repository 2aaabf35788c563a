"""Which clauses of a rubric name a record's code, and what a bonus clause would give for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger.events.types import type_of
from ledger.json_object import JsonMapping
from rubric.amounts import Amount
from rubric.clauses import Tiers
from rubric.codes_used import codes_used
from rubric.schema import Rubric

from .records import Record


def rubrics_of_year(rubrics: Sequence[Rubric], year: int) -> list[Rubric]:
    """Return the rubrics of *year*; those of the nearest year before where it has none of its own."""
    years = [each.year for each in rubrics if each.year <= year]
    return [each for each in rubrics if years and each.year == max(years)]


def clauses_of(rubrics: Iterable[Rubric], event_type: str, data: JsonMapping) -> list[str]:
    """Return the clauses that name a code of such a record, in the rubric's order, each once."""
    row = type_of(event_type)
    if row.codes is None or not row.lived:
        return []
    family, said = row.codes.family, data.get(row.codes.field, ())
    codes = {said} if isinstance(said, str) else set(said)
    found = (
        clause.id
        for rubric in rubrics
        for clause in rubric.clauses
        if any(each == family and code in codes for _place, each, code in codes_used(clause))
    )
    return list(dict.fromkeys(found))


def bonus_of(rubric: Rubric, event_type: str, data: Mapping[str, object]) -> list[tuple[str, Amount]]:
    """Return the bonus clauses that would count such a record, each with the points (hundredths) of one such item."""
    return [
        (clause.id, points)
        for clause in rubric.clauses
        if isinstance(clause, Tiers) and (points := _points(rubric, clause, event_type, data))
    ]


def _points(rubric: Rubric, clause: Tiers, event_type: str, data: JsonMapping) -> Amount:
    if event_type == "honor.received" and data["honor"] in clause.honor:
        return rubric.tier(data["level"], clause.tiers)
    if event_type == "publication.made" and (not clause.feature or data.get("feature")):
        return clause.outlet.get(data["outlet"], 0)
    return 0


def most_points(rubrics: Iterable[Rubric], record: Record) -> int:
    """Return what the record would give at most, in whole hundredths; 0 where no bonus clause counts it."""
    found = [points for each in rubrics for _clause, points in bonus_of(each, record.type, record.data)]
    return int(max(found, default=0))
