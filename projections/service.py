"""The projections as the doors call them: kept up to date on append, asked for by unit and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import ClientEvent, StoredEvent, instant_of, recorded_text
from ledger.intake.clock_guard import Confirmation, confirmations
from ledger.remedy import Remedy
from ledger.store.protocol import Store, Transaction
from ledger.text import Text
from rubric.amounts import decimal_text, rounded
from rubric.applicants import Who, fits
from rubric.catalog import NoRubric, RubricCatalog
from rubric.schema import Rubric

from . import event_search_rows as trail_rows
from . import review_rows, rubrics, totals
from .calibration import Calibration, MonthErrors, StillOpen, known_totals, month_ends
from .duties import UnitDuties, duties_of_unit
from .evaluation import Evaluation, RuleSet
from .facts import Facts
from .live import LiveUnit
from .memory import UNITS_IN_MEMORY, UnitsInMemory
from .peers import Standing, peers_of, standings_of
from .preview import Preview, hypothetical, preview
from .rebuild import Choice, fold, kept_row, rebuilt_rows
from .records import Records
from .rules.study_total import StudyTotalRule
from .scorecard import Scorecard, Shortfall, Translate
from .totals import TotalsRow, basis_of

Progress = Callable[[int], None]
UNITS_A_RENEWAL = 20

_Moved = tuple[str, Sequence[StoredEvent] | None, LiveUnit | None, TotalsRow | None]
"""A unit that an append moved: its new events, what is in memory of it, and its new row, if there is to be one."""


class NotScored(TaizhangError):
    """There is nothing to score: no such unit on that day, or no rubric for it."""

    kind = ErrorKind.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Board:
    """Every unit's totals on a day, by unit id."""

    day: date
    rubric: str
    """The id of the rubric that the rows are scored by; where it depends on the unit, that for everybody else."""
    rows: list[TotalsRow]
    made_anew: int = 0
    """How many rows were kept for other days, and had to be made anew for the answer (see `Projections.renew`)."""
    provisional: bool = False
    """Whether nobody has installed that rubric (contract §6)."""

    def as_json(self, translate: Translate) -> dict[str, Any]:
        """Return the board as contract §6 shows it."""
        return {
            "as_of": self.day.isoformat(),
            **({"provisional": True} if self.provisional else {}),
            "units": [
                {
                    "unit": row.unit,
                    "name": row.name,
                    "kind": row.kind,
                    "rubric": row.rubric or self.rubric,
                    "score": decimal_text(row.score),
                    "forecast": decimal_text(row.forecast),
                    "floor": decimal_text(row.floor),
                    "ceiling": decimal_text(row.ceiling),
                    "awaiting": decimal_text(row.awaiting),
                    "bonus": decimal_text(row.bonus),
                    "overdue": row.overdue,
                    "missed": row.missed,
                }
                for row in self.rows
            ],
        }


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """The shortfalls of one unit or of all, by due date, of every rubric year open on the day."""

    day: date
    found: list[Shortfall]
    provisional: bool = False
    """Whether a year is among them that has no rubric of its own (contract §6)."""

    def as_json(self, translate: Translate) -> dict[str, Any]:
        """Return the list as contract §6 shows it."""
        return {
            **({"provisional": True} if self.provisional else {}),
            "shortfalls": [{"unit": found.card.unit, **found.as_json(translate)} for found in self.found],
        }


@dataclass(frozen=True, slots=True)
class Members:
    """The study hours of everybody in a unit's tree."""

    lines: list[dict[str, Any]]

    def as_json(self, translate: Translate) -> dict[str, Any]:
        """Return the members as contract §6 shows them."""
        return {"members": self.lines}


class Projections:
    """Implements `ledger.store.protocol.Projector`, and answers from what it keeps."""

    def __init__(self, shelf: RubricCatalog, *, apart: bool = False) -> None:
        """*apart*: questions are asked while an append is under way, so that each side needs a memory of its own."""
        self.shelf = shelf
        """The catalogue as it was last taken in; inside a transaction `catalog` says what it is there."""
        self._base = shelf
        self._files = rubrics.RubricFiles()
        self._catalogs: tuple[int, RubricCatalog] = (0, shelf)
        """The catalogue, as of the event about the ledger that is named first."""
        self._installed: tuple[int, list[rubrics.Installation]] = (0, [])
        self._rule_sets: dict[str, RuleSet] = {}
        self._asked = UnitsInMemory()
        self._clocks: tuple[int, Sequence[Confirmation]] = (0, ())
        """Who answered for the clock, up to the event about the ledger that is named first."""
        self._written = UnitsInMemory() if apart else self._asked
        self._standings: tuple[Any, list[Standing]] = (None, [])
        """What units bring to comparisons: of which rubric, day and length of the ledger, and the numbers."""

    # -- kept up to date ---------------------------------------------------------------------------------------

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        """Score the units that an append moved; return what writes their totals, inside its transaction."""
        choice = self._choice(self.catalog(work))
        in_memory = len(appended) <= UNITS_IN_MEMORY
        moved: list[_Moved] = []
        for unit, events in appended.items():
            live = self._written.unit(unit) if in_memory else LiveUnit(unit)
            if events and work.last_sequence(unit, before=int(events[0]["sequence"])) == live.last_sequence:
                live.catch_up(events)
            else:
                live.catch_up(work.stream(unit, live.last_sequence))
            live.peers = None  # where units are compared, the row is made by whoever reads it
            moved.append((unit, events, live if in_memory else None, choice.row(live, day)))
        types = {event["type"] for events in appended.values() for event in events or ()}
        return partial(_write, work, moved, self._moved_by(types, choice, day))

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop what is in memory of *units* (None: all): it is not what the store holds."""
        units = None if units is None else list(units)
        self._clocks = (0, ())
        self._catalogs, self._installed = (0, self._base), (0, [])
        self._written.forget(units)
        self._asked.forget(units)

    def rebuild(self, store: Store, day: date, progress: Progress | None = None) -> int:
        """Make every kept row anew from the events, while others write; return the number of units.

        The new rows take the place of the old ones in one transaction at the end, for which appends wait: it makes
        anew only what was appended to since the beginning.
        """
        self.forget(None)
        with store.read() as work:
            catalog = self.catalog(work)
        choice = self._choice(catalog)
        before = store.size()
        units = store.units()
        rows = {row.unit: row for row in rebuilt_rows(store.reader(), units, catalog, day, progress)}
        with store.write(alone=True) as work:
            for unit in store.changed_units(before):
                row = choice.row(fold(unit, work.stream(unit)), day)
                if row is not None:
                    rows[unit] = row
            totals.replace(work.connection, rows.values())
            review_rows.clear(work.connection)
            trail_rows.clear(work.connection)
        return len(units)

    # -- questions ---------------------------------------------------------------------------------------------

    def score(
        self,
        store: Store,
        unit: str,
        as_of: date,
        known_at: str | None = None,
        rubric_id: str | None = None,
    ) -> Scorecard:
        """Return a unit's scorecard as of a day, as known at an instant (RFC 3339 text; None: as of now).

        Raises NotScored when the unit or a rubric is not there.
        """
        with store.read() as work:
            if known_at is None:
                live, clocks, catalog = self._caught_up(unit, work), self.clocks(work), self.shelf
            else:
                instant = recorded_text(instant_of(known_at))
                live = fold(unit, _recorded_by(instant, work.stream(unit)))
                clocks = confirmations(_recorded_by(instant, work.stream("")))
                catalog = self.catalog(work, known_at)
            rule_set = self._rule_set(as_of, rubric_id, catalog, live)
            if known_at is None:
                self._compare(work, live, rule_set, as_of)
            elif rule_set.compares:
                known = (fold(each, _recorded_by(instant, work.stream(each))) for each in _units(work))
                live.peers = peers_of(unit, _standings(known, rule_set, as_of))
            return self._card_of(live, unit, rule_set, as_of, known_at, clocks)

    def score_if(
        self,
        store: Store,
        unit: str,
        candidates: Sequence[ClientEvent],
        as_of: date,
        rubric_id: str | None = None,
    ) -> Scorecard:
        """Return a unit's scorecard as if *candidates*, in stored form, were recorded too; nothing is stored.

        Raises NotScored when the unit or a rubric is not there.
        """
        with store.read() as work:
            live = fold(unit, work.stream(unit))
            clocks = self.clocks(work)
        live.catch_up(hypothetical(unit, candidates, live.last_sequence))
        rule_set = self._rule_set(as_of, rubric_id, None, live)
        return self._card_of(live, unit, rule_set, as_of, None, clocks)

    def records(self, store: Store, unit: str) -> Records:
        """Return a unit's records as they are now, for reading inside the caller's `store.read()`.

        Raises NotScored when the ledger has no event of the unit.
        """
        with store.read() as work:
            require_unit(work, unit)
            return self._caught_up(unit, work).records

    def board(
        self, store: Store, as_of: date, rubric_id: str | None = None, progress: Progress | None = None
    ) -> Board:
        """Return the totals of every unit that is not closed; rows kept for the day are read, others made anew."""
        choice = self._choice(self.shelf)
        rule_set = self._rule_set(as_of, rubric_id) if rubric_id is not None else None
        general = rule_set.rubric if rule_set is not None else self._rule_set(as_of).rubric
        bases = choice.bases(as_of) if rule_set is None else frozenset({basis_of(general) + self.shelf.stamp})
        found: list[TotalsRow] = []
        made_anew = 0
        day = as_of.isoformat()
        with store.read() as work:
            kept = list(totals.rows(work.connection))
            for done, row in enumerate(kept, 1):
                if row.is_closed(day):
                    continue
                if row.holds(bases, day):
                    found.append(row)
                    continue
                fresh = self._fresh_row(work, row.unit, choice, as_of, rule_set)
                made_anew += 1
                if fresh is not None and not fresh.is_closed(day):
                    found.append(fresh)
                if progress:
                    progress(done)
        provisional = general.is_provisional or any(row.is_provisional for row in found)
        return Board(as_of, general.id, found, made_anew, provisional)

    def forecasts(self, store: Store, units: Iterable[str], day: date, past: date) -> dict[str, int]:
        """Return what each of *units* was forecast (hundredths) as of *past*, by what is known now.

        Left out is who was not registered by then, or had another rubric than on *day*; and where a rubric compares
        units, everybody: what others had then is not kept.
        """
        choice = self._choice(self.shelf)
        found: dict[str, int] = {}
        with store.read() as work:
            for unit in units:
                live = self._caught_up(unit, work)
                rule_set = choice.rule_set(live, past)
                if rule_set is None or rule_set.compares or rule_set is not choice.rule_set(live, day):
                    continue
                facts = Facts(unit, live.records.counting(past, rule_set.rubric.closes_on))
                if facts.organization(unit).registered is not None:
                    found[unit] = Evaluation(rule_set, facts, past).totals().forecast
        return found

    def calibration(
        self, store: Store, rubric: Rubric, today: date, progress: Progress | None = None
    ) -> Calibration:
        """Return how near the forecasts of *rubric*'s year came to what it came to. Raises StillOpen.

        Units of another rubric, and those that closed before, are left out; so is everybody where a rubric compares
        units: what others had at a month's end is not kept.
        """
        if today <= rubric.closes_on:
            text = Text(
                "{year} 年度到 {day} 截止；那以后才知道预计准不准", year=rubric.year, day=rubric.closes_on
            )
            raise StillOpen(text)
        rule_set, choice = self._compiled(rubric), self._choice(self.shelf)
        found = Calibration(rubric, min(today, rubric.judged_until + timedelta(days=1)))
        found.months = [MonthErrors(day) for day in month_ends(rubric)]
        with store.read() as work:
            for done, unit in enumerate(store.units(), 1):
                stream = list(work.stream(unit))
                if choice.rule_set(fold(unit, stream), rubric.ends_on) is rule_set and not rule_set.compares:
                    _calibrate(found, unit, stream, rule_set)
                if progress:
                    progress(done)
        return found

    def renew(self, store: Store, day: date) -> int:
        """Write anew the kept rows that no longer hold on *day*; return how many.

        A few at a time, so that appends never wait long.
        """
        self._rule_set(day)  # raises where no rubric answers for the day
        choice, today = self._choice(self.shelf), day.isoformat()
        bases = choice.bases(day)
        with store.read() as work:
            stale = [row.unit for row in totals.rows(work.connection) if not row.holds(bases, today)]
        for units in _batches(stale, UNITS_A_RENEWAL):
            with store.write(alone=True) as work:
                rows = [self._fresh_row(work, unit, choice, day) for unit in units]
                totals.keep(work.connection, [row for row in rows if row is not None])
        return len(stale)

    def shortfalls(
        self,
        store: Store,
        unit: str | None,
        as_of: date,
        progress: Progress | None = None,
        rubric_id: str | None = None,
        *,
        everything: bool = False,
    ) -> Shortfalls:
        """Return what is short on *as_of*, of one unit or of all: of every open year, or of the rubric named.

        *everything*: also what is due later (see `Scorecard.shortfalls`).
        """
        found: list[Shortfall] = []
        named = [self._rule_set(as_of, rubric_id)] if rubric_id is not None else None
        provisional = False
        units = [unit] if unit is not None else store.units()
        with store.read() as work:
            for done, each in enumerate(units, 1):
                why_not: NotScored | None = None
                live = self._caught_up(each, work)
                rule_sets = named or self._open_sets(live, as_of)
                provisional = provisional or any(every.rubric.is_provisional for every in rule_sets)
                scored = not rule_sets
                for rule_set in rule_sets:
                    try:
                        card = self._card(work, live, rule_set, as_of)
                    except NotScored as not_scored:
                        why_not = not_scored
                    else:
                        scored = True
                        found += card.shortfalls(everything=everything)
                if unit is not None and not rule_sets:
                    require_unit(work, unit)
                if unit is not None and not scored and why_not:
                    raise why_not
                if progress:
                    progress(done)
        found.sort(key=lambda shortfall: shortfall.order)
        return Shortfalls(as_of, found, provisional)

    def preview(
        self,
        store: Store,
        unit: str,
        candidates: Sequence[ClientEvent],
        as_of: date,
        *,
        records: Records | None = None,
    ) -> list[Preview]:
        """Return what *candidates* would count for on *as_of*, under the rubric of every open year (see `preview`).

        *records* are the unit's where the caller has folded them already; they stay as they are.

        Raises NotScored when there is no rubric, or no such unit.
        """
        if records is None:
            with store.read() as work:
                require_unit(work, unit)
                records = Records(unit, work.stream(unit))
        return self._previews(records, candidates, as_of)

    def moved(self, store: Store, unit: str, recorded: str, as_of: date) -> list[Preview]:
        """Return the same of the append that was recorded at the instant *recorded*: what it has moved."""
        with store.read() as work:
            require_unit(work, unit)
            events = list(_recorded_by(recorded, work.stream(unit)))
        before = [event for event in events if event["recordedtime"] < recorded]
        return self._previews(Records(unit, before), events[len(before) :], as_of)

    def _previews(self, records: Records, candidates: Sequence[ClientEvent], as_of: date) -> list[Preview]:
        live = LiveUnit(records.unit, records)
        who = self._who(live, as_of)
        rubrics = [rubric for rubric in self.shelf.open_at(as_of, who) if not rubric.is_provisional]
        if not rubrics:
            # Of no open year: by the rubrics of the candidates' own years, as long as somebody installed those.
            years = {event["time"][:4] for event in candidates}
            rubrics = [each for each in self.shelf.all if str(each.year) in years][-1:]
        rule_sets = [self._compiled(rubric) for rubric in rubrics] or [
            self._rule_set(as_of, None, None, live)
        ]
        return [preview(records.copied(), candidates, rule_set, as_of) for rule_set in rule_sets]

    def members(self, store: Store, unit: str, as_of: date, rubric_id: str | None = None) -> Members:
        """Return the study hours of everybody in the tree on *as_of* (or the rubric year's last day)."""
        card = self.score(store, unit, as_of, None, rubric_id)
        rules = card.evaluation.rule_set.rules
        rule = next((rule for rule in rules if isinstance(rule, StudyTotalRule)), None)
        if rule is None:
            return Members([])
        return Members(
            [
                {
                    "member": member.presence.member,
                    "subject": member.presence.subject,
                    "hours": decimal_text(member.hours),
                    "required": decimal_text(rounded(member.required_twelfths, 12)),
                    "expected": decimal_text(rule.expected(member, as_of)),
                    "exempt": member.presence.exempt,
                }
                for member in rule.listed(card.facts, as_of)
            ]
        )

    def duties(self, work: Transaction, unit: str, day: date, *, remember: bool = True) -> UnitDuties | None:
        """Return what a unit has not done on *day*, of every open year; None when it is not registered by then.

        Who goes through all units does not want them remembered.
        """
        live = self._caught_up(unit, work) if remember else fold(unit, work.stream(unit))
        return duties_of_unit(live, self._open_sets(live, day), day, self.clocks(work))

    def cards(self, work: Transaction, unit: str, day: date) -> list[Scorecard]:
        """Return the unit's scorecard under every rubric open on *day*. Raises NotScored."""
        live = self._caught_up(unit, work)
        return [self._card(work, live, rule_set, day) for rule_set in self._open_sets(live, day)]

    def rubrics_of(self, work: Transaction, unit: str, day: date) -> tuple[Rubric, ...]:
        """Return the rubrics that a unit is scored by on *day*: the main one, and after it those beside.

        Those of the main one's year; none where no rubric answers for the day.
        """
        live = self._caught_up(unit, work)
        who = self._who(live, day)
        try:
            main = self.shelf.for_day(day, None, who)
        except NoRubric:
            return ()
        besides = (each for each in self.shelf.besides_of(main.year) if who is None or fits(each, who, day))
        return (main, *besides)

    def rubric_for(self, day: date, rubric_id: str | None = None) -> Rubric:
        """Return the rubric named, else the one that *day* is scored by for everybody. Raises NotScored."""
        return self._rule_set(day, rubric_id).rubric

    def rubric_known_at(self, work: Transaction, unit: str, day: date, known_at: str) -> Rubric | None:
        """Return the unit's main rubric of *day* by the installations known at an instant; None where none answers."""
        catalog = self.catalog(work, known_at)
        try:
            return catalog.for_day(day, None, self._who(self._caught_up(unit, work), day, catalog))
        except NoRubric:
            return None

    def card_under(self, work: Transaction, unit: str, rubric: Rubric, day: date) -> Scorecard | None:
        """Return the unit's scorecard under *rubric*, also one that counts no more; None where there is none."""
        try:
            return self._card(work, self._caught_up(unit, work), self._compiled(rubric), day)
        except NotScored:
            return None

    # -- folding -----------------------------------------------------------------------------------------------

    def _card(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, as_of: date) -> Scorecard:
        self._compare(work, live, rule_set, as_of)
        return self._card_of(live, live.records.unit, rule_set, as_of, None, self.clocks(work))

    def clocks(self, work: Transaction) -> Sequence[Confirmation]:
        """Return who answered for the clock, in ledger order."""
        last = work.last_sequence("")
        known = self._clocks
        if known[0] != last:
            # One assignment: threads that meet here read the same events.
            known = self._clocks = last, tuple(confirmations(work.stream("")))
        return known[1]

    def _card_of(
        self,
        live: LiveUnit,
        unit: str,
        rule_set: RuleSet,
        as_of: date,
        known_at: str | None,
        clocks: Sequence[Confirmation],
    ) -> Scorecard:
        kept = live.cards.get(rule_set.rubric.basis)
        if kept is not None and known_at is None and kept.answers(rule_set, as_of, clocks):
            return kept
        facts, evaluation = live.evaluate(rule_set, as_of)
        registered = facts.organization(unit).registered
        if registered is None:
            self._asked.forget([unit])
            raise NotScored(Text("到 {day} 为止没有登记过“{unit}”这个党组织", day=as_of, unit=unit))
        if registered > rule_set.rubric.ends_on:
            raise NotScored(
                Text(
                    "“{unit}”是 {day} 登记的，不参加 {year} 年度的考核",
                    unit=unit,
                    day=registered,
                    year=rule_set.rubric.year,
                )
            )
        events = live.records.events_by(as_of)
        card = Scorecard(unit, as_of, known_at, events, live.records, facts, evaluation, clocks)
        live.cards[rule_set.rubric.basis] = card
        return card

    def _fresh_row(
        self, work: Transaction, unit: str, choice: Choice, day: date, named: RuleSet | None = None
    ) -> TotalsRow | None:
        live = fold(unit, work.stream(unit))
        if named is not None and not fits(named.rubric, live.who, day):
            return None
        rule_set = named or choice.rule_set(live, day)
        if rule_set is not None:
            self._compare(work, live, rule_set, day)
        return choice.row(live, day) if named is None else kept_row(live, named, day)

    def _moved_by(self, types: Iterable[str], choice: Choice, day: date) -> list[str]:
        """Return what rows rest on that events of *types* of another unit may move."""
        found = []
        for rubric in choice.catalog.choices(day):
            rule_set = self._compiled(rubric)
            if any(rule_set.moves_others(each) for each in types):
                found.append(basis_of(rubric) + choice.catalog.stamp)
        return found

    def _compare(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, day: date) -> None:
        """Give *live* what the other units bring, where the rubric compares units."""
        if not rule_set.compares:
            return
        rows = list(totals.rows(work.connection))
        key = rule_set.rubric.label, day, max((row.sequence for row in rows), default=0)
        if self._standings[0] != key:
            units = [row.unit for row in rows]
            remember = len(units) <= UNITS_IN_MEMORY
            every = (
                self._caught_up(each, work) if remember else fold(each, work.stream(each)) for each in units
            )
            self._standings = key, _standings(every, rule_set, day)
        peers = peers_of(live.records.unit, self._standings[1])
        if peers != live.peers:
            live.peers = peers
            live.cards.clear()

    def _caught_up(self, unit: str, work: Transaction) -> LiveUnit:
        live = self._asked.unit(unit)
        live.catch_up(work.stream(unit, live.last_sequence))
        return live

    # -- rubrics -----------------------------------------------------------------------------------------------

    def catalog(self, work: Transaction, known_at: str | None = None) -> RubricCatalog:
        """Return the rubrics as the transaction sees them, or as they were known at an instant (RFC 3339 text)."""
        if known_at is not None:
            instant = recorded_text(instant_of(known_at))
            return self._files.catalog(_recorded_by(instant, work.stream("")), self._base)
        last = work.last_sequence("")
        known = self._catalogs
        if known[0] != last:
            # One assignment: threads that meet here read the same events.
            known = self._catalogs = last, self._files.catalog(work.stream(""), self._base)
        return known[1]

    def installations(self, work: Transaction) -> list[rubrics.Installation]:
        """Return every installation of a rubric, in ledger order, with what became of it."""
        last = work.last_sequence("")
        known = self._installed
        if known[0] != last:
            known = self._installed = last, self._files.installations(work.stream(""))
        return known[1]

    def rubric_problems(
        self, catalog: RubricCatalog, kind: str, data: Mapping[str, Any]
    ) -> Iterator[tuple[str, Text]]:
        """Yield what speaks against an event of a rubric, by field."""
        return rubrics.rubric_problems(catalog, self._files, kind, data)

    def stand_on(self, base: RubricCatalog) -> None:
        """Let the rubrics of events come on top of those of *base*."""
        self._base = base
        self._catalogs = (0, base)

    def _who(self, live: LiveUnit, day: date, catalog: RubricCatalog | None = None) -> Who | None:
        """Return what tells whom a rubric assesses; None where that is no question, or the unit is not there."""
        catalog = catalog or self.shelf
        asked = catalog.is_selective or any(each.rubric.meant for each in catalog.installed)
        if not asked or live.facts(day, day).organization(live.records.unit).registered is None:
            return None
        return live.who

    def _open_sets(self, live: LiveUnit, day: date) -> list[RuleSet]:
        return [self._compiled(rubric) for rubric in self.shelf.open_at(day, self._who(live, day))]

    def _choice(self, catalog: RubricCatalog) -> Choice:
        return Choice(catalog, self._compiled)

    def _rule_set(
        self,
        day: date,
        rubric_id: str | None = None,
        catalog: RubricCatalog | None = None,
        live: LiveUnit | None = None,
    ) -> RuleSet:
        catalog = catalog or self.shelf
        who = None if live is None else self._who(live, day, catalog)
        try:
            return self._compiled(catalog.for_day(day, rubric_id, who))
        except NoRubric as missing:
            if rubric_id is not None:
                raise NotScored(
                    Text("没有安装“{id}”这份考核细则", id=rubric_id), remedy=Remedy.LIST_RUBRICS
                ) from missing
            raise NotScored(
                Text("没有适用于 {day} 的考核细则", day=day), remedy=Remedy.INSTALL_RUBRIC
            ) from missing

    def _compiled(self, rubric: Rubric) -> RuleSet:
        rule_set = self._rule_sets.get(rubric.basis)
        if rule_set is None or rule_set.rubric is not rubric:
            rule_set = self._rule_sets[rubric.basis] = RuleSet(rubric)
        return rule_set


def _calibrate(found: Calibration, unit: str, stream: Sequence[StoredEvent], rule_set: RuleSet) -> None:
    """Take one unit into *found*."""
    final = known_totals(unit, stream, rule_set, found.final_day, known=False)
    if final is None:
        return
    found.units += 1
    for month in found.months:
        known = known_totals(unit, stream, rule_set, month.day, known=True)
        if known is not None:
            month.add(known, final)


def _units(work: Transaction) -> list[str]:
    return [row.unit for row in totals.rows(work.connection)]


def _standings(every: Iterable[LiveUnit], rule_set: RuleSet, day: date) -> list[Standing]:
    closes_on = rule_set.rubric.closes_on
    meant = (live for live in every if fits(rule_set.rubric, live.who, day))
    return [each for live in meant for each in standings_of(rule_set, live.facts(day, closes_on), day)]


def require_unit(work: Transaction, unit: str) -> None:
    """Raise NotScored when the ledger has no event of *unit*."""
    if work.last_sequence(unit) == 0:
        raise NotScored(Text("没有登记过“{unit}”这个党组织", unit=unit))


def _write(work: Transaction, moved: Sequence[_Moved], stale: Iterable[str]) -> None:
    """Write the totals of an append; its events have their last places now. *stale*: whose rows lapse, by basis."""
    rows: list[TotalsRow] = []
    gone: list[str] = []
    for unit, events, live, row in moved:
        last = int(events[-1]["sequence"]) if events else None
        if live is not None and events and live.last_sequence != last:
            live.records.renumber(events)
        if row is None:
            gone.append(unit)
        else:
            rows.append(row if last in (None, row.sequence) else row._replace(sequence=last))
    for basis in stale:
        totals.let_lapse(work.connection, basis)
    totals.keep(work.connection, rows)
    if gone:
        totals.drop(work.connection, gone)


def _recorded_by(instant: str, events: Iterator[StoredEvent]) -> Iterator[StoredEvent]:
    for event in events:
        # The ledger writes instants of one width in UTC, so that text compares as time does.
        if event["recordedtime"] > instant:
            return
        yield event


def _batches(units: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (units[start : start + size] for start in range(0, len(units), size))
