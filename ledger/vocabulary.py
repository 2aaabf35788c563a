"""The codes and clause ids of all installed rubrics together, as the ledger checks them (contract §2, §4)."""

from __future__ import annotations

from dataclasses import dataclass

_NONE: frozenset[str] = frozenset()


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
    rubrics: frozenset[str] = _NONE
    """Labels `id@version` of the rubrics that a score may be signed under."""
    target_documents: frozenset[str] = _NONE
    """Documents that may carry `target_sessions`."""
