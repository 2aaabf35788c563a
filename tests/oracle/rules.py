"""The requirements that each rule kind makes of a unit: contract §5 and the readings of the clause sheet."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.oracle.amounts import exact, shown
from tests.oracle.history import Known, Record, as_date
from tests.oracle.matching import Clause, due_of, final_of, matching, scope_subject
from tests.oracle.members import (
    all_members,
    attended,
    counted,
    elapsed_part,
    flag,
    gathering_of,
    hours,
    hours_of,
    present,
    required,
    start_of,
    study_activities,
    subject_on,
    unbroken_since,
)
from tests.oracle.organization import field_on, first_branch_on, owes, registered_on, standing
from tests.oracle.requirement import Requirement

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6}


def past_expected(known: Known, need: Clause) -> bool:
    """Whether the day is past the day by which one would expect it."""
    return "expected_by" in need and known.as_of > as_date(need["expected_by"])


def one_need(known: Known, need: Clause, subject: str, found: list[Record]) -> Requirement:
    """At least n of the matching records that were found."""
    due, wanted = due_of(known, need), int(need.get("n", 1))
    return Requirement(
        subject,
        due,
        final_of(known, need),
        satisfied=len(found) >= wanted,
        applicable=owes(known, subject, due),
        behind=past_expected(known, need),
        missing=str(max(wanted - len(found), 0)),
        records=found,
        expected_by=as_date(need["expected_by"]) if "expected_by" in need else None,
    )


def of_branch(known: Known, clause: Clause, branch: str, found: list[Record]) -> list[Record]:
    """Those of the tree's records that count for a branch: its own, and some of the unit's (scope each_branch)."""
    first = first_branch_on(known)

    def counts(record: Record) -> bool:
        if record.subject != known.unit:
            return record.subject == branch
        before_branches = first is not None and record.day < first
        for_all = clause.get("unit_counts") and record.data.get("attendees") == "all"
        return before_branches or bool(for_all)

    return [record for record in found if counts(record)]


def applies(known: Known, clause: Clause, subject: str, last: date) -> bool:
    """Whether the subject has what the clause asks about, on the period's last day or on the day if earlier."""
    name = clause.get("applies_if")
    return name is None or bool(field_on(known, subject, name, min(last, known.cutoff)))


def once(known: Known, clause: Clause) -> list[Requirement]:
    """Of the tree, of the unit itself, or of every branch standing."""
    due, final = due_of(known, clause), final_of(known, clause)
    found = matching(known, clause, final, scope_subject(known, clause))
    if clause.get("scope", "tree") != "each_branch":
        return [one_need(known, clause, known.unit, found)]
    stand = standing(known, min(known.as_of, due, known.last_day), due)
    requirements = [one_need(known, clause, each, of_branch(known, clause, each, found)) for each in stand]
    if not stand:
        requirements = [one_need(known, clause, known.unit, found)]
    for requirement in requirements:
        requirement.applicable &= applies(known, clause, requirement.subject, due)
    return requirements


def all_of(known: Known, clause: Clause) -> list[Requirement]:
    """Several needs, each with its own due day."""
    subject = scope_subject(known, clause)
    return [
        one_need(known, need, known.unit, matching(known, need, final_of(known, need), subject))
        for need in clause["needs"]
    ]


def award(known: Known, clause: Clause) -> list[Requirement]:
    """Earned, not lost."""
    requirements = once(known, clause)
    for requirement in requirements:
        requirement.award = True
    return requirements


def periods(year: int, length: str) -> list[tuple[date, date]]:
    """The first and last day of each month, quarter or half of the year."""
    found = []
    for month in range(1, 13, MONTHS_IN[length]):
        following = month + MONTHS_IN[length]
        next_first = date(year + 1, 1, 1) if following > 12 else date(year, following, 1)
        found.append((date(year, month, 1), next_first - timedelta(days=1)))
    return found


def every_period(known: Known, clause: Clause) -> list[Requirement]:
    """Each period on its own, and in it each subject that is asked."""
    requirements = []
    for first, last in periods(known.year, clause["period"]):
        window = {**clause, "window": [first, last]}
        found = matching(known, window, last, scope_subject(known, clause))
        stand = []
        if clause.get("scope", "tree") == "each_branch":
            stand = standing(known, min(last, known.as_of), last)
        for subject in stand or [known.unit]:
            records = of_branch(known, clause, subject, found) if stand else found
            requirement = Requirement(subject, last, last, bool(records), group=str(last), records=records)
            requirement.applicable = owes(known, subject, last) and applies(known, clause, subject, last)
            if clause.get("attended_by") == "every_leader":
                ask_every_leader(known, requirement)
            requirements.append(requirement)
    return requirements


def leaders_asked(known: Known, last: date) -> list[str]:
    """Who is a leader in the tree on the period's last day (or today), and long enough by its end."""
    day = min(last, known.as_of)
    asked = []
    for member in all_members(known):

        def leads(one: date, member: str = member) -> bool:
            return subject_on(known, member, one) is not None and flag(known, member, "leader", one)

        since = unbroken_since(known, member, day, leads)
        if since is not None and (last - since).days + 1 >= known.newcomer_days:
            asked.append(member)
    return asked


def is_his(known: Known, meeting: Record, member: str) -> bool:
    """Whether he attended, and it was of the branch that was his that day (any, where that was the unit itself)."""
    subject = subject_on(known, member, meeting.day)
    return (
        subject is not None and subject in {known.unit, meeting.subject} and attended(known, meeting, member)
    )


def ask_every_leader(known: Known, requirement: Requirement) -> None:
    """Satisfied when every leader attended one of his meetings; not applicable without a leader."""
    leaders = leaders_asked(known, requirement.due)
    meetings = requirement.records
    absent = [one for one in leaders if not any(is_his(known, meeting, one) for meeting in meetings)]
    requirement.satisfied = not absent
    requirement.missing = str(len(absent))
    if not leaders:
        requirement.applicable = False


def total(known: Known, clause: Clause) -> list[Requirement]:
    """A sum or a count against a threshold, all or nothing."""
    if clause["measure"] == "study_hours":
        return [study(known, clause)]
    due, final = due_of(known, clause), final_of(known, clause)
    found = matching(known, clause, final, scope_subject(known, clause))
    requirement = Requirement(known.unit, due, final, satisfied=False, records=found)
    requirement.applicable = owes(known, known.unit, due)
    threshold = threshold_of(known, clause)
    if threshold is not None:
        have = Fraction(len({thing_of(record) for record in found}))
        requirement.satisfied = have >= threshold
        requirement.missing = shown(max(threshold - have, Fraction(0)))
        line = threshold * elapsed_part(known, unit_start(known))
        requirement.behind = bool(clause.get("pace")) and have < floor(line)
    return [requirement]


def thing_of(record: Record) -> Any:
    """What is counted once: a gathering; a publication of an outlet by its url, else by its title."""
    if record.type == "activity.held":
        return gathering_of(record)
    if "url" in record.data:
        return record.data["outlet"], "url", record.data["url"]
    return record.data["outlet"], "title", record.data["title"]


def unit_start(known: Known) -> date:
    """The day of the unit's registration."""
    registered = registered_on(known, known.unit)
    assert registered is not None
    return registered


def threshold_of(known: Known, clause: Clause) -> Fraction | None:
    """The number itself, the one for the unit's kind, or the target of the plan; None without a plan."""
    threshold = clause["threshold"]
    if threshold == "target_sessions":
        return target_of(known)
    if isinstance(threshold, dict):
        threshold = threshold[field_on(known, known.unit, "kind", known.reference_day)]
    amount, start = exact(threshold), unit_start(known)
    if clause.get("prorate") and start.year == known.year:
        return Fraction(ceil(amount * (13 - start.month) / 12))
    return amount


def target_of(known: Known) -> Fraction | None:
    """That of the unit's latest plan filed by 30 June, else of its own first, else of the first plan of a branch."""
    plans = matching(known, {"document": "volunteer_plan", "for_year": True}, known.last_day)
    own = [plan for plan in plans if plan.subject == known.unit]
    early = [plan for plan in own if plan.day <= date(known.year, 6, 30)]
    chosen = early[-1:] or own[:1] or plans[:1]
    return Fraction(int(chosen[0].data.get("target_sessions", 1))) if chosen else None


def study(known: Known, clause: Clause) -> Requirement:
    """Every counted member must reach what he needs; without members the sum of hours stands for the unit."""
    threshold = exact(clause["threshold"])
    found, due = study_activities(known), due_of(known, clause)
    requirement = Requirement(known.unit, due, final_of(known, clause), True, records=found)
    requirement.applicable = owes(known, known.unit, due)
    pace = bool(clause.get("pace"))
    if not all_members(known):
        have = hours_of(found)
        requirement.satisfied = have >= threshold
        requirement.missing = shown(max(threshold - have, Fraction(0)))
        requirement.behind = pace and have < threshold * elapsed_part(known, unit_start(known))
        return requirement
    asked = [there for there in present(known) if counted(known, there)]
    requirement.applicable &= bool(asked)
    largest_lack = Fraction(0)
    for there in asked:
        have, need = hours(known, there.member), required(known, there, threshold)
        largest_lack = max(largest_lack, need - have)
        requirement.satisfied &= have >= need
        requirement.behind |= pace and have < need * elapsed_part(known, start_of(known, there))
    requirement.missing = shown(largest_lack)
    return requirement


def condition(known: Known, clause: Clause) -> list[Requirement]:
    """The latest declaration of the year of each condition is yes or not_applicable."""
    found = []
    missing = 0
    enough = {"yes", "not_applicable"} if clause.get("allow_not_applicable", True) else {"yes"}
    for code in clause["all_of"]:
        latest = None
        for record in known.of("condition.declared"):
            if record.data["condition"] == code and known.first_day <= record.day <= known.last_day:
                latest = record
        if latest is not None:
            found.append(latest)
        if latest is None or latest.data["value"] not in enough:
            missing += 1
    due, final = due_of(known, clause), final_of(known, clause)
    requirement = Requirement(known.unit, due, final, missing == 0, missing=str(missing), records=found)
    requirement.applicable = owes(known, known.unit, due)
    return [requirement]


def each_item(known: Known, clause: Clause) -> list[Requirement]:
    """Each request or finding of the year on its own."""
    if clause["item"] == "request":
        opening, closing, key = "request.issued", "request.answered", "request"
    else:
        opening, closing, key = "finding.raised", "finding.rectified", "finding"
    requirements = []
    for item in known.of(opening):
        if not known.first_day <= item.day <= known.last_day:
            continue
        due = as_date(item.data["due_on"])
        final = max(known.closing, due) if clause["final"] == "closing" else due
        answers = [
            record
            for record in known.of(closing)
            if record.data[key] == item.data[key] and record.day <= final
        ]
        requirements.append(
            Requirement(
                item.subject, due, final, bool(answers), group=item.data[key], records=[item, *answers]
            )
        )
    return requirements


def election(known: Known, clause: Clause) -> list[Requirement]:
    """Each term that was in force and ran out, or runs out, by the end of the year."""
    term: date | None = None
    source: list[Record] = []
    requirements = []
    types = ("organization.registered", "organization.changed", "election.held", "election.postponed")
    steps = known.of(*types)
    for step in [step for step in steps if step.subject == known.unit and next_term(step) is not None]:
        if term is not None:
            requirements += term_replaced(known, term, source, step)
        term, source = next_term(step), [step]
    if term is not None and term <= known.last_day:
        requirements.append(Requirement(known.unit, term, term, satisfied=False, records=source))
    for requirement in requirements:
        requirement.applicable = owes(known, known.unit, requirement.due)
    return requirements


def next_term(record: Record) -> date | None:
    """The day on which the term ends that begins with this record."""
    for name in ("next_term_ends_on", "until", "term_ends_on"):
        if name in record.data:
            return as_date(record.data[name])
    return None


def term_replaced(known: Known, term: date, source: list[Record], step: Record) -> list[Requirement]:
    """What a term asked of this year when an election, a postponement or a change took its place."""
    if term > known.last_day or step.day < known.first_day:
        return []
    if step.day > term:
        return [Requirement(known.unit, term, term, satisfied=False, records=source)]
    if step.type.startswith("organization."):
        return []
    return [Requirement(known.unit, term, term, satisfied=True, records=[*source, step])]


def judgement(known: Known, clause: Clause) -> list[Requirement]:
    """An assessor's decision only."""
    return []


RULES: dict[str, Callable[[Known, Clause], list[Requirement]]] = {
    "once": once,
    "all_of": all_of,
    "every_period": every_period,
    "total": total,
    "each_item": each_item,
    "condition": condition,
    "award": award,
    "election": election,
    "judgement": judgement,
}
