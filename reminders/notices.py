"""A year's notice of days off (国务院办公厅放假安排) as an operator writes it down: a day a line."""

from __future__ import annotations

import re
from datetime import date

from ledger.problem import Problem, Refused
from ledger.text import Text

_LINE = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|至|~)\s*(\d{4}-\d{2}-\d{2}))?[\s,，:：]+(\S+)", re.ASCII
)
_OFF = {"休", "放假", "off", "holiday"}
_WORKED = {"班", "上班", "work", "workday"}
_LONGEST_DAYS = 31


def parse_notice(text: str, year: int) -> dict[date, bool]:
    """Return which days are worked against the weekday's rule (True) and which are off (False).

    A line is ``2027-01-01 休``, ``2027-02-05..2027-02-11 休`` or ``2027-02-14 班``; ``#`` begins a comment. Raises
    Refused with every bad line.
    """
    days: dict[date, bool] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip().removeprefix("\ufeff")
        if not content:
            continue
        problem = _read(content, year, days)
        if problem is not None:
            problems.append(Problem("", problem, number))
    if not days and not problems:
        problems.append(
            Problem("", Text("文件里没有日子；每行写成 {year}-01-01 休 或 {year}-02-14 班", year=year))
        )
    if problems:
        raise Refused(problems)
    return days


def _read(content: str, year: int, days: dict[date, bool]) -> Text | None:
    match = _LINE.fullmatch(content)
    if match is None:
        return Text("看不懂“{line}”；应写成 {year}-01-01 休 或 {year}-02-14 班", line=content[:60], year=year)
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        return Text("“{line}”里的日期不存在", line=content[:60])
    word = match[3]
    if word not in _OFF | _WORKED:
        return Text("“{word}”应是 休 或 班", word=word[:20])
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        return Text("{first} 到 {last} 不是一段假期", first=first, last=last)
    # A notice may give a day off in December of the year before.
    if (
        abs(first.year - year) > 1
        or abs(last.year - year) > 1
        or year not in (first.year, last.year, first.year + 1)
    ):
        return Text("{day} 不在 {year} 年的放假安排里", day=first, year=year)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if days.setdefault(day, word in _WORKED) != (word in _WORKED):
            return Text("{day} 写了两次，一次休一次班", day=day)
    return None
