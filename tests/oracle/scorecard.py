"""The scorecard of contract §6, worked out clause by clause."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.amounts import exact, shown
from tests.oracle.bonus import accepted, claimed, items
from tests.oracle.history import Event, Known, Record, Sheet, read
from tests.oracle.matching import Clause
from tests.oracle.organization import field_on
from tests.oracle.requirement import IN_CEILING, IN_FLOOR, IN_SCORE, WORST_FIRST, Requirement
from tests.oracle.rules import RULES

WITHIN = timedelta(days=30)


def judgements(known: Known, clause: Clause) -> list[Record]:
    """What assessors decided on this clause for the year."""
    return [
        record
        for record in known.of("judgement.passed")
        if record.data["clause"] == clause["id"] and record.for_year == known.year
    ]


def lost(clause: Clause, requirements: list[Requirement], day: date, statuses: set[str]) -> Fraction:
    """The whole of the clause, or `per_miss` for each period or item that is lost."""
    groups = {requirement.group for requirement in requirements if requirement.status(day) in statuses}
    if not groups:
        return Fraction(0)
    if "per_miss" in clause:
        return exact(clause["per_miss"]) * len(groups)
    return exact(clause["max"])


def clause_due(requirements: list[Requirement], day: date) -> str | None:
    """The earliest due day on or after the day that is not satisfied yet, else the last one."""
    waiting = [
        requirement.due
        for requirement in requirements
        if requirement.due >= day and requirement.status(day) in {"open", "behind", "unearned"}
    ]
    if waiting:
        return min(waiting).isoformat()
    return max(requirement.due for requirement in requirements).isoformat() if requirements else None


def status_of(known: Known, clause: Clause, requirements: list[Requirement], decisions: list[Record]) -> str:
    """The worst of its requirements; a clause that is only judgement awaits people until they can judge no more."""
    if clause["rule"] == "judgement":
        if decisions:
            return "judged"
        return "awaiting" if known.as_of <= known.judged_until else "met"
    statuses = {requirement.status(known.as_of) for requirement in requirements}
    return next((status for status in WORST_FIRST if status in statuses), "not_applicable")


def base_clause(known: Known, clause: Clause) -> dict[str, Any]:
    """A clause of the base 100."""
    day = known.as_of
    requirements = RULES[clause["rule"]](known, clause)
    decisions = judgements(known, clause)
    judged = sum((exact(record.data["deduct"]) for record in decisions), Fraction(0))

    def loss(statuses: set[str]) -> Fraction:
        return min(exact(clause["max"]), lost(clause, requirements, day, statuses) + judged)

    records = {record.id: record for requirement in requirements for record in requirement.records}
    records.update({record.id: record for record in [*decisions, *evidence(known, clause)]})
    return {
        "id": clause["id"],
        "max": shown(exact(clause["max"])),
        "status": status_of(known, clause, requirements, decisions),
        "loss": loss(IN_SCORE),
        "floor_loss": loss(IN_FLOOR),
        "ceiling_loss": loss(IN_CEILING),
        "judged": judged,
        "due": clause_due(requirements, day),
        "records": [record.id for record in sorted(records.values(), key=lambda record: record.place)],
    }


def evidence(known: Known, clause: Clause) -> list[Record]:
    """The year's records of the codes and types that are laid before those who judge."""
    named = clause.get("evidence", {})
    return [
        record
        for record in known.records
        if record.for_year == known.year
        and (
            record.type in named.get("types", [])
            or (record.type == "document.filed" and record.data["document"] in named.get("documents", []))
            or (record.type == "activity.held" and {*record.data["kinds"]} & {*named.get("activities", [])})
        )
    ]


def bonus_clause(known: Known, clause: Clause) -> dict[str, Any]:
    """A clause of the bonus."""
    points = accepted(known, clause)
    return {
        "id": clause["id"],
        "status": "met" if points > 0 else "open",
        "points": points,
        "claimed": claimed(known, clause),
        "due": None,
        "records": [record.id for record, _ in items(known, clause)],
    }


def is_bonus(known: Known, number: int) -> bool:
    """Whether the indicator stands in a bonus section."""
    return any(
        section.get("bonus") and number in section["indicators"] for section in known.sheet["sections"]
    )


def indicator(known: Known, number: int) -> dict[str, Any]:
    """An indicator with its clauses; amounts are still exact."""
    clauses = [clause for clause in known.sheet["clauses"] if clause["id"].split(".")[0] == str(number)]
    points = exact(clauses[0]["points"])
    card: dict[str, Any] = {"no": number, "points": points, "bonus": is_bonus(known, number)}
    if card["bonus"]:
        card["clauses"] = [bonus_clause(known, clause) for clause in clauses]
        card["score"] = card["floor"] = min(points, sum(one["points"] for one in card["clauses"]))
        card["ceiling"] = min(points, sum(one["claimed"] for one in card["clauses"]))
        card["awaiting"] = Fraction(0)
        return card
    card["clauses"] = [base_clause(known, clause) for clause in clauses]
    for name, loss in (("score", "loss"), ("floor", "floor_loss"), ("ceiling", "ceiling_loss")):
        card[name] = points - min(points, sum(one[loss] for one in card["clauses"]))
    awaited = [exact(one["max"]) for one in card["clauses"] if one["status"] == "awaiting"]
    card["awaiting"] = min(card["floor"], sum(awaited, Fraction(0)))
    return card


def stake(known: Known, clause: Clause, requirements: list[Requirement], one: Requirement) -> Fraction:
    """By how much the unit's floor would rise if exactly this requirement of the clause were satisfied."""
    number = clause["id"].split(".")[0]
    others = [
        exact(base_clause(known, other)["floor_loss"])
        for other in known.sheet["clauses"]
        if other["id"].split(".")[0] == number and other is not clause
    ]
    judged = sum((exact(record.data["deduct"]) for record in judgements(known, clause)), Fraction(0))

    def lost_with(those: list[Requirement]) -> Fraction:
        own = min(exact(clause["max"]), lost(clause, those, known.as_of, IN_FLOOR) + judged)
        return min(exact(clause["points"]), sum(others, own))

    mended = [replace(each, satisfied=True) if each is one else each for each in requirements]
    return lost_with(requirements) - lost_with(mended)


def shortfalls(known: Known) -> list[dict[str, Any]]:
    """What is unearned, behind, overdue, missed, or open and due within 30 days; by due, clause and subject."""
    rows = []
    for place, clause in enumerate(known.sheet["clauses"]):
        if clause["rule"] in {"tiers", "judgement"}:
            continue
        requirements = RULES[clause["rule"]](known, clause)
        for requirement in requirements:
            status = requirement.status(known.as_of)
            soon = status == "open" and requirement.due - known.as_of <= WITHIN
            if soon or status in {"unearned", "behind", "overdue", "missed"}:
                row = {
                    "clause": clause["id"],
                    "subject": requirement.subject,
                    "status": status,
                    "due": requirement.due.isoformat(),
                    "days_left": (requirement.due - known.as_of).days,
                    "missing": requirement.missing,
                    "expected_by": requirement.expected_by and requirement.expected_by.isoformat(),
                    "stake": stake(known, clause, requirements, requirement),
                }
                rows.append(((requirement.due, place, requirement.subject), row))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def total_of(indicators: list[dict[str, Any]]) -> dict[str, Any]:
    """The base apart from the bonus."""
    base = [card for card in indicators if not card["bonus"]]
    bonus = [card for card in indicators if card["bonus"]]
    clauses = [clause for card in base for clause in card["clauses"]]
    return {
        "full": sum(card["points"] for card in base),
        "score": sum(card["score"] for card in base),
        "floor": sum(card["floor"] for card in base),
        "ceiling": sum(card["ceiling"] for card in base),
        "awaiting": sum((card["awaiting"] for card in base), Fraction(0)),
        "bonus": sum((card["score"] for card in bonus), Fraction(0)),
        "claimed": sum((card["ceiling"] for card in bonus), Fraction(0)),
        "overdue": sum(1 for clause in clauses if clause["status"] == "overdue"),
        "missed": sum(1 for clause in clauses if clause["status"] == "missed"),
    }


def printed(value: Any) -> Any:
    """Exact amounts as decimal strings, all the way down."""
    if isinstance(value, Fraction):
        return shown(value)
    if isinstance(value, dict):
        return {
            key: printed(inner)
            for key, inner in value.items()
            if key != "bonus" or not isinstance(inner, bool)
        }
    if isinstance(value, list):
        return [printed(inner) for inner in value]
    return value


def scorecard(
    events: Iterable[Event], sheet: Sheet, unit: str, as_of: date, known_at: str | None = None
) -> dict[str, Any]:
    """The scorecard of a unit as of a day and known at an instant; ValueError where it was not registered by then.

    `events` are in their stored form. `total` also carries the board's `overdue` and `missed`.
    """
    known = read(events, sheet, unit, as_of, known_at)
    numbers = [number for section in sheet["sections"] for number in section["indicators"]]
    indicators = [indicator(known, number) for number in numbers]
    card = {
        "unit": unit,
        "name": field_on(known, unit, "name", known.cutoff),
        "kind": field_on(known, unit, "kind", known.cutoff),
        "rubric": sheet["id"],
        "as_of": as_of.isoformat(),
        "known_at": known_at,
        "events": known.events,
        "total": total_of(indicators),
        "indicators": indicators,
        "shortfalls": shortfalls(known),
    }
    result = printed(card)
    assert isinstance(result, dict)
    return result
