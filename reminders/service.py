"""Reminders as the doors call them: plan a day, send what waits, tell the ledger."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.events.event import SHANGHAI
from ledger.store.protocol import Progress, Store
from projections.duties import Duty
from projections.service import Projections
from rubric.clauses import ClauseBase, EveryPeriod
from rubric.periods import PeriodKind

from .agenda import Agenda
from .compose import Composer, NamesOf, ids_for_names
from .contacts import Book, Person
from .delivery import Channel
from .links import Links
from .outbox import Message, State
from .plan import ClauseTerms, Draft, Item, plan
from .rehearsal import Rehearsal, rehearse
from .rendered_message import Translate, write
from .send import Sender, Sent, Worded
from .sent_notices import record_told
from .store import calendar, contacts, outbox
from .triggers import Window, window
from .workdays import SendingDays, Workdays

_RUNS_KEPT_IN_MIND = timedelta(days=400)
_PERIOD_DAYS: Mapping[PeriodKind, int] = {"month": 28, "quarter": 90, "half": 181}
_LOOK_BACK = timedelta(days=31)
"""So far a catch-up looks back where no run is on record."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """Workdays on which nobody planned: the last day that was, and how many came after it."""

    last_run: date
    missed: int


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a plan rests on, read in one transaction."""

    book: Book
    workdays: Workdays
    leads: Mapping[str, tuple[int, ...]]
    runs: Sequence[date]


class Reminders:
    """Everything about reminders of one ledger."""

    def __init__(
        self,
        store: Store,
        projections: Projections,
        *,
        links: Links,
        channels: Mapping[str, Channel],
        translate: Callable[[str], Translate],
        clock: Callable[[], datetime],
        names_of: NamesOf = ids_for_names,
        grace_days: Callable[[], int] = lambda: 0,
    ) -> None:
        """*grace_days*: how much later than the unit those who look on hear that something was missed."""
        self._grace_days = grace_days
        self._store = store
        self._projections = projections
        self._links = links
        self._channels = channels
        self._translate = translate
        self._clock = clock
        self._names_of = names_of
        self.agenda = Agenda(store, projections)

    # -- planning ------------------------------------------------------------------------------------------------

    def drafts(
        self, day: date, *, catch_up: bool = False, keep_rows: bool = True, progress: Progress | None = None
    ) -> list[Draft]:
        """Return what is to be said on *day* and was not yet; with *catch_up* also what missed days left unsaid."""
        basis = self._basis(day)
        runs = (basis.runs or _some_day_long_ago(basis.workdays, day)) if catch_up else None
        windows: dict[object, Window | None] = {}

        def window_of(person: Person) -> Window | None:
            wishes = person.quiet, person.weekly
            if wishes not in windows:
                days = SendingDays(basis.workdays, person.quiet, weekly=person.weekly)
                windows[wishes] = window(day, days, runs)
            return windows[wishes]

        answering = [each for each in map(window_of, basis.book.people().values()) if each is not None]
        if not answering:
            return []
        with self._store.read() as work:
            telling = outbox.telling(work.connection, min(map(_told_since, answering)))
            written_today = {message.person for message in outbox.messages_of_day(work.connection, day)}
        wanted = basis.book.units()
        units = self.agenda.duties(
            day, None if wanted is None else set(wanted), progress, keep_rows=keep_rows
        )
        terms = self._terms(day, basis.leads)
        found = plan(units, basis.book, terms, window_of, telling, self._grace_days())
        return [draft for draft in found if draft.person.id not in written_today]

    def rehearse(self, year: int, progress: Progress | None = None) -> tuple[Rehearsal, Book]:
        """Return what *year* brings by the ledger as it is, and to whom; nothing is kept.

        Of days past it knows what happened by then, also where that was recorded later; of those to come it takes it
        that nothing more is recorded.
        """
        basis = self._basis(date(year, 1, 1))
        units = self._store.units()

        def duties_on(day: date) -> Iterator[tuple[str, list[Duty]]]:
            for unit in units:
                with self._store.read() as work:
                    duties = self._projections.duties(work, unit, day)
                if duties is not None:
                    yield unit, duties.found

        def terms_on(day: date) -> dict[tuple[str, str], ClauseTerms]:
            return self._terms(day, basis.leads)

        found = rehearse(
            year,
            basis.book,
            basis.workdays,
            duties_on,
            terms_on,
            self._grace_days(),
            progress or (lambda _: None),
        )
        return found, basis.book

    def keep(self, drafts: Sequence[Draft], day: date, *, catch_up: bool = False) -> None:
        """Put drafts into the outbox; what another server has put there stays as it is."""
        broken = self.standstill(day) is not None and not catch_up
        with self._store.write() as work:
            if drafts:
                since = min(draft.since for draft in drafts)
                told = outbox.telling(work.connection, min(since, day.replace(day=1)))
                for draft in drafts:
                    outbox.keep_draft(work.connection, draft, told, self._clock())
            if not broken:
                # Days that nobody has made up for stay on record as missed.
                calendar.keep_run(work.connection, day, self._clock())

    def standstill(self, day: date) -> Standstill | None:
        """Return which workdays before *day* were missed since the last run; None when there are none."""
        basis = self._basis(day)
        days = SendingDays(basis.workdays)
        last_run = max(filter(days.include, basis.runs), default=None)
        if last_run is None:
            return None
        missed, each = 0, days.after(last_run)
        while each < day:
            missed, each = missed + 1, days.after(each)
        return Standstill(last_run, missed) if missed else None

    def _basis(self, day: date) -> _Basis:
        with self._store.read() as work:
            connection = work.connection
            return _Basis(
                contacts.book(connection),
                calendar.workdays(connection),
                calendar.leads(connection),
                calendar.runs(connection, day - _RUNS_KEPT_IN_MIND, day),
            )

    def _terms(self, day: date, leads: Mapping[str, tuple[int, ...]]) -> dict[tuple[str, str], ClauseTerms]:
        shelf = self._projections.rubrics.shelf
        return {
            (rubric.label, clause.id): ClauseTerms(
                leads.get(clause.id) or _leads_of(clause, rubric.lead_days),
                isinstance(clause, EveryPeriod) and clause.period == "quarter",
                _PERIOD_DAYS[clause.period] if isinstance(clause, EveryPeriod) else None,
                rubric.year,
            )
            for rubric in (*shelf.open_at(day), *shelf.choices(day))
            for clause in rubric.clauses
        }

    # -- sending -------------------------------------------------------------------------------------------------

    def preview(self, drafts: Sequence[Draft], day: date) -> list[Sent]:
        """Return what *drafts* would say, nothing being kept or sent."""
        shown = []
        for draft in drafts:
            items = tuple(draft.items.values())
            message = Message(
                "",
                draft.person.id,
                day,
                draft.person.channel,
                draft.quarter,
                State.PLANNED,
                0,
                None,
                "",
                None,
            )
            worded = self._word(day)(message, draft.person, items)
            if worded.written is not None:
                left = tuple(item for item in items if item not in worded.done)
                shown.append(Sent(message, draft.person, worded.written.subject, left, State.PLANNED))
        return shown

    def send(self, day: date, *, at_once: bool = False, asked_for: bool = False) -> list[Sent]:
        """Send what waits in the outbox, looked at again as of *day*; then tell the ledger.

        Nobody is written to on a day off, also not what failed the day before, unless somebody *asked for* it.
        """
        with self._store.read() as work:
            workdays = calendar.workdays(work.connection)
        if not asked_for and not workdays.is_workday(day):
            record_told(self._store, self._clock())
            return []
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        sender = Sender(self._store, self._channels, self._word(day), self._clock, name)
        try:
            return sender.run(at_once=at_once)
        finally:
            for channel in self._channels.values():
                channel.close()
            record_told(self._store, self._clock())

    def _word(self, day: date) -> Callable[[Message, Person, Sequence[Item]], Worded]:
        with self._store.read() as work:
            workdays = calendar.workdays(work.connection)
        composer = Composer(
            self._store, self._projections, self.agenda, self._links, workdays, self._names_of
        )

        def word(message: Message, person: Person, items: Sequence[Item]) -> Worded:
            composed = composer.compose(message.id, person, message.quarter, items, day)
            if composed.letter is None:
                return Worded(None, composed.done)
            return Worded(
                write(composed.letter, self._translate(person.language), self._clock()), composed.done
            )

        return word

    # -- the ticker ----------------------------------------------------------------------------------------------

    def tick(self, from_hour: int = 8) -> list[Sent]:
        """Do what is due now: keep the agenda fresh, and from *from_hour* (Asia/Shanghai) plan and send.

        Missed days are made up for by one message; a channel that is not set up here is left to the server that has
        it. May be called as often as one likes, by any number of servers.
        """
        local = self._clock().astimezone(SHANGHAI)
        day = local.date()
        self.agenda.renew(day)
        if local.hour < from_hour:
            return []
        # Where no day was missed this is the day's own plan; a ledger that was never run on begins with today.
        drafts = self.drafts(day, catch_up=bool(self._basis(day).runs))
        self.keep([draft for draft in drafts if draft.person.channel in self._channels], day, catch_up=True)
        return self.send(day)


def _told_since(answering: Window) -> date:
    """A letter on all that the year asks is written once in its month; anything else answers for its window."""
    return min(answering.past_after, answering.day.replace(day=1))


def _leads_of(clause: ClauseBase, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Return a clause's lead days; what comes back every month is not spoken of before half of the month is over."""
    leads = clause.lead_days or usual
    if not isinstance(clause, EveryPeriod):
        return leads
    half = _PERIOD_DAYS[clause.period] // 2
    return tuple(lead for lead in leads if lead <= half) or (min(leads),)


def _some_day_long_ago(workdays: Workdays, day: date) -> list[date]:
    return [SendingDays(workdays).before(day - _LOOK_BACK)]
