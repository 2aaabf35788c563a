"""What missing one thing costs, if all else that can still be done is done. Pure, exact, in hundredths of a point.

Contract §5 measures a stake in the floor, where everything still open counts as lost: of twelve open months that cost
one point together, none has a stake there until eleven are decided. Who is to be told in time asks the other way: what
does the ceiling lose if this one is missed and nothing else goes wrong?
"""

from __future__ import annotations

from collections.abc import Sequence

from rubric.amounts import hundredths

from .facts import Facts
from .records import Record
from .requirement import NEVER, Requirement, Status
from .rules.base import Rule


def judged_by(rule: Rule, facts: Facts) -> tuple[list[Record], int]:
    """Return the judgements on a clause that count in its rubric's year, and the sum of their deductions."""
    rubric = rule.rubric
    judgements = [
        record
        for record in facts.records(f"judgement:{rule.clause.id}")
        if record.for_year == rubric.year
        and record.day <= rubric.judged_until
        and record.data.get("rubric", rubric.id) == rubric.id
    ]
    return judgements, sum(hundredths(record.data["deduct"]) for record in judgements)


def cost_of(
    rule: Rule, requirements: Sequence[Requirement], chosen: Sequence[Requirement], judged: int, room: int
) -> int:
    """Return by how much the ceiling is lower with *chosen* missed than with them met.

    *requirements* are all of the clause, *judged* its deductions, *room* what its indicator can still lose besides what
    other clauses of it have lost for good.
    """
    ids = {id(each) for each in chosen}
    others = [each for each in requirements if id(each) not in ids]
    maximum: int = rule.clause.max

    def lost(counted: Sequence[Requirement]) -> int:
        return max(0, min(maximum, rule.loss(counted).ceiling + judged, room))

    # What is met costs nothing, so that it may as well not be there.
    return lost([*others, *map(_missed, chosen)]) - lost(others)


def _missed(requirement: Requirement) -> Requirement:
    # Not `dataclasses.replace`: a district's duties are worked out in one go, and it takes longer than all the rest.
    return Requirement(
        requirement.subject, Status.MISSED, requirement.due, requirement.missing, (), NEVER, requirement.part
    )
