"""Due days as a calendar file (RFC 5545): attached to a mail, downloaded, or read over and over as a unit's feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.text import Text
from projections.requirement import Status
from projections.rules.base import sentence
from projections.scorecard import Scorecard

from .letter import Letter
from .links import Links
from .plain import lines, one_line
from .titles import title_of

if TYPE_CHECKING:
    from icalendar import Event

_FEED_REFRESH = timedelta(hours=6)
_ALARMS = (timedelta(days=6, hours=15), timedelta(hours=15))
"""How long before the due day begins a calendar rings: at nine o'clock, a week ahead and on the day before."""
_MARKS = {
    Status.MET: Text("✓ 已完成"),
    Status.OPEN: Text("○ 待完成"),
    Status.BEHIND: Text("◐ 落后"),
    Status.UNEARNED: Text("☆ 未得分"),
    Status.OVERDUE: Text("▲ 逾期"),
    Status.MISSED: Text("✗ 没有记录"),
    Status.AWAITING: Text("… 待评定"),
    Status.JUDGED: Text("✎ 已评定"),
}
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One due day of a unit, with its state."""

    unit: str
    clause: str
    key: str
    due: date
    status: Status
    title: Text
    because: Text
    link: str


def deadlines_of(card: Scorecard, links: Links) -> list[Deadline]:
    """Return every due day of a scorecard, what has the same one in one clause as one: by due day, then clause."""
    found = []
    for result in card.evaluation.results:
        grouped: dict[tuple[date, str], list] = {}  # type: ignore[type-arg]
        for requirement in result.requirements:
            if requirement.due is not None and requirement.status is not Status.NOT_APPLICABLE:
                grouped.setdefault((requirement.due, result.rule.key_of(requirement)), []).append(requirement)
        for (due, key), group in grouped.items():
            short = [each for each in group if each.status not in (Status.MET, Status.JUDGED)]
            status = min((each.status for each in short), key=list(Status).index, default=group[0].status)
            found.append(
                Deadline(
                    card.unit,
                    result.rule.clause.id,
                    key,
                    due,
                    status,
                    title_of(result.rule.clause, card.rubric),
                    sentence(result.rule.explain(short or group, card.facts, card.day)),
                    links.form(card.unit, result.rule.clause.id, due, (short or group)[0].subject),
                )
            )
    return sorted(
        found, key=lambda each: (each.due, [int(part) for part in each.clause.split(".")], each.key)
    )


def deadlines_in(letter: Letter) -> list[Deadline]:
    """Return the due days of a letter that are still ahead."""
    return [
        Deadline(part.unit, line.clause, line.key, line.due, line.status, line.title, line.because, line.link)
        for part in letter.parts
        for line in part.lines
        if line.days_left >= 0
    ]


def calendar_file(
    name: str, deadlines: Iterable[Deadline], now: datetime, translate: Translate, *, feed: bool = False
) -> bytes:
    """Return an iCalendar file with an all-day entry for each deadline.

    An entry keeps its UID through all states, so that a calendar that reads the file again changes it in place.
    """
    # Here: reading it takes a server a tenth of its start.
    from icalendar import Calendar
    from icalendar.prop import vDuration

    calendar = Calendar()
    calendar.add("prodid", "-//taizhang//reminders//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    if feed:
        calendar.add("refresh-interval", vDuration(_FEED_REFRESH), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    for deadline in deadlines:
        calendar.add_component(_entry(deadline, now, translate))
    return bytes(calendar.to_ical())


def _entry(deadline: Deadline, now: datetime, translate: Translate) -> Event:
    from icalendar import Alarm, Event

    entry = Event()
    mark = _MARKS[deadline.status].render(translate)
    place = f"{deadline.unit}\n{deadline.clause}\n{deadline.key}\n{deadline.due.isoformat()}"
    entry.add("uid", f"{sha256(place.encode()).hexdigest()[:32]}@taizhang")
    entry.add("dtstamp", now)
    entry.add("dtstart", deadline.due)
    entry.add("dtend", deadline.due + timedelta(days=1))
    entry.add("summary", one_line(f"{mark} {deadline.clause} {deadline.title.render(translate)}"))
    entry.add("description", lines(deadline.because.render(translate)))
    entry.add("url", deadline.link)
    entry.add("categories", [deadline.status.value])
    entry.add("transp", "TRANSPARENT")
    for before in _ALARMS if deadline.due > now.date() else ():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry["summary"])
        alarm.add("trigger", -before)
        entry.add_component(alarm)
    return entry
