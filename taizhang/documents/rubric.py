"""A rubric as the JSON document of `rubric show`: the sections with their indicators and clauses, points as text."""

from __future__ import annotations

from ledger.json_object import JsonObject
from rubric.amounts import decimal_text
from rubric.clauses import ClauseBase
from rubric.format2.measures import Measured, measures
from rubric.schema import Rubric

_AMOUNTS = ("points", "max", "per_miss", "suggested", "threshold", "tiers")


def summary(rubric: Rubric) -> JsonObject:
    """Return what `rubric list` and `rubric install` say of one."""
    return {
        "id": rubric.id,
        "version": rubric.version,
        "year": rubric.year,
        "title": rubric.title,
        "closes_on": rubric.closes_on.isoformat(),
    }


def rubric_document(rubric: Rubric) -> dict[str, object]:
    """Return *rubric* with its words, its clauses and its codes."""
    return {
        **summary(rubric),
        "level_counts_as": dict(rubric.level_counts_as),
        "sections": [
            {
                "title": section.title,
                "points": decimal_text(section.points),
                "bonus": section.bonus,
                "indicators": [_indicator(rubric, number) for number in section.indicators],
            }
            for section in rubric.sections
        ],
        "codes": rubric.codes.model_dump(mode="json"),
    }


def _indicator(rubric: Rubric, number: int) -> dict[str, object]:
    words = rubric.words[number]
    return {
        "no": number,
        "title": words.title,
        "points": decimal_text(rubric.points_of(number)),
        "content": words.content,
        "criteria": words.criteria,
        "clauses": [_clause(rubric, clause) for clause in rubric.indicator_clauses[number]],
    }


def _clause(rubric: Rubric, clause: ClauseBase) -> dict[str, object]:
    if isinstance(clause, Measured):
        return _measured(clause) | {"text": rubric.texts[clause.id]}
    # Only what the file says: a default is the rule's, not the clause's.
    said = clause.model_dump(mode="json", exclude_unset=True)
    for key in _AMOUNTS:
        if key in said:
            said[key] = _decimal(said[key])
    if isinstance(said.get("outlet"), dict):
        said["outlet"] = _decimal(said["outlet"])
    return said | {"text": rubric.texts[clause.id]}


def _measured(clause: Measured) -> dict[str, object]:
    """Return a clause of format 2: what it counts, and the rule as the file says it."""
    return {
        "id": clause.id,
        "points": decimal_text(clause.points),
        "max": decimal_text(clause.max),
        "rule": clause.rule_key,
        "counts": measures()[clause.rule_key].counts,
        "said": clause.said,
        **({"zero_if": True} if clause.vetoes else {}),
        **({"item": clause.item} if clause.item else {}),
        **({"reading": clause.reading} if clause.reading else {}),
    }


def _decimal(amount: object) -> object:
    if isinstance(amount, dict):
        return {key: _decimal(value) for key, value in amount.items()}
    return decimal_text(amount) if isinstance(amount, int) else amount
