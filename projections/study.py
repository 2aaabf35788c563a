"""Study hours of each member of a tree, in hundredths of an hour (contract §5, *Study hours of a member*)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from rubric.amounts import hundredths

from .records import Record
from .roster import Roster


def credited_hours(activity: Record) -> int:
    """Return the hours an activity credits to each attendee, in hundredths."""
    hours = activity.data.get("study_hours")
    return hundredths(hours) if hours is not None else 0


def attended(activity: Record, member: str, roster: Roster, unit: str) -> bool:
    """Whether *member* was at *activity*: named, or in the subject's tree on a day that "all" attended."""
    attendees = activity.data.get("attendees")
    if attendees != "all":
        return attendees is not None and member in attendees
    presence = roster.presence(member, activity.day)
    return presence is not None and activity.subject in (unit, presence.subject)


class StudyHours:
    """The sums of one year's activities, kept up to date activity by activity."""

    __slots__ = ("hours", "roster", "unit", "unit_sum", "year")

    def __init__(self, year: int, unit: str, activities: list[Record], roster: Roster) -> None:
        self.year = year
        self.unit = unit
        self.roster = roster
        self.hours: dict[str, int] = defaultdict(int)
        self.unit_sum = 0
        # Whole gatherings are summed once for each subject, and every stay reads its stretch of that sum:
        # members x activities would be too slow for a committee.
        running: dict[str, tuple[list[date], list[int]]] = {}
        for activity in activities:
            credit = credited_hours(activity)
            self.unit_sum += credit
            attendees = activity.data.get("attendees")
            if attendees == "all":
                days, sums = running.setdefault(activity.subject, ([], [0]))
                days.append(activity.day)
                sums.append(sums[-1] + credit)
            else:
                self._credit_named(attendees or (), credit)
        if running:
            for member in roster.timelines:
                self.hours[member] += self._of_whole_gatherings(member, running)

    def _credit_named(self, attendees: Iterable[str], credit: int) -> None:
        for member in set(attendees):
            self.hours[member] += credit

    def _of_whole_gatherings(self, member: str, running: dict[str, tuple[list[date], list[int]]]) -> int:
        total = 0
        for stay in self.roster.stays(member):
            for subject in {self.unit, stay.subject}:
                if subject in running:
                    days, sums = running[subject]
                    total += sums[bisect_left(days, stay.end)] - sums[bisect_left(days, stay.start)]
        return total

    def add(self, activity: Record) -> None:
        """Credit one more activity of any year."""
        if activity.day.year != self.year:
            return
        credit = credited_hours(activity)
        self.unit_sum += credit
        attendees = activity.data.get("attendees")
        if attendees == "all":
            for presence in self.roster.present(activity.day):
                if activity.subject in (self.unit, presence.subject):
                    self.hours[presence.member] += credit
        else:
            self._credit_named(attendees or (), credit)
