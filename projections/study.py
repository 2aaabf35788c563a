"""Study hours of each member of a tree, in hundredths of an hour (contract §5, *Study hours of a member*).

Several records of one gathering credit a member once, with the most that any of them credits to him.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rubric.amounts import hundredths

from .gatherings import Gathering, gathering_of
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
    """The sums of one year's gatherings, kept up to date activity by activity."""

    __slots__ = ("_known", "hours", "roster", "unit", "unit_sum", "year")

    def __init__(self, year: int, unit: str, activities: Iterable[Record], roster: Roster) -> None:
        self.year = year
        self.unit = unit
        self.roster = roster
        self.hours: dict[str, int] = defaultdict(int)
        self.unit_sum = 0
        gatherings: dict[Gathering, list[Record]] = {}
        for activity in activities:
            gatherings.setdefault(gathering_of(activity), []).append(activity)
        self._known = set(gatherings)
        whole: list[Record] = []
        for records in gatherings.values():
            self.unit_sum += max(map(credited_hours, records))
            if len(records) == 1 and records[0].data.get("attendees") == "all":
                whole += records
            else:
                self._credit(records)
        self._credit_whole(whole)

    def _credit(self, records: Sequence[Record]) -> None:
        """Credit one gathering to everybody whom any of its records names."""
        best: dict[str, int] = {}
        for record in records:
            credit = credited_hours(record)
            for member in self._credited(record):
                best[member] = max(credit, best.get(member, 0))
        for member, credit in best.items():
            self.hours[member] += credit

    def _credited(self, record: Record) -> Iterator[str]:
        attendees = record.data.get("attendees")
        if attendees != "all":
            yield from attendees or ()
            return
        for presence in self.roster.present(record.day):
            if record.subject in (self.unit, presence.subject):
                yield presence.member

    def _credit_whole(self, activities: Iterable[Record]) -> None:
        # Whole gatherings are summed once for each subject, and every stay reads its stretch of that sum:
        # members x activities would be too slow for a committee.
        running: dict[str, tuple[list[date], list[int]]] = {}
        for activity in activities:
            days, sums = running.setdefault(activity.subject, ([], [0]))
            days.append(activity.day)
            sums.append(sums[-1] + credited_hours(activity))
        if running:
            for member in self.roster.timelines:
                self.hours[member] += self._of_whole_gatherings(member, running)

    def _of_whole_gatherings(self, member: str, running: dict[str, tuple[list[date], list[int]]]) -> int:
        total = 0
        for stay in self.roster.stays(member):
            for subject in {self.unit, stay.subject}:
                if subject in running:
                    days, sums = running[subject]
                    total += sums[bisect_left(days, stay.end)] - sums[bisect_left(days, stay.start)]
        return total

    def add(self, activity: Record) -> bool:
        """Credit one more activity of any year; False where it tells of a gathering that is summed already."""
        if activity.day.year != self.year:
            return True
        gathering = gathering_of(activity)
        if gathering in self._known:
            return False
        self._known.add(gathering)
        self.unit_sum += credited_hours(activity)
        self._credit([activity])
        return True
