"""The requirements that each rule kind makes of a unit: contract §5 and the readings of the clause sheet."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.amounts import exact, shown
from tests.oracle.history import Known, Record, as_date
from tests.oracle.matching import Clause, due_of, final_of, matching, scope_subject
from tests.oracle.members import (
    all_members,
    attended,
    elapsed_part,
    exempt,
    flag,
    hours,
    membership,
    present,
    required,
    study_activities,
)
from tests.oracle.organization import branches, closed_on, field_on, registered_on
from tests.oracle.requirement import Requirement

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6}


def past_expected(known: Known, need: Clause) -> bool:
    """Whether the day is past the day by which one would expect it."""
    return "expected_by" in need and known.as_of > as_date(need["expected_by"])


def one_need(known: Known, need: Clause, subject: str, own_only: bool) -> Requirement:
    """At least n matching records in the window."""
    due, final = due_of(known, need), final_of(known, need)
    found = matching(known, need, final, subject if own_only else None)
    wanted = int(need.get("n", 1))
    return Requirement(
        subject,
        due,
        final,
        satisfied=len(found) >= wanted,
        behind=past_expected(known, need),
        missing=str(max(wanted - len(found), 0)),
        records=found,
    )


def once(known: Known, clause: Clause) -> list[Requirement]:
    """Of the tree, of the unit itself, or of every branch."""
    if clause.get("scope", "tree") != "each_branch":
        return [one_need(known, clause, known.unit, scope_subject(known, clause) is not None)]
    due, final = due_of(known, clause), final_of(known, clause)
    asked = branches(known, min(known.cutoff, final)) or [known.unit]
    requirements = []
    for subject in asked:
        requirement = one_need(known, clause, subject, own_only=True)
        closed = closed_on(known, subject)
        if closed is not None and closed <= due:
            requirement.applicable = False
        if "applies_if" in clause and not field_on(
            known, subject, clause["applies_if"], min(due, known.cutoff)
        ):
            requirement.applicable = False
        requirements.append(requirement)
    return requirements


def all_of(known: Known, clause: Clause) -> list[Requirement]:
    """Several needs, each with its own due day."""
    own_only = scope_subject(known, clause) is not None
    return [one_need(known, need, known.unit, own_only) for need in clause["needs"]]


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


def subjects_in_period(known: Known, clause: Clause, last: date) -> list[str]:
    """Who is asked in a period that ends on that day."""
    if clause.get("scope", "tree") != "each_branch":
        return [known.unit]
    return branches(known, min(known.cutoff, last)) or [known.unit]


def applies_in_period(known: Known, clause: Clause, subject: str, last: date) -> bool:
    """Not before it was registered, not once it is closed, and only if it has what the clause asks for."""
    registered, closed = registered_on(known, subject), closed_on(known, subject)
    if registered is None or last < registered:
        return False
    if closed is not None and last >= closed:
        return False
    if "applies_if" in clause:
        return bool(field_on(known, subject, clause["applies_if"], min(last, known.cutoff)))
    return True


def leaders_on(known: Known, day: date) -> list[str]:
    """The members present in the tree that day who are leaders."""
    return [
        member
        for member in all_members(known)
        if membership(known, member, day) is not None and flag(known, member, "leader", day)
    ]


def every_period(known: Known, clause: Clause) -> list[Requirement]:
    """Each period on its own, and in it each subject that is asked."""
    requirements = []
    for first, last in periods(known.year, clause["period"]):
        for subject in subjects_in_period(known, clause, last):
            own_only = clause.get("scope", "tree") != "tree"
            window = {**clause, "window": [first, last]}
            found = matching(known, window, last, subject if own_only else None)
            requirement = Requirement(subject, last, last, len(found) >= 1, group=str(last), records=found)
            requirement.applicable = applies_in_period(known, clause, subject, last)
            if clause.get("attended_by") == "every_leader":
                ask_every_leader(known, requirement)
            requirements.append(requirement)
    return requirements


def ask_every_leader(known: Known, requirement: Requirement) -> None:
    """Satisfied when every leader attended one of the meetings; not applicable without a leader."""
    leaders = leaders_on(known, min(requirement.due, known.cutoff))
    meetings = requirement.records
    absent = [one for one in leaders if not any(attended(known, meeting, one) for meeting in meetings)]
    requirement.satisfied = not absent
    requirement.missing = str(len(absent))
    if not leaders:
        requirement.applicable = False


def total(known: Known, clause: Clause) -> list[Requirement]:
    """A sum or a count against a threshold, all or nothing."""
    if clause["measure"] == "study_hours":
        return [study(known, clause)]
    final = final_of(known, clause)
    found = matching(known, clause, final, scope_subject(known, clause))
    requirement = Requirement(known.unit, due_of(known, clause), final, satisfied=False, records=found)
    threshold = threshold_of(known, clause, final)
    if threshold is not None:
        against(known, clause, requirement, Fraction(len(found)), threshold)
    return [requirement]


def threshold_of(known: Known, clause: Clause, final: date) -> Fraction | None:
    """The number itself, the one for the unit's kind, or the target of the first plan; None without a plan."""
    threshold = clause["threshold"]
    if threshold == "target_sessions":
        plans = matching(known, {"document": "volunteer_plan", "for_year": True}, final)
        target = plans[0].data.get("target_sessions") if plans else None
        return None if target is None else Fraction(int(target))
    if isinstance(threshold, dict):
        return exact(threshold[field_on(known, known.unit, "kind", known.cutoff)])
    return exact(threshold)


def against(known: Known, clause: Clause, requirement: Requirement, have: Fraction, need: Fraction) -> None:
    """Satisfied when there is enough; behind when it is below the pace line."""
    requirement.satisfied = have >= need
    requirement.missing = shown(max(need - have, Fraction(0)))
    if clause.get("pace"):
        requirement.behind = have < need * elapsed_part(known)


def study(known: Known, clause: Clause) -> Requirement:
    """Every counted member must reach what he needs; without members the sum of hours stands for the unit."""
    threshold = exact(clause["threshold"])
    found = study_activities(known)
    requirement = Requirement(known.unit, due_of(known, clause), final_of(known, clause), True, records=found)
    if not all_members(known):
        have = sum((exact(record.data["study_hours"]) for record in found), Fraction(0))
        against(known, clause, requirement, have, threshold)
        return requirement
    counted = [there for there in present(known) if not exempt(known, there.member)]
    if not counted:
        requirement.applicable = False
    largest_lack = Fraction(0)
    for there in counted:
        have, need = hours(known, there.member), required(known, there, threshold)
        largest_lack = max(largest_lack, need - have)
        if have < need:
            requirement.satisfied = False
        if clause.get("pace") and have < need * elapsed_part(known):
            requirement.behind = True
    requirement.missing = shown(largest_lack)
    return requirement


def condition(known: Known, clause: Clause) -> list[Requirement]:
    """The latest declaration of the year of each condition is yes or not_applicable."""
    found = []
    missing = 0
    for code in clause["all_of"]:
        latest = None
        for record in known.of("condition.declared"):
            if record.data["condition"] == code and known.first_day <= record.day <= known.last_day:
                latest = record
        if latest is not None:
            found.append(latest)
        if latest is None or latest.data["value"] == "no":
            missing += 1
    due, final = due_of(known, clause), final_of(known, clause)
    return [Requirement(known.unit, due, final, missing == 0, missing=str(missing), records=found)]


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
    for record in known.of("organization.registered"):
        if record.subject == known.unit and next_term(record) is not None:
            term, source = next_term(record), [record]
    steps = known.of("election.held", "election.postponed", "organization.changed")
    for step in [step for step in steps if step.subject == known.unit and next_term(step) is not None]:
        if term is not None:
            requirements += term_replaced(known, term, source, step)
        term, source = next_term(step), [step]
    if term is not None and term <= known.last_day:
        requirements.append(Requirement(known.unit, term, term, satisfied=False, records=source))
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
    if step.type == "organization.changed":
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
