"""Facts: the records that count, indexed by what rules ask for. They know no rubric and no day.

Facts of a day are made by adding that day's counting records; live facts take each new record as it comes.
Every list is in the order of days, then of sequences.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ledger.events.types import type_of

from .compared import Compared
from .organization import Organization
from .records import Record, place
from .roster import Presence, Roster
from .study import StudyHours

EVERYTHING = "*"
"""The topic of a change that any rule may depend on."""


class Facts:
    """What is known of one unit's tree."""

    __slots__ = (
        "_asked",
        "_branches",
        "_by_type",
        "_closed",
        "_standing",
        "_study",
        "answers",
        "by_topic",
        "organizations",
        "peers",
        "roster",
        "study_activities",
        "unit",
    )

    def __init__(self, unit: str, records: Iterable[Record] = ()) -> None:
        self.unit = unit
        self._forget_branches()
        self.by_topic: defaultdict[str, list[Record]] = defaultdict(list)
        self.answers: dict[tuple[str, str], list[Record]] = {}
        self.organizations: dict[str, Organization] = {}
        self.roster = Roster()
        self.study_activities: defaultdict[int, list[Record]] = defaultdict(list)
        self._study: StudyHours | None = None
        self._by_type: dict[str, list[Record]] | None = None
        """The records of each type, once somebody asks for them."""
        self.peers: Mapping[str, Compared] | None = None
        """By clause: where it stands among the other units; None until the second stage is worked out."""
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Take in one record that counts."""
        kind = record.type
        self._by_type = None
        if kind == "activity.held":
            for code in dict.fromkeys(record.data["kinds"]):
                self._insert(self.by_topic[f"activity:{code}"], record)
            if record.data.get("study_hours"):
                self._insert(self.study_activities[record.day.year], record)
                if self._study is not None and not self._study.add(record):
                    self._study = None
        elif kind.startswith("organization."):
            organization = self.organizations.get(record.subject)
            if organization is None:
                organization = self.organizations[record.subject] = Organization(record.subject)
            organization.add(record)
            self._forget_branches()
        elif kind.startswith("member."):
            self.roster.add(record)
            self._study = None
        elif kind == "request.answered" or kind == "finding.rectified":
            family = "request" if kind == "request.answered" else "finding"
            self._insert(self.answers.setdefault((family, record.data[family]), []), record)
        else:
            for topic in topics_of(record) or (f"type:{kind}",):
                self._insert(self.by_topic[topic], record)

    def _forget_branches(self) -> None:
        """What follows from the organizations is asked of every clause and period: it is worked out once."""
        self._branches: list[Organization] | None = None
        self._closed: dict[str, date | None] = {}
        self._standing: dict[tuple[date, date], list[Organization]] = {}
        self._asked: dict[tuple[str, int], tuple[date, date]] = {}

    @staticmethod
    def _insert(records: list[Record], record: Record) -> None:
        if not records or place(records[-1]) <= place(record):
            records.append(record)
        else:
            insort(records, record, key=place)

    def records(self, topic: str) -> list[Record]:
        """Return the records of a topic such as ``activity:party_lecture``; do not change the list."""
        return self.by_topic.get(topic, [])

    def organization(self, subject: str) -> Organization:
        """Return a subject's organization; one that counts as never registered when there is none."""
        return self.organizations.get(subject) or Organization(subject)

    def branches(self, day: date) -> list[Organization]:
        """Return the branches registered by *day*, by subject."""
        if self._branches is None:
            found = self.organizations
            self._branches = [found[subject] for subject in sorted(found) if subject != self.unit]
        return [branch for branch in self._branches if branch.exists(day)]

    def closed(self, subject: str) -> date | None:
        """Return the day on which *subject* closed; a unit that closes closes its branches. None while it stands."""
        if subject not in self._closed:
            days = (self.organization(subject).closed, self.organization(self.unit).closed)
            self._closed[subject] = min((day for day in days if day is not None), default=None)
        return self._closed[subject]

    def asked_between(self, subject: str, days: int) -> tuple[date, date]:
        """Return the first due day of which *subject* will have been there *days* days, and the day on which it closed.

        The day after all days where it has not closed; one that was never registered is asked on no day.
        """
        found = self._asked.get((subject, days))
        if found is None:
            registered = self.organization(subject).registered
            first = date.max if registered is None else registered + timedelta(days=days - 1)
            found = self._asked[subject, days] = first, self.closed(subject) or date.max
        return found

    def standing(self, by: date, until: date) -> list[Organization]:
        """Return the branches registered by the day *by* and not closed on or before the day *until*, by subject.

        Do not change the list.
        """
        found = self._standing.get((by, until))
        if found is None:
            found = self._standing[by, until] = [
                branch
                for branch in self.branches(by)
                if (closed := self.closed(branch.subject)) is None or closed > until
            ]
        return found

    def first_branch(self) -> date | None:
        """Return the day on which the first branch that the tree ever had was registered."""
        days = (
            organization.registered
            for subject, organization in self.organizations.items()
            if subject != self.unit and organization.registered is not None
        )
        return min(days, default=None)

    def of_type(self, kind: str) -> list[Record]:
        """Return every record of an event type, by day and sequence; do not change the list."""
        if self._by_type is None:
            by_type: dict[str, dict[str, Record]] = {}
            for records in (*self.by_topic.values(), *self.answers.values()):
                for record in records:
                    by_type.setdefault(record.type, {})[record.id] = record
            self._by_type = {each: sorted(found.values(), key=place) for each, found in by_type.items()}
        return self._by_type.get(kind, [])

    def secretary(self, day: date) -> str | None:
        """Return the unit's secretary on *day*: the latest organization record by then that names one."""
        name: str | None = self.organization(self.unit).value("secretary", day)
        return name

    def listed(self, day: date) -> list[Presence]:
        """Return everybody in the tree on *day* as lists show them.

        By subject; there the secretary first, then leaders, then the others, each in the roster's order.
        """
        present = self.roster.present(day)
        subjects = {self.unit, *(each.subject for each in present)}
        secretaries = {self.organization(subject).value("secretary", day) for subject in subjects}
        return sorted(
            present, key=lambda each: (each.subject, each.member not in secretaries, not each.leader)
        )

    def study(self, year: int) -> StudyHours:
        """Return the study hours of *year*; those of the last year asked for are kept up to date."""
        if self._study is None or self._study.year != year:
            self._study = StudyHours(year, self.unit, self.study_activities[year], self.roster)
        return self._study


def topics_of(record: Record) -> list[str]:
    """Return the topics a record may move: what a rule that reads none of them cannot be changed by."""
    topic, colon, field = type_of(record.type).topic.partition(":")
    if not colon:
        return [topic] if topic else []
    named = record.data[field]
    if not isinstance(named, list):
        return [f"{topic}:{named}"]
    topics = [f"{topic}:{code}" for code in dict.fromkeys(named)]
    return [*topics, "study"] if record.data.get("study_hours") else topics
