"""A letter: what a message says, before it is put into the words of a language and the form of a channel. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from ledger.text import Text
from projections.requirement import Status

from .contacts import Person


class Names(Protocol):
    """What the members and branches of a unit are called."""

    def of(self, id_: str) -> str:
        """Return the name of one."""

    def spoken(self, text: str) -> str:
        """Return a sentence with names in place of ids."""


class Ids:
    """Everything is called by its id."""

    def of(self, id_: str) -> str:
        """Return the id."""
        return id_

    def spoken(self, text: str) -> str:
        """Return the sentence as it is."""
        return text


class Group(StrEnum):
    """Why something stands in a letter; groups stand in this order."""

    OVERDUE = "overdue"
    MISSED = "missed"
    DUE = "due"
    RAISED = "raised"
    PACE = "pace"
    SUMMER = "summer"


GROUP_HEADINGS = {
    Group.OVERDUE: Text("已过期限，仍可补办"),
    Group.MISSED: Text("期限已过，台账里没有记录；当时开展过的，现在补录照样算"),
    Group.DUE: Text("快到期限"),
    Group.RAISED: Text("新的要求和问题"),
    Group.PACE: Text("进度落后"),
    Group.SUMMER: Text("暑假前请先安排好第三季度"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of a unit, as a secretary reads it."""

    clause: str
    title: Text
    because: Text
    due: date
    days_left: int
    status: Status
    group: Group
    cost: Text
    link: str
    key: str = ""
    expected: date | None = None
    """The day by which it is usually done, where that is ahead or was let pass."""

    @property
    def by(self) -> date:
        """The next day that matters."""
        ahead = self.expected is not None and (self.due - self.expected).days <= self.days_left
        return self.expected if ahead and self.expected is not None else self.due


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the year (still) asks of a unit."""

    clause: str
    title: Text
    by: date | None
    """None where it comes back again and again."""
    cost: Text
    link: str


@dataclass(frozen=True, slots=True)
class Month:
    """What is to be done in one month, or in each."""

    name: Text
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class UnitPart:
    """What a letter says of one unit to its secretary; points as decimal text."""

    unit: str
    name: str
    link: str
    forecast: str
    ceiling: str
    lines: tuple[Line, ...]
    names: Names = field(default_factory=Ids)
    """Reasons know ids only; a reader is told names."""
    months: tuple[Month, ...] = ()

    def groups(self) -> Iterator[tuple[Group, Text, list[Line]]]:
        """Yield each group that has lines, with its heading, by due day."""
        for group, heading in GROUP_HEADINGS.items():
            lines = [line for line in self.lines if line.group is group]
            if lines:
                yield group, heading, lines

    @property
    def asked(self) -> list[Asked]:
        """Everything that the year asks, by month."""
        return [each for month in self.months for each in month.asked]


@dataclass(frozen=True, slots=True)
class WatchedClause:
    """How one clause stands in the units somebody looks on, as numbers of units."""

    clause: str
    title: Text
    due: date | None
    """The next day on which it falls due; None when none does."""
    ahead: int
    overdue: int
    missed: int


@dataclass(frozen=True, slots=True)
class WatchedUnit:
    """One unit among those most in need of help."""

    unit: str
    name: str
    link: str
    count: int
    points: str


@dataclass(frozen=True, slots=True)
class Watched:
    """What somebody who looks on is told: a table of clauses, and the units that need him most."""

    clauses: tuple[WatchedClause, ...]
    neediest: tuple[WatchedUnit, ...]
    units: int
    count: int
    """Of how many units there are how many duties in all."""
    board: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole message to one person on one day."""

    id: str
    person: Person
    day: date
    heading: Text | None
    """Of a letter proper: a quarter's end, a year's or a term's beginning."""
    parts: tuple[UnitPart, ...]
    watched: Watched | None
    unsubscribe: str
    notes: tuple[Text, ...] = ()
    """Said at the end: that days are provisional, or what a test is for."""
    subject: Text | None = None
    """In place of the usual one."""

    @property
    def lines(self) -> list[Line]:
        """All duties told to a secretary."""
        return [line for part in self.parts for line in part.lines]


def subject_of(letter: Letter) -> Text:
    """Return the subject line: how much and by when stands in its first twenty characters, then whom it concerns."""
    if letter.subject is not None:
        return letter.subject
    watched = letter.watched
    if not letter.parts and watched is not None:
        due = min((each.due for each in watched.clauses if each.due is not None), default=None)
        if due is None:
            return Text(
                "{count} 项已过期限 {day}：{units} 个单位",
                count=watched.count,
                day=letter.day,
                units=watched.units,
            )
        return Text(
            "{count} 项，最早 {due} 到期：{units} 个单位", count=watched.count, due=due, units=watched.units
        )
    name: Text | str = letter.parts[0].name if letter.parts else ""
    if len(letter.parts) > 1:
        name = Text("{name}等 {count} 个单位", name=name, count=len(letter.parts))
    if letter.heading is not None:
        name = Text("{name}，{heading}", name=name, heading=letter.heading)
    past = [line for line in letter.lines if line.days_left < 0]
    days = [line.by for line in letter.lines if line.days_left >= 0]
    asked = [each for part in letter.parts for each in part.asked]
    days += [each.by for each in asked if each.by is not None]
    ahead = len(letter.lines) - len(past) + len(asked)
    if not ahead:
        latest = max((line.due for line in past), default=letter.day)
        if all(line.status is Status.MISSED for line in past):
            return Text("{count} 项缺记录 {due}：{name}", count=len(past), due=latest, name=name)
        return Text("{count} 项已过期限 {due}：{name}", count=len(past), due=latest, name=name)
    due = min(days, default=letter.day)
    if past:
        return Text(
            "{count} 项待办，最早 {due} 到期，另 {past} 项已过：{name}",
            count=ahead,
            due=due,
            past=len(past),
            name=name,
        )
    return Text("{count} 项待办，最早 {due} 到期：{name}", count=ahead, due=due, name=name)


def deadline(line: Line) -> Text:
    """Return how far off a due day is, in words."""
    if line.status is Status.MISSED:
        return Text("期限 {due} 已过，没有记录", due=line.due)
    if line.days_left < 0:
        return Text("期限 {due}，逾期 {days} 天", due=line.due, days=-line.days_left)
    if line.expected is not None:
        left = line.days_left - (line.due - line.expected).days
        if left < 0:
            return Text("原应在 {expected} 前做，最迟 {due}", expected=line.expected, due=line.due)
        return Text(
            "应在 {expected} 前做，还有 {days} 天；最迟 {due}",
            expected=line.expected,
            days=left,
            due=line.due,
        )
    if line.days_left == 0:
        return Text("期限 {due}，今天到期", due=line.due)
    return Text("期限 {due}，还有 {days} 天", due=line.due, days=line.days_left)


def numbers(row: WatchedClause) -> Text:
    """Return in words how a clause stands."""
    if row.due is None:
        return Text("逾期 {overdue} 个单位，没有记录 {missed} 个", overdue=row.overdue, missed=row.missed)
    return Text(
        "{due} 到期，未做 {ahead} 个单位，逾期 {overdue} 个，没有记录 {missed} 个",
        due=row.due,
        ahead=row.ahead,
        overdue=row.overdue,
        missed=row.missed,
    )


def need(unit: WatchedUnit) -> Text:
    """Return in words how much there is to help with."""
    return Text("{count} 项，关系 {points} 分", count=unit.count, points=unit.points)
