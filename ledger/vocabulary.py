"""The codes and clause ids of all installed rubrics together, as the ledger checks them (contract §2, §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.json_object import JsonMapping
from ledger.text import Text

_NONE: frozenset[str] = frozenset()


def _nothing_against(_kind: str, _data: Mapping[str, object]) -> Iterable[tuple[str, Text]]:
    return ()


@dataclass(frozen=True, slots=True)
class Range:
    """Between which numbers something may lie; None: no bound. `overseen`: only assessors report it."""

    least: Decimal | None = None
    most: Decimal | None = None
    overseen: bool = False


@dataclass(frozen=True, slots=True)
class Scale(Range):
    """What raters give: one of these grades, or, where there are none, a number."""

    grades: frozenset[str] = _NONE


@dataclass(frozen=True, slots=True)
class Judging:
    """The year of a rubric, and the last day of which a judgement under it counts."""

    year: int
    until: date
    clauses: frozenset[str] = _NONE
    """Its clauses that a judgement may name."""
    bonus_clauses: frozenset[str] = _NONE
    adds_up: bool = True
    """Whether its total is the sum of its indicators: else it weights, caps or rounds them."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Codes belong to the rubric, not to the ledger: it is handed them with every append."""

    activities: frozenset[str] = _NONE
    documents: frozenset[str] = _NONE
    outlets: frozenset[str] = _NONE
    honors: frozenset[str] = _NONE
    conditions: frozenset[str] = _NONE
    clauses: frozenset[str] = _NONE
    """Clauses that a judgement may name."""
    bonus_clauses: frozenset[str] = _NONE
    """Clauses that exist but that no judgement may name (contract §5)."""
    levels: frozenset[str] = _NONE
    """Levels of honours that a rubric names, beside those of the contract."""
    rubrics: Mapping[str, str] = field(default_factory=dict)
    """Labels `id@version` of the rubrics that a score may be signed under, and the SHA-256 of each one's file."""
    judging: Mapping[str, Judging] = field(default_factory=dict)
    """By its id, until when people judge under each rubric."""
    target_documents: frozenset[str] = _NONE
    """Documents that may carry `target_sessions`."""
    figures: Mapping[str, Range] = field(default_factory=dict)
    """Numbers that are reported."""
    cases: Mapping[str, Range] = field(default_factory=dict)
    """What is confirmed, with the points that one may have."""
    ratings: Mapping[str, Scale] = field(default_factory=dict)
    """What raters give."""
    period_names: frozenset[str] = _NONE
    """Names of periods that a figure may be for."""
    roles: frozenset[str] = _NONE
    tags: frozenset[str] = _NONE
    groups: frozenset[str] = _NONE
    """Of units, to be compared in; where no rubric names any, any may be given."""
    categories: frozenset[str] = _NONE
    """Of requests and findings."""
    rubric_problems: Callable[[str, Mapping[str, object]], Iterable[tuple[str, Text]]] = field(
        default=_nothing_against, compare=False
    )
    """What speaks against an event of a rubric (its type and data), by field: the ledger reads no rubrics itself."""
    after: Callable[[Iterable[JsonMapping]], Vocabulary] | None = field(default=None, compare=False)
    """What the vocabulary is once the ledger itself has these events; None: nothing that is appended changes it."""
