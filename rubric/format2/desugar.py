"""A rubric of format 1, said in the terms of format 2: what a file without `format:` means.

Both are evaluated alike to the last figure (`tests/format2/test_agreement.py`), so that whoever knows one can read the
other, and a district that wants a measure of format 2 has its old file to begin with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..amounts import HUNDRED, decimal_text
from ..clauses import (
    AllOf,
    Award,
    Clause,
    Condition,
    EachItem,
    Election,
    EveryPeriod,
    Judgement,
    Need,
    Once,
    Tiers,
    Total,
)
from ..schema import Rubric
from .flow import flow

_LEVEL_NAMES = {
    "national": "国家级",
    "province": "省级",
    "city": "市级",
    "district": "区级",
    "bureau": "局级",
}
_OF_CLAUSE = ("item", "reading", "tied_to_year", "lead_days", "same_as")
_WHERE = ("lecturer", "feature")
_OF_NEED = ("activity", "document", "outlet", "honor", "window", "for_year", "expected_by", "due", "final")


def desugared(rubric: Rubric) -> str:
    """Return *rubric*, of format 1, as the text of a file of format 2."""
    lines = ["format: 2"]
    head = ("id", "version", "year", "title", "closes_on", "judged_until", "newcomer_days", "lead_days")
    lines += [f"{key}: {flow(getattr(rubric, key))}" for key in head]
    if rubric.level_counts_as:
        lines.append("levels:")
        for code, name in _LEVEL_NAMES.items():
            counts_as = rubric.level_counts_as.get(code)  # type: ignore[call-overload]
            level = {"code": code, "name": name, **({"counts_as": counts_as} if counts_as else {})}
            lines.append(f"- {flow(level)}")
    forecast = rubric.forecast.model_dump(exclude_unset=True)
    if forecast:
        lines.append("forecast:")
        lines += [f"  {key}: {flow(_decimals(value, key))}" for key, value in forecast.items()]
    lines.append("codes:")
    for family, names in rubric.codes.model_dump().items():
        if names:
            lines.append(f"  {family}:")
            lines += [f"    {code}: {flow(name)}" for code, name in names.items()]
    lines.append("of:")
    for section in rubric.sections:
        lines.append(f"- title: {flow(section.title)}")
        lines += ["  bonus: true"] if section.bonus else [f"  points: {decimal_text(section.points)}"]
        lines.append("  of:")
        for number in section.indicators:
            lines += _indicator(rubric, number, bonus=section.bonus)
    return "\n".join(lines) + "\n"


def _decimals(value: Any, key: str) -> Any:
    """Amounts are hundredths inside, and numbers with decimals in a file; months stay months."""
    if isinstance(value, Mapping):
        return {name: _decimals(each, key) for name, each in value.items()}
    if isinstance(value, int) and key != "usual":
        return _number(value)
    return value


def _number(amount: int) -> Any:
    from decimal import Decimal

    return Decimal(decimal_text(amount))


def _indicator(rubric: Rubric, number: int, *, bonus: bool) -> list[str]:
    words = rubric.words[number]
    lines = [f"  - id: {number}", f"    title: {flow(words.title)}"]
    lines += [f"    content: {flow(words.content)}"] if words.content else []
    lines += [f"    criteria: {flow(words.criteria)}"] if words.criteria else []
    lines += [f"    points: {decimal_text(rubric.points_of(number))}"]
    lines += ["    bonus: true"] if bonus else []
    lines.append("    rules:")
    lines += [f"    - {flow(_rule(rubric, clause))}" for clause in rubric.indicator_clauses[number]]
    return lines


def _rule(rubric: Rubric, clause: Clause) -> dict[str, Any]:
    own = {key: value for key in _OF_CLAUSE if (value := getattr(clause, key)) is not None}
    if isinstance(clause, EachItem):
        own.pop("item", None)
    return {"id": clause.id, "text": rubric.texts[clause.id], **own, **_measure(clause)}


def _measure(clause: Clause) -> dict[str, Any]:
    once = {"lose": {"flat": _number(clause.max)}}
    match clause:
        case Award():
            return {"missing": [_need(clause, clause.scope)], "unearned": True, **once}
        case Total():
            return {**_total(clause), **once}
        case Once():
            unit_counts = {"unit_counts": True} if clause.unit_counts else {}
            return {"missing": [_need(clause, clause.scope) | unit_counts], **once}
        case AllOf():
            return {"missing": [_need(need, clause.scope) for need in clause.needs], "any": True, **once}
    return _other(clause, once)


def _other(clause: Clause, once: dict[str, Any]) -> dict[str, Any]:
    match clause:
        case EveryPeriod():
            return _every_period(clause)
        case EachItem():
            final = {"final": clause.final} if clause.final != "due_on" else {}
            return {"items": clause.item, **final, "lose": _each(clause.per_miss, clause.max)}
        case Condition():
            allowed = {} if clause.allow_not_applicable else {"allow_not_applicable": False}
            return {"state": clause.all_of, **allowed, **once}
        case Election():
            return {"terms": "unit", **once}
        case Judgement():
            return _judgement(clause) | once
        case Tiers():
            return _tiers(clause)
        case _:
            raise AssertionError(f"no way to say {clause.rule}")


def _each(points: int, most: int) -> dict[str, Any]:
    return {"each": _number(points), "cap": _number(most)}


def _need(need: Need, scope: str) -> dict[str, Any]:
    said = {key: value for key in _OF_NEED if (value := getattr(need, key)) not in (None, False)}
    where = {key: value for key in _WHERE if (value := getattr(need, key)) is not None}
    return {
        **said,
        **({"where": where} if where else {}),
        **({"n": need.n} if need.n != 1 else {}),
        **({"scope": scope} if scope != "tree" else {}),
    }


def _total(clause: Total) -> dict[str, Any]:
    threshold: Any = clause.threshold
    more = {key: True for key in ("pace", "prorate") if getattr(clause, key)}
    if clause.measure == "study_hours":
        each = {"hours": _number(threshold), **_need(clause, clause.scope), **more}
        return {"members": {"each": each | {"per": clause.per}}}
    if isinstance(threshold, dict):
        threshold = {kind: _number(number) for kind, number in threshold.items()}
    elif isinstance(threshold, int):
        threshold = threshold // HUNDRED
    target = {"target_document": clause.target_document} if threshold == "target_sessions" else {}
    return {"missing": [{**_need(clause, clause.scope), "n": threshold, **target, **more}]}


def _every_period(clause: EveryPeriod) -> dict[str, Any]:
    need: dict[str, Any] = {"activity": clause.activity}
    need |= {"scope": clause.scope} if clause.scope != "tree" else {}
    need |= {"unit_counts": True} if clause.unit_counts else {}
    more = {
        key: value for key in ("applies_if", "attended_by") if (value := getattr(clause, key)) is not None
    }
    return {"periods": clause.period, "needs": [need], **more, "lose": _each(clause.per_miss, clause.max)}


def _judgement(clause: Judgement) -> dict[str, Any]:
    evidence = {key: value for key, value in clause.evidence.model_dump().items() if value}
    return {
        "judge": True,
        **({"suggested": _number(clause.suggested)} if clause.suggested is not None else {}),
        **({"evidence": evidence} if evidence else {}),
        **({"advice": clause.advice} if clause.advice else {}),
    }


def _tiers(clause: Tiers) -> dict[str, Any]:
    if clause.honor:
        table = {str(level): _number(points) for level, points in clause.tiers.items()}
        best = {"best_per": "work"} if clause.best_per_work else {}
        counted: dict[str, Any] = {"honor": clause.honor}
        return {"count": counted, "reviewed": True, **best, "gain": {"table": table, "by": "level"}}
    table = {outlet: _number(points) for outlet, points in clause.outlet.items()}
    counted = {"outlet": tuple(clause.outlet), **({"where": {"feature": True}} if clause.feature else {})}
    return {"count": counted, "reviewed": True, "gain": {"table": table, "by": "outlet"}}
