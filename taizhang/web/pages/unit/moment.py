"""Which moment a page looks at: the state as of a day, as it was known at an instant. Today and now unless told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from ledger.events.event import instant_of
from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)
"""What a browser's date-and-time field sends: no offset, the people here mean Asia/Shanghai."""


@dataclass(frozen=True, slots=True)
class Moment:
    """As of `day`, as known at `known_at` (RFC 3339; None: now), by the rubric named (empty: the main one)."""

    day: date
    known_at: str | None
    today: date
    rubric: str = ""

    @property
    def is_now(self) -> bool:
        """Whether the page shows how things stand."""
        return self.day == self.today and self.known_at is None

    @property
    def known_local(self) -> str:
        """The instant as a browser's field takes it."""
        return self.known_at[:16] if self.known_at else ""

    def query(self, **more: object) -> str:
        """Return the query of an address that stays at this moment; empty values are left out."""
        values: dict[str, object] = {}
        if self.day != self.today:
            values["as-of"] = self.day.isoformat()
        if self.known_at is not None:
            values["known-at"] = self.known_at
        if self.rubric:
            values["rubric"] = self.rubric
        values |= {name.replace("_", "-"): value for name, value in more.items()}
        values = {name: value for name, value in values.items() if value not in ("", None)}
        return f"?{urlencode(values)}" if values else ""


def moment_of(as_of: str, known_at: str, today: date, rubric: str = "") -> Moment:
    """Return the moment that the query's parameters name. Raises Refused with what is wrong with them."""
    problems = []
    day, instant = today, None
    if as_of.strip():
        try:
            # As on the log form: where a browser has no picker of days, people type 2017/6/30.
            day = read_day(as_of.strip(), today.year)
        except Unreadable:
            problems.append(Problem("as-of", Text("看不懂日期“{text}”；请写成 2017-06-30 这样", text=as_of)))
    if known_at.strip():
        try:
            instant = _instant(known_at.strip())
        except ValueError:
            problems.append(
                Problem(
                    "known-at",
                    Text("看不懂时刻“{text}”；请写成 2017-07-01T09:00 这样", text=known_at),
                )
            )
    if problems:
        raise Refused(problems)
    return Moment(day, instant, today, rubric.strip())


def _instant(text: str) -> str:
    if _LOCAL.fullmatch(text):
        text = f"{text}{':00' if len(text) == 16 else ''}+08:00"
    instant_of(text)
    return text
