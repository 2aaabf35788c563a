"""From a clause that is short to the form that mends it, filled in: which kind, whose, for which period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from projections.clause_result import ClauseResult
from projections.requirement import Requirement, Status
from projections.rules.matching import Matcher
from projections.scorecard import Scorecard
from rubric.clauses import (
    AllOf,
    Condition,
    EachItem,
    Election,
    EveryPeriod,
    Need,
    Tiers,
    Total,
)
from rubric.format2.measures import Measured, codes_named

from .activity import as_subject
from .form import Values
from .registry import key_of

STUDY_KIND = "study_session"
_TYPES = {
    "activity": "activity.held",
    "document": "document.filed",
    "outlet": "publication.made",
    "honor": "honor.received",
}
_TYPES_OF_FAMILIES = {
    "activities": "activity.held",
    "documents": "document.filed",
    "outlets": "publication.made",
    "honors": "honor.received",
    "conditions": "condition.declared",
    "figures": "figure.reported",
}
_SATISFIED = (Status.MET, Status.NOT_APPLICABLE)


@dataclass(frozen=True)
class Lead:
    """Where a shortfall's button leads: the form's key and what is filled in."""

    key: str
    given: Values = field(default_factory=dict)
    days: tuple[date, date] | None = None
    """The first and last day of a period that is over: on one of them it was held, if at all."""


def lead(
    card: Scorecard, clause_id: str, subjects: Sequence[str] = (), due: date | None = None
) -> Lead | None:
    """Return the form that mends what *clause_id* lacks of *subjects* (none: whoever lacks it first), due on *due*.

    Of several branches there is one form for all of them, where there can be a record for each. None when nothing that
    a secretary records can mend it: only an assessor's judgement counts there.
    """
    result = next((each for each in card.evaluation.results if each.rule.clause.id == clause_id), None)
    if result is None:
        return None
    short = _short(result, subjects[0] if subjects else "", due)
    led = _led(result, short, card)
    if led is None:
        return None
    days = _days(result, short, card.day)
    # Of a period that is over the day has to be said: nobody knows it but who was there.
    day: Values = {"day": []} if days else {}
    return Lead(led.key, {**_subject(led, subjects), **day, **led.given}, days)


def _subject(led: Lead, subjects: Sequence[str]) -> Values:
    if len(subjects) > 1 and led.key.partition(":")[0] == "activity.held":
        return {"subject": [as_subject(subjects)]}
    return {"subject": [subjects[0]]} if subjects else {}


def _short(result: ClauseResult, subject: str, due: date | None) -> Requirement | None:
    """Return the requirement that is meant: of that subject, due that day, not satisfied; else the next best."""

    def fit(requirement: Requirement) -> tuple[bool, bool, bool, date]:
        return (
            requirement.status in _SATISFIED,
            subject != "" and requirement.subject != subject,
            due is not None and requirement.due != due,
            requirement.due or date.max,
        )

    return min(result.requirements, key=fit, default=None)


def _led(result: ClauseResult, short: Requirement | None, card: Scorecard) -> Lead | None:
    clause = result.rule.clause
    if isinstance(clause, Total) and (special := _of_total(clause, short)) is not None:
        return special
    if isinstance(clause, AllOf):
        matcher: Matcher | None = short.part if short is not None else None
        return _of_need(matcher.need if matcher is not None else clause.needs[0], card)
    if isinstance(clause, Need):
        return _of_need(clause, card)
    leads = _LEADS.get(type(clause))
    if leads is None and isinstance(clause, Measured):
        return _of_measured(clause, short, card)
    return leads(clause, short) if leads is not None else None


def _of_measured(clause: Measured, short: Requirement | None, card: Scorecard) -> Lead | None:
    """Return the form for what a clause of format 2 counts: the first thing that is not there, else its first code."""
    if isinstance(clause, EachItem):
        return _of_item(clause, short)
    if isinstance(clause, Election):
        return _of_term(clause, short)
    if card.rubric.is_by_office(clause):
        return None
    lacking = getattr(short.part, "need", None) if short is not None else None
    if isinstance(lacking, Need) and (led := _of_need(lacking, card)) is not None:
        return led
    for family, code in codes_named(clause):
        if family in _TYPES_OF_FAMILIES:
            return Lead(key_of(_TYPES_OF_FAMILIES[family], code))
    return None


def _of_total(clause: Total, short: Requirement | None) -> Lead | None:
    if clause.measure == "study_hours":
        return Lead(key_of("activity.held", clause.activity or STUDY_KIND))
    if clause.threshold == "target_sessions" and short is not None and short.part.threshold is None:
        # Nothing is counted against a plan that is not there.
        return Lead(key_of("document.filed", clause.target_document))
    return None


def _of_period(clause: EveryPeriod, _short: Requirement | None) -> Lead:
    return Lead(key_of("activity.held", clause.activity))


def _of_conditions(clause: Condition, short: Requirement | None) -> Lead:
    lacking: tuple[str, ...] = short.part if short is not None else ()
    return Lead(key_of("condition.declared", (lacking or clause.all_of)[0]))


def _of_item(clause: EachItem, short: Requirement | None) -> Lead:
    event_type = "request.answered" if clause.item == "request" else "finding.rectified"
    return Lead(key_of(event_type, short.part.data[clause.item] if short is not None else ""))


def _of_term(_clause: Election, _short: Requirement | None) -> Lead:
    return Lead("election.held")


def _of_tiers(clause: Tiers, _short: Requirement | None) -> Lead:
    if clause.honor:
        return Lead(key_of("honor.received", clause.honor[0]))
    feature = {"feature": ["yes"]} if clause.feature else {}
    return Lead(key_of("publication.made", next(iter(clause.outlet))), feature)


_LEADS: dict[type, Callable[[Any, Requirement | None], Lead]] = {
    EveryPeriod: _of_period,
    Condition: _of_conditions,
    EachItem: _of_item,
    Election: _of_term,
    Tiers: _of_tiers,
}


def _of_need(need: Need, card: Scorecard) -> Lead | None:
    for family, event_type in _TYPES.items():
        code = getattr(need, family)
        if not code:
            continue
        given: dict[str, list[str]] = {}
        if need.feature:
            given["feature"] = ["yes"]
        if need.for_year:
            given["for_year"] = [str(card.rubric.year)]
        return Lead(key_of(event_type, code), given)
    return None


def _days(result: ClauseResult, short: Requirement | None, today: date) -> tuple[date, date] | None:
    """The days of the period that is meant, once it is over; until then the day is today."""
    if short is None or not isinstance(result.rule.clause, EveryPeriod):
        return None
    period = short.part[0]
    return (period.start, period.end) if period.end < today else None
