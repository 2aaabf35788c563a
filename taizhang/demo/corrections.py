"""Doubles, corrections and retractions: what goes wrong when a busy person writes things down (domain figures)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta

from ledger.json_object import JsonObject
from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_from


def double_some(book: Book, records: Sequence[Draft]) -> list[Draft]:
    """Note some records twice, as two people do who both keep the book; most doubles are found and retracted."""
    doubles = []
    for record in records:
        if record.touched or not book.maybe(book.habit.doubles) or book.is_thick():
            continue
        record.touched = True
        record.settle()
        other = f"{book.unit.id}.office" if record.by == book.unit.id else book.unit.id
        recorded = record.recorded + timedelta(
            days=book.chance.randint(0, 4), hours=book.chance.randint(1, 3)
        )
        double = book.note(
            record.type,
            record.subject,
            record.occurred,
            copy.deepcopy(record.data),
            by=other,
            recorded=recorded,
            whole_day=record.whole_day,
            needs=record.needs,
        )
        double.touched = True
        doubles.append(double)
        if book.maybe(0.8):
            _retract(book, double, "重复登记", book.chance.randint(1, 25))
    return doubles


def correct_some(book: Book, records: Sequence[Draft]) -> None:
    """Make some entries wrong at first and mend them: the year as generated is what stands in the end."""
    for record in records:
        if record.touched or not book.maybe(book.habit.corrects) or book.is_thick():
            continue
        record.touched = True
        right = copy.deepcopy(record.data)
        data: JsonObject
        if "study_hours" in right and book.maybe(0.5):
            record.data["study_hours"] = min(24, max(1, round(float(right["study_hours"]) * 2)) + 1)
            data = {"reason": "学时填写错误", "data": right}
        elif isinstance(right.get("attendees"), list) and len(right["attendees"]) > 2:
            record.data["attendees"] = right["attendees"][:-1]
            data = {"reason": "漏填一名参加党员", "data": right}
        elif record.type == "activity.held" and record.occurred.day > 8 and book.maybe(0.6):
            shown = record.occurred
            # The right day is the later one, and lies before the entry too.
            record.occurred = shown - timedelta(days=book.chance.choice((1, 2, 7)))
            data = {"reason": "活动日期填写错误，以会议记录为准", "time": shown.isoformat()}
        else:
            name = "topic" if "topic" in right else "title"
            record.data[name] = right[name][:-1]
            data = {"reason": "标题录入不完整", "data": right}
        _mend(book, "record.corrected", record, data, book.chance.randint(0, 30))


def retract_some(book: Book, records: Sequence[Draft]) -> None:
    """Take back a few ordinary records (entered under the wrong branch, called off after all)."""
    for record in records:
        if not record.touched and book.maybe(0.004):
            record.touched = True
            _retract(
                book,
                record,
                book.chance.choice(("活动因故取消，误登记", "登记到了错误的支部")),
                book.chance.randint(1, 20),
            )


def _retract(book: Book, record: Draft, reason: str, days: int) -> None:
    _mend(book, "record.retracted", record, {"reason": reason}, days)


def _mend(book: Book, kind: str, record: Draft, data: dict[str, object], days: int) -> None:
    """Note a correction or retraction; it happens as it is recorded, *days* after the entry."""
    record.settle()
    day = workday_from(min(record.recorded.date() + timedelta(days=days), book.last_day))
    instant = at(day, book.chance.choice((9, 12, 16, 17)), book.chance.randrange(60))
    instant = max(instant, record.recorded + timedelta(minutes=book.chance.randint(3, 50)))
    correction = kind == "record.corrected"
    # The author notices his own slip; what was entered twice is found by the unit's clerk.
    by = record.by if correction else book.unit.id
    book.note_at_once(kind, record.subject, instant, data, by=by, target=record, needs=record.needs)
