"""Who belongs to the tree on a day: presence, flags, and since when, for each opaque member id (contract §5).

A stay lasts from a joining on a subject to the next leaving on that subject. Days are read at their end: who leaves a
branch and joins another on one day has not left the tree.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from .records import Record, place

LISTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Presence:
    """A member who is in the tree: where, since when without a gap, and his flags.

    `leader_since` and `learner_since`: since when without a break he has been in the tree as a leader, and in the
    tree without being exempt from study; None when he is not.
    """

    member: str
    subject: str
    since: date
    leader: bool
    exempt: bool
    leader_since: date | None
    learner_since: date | None
    roles: frozenset[str] = frozenset()
    """Codes of what he is, as the rubric names them."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of days in one subject: present from `start` on, gone from `end` on."""

    subject: str
    start: date
    end: date


class _Timeline:
    """One member: from which day on he is how in the tree, None for out of it."""

    __slots__ = ("days", "presences")

    def __init__(self, member: str, records: Sequence[Record]) -> None:
        self.days: list[date] = []
        self.presences: list[Presence | None] = []
        stays: dict[str, int] = {}
        leader = exempt = False
        roles: frozenset[str] = frozenset()
        before: Presence | None = None
        number = 0
        for day, of_day in groupby(records, key=attrgetter("day")):
            for record in of_day:
                data = record.data
                if record.type == "member.joined":
                    number += 1
                    stays[record.subject] = number
                    leader = data.get("leader", False)
                    exempt = data.get("exempt_from_study", False)
                    roles = frozenset(data.get("roles", ()))
                elif record.type == "member.left":
                    stays.pop(record.subject, None)
                else:
                    leader = data.get("leader", leader)
                    exempt = data.get("exempt_from_study", exempt)
                    roles = frozenset(data["roles"]) if "roles" in data else roles
            before = self._read(member, day, stays, (leader, exempt), before, roles)
            self.days.append(day)
            self.presences.append(before)

    @staticmethod
    def _read(
        member: str,
        day: date,
        stays: dict[str, int],
        flags: tuple[bool, bool],
        before: Presence | None,
        roles: frozenset[str],
    ) -> Presence | None:
        if not stays:
            return None
        leader, exempt = flags
        led, learned = (before.leader_since, before.learner_since) if before else (None, None)
        return Presence(
            member,
            max(stays, key=stays.__getitem__),
            before.since if before else day,
            leader,
            exempt,
            (led or day) if leader else None,
            None if exempt else (learned or day),
            roles,
        )

    def on(self, day: date) -> Presence | None:
        number = bisect_right(self.days, day)
        return self.presences[number - 1] if number else None


class Roster:
    """The joinings, changes and leavings of one tree."""

    __slots__ = ("_days", "_joined", "_order", "_present", "_read", "timelines")

    def __init__(self) -> None:
        self.timelines: dict[str, list[Record]] = {}
        self._read: dict[str, _Timeline] = {}
        self._days: list[date] = []
        self._present: dict[int, list[Presence]] = {}
        self._joined = False
        self._order: list[str] | None = None

    def add(self, record: Record) -> None:
        """Take in a member.joined, .changed or .left record."""
        member = record.data["member"]
        insort(self.timelines.setdefault(member, []), record, key=place)
        insort(self._days, record.day)
        self._joined = self._joined or record.type == "member.joined"
        self._order = None
        self._read.pop(member, None)
        self._present.clear()

    @property
    def empty(self) -> bool:
        """Whether nobody was ever registered."""
        return not self._joined

    def _timeline(self, member: str) -> _Timeline:
        timeline = self._read.get(member)
        if timeline is None:
            timeline = self._read[member] = _Timeline(member, self.timelines.get(member, ()))
        return timeline

    def presence(self, member: str, day: date) -> Presence | None:
        """Return how *member* is in the tree on *day*, None when he is not."""
        return self._timeline(member).on(day) if member in self.timelines else None

    def present(self, day: date) -> Sequence[Presence]:
        """Return everybody in the tree on *day*, in the roster's order: as they were first registered."""
        # Who is there changes with the records alone: one list serves every day until the next of them.
        known = bisect_right(self._days, day)
        present = self._present.get(known)
        if present is None:
            if len(self._present) >= LISTS_KEPT:
                self._present.clear()
            found = (self._timeline(member).on(day) for member in self._in_order())
            present = self._present[known] = [presence for presence in found if presence is not None]
        return present

    def _in_order(self) -> list[str]:
        # Ids are random: a list by id would be another one after each import.
        if self._order is None:
            first = {
                member: min(record.sequence for record in records)
                for member, records in self.timelines.items()
            }
            self._order = sorted(first, key=first.__getitem__)
        return self._order

    def stays(self, member: str) -> Iterator[Stay]:
        """Yield where *member* was, in the order of days."""
        timeline = self._timeline(member)
        subject: str | None = None
        start = date.min
        for day, presence in zip(timeline.days, timeline.presences, strict=True):
            now = presence.subject if presence else None
            if now == subject:
                continue
            if subject is not None:
                yield Stay(subject, start, day)
            subject, start = now, day
        if subject is not None:
            yield Stay(subject, start, date.max)


def joining_order(records: Iterable[Record]) -> dict[str, int]:
    """Return the place of each member in the roster's order, from *records* in ledger order: as they first joined."""
    joined = (record.data["member"] for record in records if record.type == "member.joined")
    return {member: place for place, member in enumerate(dict.fromkeys(joined))}
