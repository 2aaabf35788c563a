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
    Group.MISSED: Text("期限已过，台账里没有记录；当时开展过的，现在补记照样算"),
    Group.DUE: Text("快到期限"),
    Group.RAISED: Text("新的要求和问题"),
    Group.PACE: Text("进度落后"),
    Group.SUMMER: Text("暑假前请先安排好第三季度"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of a unit, as a secretary reads it."""

    clause: str
    title: str
    because: Text
    due: date
    days_left: int
    status: Status
    group: Group
    cost: Text
    link: str
    key: str = ""
    people: tuple[str, ...] = ()
    """Who lies below the pace line: name, hours/expected."""


@dataclass(frozen=True, slots=True)
class UnitPart:
    """What a letter says of one unit to its secretary; points as decimal text."""

    unit: str
    name: str
    link: str
    score: str
    ceiling: str
    lines: tuple[Line, ...]
    names: Names = field(default_factory=Ids)
    """Reasons know ids only; a reader is told names."""

    def groups(self) -> Iterator[tuple[Group, Text, list[Line]]]:
        """Yield each group that has lines, with its heading, by due day."""
        for group, heading in GROUP_HEADINGS.items():
            lines = [line for line in self.lines if line.group is group]
            if lines:
                yield group, heading, lines


@dataclass(frozen=True, slots=True)
class ListedDuty:
    """One duty in an assessor's list."""

    clause: str
    title: str
    due: date
    days_left: int
    status: Status
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit in an assessor's list."""

    unit: str
    name: str
    link: str
    duties: tuple[ListedDuty, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole message to one person on one day."""

    id: str
    person: Person
    day: date
    quarter: Text | None
    parts: tuple[UnitPart, ...]
    listed: tuple[ListedUnit, ...]
    unsubscribe: str
    notes: tuple[Text, ...] = ()
    """Said at the end: that days are provisional, or what a test is for."""
    subject: Text | None = None
    """In place of the usual one."""

    @property
    def lines(self) -> list[Line]:
        """All duties told to a secretary."""
        return [line for part in self.parts for line in part.lines]

    @property
    def units(self) -> list[str]:
        """Every unit spoken of."""
        return list(
            dict.fromkeys([*(part.unit for part in self.parts), *(unit.unit for unit in self.listed)])
        )


def subject_of(letter: Letter) -> Text:
    """Return the subject line: whom it concerns, how much, and what is most pressing."""
    if letter.subject is not None:
        return letter.subject
    if not letter.parts:
        count = sum(len(unit.duties) for unit in letter.listed)
        if len(letter.listed) == 1:
            return Text("{name}：{count} 项未完成或已过期限", name=letter.listed[0].name, count=count)
        return Text(
            "{units} 个单位有未完成或已过期限的：共 {count} 项", units=len(letter.listed), count=count
        )
    name: Text | str = letter.parts[0].name
    if len(letter.parts) > 1:
        name = Text("{name}等 {count} 个单位", name=name, count=len(letter.parts))
    past = [line for line in letter.lines if line.group in (Group.OVERDUE, Group.MISSED)]
    ahead = [line for line in letter.lines if line.days_left >= 0]
    if letter.quarter is not None:
        return Text(
            "{name}：{quarter}提醒函，{count} 项", name=name, quarter=letter.quarter, count=len(letter.lines)
        )
    if not ahead:
        return Text("{name}：{count} 项已过期限", name=name, count=len(past))
    due = min(line.due for line in ahead)
    if past:
        return Text(
            "{name}：{past} 项已过期限，{count} 项待办，最近 {due} 到期",
            name=name,
            past=len(past),
            count=len(ahead),
            due=due,
        )
    return Text("{name}：{count} 项待办，最近 {due} 到期", name=name, count=len(ahead), due=due)


def deadline(line: Line | ListedDuty) -> Text:
    """Return how far off a due day is, in words."""
    if line.status is Status.MISSED:
        return Text("期限 {due} 已过，没有记录", due=line.due)
    if line.days_left < 0:
        return Text("期限 {due}，逾期 {days} 天", due=line.due, days=-line.days_left)
    if line.days_left == 0:
        return Text("期限 {due}，今天到期", due=line.due)
    return Text("期限 {due}，还有 {days} 天", due=line.due, days=line.days_left)
