"""Who belongs to the tree on a day: presence, flags and the day of joining, for each opaque member id."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .records import Record, place

LISTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Presence:
    """A member who is in the tree: where, since when without a gap, and his flags."""

    member: str
    subject: str
    since: date
    leader: bool
    exempt: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of days in one subject: present from `start` on, gone from `end` on."""

    subject: str
    start: date
    end: date


class Roster:
    """The joinings, changes and leavings of one tree."""

    __slots__ = ("_days", "_present", "timelines")

    def __init__(self) -> None:
        self.timelines: dict[str, list[Record]] = {}
        self._days: list[date] = []
        self._present: dict[int, list[Presence]] = {}

    def add(self, record: Record) -> None:
        """Take in a member.joined, .changed or .left record."""
        insort(self.timelines.setdefault(record.data["member"], []), record, key=place)
        insort(self._days, record.day)
        self._present.clear()

    @property
    def empty(self) -> bool:
        """Whether nobody was ever registered."""
        return not any(
            record.type == "member.joined" for timeline in self.timelines.values() for record in timeline
        )

    def presence(self, member: str, day: date) -> Presence | None:
        """Return how *member* is in the tree on *day*, None when he is not."""
        subject: str | None = None
        since = left_on = date.min
        leader = exempt = False
        for record in self.timelines.get(member, ()):
            if record.day > day:
                break
            data = record.data
            if record.type == "member.joined":
                # Joining on the day of leaving is a move inside the tree, no new joining (contract §5).
                if subject is None and left_on != record.day:
                    since = record.day
                subject = record.subject
                leader = data.get("leader", False)
                exempt = data.get("exempt_from_study", False)
            elif record.type == "member.left":
                if subject is not None:
                    subject, left_on = None, record.day
            else:
                leader = data.get("leader", leader)
                exempt = data.get("exempt_from_study", exempt)
        return Presence(member, subject, since, leader, exempt) if subject is not None else None

    def present(self, day: date) -> Sequence[Presence]:
        """Return everybody in the tree on *day*, by member id."""
        # Who is there changes with the records alone: one list serves every day until the next of them.
        known = bisect_right(self._days, day)
        present = self._present.get(known)
        if present is None:
            if len(self._present) >= LISTS_KEPT:
                self._present.clear()
            found = (self.presence(member, day) for member in sorted(self.timelines))
            present = self._present[known] = [presence for presence in found if presence is not None]
        return present

    def stays(self, member: str) -> Iterator[Stay]:
        """Yield where *member* was, in the order of days."""
        subject: str | None = None
        start = date.min
        for record in self.timelines.get(member, ()):
            if record.type == "member.changed" or (record.type == "member.left" and subject is None):
                continue
            if subject is not None:
                yield Stay(subject, start, record.day)
            subject = record.subject if record.type == "member.joined" else None
            start = record.day
        if subject is not None:
            yield Stay(subject, start, date.max)
