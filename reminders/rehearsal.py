"""How many mails a year brings, before any is sent: each day of it planned as it would have been, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from projections.duties import Duty

from .contacts import Book, Person
from .plan import ClauseTerms, Draft, Telling, Told, plan
from .triggers import Window, window
from .workdays import SendingDays, Workdays

DutiesOn = Callable[[date], Iterable[tuple[str, Sequence[Duty]]]]
TermsOn = Callable[[date], dict[tuple[str, str], ClauseTerms]]


@dataclass(slots=True)
class Rehearsal:
    """What a year would bring: how many messages each person, by day."""

    days: dict[date, list[str]] = field(default_factory=dict)
    """Person ids, for each day on which anybody would be written to."""

    def by_person(self) -> Counter[str]:
        """Return how many messages each person would get."""
        return Counter(person for people in self.days.values() for person in people)


def rehearse(
    year: int,
    book: Book,
    workdays: Workdays,
    duties_on: DutiesOn,
    terms_on: TermsOn,
    grace_days: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Rehearsal:
    """Return the messages of *year*, what was told once being told no more.

    *duties_on* says what each unit has not done on a day; of a day that is still to come: if nothing more is recorded.
    """
    found, told = Rehearsal(), set[tuple[Told, str]]()
    day = date(year, 1, 1)
    while day.year == year:
        windows = _windows(book, workdays, day)
        if any(each is not None for each in windows.values()):
            drafts = plan(
                duties_on(day),
                book,
                terms_on(day),
                lambda person: windows[person.id],  # noqa: B023 - called before the next day begins
                Telling(told),
                grace_days,
            )
            told |= {(place, item.stage) for draft in drafts for place, item in draft.items.items()}
            if drafts:
                found.days[day] = [_person(draft) for draft in drafts]
        day += timedelta(days=1)
        progress((day - date(year, 1, 1)).days)
    return found


def _windows(book: Book, workdays: Workdays, day: date) -> dict[str, Window | None]:
    def of(person: Person) -> Window | None:
        return window(day, SendingDays(workdays, person.quiet, weekly=person.weekly))

    return {person.id: of(person) for person in book.people().values()}


def _person(draft: Draft) -> str:
    return draft.person.id
