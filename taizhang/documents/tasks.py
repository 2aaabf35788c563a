"""What a unit has to do, as its page and letter list it: one line for what several branches lack by the same day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from projections.requirement import PENDING, Status
from projections.rules.base import sentence
from projections.scorecard import Scorecard, Shortfall, Translate
from taizhang.language.names import Names


@dataclass(frozen=True, slots=True)
class Task:
    """A clause that somebody has to see to by `due`; `subjects` are the unit or those of its branches that lack it."""

    clause: str
    status: str
    due: str
    days_left: int
    subjects: list[str]
    because: str


@dataclass(frozen=True, slots=True)
class Tasks:
    """`pressing` is overdue and can still be made good; `ahead` by due day; `missed` cannot be mended any more."""

    pressing: list[Task]
    ahead: list[tuple[str, int, list[Task]]]
    missed: list[Task]

    @property
    def next(self) -> Task | None:
        """What comes first: the next deadline's first task, else what is overdue."""
        for _due, _days, tasks in self.ahead:
            return tasks[0]
        return self.pressing[0] if self.pressing else None

    def __iter__(self) -> Iterator[Task]:
        yield from self.pressing
        for _due, _days, tasks in self.ahead:
            yield from tasks
        yield from self.missed

    @property
    def count(self) -> int:
        """How many things can still be done."""
        return len(self.pressing) + sum(len(tasks) for _, _, tasks in self.ahead)


def tasks_of(cards: Sequence[Scorecard], translate: Translate, names: Names) -> Tasks:
    """Return the tasks that the shortfalls of *cards*, one a rubric year, come to; members by *names*."""
    groups: dict[tuple[str, str, date | None, Status, int], list[Shortfall]] = {}
    for card in cards:
        for found in card.shortfalls():
            status = found.requirement.status
            # What is missed is told once a clause: nobody can do anything on any of the days.
            due = None if status is Status.MISSED else found.due
            single = id(found.requirement.part) if found.result.rule.clause.rule == "each_item" else 0
            key = card.rubric.id, found.result.rule.clause.id, due, status, single
            groups.setdefault(key, []).append(found)
    made = [
        (group[0].due, group[0].requirement.status, _task(group, translate, names))
        for group in groups.values()
    ]
    made.sort(key=lambda each: each[0])
    pressing = [task for _, status, task in made if status is Status.OVERDUE]
    missed = [task for _, status, task in made if status is Status.MISSED]
    return Tasks(pressing, _by_due(task for _, status, task in made if status in PENDING), missed)


def _by_due(tasks: Iterable[Task]) -> list[tuple[str, int, list[Task]]]:
    days: dict[str, list[Task]] = {}
    for task in tasks:
        days.setdefault(task.due, []).append(task)
    return [(due, group[0].days_left, group) for due, group in days.items()]


def _task(group: Sequence[Shortfall], translate: Translate, names: Names) -> Task:
    first = group[0]
    card, result = first.card, first.result
    requirements = [found.requirement for found in group]
    because = sentence(result.rule.explain(requirements, card.facts, card.day))
    last = group[-1].due
    return Task(
        clause=result.rule.clause.id,
        status=first.requirement.status.value,
        due=last.isoformat(),
        days_left=(last - card.day).days,
        subjects=list(dict.fromkeys(requirement.subject for requirement in requirements)),
        because=names.spoken(because.render(translate)),
    )
