"""What missing one thing costs, if all else that can still be done is done. Pure, exact, in hundredths of a point.

Contract §5 measures a stake in the floor, where everything still open counts as lost: of twelve open months that cost
one point together, none has a stake there until eleven are decided. Who is to be told in time asks the other way: what
does the ceiling lose if this one is missed and nothing else goes wrong?
"""

from __future__ import annotations

from collections.abc import Sequence

from rubric.amounts import Amount, hundredths, whole_hundredths

from .appeals import is_about
from .facts import Facts
from .records import Record
from .requirement import NEVER, Requirement, Status
from .rules.base import Rule
from .rules.measured import MeasuredRule


def judged_by(rule: Rule, facts: Facts) -> tuple[list[Record], int]:
    """Return the judgements on a clause that count in its rubric's year, and the sum of their deductions."""
    rubric = rule.rubric
    judgements = [
        record
        for record in facts.records(f"judgement:{rule.clause.id}")
        if record.for_year == rubric.year and record.day <= rubric.judged_until and is_about(record, rubric)
    ]
    return judgements, sum(hundredths(record.data["deduct"]) for record in judgements)


def cost_of(
    rule: Rule, requirements: Sequence[Requirement], chosen: Sequence[Requirement], judged: int, room: Amount
) -> int:
    """Return by how much the ceiling is lower with *chosen* missed than with them met.

    *requirements* are all of the clause, *judged* its deductions, *room* what its indicator can still lose besides what
    other clauses of it have lost for good.
    """
    ids = {id(each) for each in chosen}
    others = [each for each in requirements if id(each) not in ids]
    maximum: Amount = rule.clause.max

    def lost(counted: Sequence[Requirement]) -> Amount:
        return max(0, min(maximum, lost_for_good(rule, counted) + judged, room))

    # What is met costs nothing, so that it may as well not be there; but a measured number would be another one.
    met = [as_if(Status.MET, each) for each in chosen] if isinstance(rule, MeasuredRule) else []
    missed = [as_if(Status.MISSED, each) for each in chosen]
    return whole_hundredths(lost([*others, *missed]) - lost([*others, *met]))


def lost_for_good(rule: Rule, requirements: Sequence[Requirement]) -> Amount:
    """Return what a clause has lost though all be done that still can be; or, where it earns, can earn no more."""
    if isinstance(rule, MeasuredRule) and rule.clause.gains:
        most: Amount = rule.clause.max
        return max(most - rule.points(requirements).high, 0)
    return rule.loss(requirements).ceiling


def as_if(status: Status, requirement: Requirement) -> Requirement:
    """Return *requirement* as it would be with *status*, whatever the day."""
    # Not `dataclasses.replace`: a district's duties are worked out in one go, and it takes longer than all the rest.
    return Requirement(
        requirement.subject, status, requirement.due, requirement.missing, (), NEVER, requirement.part
    )
