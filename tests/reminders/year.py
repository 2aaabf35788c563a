"""A year of the demo district, ticked day by day, and what its people were written.

    python -m tests.reminders.year [UNITS]

prints it as a table. What should have been said is worked out here from `shortfalls`, the scorecards and the package
chinesecalendar alone; what was said is read from the mails themselves.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from ledger.store.protocol import Recorder
from taizhang.demo import generate
from tests.cases.reading import sheet_2017

from .support import Desk, desk_over

FIRST, LAST = date(2017, 1, 3), date(2018, 2, 2)
SEED = 2017
SECRETARIES = "shuji"
Item = tuple[str, str, date]
"""Unit, clause, due day."""

_UNIT = re.compile(r"/units/(\S+)")
_CLAUSE = re.compile(r"^ {0,2}(\d+\.\d+) ")
_DUE = re.compile(r"期限 (\d{4}-\d{2}-\d{2})(?:，| 已过)")


@dataclass
class Year:
    """What was short on each workday, and what was written to whom."""

    units: list[str]
    short: dict[date, dict[Item, str]] = field(default_factory=dict)
    """Of each workday, as it stood when mails went out: what is short within 30 days or past, with its status."""
    unmet: dict[date, set[tuple[str, str]]] = field(default_factory=dict)
    """Of each workday: unit and clause of what the scorecard does not call met."""
    mails: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Addresses written to, once for each mail."""
    told: dict[date, set[Item]] = field(default_factory=lambda: defaultdict(set))
    """What secretaries were told."""
    listed: dict[date, set[Item]] = field(default_factory=lambda: defaultdict(set))
    """What the assessor was told."""

    def lost(self) -> set[Item]:
        """Return what was overdue or missed on some day."""
        return {
            item
            for found in self.short.values()
            for item, status in found.items()
            if status in ("overdue", "missed")
        }

    def lead_day(self, item: Item, lead: int) -> date:
        """Return the workday on which *item* is spoken of so many days before it is due."""
        return workday_by(item[2] - timedelta(lead))

    def should_be_told(self) -> dict[tuple[Item, int], date]:
        """Return every lead day of what was lost, where it was short on that day already."""
        found = {}
        for item in self.lost():
            for lead in leads_of(item[1]):
                day = self.lead_day(item, lead)
                if item in self.short.get(day, {}):
                    found[item, lead] = day
        return found

    def table(self) -> str:
        """Return the year, a line a month."""
        lines = ["month    mails  told  lost  announced at 14/5/1 days   not announced"]
        expected = self.should_be_told()
        for month in sorted({(day.year, day.month) for day in self.short}):
            days = [day for day in self.short if (day.year, day.month) == month]
            due = [item for item in self.lost() if (item[2].year, item[2].month) == month]
            at = Counter(
                lead for (item, lead), day in expected.items() if item in due and item in self.told[day]
            )
            not_told = sum(item in due and item not in self.told[day] for (item, _), day in expected.items())
            lines.append(
                f"{month[0]}-{month[1]:02d}  {sum(len(self.mails[day]) for day in days):5}"
                f" {sum(len(self.told[day]) for day in days):5} {len(due):5}"
                f"  {at[14]:8}/{at[5]}/{at[1]}{not_told:24}"
            )
        return "\n".join(lines)


def leads_of(clause_id: str) -> list[int]:
    """Return how many days before it is due a clause of the 2017 rubric is spoken of."""
    sheet = sheet_2017()
    clause = next(each for each in sheet["clauses"] if each["id"] == clause_id)
    return [int(lead) for lead in clause.get("lead_days", sheet["lead_days"])]


def workday_by(day: date) -> date:
    """Return *day* if it is worked, else the last workday before."""
    while not chinese_calendar.is_workday(day):
        day -= timedelta(1)
    return day


def lived_through(path: Path, numbers: tuple[int, ...]) -> Year:
    """Let the demo's units of these *numbers* live through their year with reminders at nine every day."""
    units = [f"wj-{number:02d}" for number in numbers]
    entries = [
        entry
        for entry in generate(max(numbers), SEED)
        if entry.events[0]["subject"].partition("/")[0] in units
    ]
    with desk_over(path) as desk:
        year, waiting = Year(units), list(reversed(entries))
        day = FIRST
        while day <= LAST:
            desk.clock.set(day.isoformat(), 9)
            _append(desk, waiting)
            _introduce(desk, units)
            if chinese_calendar.is_workday(day):
                _look(desk, year, day)
            desk.channel.delivered.clear()
            desk.reminders.tick()
            _read_mails(desk, year, day)
            day += timedelta(1)
    return year


def _append(desk: Desk, waiting: list) -> None:  # type: ignore[type-arg]
    """Record what the units have entered by now."""
    import orjson

    while waiting and waiting[-1].recorded <= desk.clock():
        entry = waiting.pop()
        lines = [(None, orjson.dumps(event)) for event in entry.events]
        desk.session.store.append(lines, by=Recorder(entry.by), now=entry.recorded)


def _introduce(desk: Desk, units: list[str]) -> None:
    known = set(desk.session.store.units())
    for unit in units:
        if unit in known:
            desk.contact(unit, f"{SECRETARIES}-{unit}@example.invalid")
    desk.contact(units[0], f"{SECRETARIES}-deputy@example.invalid")
    desk.contact("*", "assessor@example.invalid", "assessor")


def _look(desk: Desk, year: Year, day: date) -> None:
    session = desk.session
    with session.store.read() as work:
        found = session.projections.shortfalls(session.store, None, day).found
        year.short[day] = {
            (each.card.unit, each.result.rule.clause.id, each.due): each.requirement.status.value
            for each in found
        }
        year.unmet[day] = {
            (unit, result.rule.clause.id)
            for unit in session.store.units()
            if work.last_sequence(unit)
            for card in session.projections.cards(work, unit, day)
            for result in card.evaluation.results
            if result.status.value not in ("met", "not_applicable")
        }


def _read_mails(desk: Desk, year: Year, day: date) -> None:
    for address, written in desk.channel.delivered:
        year.mails[day].append(address)
        told = year.told if address.startswith(SECRETARIES) else year.listed
        unit = clause = ""
        for line in written.text.splitlines():
            unit = match[1] if (match := _UNIT.search(line)) else unit
            clause = match[1] if (match := _CLAUSE.match(line)) else clause
            if match := _DUE.search(line):
                told[day].add((unit, clause, date.fromisoformat(match[1])))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with tempfile.TemporaryDirectory() as folder:
        lived = lived_through(Path(folder) / "year.db", tuple(range(1, count + 1)))
    print(lived.table())
