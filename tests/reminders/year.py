"""A year of the demo district, ticked day by day over a real mail server, and what its people were written.

    python -m tests.reminders.year [UNITS]

prints how many mails a year brings and what the proofs found. When mails went out, to whom and how large is read from
the mail server; what was short on a day from the scorecards; days off from the package chinesecalendar.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import orjson

from ledger.store.protocol import Recorder
from projections.requirement import MAY_BE_LOST
from reminders.contacts import Role
from reminders.mail import Mail, mail_sender
from reminders.mail import mail_server as read_server
from reminders.plan import Item
from reminders.store import outbox
from taizhang.demo import generate
from tests.cases.reading import sheet_2017

from .mailserver import Mailbox, mail_server
from .support import Desk, desk_over

FIRST, LAST = date(2017, 1, 3), date(2018, 2, 2)
SEED = 2017
RUBRIC = "wujin-2017@2"
SECRETARIES = "shuji"
GRACE_DAYS = 10
Thing = tuple[str, str, str, date]
"""Unit, clause, key, due day."""


@dataclass
class Year:
    """What was written to whom, and what the proofs ask of it."""

    units: list[str]
    mails: dict[date, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    """Of each day: address and size in bytes of each mail that the server took."""
    told: list[tuple[date, str, Item]] = field(default_factory=list)
    """Day, address, what was spoken of."""
    met: list[tuple[date, str, Item]] = field(default_factory=list)
    """What of it was met on that very day."""
    lost: dict[Thing, date] = field(default_factory=dict)
    """What cost points when it was overdue or missed, with the first workday on which it was."""

    def counts(self, name: str) -> Counter[str]:
        """Return how many mails of the calendar year each address that begins with *name* got."""
        return Counter(
            address
            for day, found in self.mails.items()
            for address, _ in found
            if address.startswith(name) and day.year == FIRST.year
        )

    def median(self) -> float:
        """Return the median of the secretaries' mails."""
        return statistics.median(self.counts(SECRETARIES).values())

    def largest(self, name: str) -> int:
        """Return the size of the largest mail to an address that begins with *name*."""
        return max(
            (size for found in self.mails.values() for address, size in found if address.startswith(name)),
            default=0,
        )

    def on_days_off(self) -> list[date]:
        """Return the days off on which somebody was written to."""
        return [day for day, found in self.mails.items() if found and not chinese_calendar.is_workday(day)]

    def twice(self) -> list[object]:
        """Return what somebody was told of twice for one reason, and who got two mails on one day."""
        said = Counter((address, item) for _, address, item in self.told)
        written = Counter((day, address) for day, found in self.mails.items() for address, _ in found)
        return [each for each, count in (*said.items(), *written.items()) if count > 1]

    def first_told(self) -> dict[Thing, date]:
        """Return when the secretary was first told of each thing."""
        first: dict[Thing, date] = {}
        for day, _, item in self.told:
            if item.role is Role.SECRETARY:
                first.setdefault(thing_of(item), day)
        return first

    def told_late(self) -> list[object]:
        """Return yearly duties first told less than 60 days before their last day, plans less than 14 before theirs.

        Looked at is what some scorecard ever held against a unit by its last day.
        """
        first, late = self.first_told(), []
        for thing in {*first, *self.lost}:
            _, clause, key, due = thing
            expected = expected_by(clause, key)
            if (clause in yearly() and first.get(thing, LAST) > due - timedelta(60)) or (
                expected is not None and first.get(thing, LAST) > expected - timedelta(14)
            ):
                late.append((thing, first.get(thing)))
        return late

    def unannounced(self) -> list[Thing]:
        """Return what was lost and was never spoken of while it could still be done in time."""
        first = self.first_told()
        return [thing for thing, day in self.lost.items() if first.get(thing, day) > thing[3]]

    def report(self) -> str:
        """Return what a district wants to know before it turns the mails on."""
        secretaries = sorted(self.counts(SECRETARIES).values())
        lines = [
            f"{len(self.units)} units, {FIRST} to {LAST}: {sum(map(len, self.mails.values()))} mails",
            f"in {FIRST.year} a secretary: median {self.median():g}, fewest {secretaries[0]}, most {secretaries[-1]}",
            f"the assessor: {self.counts('assessor').total()}, the largest {self.largest('assessor')} bytes",
            f"the district's office: {self.counts('district').total()}",
            f"on days off {len(self.on_days_off())}, twice {len(self.twice())}, of what was met {len(self.met)}",
            f"told late {len(self.told_late())}, lost without a word {len(self.unannounced())} of {len(self.lost)}",
        ]
        return "\n".join(lines)


def thing_of(item: Item) -> Thing:
    """Return what an item is about."""
    return item.unit, item.clause, item.key, item.due


def yearly() -> set[str]:
    """Return the clauses of the 2017 rubric that are due once, at the year's end or after."""
    once = {"once", "award", "all_of", "condition"}
    return {each["id"] for each in sheet_2017()["clauses"] if each["rule"] in once and "window" not in each}


def expected_by(clause_id: str, key: str) -> date | None:
    """Return the day by which the 2017 rubric expects something, None where it names none."""
    clause = next(each for each in sheet_2017()["clauses"] if each["id"] == clause_id)
    needs = [need for need in clause.get("needs", [clause]) if key in ("", *need.values())]
    return next((need["expected_by"] for need in needs if "expected_by" in need), None)


def lived_through(path: Path, numbers: Iterable[int]) -> Year:
    """Let the demo's units of these *numbers* live through their year with reminders at nine every day."""
    numbers = tuple(numbers)
    units = [f"wj-{number:02d}" for number in numbers]
    entries = [
        entry
        for entry in generate(max(numbers), SEED)
        if entry.events[0]["subject"].partition("/")[0] in units
    ]
    mailbox = Mailbox()
    with mail_server(mailbox) as port, desk_over(path) as desk:
        mail = Mail(read_server(f"smtp://127.0.0.1:{port}"), mail_sender("台账 <ledger@example.cn>"))
        desk.reminders._channels = {"email": mail}
        desk.reminders._grace_days = lambda: GRACE_DAYS
        year, waiting = Year(units), list(reversed(entries))
        day = FIRST
        while day <= LAST:
            desk.clock.set(day.isoformat(), 9)
            _append(desk, waiting)
            _introduce(desk, units)
            if chinese_calendar.is_workday(day):
                _note_lost(desk, year, day)
            desk.reminders.tick()
            _read_mails(desk, year, day, mailbox)
            day += timedelta(1)
    return year


def _append(desk: Desk, waiting: list) -> None:  # type: ignore[type-arg]
    """Record what the units have entered by now."""
    while waiting and waiting[-1].recorded <= desk.clock():
        entry = waiting.pop()
        lines = [(None, orjson.dumps(event)) for event in entry.events]
        desk.session.store.append(lines, by=Recorder(entry.by), now=entry.recorded)


def _introduce(desk: Desk, units: list[str]) -> None:
    """Give each unit its secretary as soon as there is the unit, with the usual wishes."""
    known = set(desk.session.store.units())
    with desk.session.store.read() as work:
        from reminders.store import contacts

        there = {contact.unit for contact in contacts.contacts(work.connection)}
    for unit in units:
        if unit in known and unit not in there:
            desk.contact(unit, f"{SECRETARIES}-{unit}@example.invalid", weekly=True)
    if not there:
        desk.contact("*", "assessor@example.invalid", "assessor", weekly=True)
        desk.contact("*", "district@example.invalid", "district", weekly=True)


def _note_lost(desk: Desk, year: Year, day: date) -> None:
    """Note what turned overdue or missed since the last workday and cost something."""
    yesterday = day - timedelta(1)
    while not chinese_calendar.is_workday(yesterday):
        yesterday -= timedelta(1)
    for unit, duties in desk.reminders.agenda.duties(day):
        for duty in duties:
            thing = (unit, duty.clause, duty.key, duty.due)
            # A provisional year (contract §8) is open from 1 February: what fell due in its January was never open.
            if duty.rubric == RUBRIC and duty.stake and not duty.award and yesterday <= duty.due < day:
                year.lost.setdefault(thing, day)


def _read_mails(desk: Desk, year: Year, day: date, mailbox: Mailbox) -> None:
    if not mailbox.mails:
        return
    for address, found in zip(mailbox.recipients, mailbox.mails, strict=True):
        year.mails[day].append((address, len(found.as_bytes())))
        assert found["Content-Language"] == "zh-CN"
    mailbox.mails.clear()
    mailbox.recipients.clear()
    unmet: dict[str, set[tuple[str, date]]] = {}
    with desk.session.store.read() as work:
        from reminders.store import contacts

        people = contacts.book(work.connection).people()
        for message in outbox.messages_of_day(work.connection, day):
            for item in outbox.items(work.connection, message.id):
                address = people[message.person].address
                year.told.append((day, address, item))
                if item.unit not in unmet:
                    unmet[item.unit] = {
                        (result.rule.clause.id, requirement.due)
                        for card in desk.session.projections.cards(work, item.unit, day)
                        for result in card.evaluation.results
                        for requirement in result.requirements
                        if requirement.status in MAY_BE_LOST and requirement.due is not None
                    }
                if (item.clause, item.due) not in unmet[item.unit]:
                    year.met.append((day, address, item))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    with tempfile.TemporaryDirectory() as folder:
        lived = lived_through(Path(folder) / "year.db", range(1, count + 1))
    print(lived.report())
    for label, problems in (("told late", lived.told_late()), ("without a word", lived.unannounced())):
        for each in problems[:20]:
            print(f"{label}: {each}")
