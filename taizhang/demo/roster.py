"""The members of a unit's tree through the year: opaque keys, never names (contract §3, `member.joined`)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from taizhang.demo.draft import Draft


@dataclass(slots=True)
class Stay:
    """A time in a branch: present from the day of joining on, gone from the day of leaving on."""

    subject: str
    since: date
    until: date = date.max

    def covers(self, day: date) -> bool:
        """Return whether *day* lies in the stay."""
        return self.since <= day < self.until


@dataclass(slots=True, eq=False)
class Person:
    """A member, as the generator knows him; the ledger sees the key and two flags."""

    key: str
    retired: bool
    stays: list[Stay]
    exempt_since: date = date.max
    leader_since: date = date.max
    leader_until: date = date.max
    on_committee: bool = False
    """Sits on the committee of his branch."""
    came_this_year: Draft | None = None
    """The joining that others rest on, for those who were not in the first roster."""
    hours: int = 0
    """Credited hours of study, in hundredths."""

    def branch_on(self, day: date) -> str | None:
        """Return the subject in which the member is on *day*, None when he is not in the tree."""
        for stay in self.stays:
            if stay.covers(day):
                return stay.subject
        return None

    def leads_on(self, day: date) -> bool:
        """Return whether the member counts as a 党员领导干部 on *day*."""
        return self.leader_since <= day < self.leader_until

    def exempt_on(self, day: date) -> bool:
        """Return whether the member need not study on *day* (old or ill)."""
        return self.exempt_since <= day


@dataclass(slots=True)
class Roster:
    """All who were ever in the tree."""

    unit: str
    people: list[Person] = field(default_factory=list)
    secretaries: list[tuple[date, Person]] = field(default_factory=list)
    """The unit's secretaries, each from his first day on."""

    _turning_days: list[date] = field(default_factory=list)
    _present: dict[tuple[str, int], list[Person]] = field(default_factory=dict)

    def settle(self) -> None:
        """Take the stays as final: from now on who is present is looked up once between two comings and goings."""
        stays = [stay for person in self.people for stay in person.stays]
        self._turning_days = sorted({stay.since for stay in stays} | {stay.until for stay in stays})

    def present(self, subject: str, day: date) -> list[Person]:
        """Return who is in the tree of *subject* on *day*, in the order of the roster; not to be changed."""
        if not self._turning_days:
            return self._looked_up(subject, day)
        key = (subject, bisect_right(self._turning_days, day))
        if key not in self._present:
            self._present[key] = self._looked_up(subject, day)
        return self._present[key]

    def _looked_up(self, subject: str, day: date) -> list[Person]:
        if subject == self.unit:
            return [person for person in self.people if person.branch_on(day) is not None]
        return [person for person in self.people if person.branch_on(day) == subject]

    def leaders(self, subject: str, day: date) -> list[Person]:
        """Return the leading members in the tree of *subject* on *day*."""
        return [person for person in self.present(subject, day) if person.leads_on(day)]

    def branch_committee(self, subject: str, day: date) -> list[Person]:
        """Return who sits on the committee of *subject* on *day*."""
        return [person for person in self.present(subject, day) if person.on_committee]

    def secretary_on(self, day: date) -> Person:
        """Return the unit's secretary on *day*."""
        serving = self.secretaries[0][1]
        for since, person in self.secretaries:
            if since <= day:
                serving = person
        return serving


def newcomers(people: Iterable[Person]) -> tuple[Draft, ...]:
    """Return the joinings that must be in the ledger before these people are named there."""
    return tuple(person.came_this_year for person in people if person.came_this_year is not None)
