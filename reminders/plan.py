"""Who hears of what on a day: duties + day + lead days + contacts -> one message a person. Pure.

A secretary hears everything; who looks on hears what stays unmet a week before it is due (an assessor), and what is
past once there was time to record it late (he and the district's office). Who has unsubscribed hears only what is past.
Of what nothing can be lost through any more nobody is written to. At a quarter's end the message is a letter with the
whole picture: whatever is behind its pace stands in it too. In January and September it says what the year still asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from projections.duties import Duty
from projections.requirement import Status

from .contacts import Book, Contact, Person, Role
from .triggers import (
    ASIDE,
    LEADS,
    PACE,
    PAST,
    RAISED,
    SUMMER,
    WATCHER_LEADS,
    Window,
    announces_summer,
    in_third_quarter,
    is_letter,
    letter_told,
    quarter_told,
    stage_of,
)

Told = tuple[str, str, str, str, str]
"""What somebody was told of: person, unit, clause, key, due day (ISO)."""


@dataclass(frozen=True, slots=True)
class ClauseTerms:
    """What the plan has to know of a clause."""

    leads: tuple[int, ...] = LEADS
    quarterly: bool = False
    period_days: int | None = None
    """How often it comes back; None: once a year, or as asked."""
    year: int = 0
    """The rubric's year."""


class Item(NamedTuple):
    """One duty of one unit, spoken of to one person for one reason."""

    unit: str
    """The unit, or the branch (``UNIT/BRANCH``) of whoever hears of that alone."""
    role: Role
    rubric: str
    clause: str
    key: str
    due: date
    stage: str


@dataclass(slots=True)
class Draft:
    """One message to be: to whom, on which day, about what. A `quarter` makes it a letter."""

    person: Person
    day: date
    since: date
    """The last day that was answered for before."""
    quarter: str | None = None
    """`2017-Q1-14`, or for a letter on all that the year asks `year-2017`, `term-2017`."""
    items: dict[Told, Item] = field(default_factory=dict)

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether anything in it is more than an aside."""
        return not all(item.stage.startswith(ASIDE) for item in self.items.values())


class Telling:
    """What was told before, so that nothing is told twice: each duty with the stage at which it was."""

    def __init__(self, told: Iterable[tuple[Told, str]] = ()) -> None:
        self._told = set(told)
        self._duties = {duty for duty, _ in self._told}
        self._letters = {
            (person, unit, stage) for (person, unit, *_), stage in self._told if is_letter(stage)
        }

    def includes(self, duty: Told, stage: str) -> bool:
        """Whether *duty* was told of at *stage*; that it was raised is no news once it was told of at all."""
        return duty in self._duties if stage == RAISED else (duty, stage) in self._told

    def had_letter(self, person: str, unit: str, stage: str) -> bool:
        """Whether a letter on all that the year asks of *unit* was written to *person*."""
        return (person, unit, stage) in self._letters


WindowOf = Callable[[Person], Window | None]


def plan(
    units: Iterable[tuple[str, Sequence[Duty]]],
    book: Book,
    terms: Mapping[tuple[str, str], ClauseTerms],
    window_of: WindowOf,
    telling: Telling,
    grace_days: int = 0,
) -> list[Draft]:
    """Return the messages of a day, by person id. *units* are unit ids with what each has not done.

    *terms* are found by rubric label and clause; *window_of* says what a run answers for, for one person; who looks on
    is told that something was missed *grace_days* later than the unit itself.
    """
    drafts: dict[str, Draft] = {}
    seen: defaultdict[tuple[Window, bool], dict[object, str | None]] = defaultdict(dict)
    windows = {person.id: window_of(person) for person in book.people().values()}
    for unit, duties in units:
        occasions: dict[tuple[Window, bool], list[tuple[Duty, str]]] = {}
        for contact in book.of(unit):
            window = windows[contact.person.id]
            if window is None:
                continue
            view = window, contact.role is not Role.SECRETARY
            if view not in occasions:
                watched = _watched(duties, window, seen[view], grace_days)
                occasions[view] = list(watched if view[1] else _occasions(duties, terms, window, seen[view]))
            own, told = _own(contact, unit, occasions[view])
            _take(drafts, own, contact, window, told, telling)
    return [drafts[person] for person in sorted(drafts) if drafts[person].is_worth_a_mail]


def _own(
    contact: Contact, unit: str, occasions: list[tuple[Duty, str]]
) -> tuple[str, Iterable[tuple[Duty, str]]]:
    """Return where *contact* stands, and what is said of it: of a branch what it has not done itself."""
    if "/" not in contact.unit:
        return unit, occasions
    return contact.unit, [each for each in occasions if contact.unit in each[0].subjects]


def _occasions(
    duties: Sequence[Duty],
    terms: Mapping[tuple[str, str], ClauseTerms],
    window: Window,
    seen: dict[object, str | None],
) -> Iterable[tuple[Duty, str]]:
    """Yield each duty that its unit's secretary is spoken to about, and why."""
    quarter, summer, letter = quarter_told(window), announces_summer(window), letter_told(window)
    for duty in duties:
        if not duty.stake:
            continue
        known = terms.get((duty.rubric, duty.clause), _DEFAULT)
        stage = _stage(duty, known, window, seen, 0)
        if stage is None and window.urgent_until is None:
            if summer and known.quarterly and in_third_quarter(duty.due):
                stage = SUMMER
            elif quarter and duty.status(window.day) is Status.BEHIND:
                stage = f"{PACE}-{quarter}"
            elif letter and known.year == window.day.year and window.day <= duty.due:
                stage = letter
        if stage is not None:
            yield duty, stage


def _watched(
    duties: Sequence[Duty], window: Window, seen: dict[object, str | None], grace_days: int
) -> Iterable[tuple[Duty, str]]:
    """Yield each duty that those who look on are spoken to about, and why."""
    for duty in duties:
        if duty.stake:
            stage = _stage(duty, _WATCHING, window, seen, grace_days)
            if stage is not None and (stage in PAST or stage == str(WATCHER_LEADS[0])):
                yield duty, stage


def _stage(
    duty: Duty, known: ClauseTerms, window: Window, seen: dict[object, str | None], grace_days: int
) -> str | None:
    leads, period = known.leads, known.period_days
    if duty.raised or duty.turned:
        return stage_of(duty, leads, window, grace_days, period)
    # Most duties of a district fall due on the same few days.
    days = (leads, period, duty.due, duty.final, duty.award, duty.expected, duty.pace)
    if days not in seen:
        seen[days] = stage_of(duty, leads, window, grace_days, period)
    return seen[days]


def _take(
    drafts: dict[str, Draft],
    unit: str,
    contact: Contact,
    window: Window,
    occasions: Iterable[tuple[Duty, str]],
    telling: Telling,
) -> None:
    person, role = contact.person, contact.role
    for duty, stage in occasions:
        if stage not in PAST and (person.only_overdue or role is Role.DISTRICT):
            continue
        place = (person.id, unit, duty.clause, duty.key, duty.due.isoformat())
        letter = is_letter(stage)
        if telling.includes(place, stage) or (letter and telling.had_letter(person.id, unit, stage)):
            continue
        draft = drafts.setdefault(person.id, Draft(person, window.day, window.past_after))
        if letter:
            draft.quarter = stage
        elif role is Role.SECRETARY and draft.quarter is None:
            draft.quarter = quarter_told(window)
        # Who is there for a unit twice hears of a duty once, in his first role.
        draft.items.setdefault(place, Item(unit, role, duty.rubric, duty.clause, duty.key, duty.due, stage))


_DEFAULT = ClauseTerms()
_WATCHING = ClauseTerms(WATCHER_LEADS)
