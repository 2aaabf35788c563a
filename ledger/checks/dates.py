"""What the day of an event forbids: a closed unit, terms and due days that are over before they begin, late judgements.

Asked of what is new, and of what a correction would make of a record; what is stored already stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ledger.events.event import day_of
from ledger.events.types import type_of
from ledger.text import Text

if TYPE_CHECKING:
    from ledger.checks.check import Check


def check_open(check: Check) -> None:
    """The unit is not closed on the event's day, or the event is one that a closed unit still has."""
    closed = check.register.closed.get(check.unit)
    if check.is_correction and check.type == "organization.closed":
        # It may be the very one by which the unit is closed.
        return
    if closed is None or type_of(check.type).taken_when_closed or day_of(check.time) < closed:
        return
    check.blame(
        "time",
        Text(
            "{unit} 已于 {day} 撤销，从那天起不再记这类事；请核对单位和日期（只有审核、评定、答复、转出等还能记）",
            unit=check.unit,
            day=closed,
        ),
    )


def check_due(check: Check) -> None:
    """A request or finding is not due before its own day."""
    day = day_of(check.time)
    if check.data["due_on"] < day.isoformat():
        check.blame(
            "data.due_on", Text("期限 {due} 早于提出的日期 {day}；请核对", due=check.data["due_on"], day=day)
        )


def check_term(check: Check) -> None:
    """The next term ends after the election."""
    day = day_of(check.time)
    ends = check.data["next_term_ends_on"]
    if ends <= day.isoformat():
        check.blame(
            "data.next_term_ends_on",
            Text("下届任期届满日 {ends} 应晚于换届的日期 {day}；请核对", ends=ends, day=day),
        )


def check_judged_in_time(check: Check) -> None:
    """The judgement can still count, and it is clear for which year it is."""
    if check.vocabulary is None:
        return
    judging = check.vocabulary.judging
    day, data = day_of(check.time), check.data
    if "for_year" not in data:
        before = [name for name, each in judging.items() if each.year == day.year - 1 and day <= each.until]
        if before:
            check.blame(
                "data.for_year",
                Text(
                    "{day} 还在评定 {before} 年，请写明评定的是哪一年（for_year）：{before} 还是 {year}",
                    day=day,
                    before=day.year - 1,
                    year=day.year,
                ),
            )
            return
    year = data.get("for_year", day.year)
    named = judging.get(data.get("rubric", ""))
    if named is not None and named.year != year:
        check.blame(
            "data.rubric",
            Text("{rubric} 是 {its} 年的细则，不是 {year} 年的；请核对年度", rubric=data["rubric"], its=named.year,
                 year=year),
        )  # fmt: skip
        return
    ends = [
        each.until for name, each in judging.items() if each.year == year and name == data.get("rubric", name)
    ]
    if ends and day > max(ends):
        check.blame(
            "time",
            Text("{year} 年的评定到 {until} 为止，{day} 的评定不再计入", year=year, until=max(ends), day=day),
        )


RULES: dict[str, Callable[[Check], None]] = {
    "request.issued": check_due,
    "finding.raised": check_due,
    "election.held": check_term,
    "judgement.passed": check_judged_in_time,
}


def check_day(check: Check) -> None:
    """The day of an event that is new, or of a record as corrected, allows it."""
    if not check.is_new:
        return
    check_open(check)
    rule = RULES.get(check.type)
    if rule is not None:
        rule(check)
