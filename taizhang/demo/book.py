"""The book in which one unit's year is noted, draft by draft, before it is put in the order of recording."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from ledger.json_object import JsonMapping
from taizhang.demo.clock import WritingDays, entry_day, sitting, writing_days
from taizhang.demo.district import UnitPlan, chance_for
from taizhang.demo.draft import Draft
from taizhang.demo.habits import Habit
from taizhang.demo.roster import Person, Roster, newcomers
from taizhang.demo.school_year import ONE_DAY, at, workday_from
from taizhang.demo.story import SHOWN, UNTOLD, Story

Branch = str


class Book:
    """Everything that is known of a unit while its year is made up; `drafts` is what comes of it."""

    def __init__(self, unit: UnitPlan, seed: int, year: int) -> None:
        self.unit = unit
        self.year = year
        self.chance: random.Random = chance_for(seed, year, unit.number, "year")
        self.habit: Habit = unit.habit
        self.story: Story = SHOWN if unit.shown else UNTOLD
        self.roster = Roster(unit.id)
        self.drafts: list[Draft] = []
        self.branches: list[Branch] = [f"{unit.id}/b{n}" for n in range(1, unit.branches + 1)]
        """Branch subjects; those set up or closed in the year have their days in `life`."""
        self.life: dict[Branch, tuple[date, date]] = {}
        self.founded: dict[Branch, Draft] = {}
        """Registrations of the branches that were set up within the year: all they record rests on them."""
        self.groups_given_up: dict[str, date] = {}
        self.has_committee: dict[str, bool] = {}
        self.has_groups: dict[str, bool] = {}
        self.unified_days: dict[tuple[str, int], Draft] = {}
        """The unified activity day of a subject and month: other duties may be done on it."""
        self.opened: datetime = sitting(
            self.chance, workday_from(date(year, 1, 3 + self.chance.randint(0, 4)))
        )
        """When the unit's first roster is entered; nothing is entered before."""
        self.last_day = date(year + 1, 1, 31)
        self._taken: set[tuple[str, str, date]] = set()
        self._writing_days: dict[str, WritingDays] = {}
        self._sittings: dict[tuple[str, date], datetime] = {}

    def gathering_subjects(self) -> list[str]:
        """Return the subjects that hold the regular gatherings: the branches, or the unit that is one."""
        return self.branches or [self.unit.id]

    def exists_on(self, subject: str, day: date) -> bool:
        """Return whether *subject* is registered and not closed on *day*."""
        first, closed = self.life.get(subject, (date.min, date.max))
        return first <= day < closed

    def is_thick(self) -> bool:
        """Return whether the book is already as thick as such a unit's ever is: nobody does more than he must."""
        return len(self.drafts) > self.unit.most_events

    def clerk_of(self, subject: str) -> str:
        """Return the account that keeps the book of *subject*; accounts are offices, not persons."""
        return subject.replace("/", ".")

    def maybe(self, share: float) -> bool:
        """Return True in *share* of all cases."""
        return self.chance.random() < share

    def does_duty(self) -> bool:
        """Return whether this unit does one more duty of the year."""
        return not self.maybe(self.habit.misses_duty)

    def workday_between(self, first: tuple[int, int], last: tuple[int, int]) -> date:
        """Return a workday of the year from (month, day) *first* to about *last*."""
        start, end = date(self.year, *first), date(self.year, *last)
        day = workday_from(start + timedelta(days=self.chance.randint(0, (end - start).days)))
        return day if day.year == self.year else end

    def free_day(self, subject: str, code: str, day: date) -> date:
        """Return *day*, or a workday soon after on which *subject* has nothing of that code yet."""
        for _ in range(5):
            later = workday_from(day + ONE_DAY)
            if (
                (subject, code, day) not in self._taken
                or later.month != day.month
                or not self.exists_on(subject, later)
            ):
                break
            day = later
        return day

    def note(
        self,
        kind: str,
        subject: str,
        occurred: datetime,
        data: Mapping[str, object],
        *,
        by: str | None = None,
        recorded: datetime | None = None,
        whole_day: bool = False,
        target: Draft | None = None,
        needs: Iterable[Draft] = (),
    ) -> Draft:
        """Note one event; without *recorded* it is entered when the unit's habits have it so."""
        author = by or self.clerk_of(subject)
        if subject in self.founded:
            needs = (self.founded[subject], *needs)
        draft = Draft(
            type=kind,
            subject=subject,
            occurred=occurred,
            data=dict(data),
            by=author,
            recorded=recorded or self._entered(author, occurred),
            serial=len(self.drafts),
            whole_day=whole_day,
            source=f"urn:taizhang:demo:{author}",
            target=target,
            needs=tuple(needs),
        )
        self.drafts.append(draft)
        self._taken.update((subject, code, occurred.date()) for code in _codes(data))
        return draft

    def note_at_once(
        self,
        kind: str,
        subject: str,
        instant: datetime,
        data: Mapping[str, object],
        *,
        by: str,
        target: Draft | None = None,
        needs: Iterable[Draft] = (),
    ) -> Draft:
        """Note what is done by entering it (a review, a request): it happens as it is recorded."""
        recorded = instant + timedelta(minutes=self.chance.randint(1, 9), seconds=self.chance.randrange(60))
        draft = self.note(kind, subject, instant, data, by=by, recorded=recorded, target=target, needs=needs)
        draft.settle()
        return draft

    def hold(
        self,
        subject: str,
        when: datetime,
        kinds: list[str],
        topic: str,
        *,
        hours: str | None = None,
        lecturer: Person | None = None,
        attending: Sequence[Person] | None = None,
        for_year: int | None = None,
    ) -> Draft:
        """Note an activity; *attending* as it is, None for no list. Credits its hours to those who came."""
        data: dict[str, object] = {"kinds": kinds, "topic": topic}
        named: list[Person] = [lecturer] if lecturer else []
        if hours is not None:
            data["study_hours"] = hours if "." in hours else int(hours)
        if lecturer is not None:
            data["lecturer"] = lecturer.key
        if attending is not None:
            everybody = self.roster.present(subject, when.date())
            if attending and len(attending) == len(everybody):
                data["attendees"] = "all"
            else:
                data["attendees"] = [person.key for person in attending]
                named += attending
            if hours is not None:
                credit = int(Decimal(hours) * 100)
                for person in attending:
                    person.hours += credit
        if for_year is not None:
            data["for_year"] = for_year
        return self.note("activity.held", subject, when, data, needs=newcomers(named))

    def who_comes(self, subject: str, day: date) -> list[Person]:
        """Return who of the tree of *subject* comes to a gathering on *day*."""
        chance, attends = self.chance.random, self.habit.attends
        return [
            person
            for person in self.roster.present(subject, day)
            if chance()
            < (attends if not person.retired else attends * (0.35 if person.exempt_on(day) else 0.86))
        ]

    def afternoon(self, day: date) -> datetime:
        """Return an hour after lessons on *day*."""
        return at(day, self.chance.choice((13, 14, 15, 15, 16)), self.chance.choice((0, 15, 30, 30, 45)))

    def _entered(self, author: str, occurred: datetime) -> datetime:
        usual = self._writing_days.get(author)
        if usual is None:
            usual = self._writing_days[author] = writing_days(self.chance)
        day = entry_day(self.chance, self.habit, usual, occurred.date(), self.last_day)
        if day == occurred.date() and occurred.hour == 0:
            # A paper has no hour: it is entered some time that day.
            occurred = at(day, 8)
        earliest = max(occurred + timedelta(minutes=35), self.opened + timedelta(minutes=20))
        key = (author, max(day, earliest.date()))
        planned = self._sittings.get(key)
        if planned is None:
            planned = self._sittings[key] = sitting(self.chance, key[1])
        if planned >= earliest:
            return planned
        return earliest + timedelta(minutes=self.chance.randint(1, 40), seconds=self.chance.randrange(60))


def _codes(data: JsonMapping) -> list[str]:
    """Return the codes under which the ledger would take a second such event of the day for a double."""
    kinds = data.get("kinds", [])
    return [*kinds, *(data[key] for key in ("document", "outlet", "honor", "condition") if key in data)]
