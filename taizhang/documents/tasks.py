"""What a unit has to do, as its page and letter list it: one line for what several branches lack by the same day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from projections.consequences import cost
from projections.requirement import PENDING, Status
from projections.rules.base import sentence
from projections.scorecard import ANNOUNCED_DAYS, Scorecard, Shortfall, Translate
from rubric.amounts import decimal_text
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
    cost: int = 0
    """What missing it costs if all else that can still be done is done, in hundredths of a point; 0: lost already."""
    key: str = ""
    """Tells it from all others of the unit, today and as long as it stands so."""
    suggested: str = ""
    """By when it is best done: the day by which it is usually done, else a month before it is due; the due day where
    that is past."""
    rubric: str = ""
    """The id of its rubric where that is scored beside the main one."""
    title: str = ""
    """The title of its rubric, where several ask at once."""

    @property
    def rubric_id(self) -> str:
        """The id of the rubric that asks for it, whichever that is."""
        return self.key.partition("~")[0]

    @property
    def points(self) -> str:
        """The cost as points."""
        return decimal_text(self.cost)


@dataclass(frozen=True, slots=True)
class Tasks:
    """`pressing` is overdue and can still be made good; `ahead` by due day; of `missed` the ledger has no record.

    Of a whole year also `later`, by suggested day, `idle`: what costs nothing any more, its points being lost
    already, stands below all that does; and `of_office`.
    """

    pressing: list[Task]
    ahead: list[tuple[str, int, list[Task]]]
    missed: list[Task]
    later: list[Task] = field(default_factory=list)
    idle: list[Task] = field(default_factory=list)
    of_office: list[Task] = field(default_factory=list)
    """What the office has yet to record; the unit has nothing to do about it."""

    @property
    def next(self) -> Task | None:
        """What comes first: the next deadline's first task, else what is overdue."""
        for _due, _days, tasks in self.ahead:
            return tasks[0]
        return next(iter([*self.pressing, *self.later]), None)

    def __iter__(self) -> Iterator[Task]:
        yield from self.pressing
        for _due, _days, tasks in self.ahead:
            yield from tasks
        yield from self.later
        yield from self.idle
        yield from self.missed

    def first(self, count: int) -> tuple[Tasks, list[Task]]:
        """Return the same with no more than *count* of what presses or comes next, and what of that is left over."""
        pressing, left = self.pressing[:count], self.pressing[count:]
        room = count - len(pressing)
        ahead = []
        for due, days, tasks in self.ahead:
            if room > 0:
                ahead.append((due, days, tasks[:room]))
            left += tasks[max(room, 0) :]
            room -= len(tasks)
        return replace(self, pressing=pressing, ahead=ahead), left

    @property
    def count(self) -> int:
        """How many things can still be done, and are worth something."""
        return len(self.pressing) + sum(len(tasks) for _, _, tasks in self.ahead) + len(self.later)


def tasks_of(
    cards: Sequence[Scorecard],
    translate: Translate,
    names: Names,
    *,
    whole_year: bool = False,
    grace_days: int = -1,
) -> Tasks:
    """Return the tasks that the shortfalls of *cards*, one a rubric year, come to; members by *names*.

    *whole_year*: also what is due later than the shortfalls say, and every missed day on its own, to record it there.
    *grace_days*: of those who look on, who are told that something was missed so many days later than the unit.
    """
    groups = task_groups(cards, whole_year=whole_year, grace_days=grace_days)
    several = any(card.rubric.is_beside for card in cards) and len(cards) > 1
    made = [(group, _task(key, group, translate, names, several)) for key, group in groups.items()]
    of_office = [task for group, task in made if group[0].by_office]
    tasks = [task for group, task in made if not group[0].by_office]
    missed = [task for task in tasks if task.status == Status.MISSED]
    undone = [task for task in tasks if task.status != Status.MISSED]
    if not whole_year:
        undone.sort(key=lambda task: task.due)
        missed.sort(key=lambda task: task.due)
        pressing, pending = _parted(undone)
        return Tasks(pressing, _by_due(pending), missed)
    undone.sort(key=lambda task: (task.due, -task.cost))
    missed.sort(key=lambda task: (-task.cost, task.due))
    pressing, pending = _parted(task for task in undone if task.cost)
    soon = [task for task in pending if task.days_left <= ANNOUNCED_DAYS]
    later = [task for task in pending if task.days_left > ANNOUNCED_DAYS]
    later.sort(key=lambda task: (task.suggested, -task.cost))
    idle = [task for task in undone if not task.cost]
    return Tasks(pressing, _by_due(soon), missed, later, idle, of_office)


def task_groups(
    cards: Sequence[Scorecard], *, whole_year: bool = False, grace_days: int = -1
) -> dict[str, list[Shortfall]]:
    """Return the shortfalls of *cards* that make one task each, by the task's key; *grace_days* as in `tasks_of`."""
    groups: dict[str, list[Shortfall]] = {}
    for card in cards:
        for found in card.shortfalls(everything=whole_year):
            if found.requirement.status is Status.MISSED and (card.day - found.due).days <= grace_days:
                continue
            groups.setdefault(_key(found, whole_year=whole_year), []).append(found)
    return groups


def _parted(tasks: Iterable[Task]) -> tuple[list[Task], list[Task]]:
    """Return what is overdue and what is still ahead."""
    overdue: list[Task] = []
    pending: list[Task] = []
    for task in tasks:
        (overdue if task.status == Status.OVERDUE else pending).append(task)
    return overdue, pending


def _key(found: Shortfall, *, whole_year: bool) -> str:
    """What makes one line: a clause, what became of it, its day, and of requests and findings each on its own."""
    clause, status = found.result.rule.clause, found.requirement.status
    due: date | None = found.due
    if whole_year:
        # What is far ahead is one line a clause: nobody plans by twelve equal lines.
        if status in PENDING and (found.due - found.card.day).days > ANNOUNCED_DAYS:
            due = None
    elif status is Status.MISSED:
        due = None
    single = found.result.rule.key_of(found.requirement) if clause.rule == "each_item" else ""
    return "~".join((found.card.rubric.id, clause.id, due.isoformat() if due else "", status.value, single))


def _by_due(tasks: Iterable[Task]) -> list[tuple[str, int, list[Task]]]:
    days: dict[str, list[Task]] = {}
    for task in tasks:
        days.setdefault(task.due, []).append(task)
    return [(due, group[0].days_left, group) for due, group in days.items()]


def _task(key: str, group: Sequence[Shortfall], translate: Translate, names: Names, several: bool) -> Task:
    first = group[0]
    card, result = first.card, first.result
    requirements = [found.requirement for found in group]
    because = sentence(result.rule.explain(requirements, card.facts, card.day))
    # Of what was missed the last day tells how long ago; of what is ahead the first comes first.
    last = group[-1].due if first.requirement.status is Status.MISSED else first.due
    return Task(
        clause=result.rule.clause.id,
        status=first.requirement.status.value,
        due=last.isoformat(),
        days_left=(last - card.day).days,
        subjects=list(dict.fromkeys(requirement.subject for requirement in requirements)),
        because=names.spoken(because.render(translate)),
        cost=cost(card.evaluation, result, requirements),
        key=key,
        suggested=_suggested(first.expected_by, last, card.day).isoformat(),
        rubric=card.rubric.id if card.rubric.is_beside else "",
        title=card.rubric.title if several else "",
    )


def _suggested(expected: date | None, due: date, today: date) -> date:
    """Return the best day: the last one is no good, for what goes wrong then cannot be made good."""
    ahead = [day for day in (expected, due - timedelta(days=ANNOUNCED_DAYS)) if day and today <= day < due]
    return min(ahead, default=due)
