"""Which codes a clause speaks of, by family, and under which key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from .clauses import AllOf, Clause, Condition, EveryPeriod, Evidence, Judgement, Need, Tiers, Total

Family = Literal["activities", "documents", "outlets", "honors", "conditions"]

_FAMILY_OF: dict[str, Family] = {
    "activity": "activities",
    "document": "documents",
    "outlet": "outlets",
    "honor": "honors",
}

_LAID_BEFORE: tuple[Family, ...] = ("activities", "documents")


def codes_used(clause: Clause) -> Iterator[tuple[tuple[str | int, ...], Family, str]]:
    """Yield (path within the clause, family, code) for every code that *clause* names."""
    if isinstance(clause, Condition):
        yield from ((("all_of", place), "conditions", code) for place, code in enumerate(clause.all_of))
    elif isinstance(clause, Tiers):
        yield from ((("honor", place), "honors", code) for place, code in enumerate(clause.honor))
        yield from ((("outlet", code), "outlets", code) for code in clause.outlet)
    elif isinstance(clause, EveryPeriod):
        yield ("activity",), "activities", clause.activity
    elif isinstance(clause, Judgement):
        yield from _of_evidence(clause.evidence)
    elif isinstance(clause, AllOf):
        for place, need in enumerate(clause.needs):
            yield from ((("needs", place, key), family, code) for key, family, code in _of_need(need))
    elif isinstance(clause, Need):
        yield from (((key,), family, code) for key, family, code in _of_need(clause))
    if isinstance(clause, Total) and clause.threshold == "target_sessions":
        yield ("target_document",), "documents", clause.target_document


def _of_evidence(evidence: Evidence) -> Iterator[tuple[tuple[str | int, ...], Family, str]]:
    for family in _LAID_BEFORE:
        for place, code in enumerate(getattr(evidence, family)):
            yield ("evidence", family, place), family, code


def _of_need(need: Need) -> Iterator[tuple[str, Family, str]]:
    for key, family in _FAMILY_OF.items():
        code = getattr(need, key)
        if code:
            yield key, family, code
