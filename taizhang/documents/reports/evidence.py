"""The records behind a scorecard, numbered by day: 自评表 names the numbers, 台账 shows what stands under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.delays import recorded_day
from projections.records import Record
from taizhang.documents.reports.dates import long_day
from taizhang.documents.reports.material import UnitMaterial
from taizhang.language.i18n import _

ABSENT_NAMED = 12
"""So many absent people are named; of more only the number is given."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who came, of those who belong to the subject that day; `others` came from elsewhere in the tree."""

    expected: int
    present: int
    others: int
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a paper ledger shows it."""

    number: int
    day: date
    recorded: date
    subject: str
    title: str
    hours: str
    attendance: Attendance | None
    attachments: tuple[str, ...]

    @property
    def came(self) -> str:
        """The attendance in words: 应到 31，实到 28；缺席：…."""
        if self.attendance is None:
            return ""
        if not self.attendance.expected:
            # Nobody is said to be expected in a body whose members are not known.
            return _("实到 {present}", present=self.attendance.others)
        said = _(
            "应到 {expected}，实到 {present}",
            expected=self.attendance.expected,
            present=self.attendance.present,
        )
        if self.attendance.others:
            said = _("{said}，另有 {others} 人", said=said, others=self.attendance.others)
        absent = self.attendance.absent
        if not absent:
            return said
        who = _("{count} 人", count=len(absent)) if len(absent) > ABSENT_NAMED else _("、").join(absent)
        return _("{said}；缺席：{who}", said=said, who=who)

    @property
    def late(self) -> str:
        """The day it was recorded, where that was a later one."""
        return _("{day}录入", day=long_day(self.recorded)) if self.recorded > self.day else ""


def numbers_of(material: UnitMaterial) -> dict[str, int]:
    """Return the number of each record behind the card, from 1, by day and sequence."""
    return {record_id: number for number, record_id in enumerate(material.records, 1)}


def entries_of(material: UnitMaterial) -> dict[str, Entry]:
    """Return the entry of each record behind the card, by record id."""
    numbers = numbers_of(material)
    return {
        record_id: _entry(numbers[record_id], record, material)
        for record_id, record in material.records.items()
    }


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers in short: 1–3、 7、 9; at the spaces, and only there, a narrow column may break them."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、 ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _entry(number: int, record: Record, material: UnitMaterial) -> Entry:
    return Entry(
        number,
        record.day,
        recorded_day(record, material.card.clocks),
        subject_name(record.subject, material),
        material.words.title(record.type, record.data),
        _("学时 {hours}", hours=record.data["study_hours"]) if "study_hours" in record.data else "",
        attendance_of(record, material),
        tuple(material.attachments.get(record.id, ())),
    )


def subject_name(subject: str, material: UnitMaterial) -> str:
    """Return what a branch is called; nothing for the unit itself."""
    return "" if subject == material.unit else material.names.of(subject)


def attendance_of(record: Record, material: UnitMaterial) -> Attendance | None:
    """Return who came to an activity; None where nobody was noted."""
    said: Any = record.data.get("attendees")
    if record.type != "activity.held" or said is None:
        return None
    body = _body(record, material)
    if said == "all":
        # Of a meeting of the leaders "all" are they; of one whose members are not known, nobody is counted.
        return Attendance(len(body), len(body), 0, ()) if body else None
    came = set(said)
    absent = [material.people.name_of(member) for member in body if member not in came]
    return Attendance(len(body), len(came & set(body)), len(came - set(body)), tuple(absent))


LEADERS_MEET = frozenset({"committee_meeting", "party_work_meeting", "democratic_life_meeting"})
"""支委会, 专题研究党建工作 and 民主生活会 are meetings of the leaders (班子成员)."""
GROUPS_MEET = frozenset({"group_meeting"})
"""Who belongs to a 党小组 stands nowhere in the ledger: nobody is absent from it."""


def _body(record: Record, material: UnitMaterial) -> Sequence[str]:
    """Return the members of the body that met: the widest, where one gathering served several duties.

    Empty where the ledger does not say who belongs to it.
    """
    present = material.card.facts.roster.present(record.day)
    whole = record.subject == material.unit
    belong = [each for each in present if whole or each.subject == record.subject]
    kinds = set(record.data["kinds"])
    if kinds - LEADERS_MEET - GROUPS_MEET:
        return [each.member for each in belong]
    if kinds & GROUPS_MEET:
        return []
    return [each.member for each in belong if each.leader]
