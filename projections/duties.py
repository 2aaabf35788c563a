"""Duties: what a unit has not done yet, in a form that holds while the days pass and no event comes.

A requirement says what was so on one day. Its unmet ones, taken together with the days on which they turn, say what
will be so on every later day until the unit's next event: this is what reminders are planned from, and it is small
enough to be kept. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.event import SHANGHAI, instant_of
from rubric.clauses import Award

from .evaluation import ClauseResult, Evaluation
from .records import Record
from .requirement import MAY_BE_LOST, NEVER, Requirement, Status, unmet_status


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing not done, for every subject that has not done it."""

    rubric: str
    """Label of the rubric that asks for it: `id@version`."""
    clause: str
    key: str
    """Tells it from other duties of its clause and day: a request's or finding's key, a need's code."""
    due: date
    final: date
    award: bool
    behind_from: date | None
    """The first day on which it is behind (expected by then, or below the pace line); None when it never is."""
    subjects: tuple[str, ...]
    raised: tuple[date, ...] = ()
    """Of a request or finding: the day it was raised, and the day the ledger heard of it."""
    turned: date | None = None
    """When it was found past its due day without having been open before: a claim was returned, a record retracted."""

    @property
    def place(self) -> tuple[str, str, str, date]:
        """What stays the same as long as it is the same duty."""
        return self.rubric, self.clause, self.key, self.due

    def status(self, day: date) -> Status:
        """Return the status on *day*, no event having come since the duty was found."""
        lagging = self.behind_from is not None and day >= self.behind_from
        return unmet_status(day, self.due, self.final, lagging=lagging, award=self.award)


def duties_of(evaluation: Evaluation, day: date) -> list[Duty]:
    """Return what *evaluation*, made for *day*, leaves undone: by clause in the rubric's order, then by due day."""
    return [
        duty
        for result in evaluation.results
        for duty in _duties_of_clause(result, evaluation.rule_set.rubric.label, day)
    ]


def unmet(result: ClauseResult) -> Iterable[Requirement]:
    """Yield the requirements of a clause that are not satisfied and have a day."""
    for requirement in result.requirements:
        if requirement.status in MAY_BE_LOST and requirement.due is not None:
            yield requirement


def _duties_of_clause(result: ClauseResult, rubric: str, day: date) -> Iterable[Duty]:
    grouped: dict[tuple[date, str, Status], list[Requirement]] = {}
    for requirement in unmet(result):
        assert requirement.due is not None, "unmet requirements have a due day"
        place = (requirement.due, result.rule.key_of(requirement), requirement.status)
        grouped.setdefault(place, []).append(requirement)
    for (due, key, _), group in sorted(grouped.items()):
        yield _duty(result, rubric, key, due, group, day)


def _duty(
    result: ClauseResult, rubric: str, key: str, due: date, group: Sequence[Requirement], day: date
) -> Duty:
    first, clause = group[0], result.rule.clause
    part = first.part
    return Duty(
        rubric,
        clause.id,
        key,
        due,
        result.rule.final_of(first) or due,
        isinstance(clause, Award),
        _behind_from(first, due, day),
        tuple(dict.fromkeys(requirement.subject for requirement in group)),
        _raised(part) if clause.rule == "each_item" else (),
    )


def _behind_from(requirement: Requirement, due: date, day: date) -> date | None:
    if requirement.status is Status.BEHIND:
        return day
    turns = requirement.changes_on
    # What is open and turns by the day it is due has only that to turn into.
    return turns if requirement.status is Status.OPEN and turns != NEVER and turns <= due else None


def _raised(item: Record) -> tuple[date, ...]:
    heard = instant_of(item.recorded).astimezone(SHANGHAI).date()
    return tuple(sorted({item.day, heard}))
