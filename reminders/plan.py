"""Who hears of what on a day: duties + day + lead days + contacts -> one message a person. Pure.

A secretary hears everything, an assessor what stays unmet on the last lead day and what is past, the district's office
what is past. Who has unsubscribed hears only what is past. At a quarter's end the message is a letter with the whole
picture: whatever is behind its pace stands in it too.
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
    LEADS,
    PACE,
    PAST,
    RAISED,
    SUMMER,
    Window,
    announces_summer,
    in_third_quarter,
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


class Item(NamedTuple):
    """One duty of one unit, spoken of to one person for one reason."""

    unit: str
    role: Role
    rubric: str
    clause: str
    key: str
    due: date
    stage: str


@dataclass(slots=True)
class Draft:
    """One message to be: to whom, on which day, about what. A `quarter` makes it a quarter-end letter."""

    person: Person
    day: date
    since: date
    """The last day that was answered for before."""
    quarter: str | None = None
    items: dict[Told, Item] = field(default_factory=dict)


class Telling:
    """What was told before, so that nothing is told twice: each duty with the stage at which it was."""

    def __init__(self, told: Iterable[tuple[Told, str]] = ()) -> None:
        self._told = set(told)
        self._duties = {duty for duty, _ in self._told}

    def includes(self, duty: Told, stage: str) -> bool:
        """Whether *duty* was told of at *stage*; that it was raised is no news once it was told of at all."""
        return duty in self._duties if stage == RAISED else (duty, stage) in self._told


WindowOf = Callable[[Person], Window | None]


def plan(
    units: Iterable[tuple[str, Sequence[Duty]]],
    book: Book,
    terms: Mapping[tuple[str, str], ClauseTerms],
    window_of: WindowOf,
    telling: Telling,
) -> list[Draft]:
    """Return the messages of a day, by person id. *units* are unit ids with what each has not done.

    *terms* are found by rubric label and clause; *window_of* says what a run answers for, for one person.
    """
    drafts: dict[str, Draft] = {}
    seen: defaultdict[Window, dict[object, str | None]] = defaultdict(dict)
    windows = {person.id: window_of(person) for person in book.people().values()}
    for unit, duties in units:
        occasions: dict[Window, list[tuple[Duty, str, bool]]] = {}
        for contact in book.of(unit):
            window = windows[contact.person.id]
            if window is None:
                continue
            if window not in occasions:
                occasions[window] = list(_occasions(duties, terms, window, seen[window]))
            _take(drafts, unit, contact, window, occasions[window], telling)
    return [drafts[person] for person in sorted(drafts)]


def _occasions(
    duties: Sequence[Duty],
    terms: Mapping[tuple[str, str], ClauseTerms],
    window: Window,
    seen: dict[object, str | None],
) -> Iterable[tuple[Duty, str, bool]]:
    """Yield each duty spoken of, why, and whether this is its last lead day."""
    quarter, summer = quarter_told(window), announces_summer(window)
    for duty in duties:
        known = terms.get((duty.rubric, duty.clause), _DEFAULT)
        if duty.raised or duty.turned:
            stage = stage_of(duty, known.leads, window)
        else:
            # Most duties of a district fall due on the same few days.
            days = (known.leads, duty.due, duty.final, duty.award)
            stage = seen[days] if days in seen else seen.setdefault(days, stage_of(duty, known.leads, window))
        if stage is None:
            if summer and known.quarterly and in_third_quarter(duty.due):
                stage = SUMMER
            elif quarter and duty.status(window.day) is Status.BEHIND:
                stage = f"{PACE}-{quarter}"
        if stage is not None:
            yield duty, stage, stage == str(min(known.leads, default=0))


def _take(
    drafts: dict[str, Draft],
    unit: str,
    contact: Contact,
    window: Window,
    occasions: Iterable[tuple[Duty, str, bool]],
    telling: Telling,
) -> None:
    person, role = contact.person, contact.role
    for duty, stage, last_lead in occasions:
        past = stage in PAST
        if not past and (
            person.only_overdue or role is Role.DISTRICT or (role is Role.ASSESSOR and not last_lead)
        ):
            continue
        place = (person.id, unit, duty.clause, duty.key, duty.due.isoformat())
        if telling.includes(place, stage):
            continue
        draft = drafts.setdefault(person.id, Draft(person, window.day, window.past_after))
        if role is Role.SECRETARY:
            draft.quarter = quarter_told(window)
        # Who is there for a unit twice hears of a duty once, in his first role.
        draft.items.setdefault(place, Item(unit, role, duty.rubric, duty.clause, duty.key, duty.due, stage))


_DEFAULT = ClauseTerms()
