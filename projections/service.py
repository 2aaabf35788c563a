"""The projections as the doors call them: kept up to date on append, asked for by unit and day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from ledger.events.event import ClientEvent, StoredEvent, instant_of, recorded_text
from ledger.intake.clock_guard import Confirmation, confirmations
from ledger.store.protocol import Progress, Store, Transaction
from ledger.text import Text
from rubric.applicants import fits
from rubric.catalog import RubricCatalog
from rubric.schema import Rubric

from . import board, event_search_rows, kept_beside, kept_firsts, review_rows, totals, year_rows
from .answers import Board, Members, Shortfalls, members_of
from .appended import score_appended
from .calibration import Calibration, MonthErrors, StillOpen, month_ends
from .compiled_rubrics import CompiledRubrics
from .duties import UnitDuties, duties_of_unit
from .known_at import recorded_by
from .live import LiveUnit
from .memory import UnitsInMemory
from .missing_years import MissingYear, missing_years
from .not_scored import NotScored, require_unit
from .places import shares_out
from .preview import Preview, hypothetical, preview
from .rebuild import fold, rebuilt_rows
from .records import Records
from .scorecard import Scorecard, Shortfall
from .scored_units import ScoredUnits, as_known


class Projections:
    """Implements `ledger.store.protocol.Projector`, and answers from what it keeps."""

    def __init__(self, shelf: RubricCatalog, *, apart: bool = False) -> None:
        """*apart*: questions are asked while an append is under way, so that each side needs a memory of its own."""
        self.rubrics = CompiledRubrics(shelf)
        self.units = ScoredUnits(self.rubrics)
        self._written = UnitsInMemory() if apart else self.units.memory

    # -- kept up to date ---------------------------------------------------------------------------------------

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        """Score the units that an append moved; return what writes their totals, inside its transaction."""
        return score_appended(
            self._written, self.rubrics.choice(self.rubrics.catalog(work)), work, appended, day
        )

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop what is in memory of *units* (None: all): it is not what the store holds."""
        units = None if units is None else list(units)
        self.rubrics.forget()
        self.units.forget(units)
        self._written.forget(units)

    def rebuild(self, store: Store, day: date, progress: Progress | None = None) -> int:
        """Make every kept row anew from the events, while others write; return the number of units.

        The new rows take the place of the old ones in one transaction at the end, for which appends wait: it makes
        anew only what was appended to since the beginning.
        """
        self.forget(None)
        with store.read() as work:
            catalog = self.rubrics.catalog(work)
        choice = self.rubrics.choice(catalog)
        before = store.size()
        units = store.units()
        rows = {row.unit: row for row in rebuilt_rows(store.reader(), units, catalog, day, progress)}
        with store.write(alone=True) as work:
            for unit in store.changed_units(before):
                row = choice.row(fold(unit, work.stream(unit)), day)
                if row is not None:
                    rows[unit] = row
            totals.replace(work.connection, rows.values())
            kept_beside.clear(work.connection)
            kept_firsts.clear(work.connection)
            review_rows.clear(work.connection)
            event_search_rows.clear(work.connection)
            year_rows.clear(work.connection)
        if choice.apart(day) or choice.comparing(day):
            board.renew(self.units, store, day)
        return len(units)

    def renew(self, store: Store, day: date) -> int:
        """Write anew the kept rows that no longer hold on *day*; return how many.

        A few at a time, so that appends never wait long.
        """
        return board.renew(self.units, store, day)

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
                live, catalog = self.units.caught_up(unit, work), self.rubrics.shelf
            else:
                instant = recorded_text(instant_of(known_at))
                live = fold(unit, recorded_by(instant, work.stream(unit)))
                clocks = confirmations(recorded_by(instant, work.stream("")))
                catalog = self.rubrics.catalog(work, known_at)
            rule_set = self.rubrics.rule_set(as_of, rubric_id, catalog, live)
            if known_at is None:
                return self.units.card(work, live, rule_set, as_of)
            outcome = None
            if rule_set.compares or shares_out(rule_set.rubric):
                others = (each for each in _units(work) if each != unit)
                known = (fold(each, recorded_by(instant, work.stream(each))) for each in others)
                outcome = as_known([live, *known], unit, rule_set, as_of)
            card = self.units.card_of(live, unit, rule_set, as_of, known_at, clocks)
            return card if outcome is None else card.with_outcome(outcome)

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
            live.catch_up(hypothetical(unit, candidates, live.last_sequence))
            rule_set = self.rubrics.rule_set(as_of, rubric_id, None, live)
            return self.units.card_if(work, live, rule_set, as_of)

    def records(self, store: Store, unit: str) -> Records:
        """Return a unit's records as they are now, for reading inside the caller's `store.read()`.

        Raises NotScored when the ledger has no event of the unit.
        """
        with store.read() as work:
            require_unit(work, unit)
            return self.units.caught_up(unit, work).records

    def board(
        self, store: Store, as_of: date, rubric_id: str | None = None, progress: Progress | None = None
    ) -> Board:
        """Return the totals of every unit that is not closed; rows kept for the day are read, others made anew."""
        return board.board(self.units, store, as_of, rubric_id, progress)

    def forecasts(self, store: Store, units: Iterable[str], day: date, past: date) -> dict[str, int]:
        """Return what each of *units* was forecast (hundredths) as of *past*, by what is known now.

        Left out is who was not registered by then, or had another rubric than on *day*; and where a rubric compares
        units, everybody: what others had then is not kept.
        """
        return board.forecasts(self.units, store, units, day, past)

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
        rule_set, choice = self.rubrics.compiled(rubric), self.rubrics.choice()
        found = Calibration(rubric, min(today, rubric.judged_until + timedelta(days=1)))
        found.months = [MonthErrors(day) for day in month_ends(rubric)]
        with store.read() as work:
            for done, unit in enumerate(store.units(), 1):
                stream = list(work.stream(unit))
                if choice.rule_set(fold(unit, stream), rubric.ends_on) is rule_set and not rule_set.compares:
                    found.take(unit, stream, rule_set)
                if progress:
                    progress(done)
        return found

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
        named = [self.rubrics.rule_set(as_of, rubric_id)] if rubric_id is not None else None
        provisional = False
        units = [unit] if unit is not None else store.units()
        with store.read() as work:
            for done, each in enumerate(units, 1):
                why_not: NotScored | None = None
                live = self.units.caught_up(each, work)
                rule_sets = named or self.rubrics.open_sets(live, as_of)
                provisional = provisional or any(every.rubric.is_provisional for every in rule_sets)
                scored = not rule_sets
                for rule_set in rule_sets:
                    try:
                        card = self.units.card(work, live, rule_set, as_of)
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

    def members(self, store: Store, unit: str, as_of: date, rubric_id: str | None = None) -> Members:
        """Return the study hours of everybody in the tree on *as_of* (or the rubric year's last day)."""
        return members_of(self.score(store, unit, as_of, None, rubric_id))

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
            events = list(recorded_by(recorded, work.stream(unit)))
        before = [event for event in events if event["recordedtime"] < recorded]
        return self._previews(Records(unit, before), events[len(before) :], as_of)

    def _previews(self, records: Records, candidates: Sequence[ClientEvent], as_of: date) -> list[Preview]:
        live = LiveUnit(records.unit, records)
        who = self.rubrics.who(live, as_of)
        rubrics = [rubric for rubric in self.rubrics.shelf.open_at(as_of, who) if not rubric.is_provisional]
        if not rubrics:
            # Of no open year: by the rubrics of the candidates' own years, as long as somebody installed those.
            years = {event["time"][:4] for event in candidates}
            rubrics = [each for each in self.rubrics.shelf.all if str(each.year) in years][-1:]
        rule_sets = [self.rubrics.compiled(rubric) for rubric in rubrics] or [
            self.rubrics.rule_set(as_of, None, None, live)
        ]
        return [preview(records.copied(), candidates, rule_set, as_of) for rule_set in rule_sets]

    def duties(self, work: Transaction, unit: str, day: date, *, remember: bool = True) -> UnitDuties | None:
        """Return what a unit has not done on *day*, of every open year; None when it is not registered by then.

        Who goes through all units does not want them remembered.
        """
        live = self.units.caught_up(unit, work) if remember else fold(unit, work.stream(unit))
        return duties_of_unit(live, self.rubrics.open_sets(live, day), day, self.units.clocks(work))

    def cards(self, work: Transaction, unit: str, day: date) -> list[Scorecard]:
        """Return the unit's scorecard under every rubric open on *day*. Raises NotScored."""
        live = self.units.caught_up(unit, work)
        return [self.units.card(work, live, rule_set, day) for rule_set in self.rubrics.open_sets(live, day)]

    def card_under(self, work: Transaction, unit: str, rubric: Rubric, day: date) -> Scorecard | None:
        """Return the unit's scorecard under *rubric*, also one that counts no more; None where there is none."""
        try:
            return self.units.card(work, self.units.caught_up(unit, work), self.rubrics.compiled(rubric), day)
        except NotScored:
            return None

    def clocks(self, work: Transaction) -> Sequence[Confirmation]:
        """Return who answered for the clock, in ledger order."""
        return self.units.clocks(work)

    # -- rubrics -----------------------------------------------------------------------------------------------

    def rubrics_of(self, work: Transaction, unit: str, day: date) -> tuple[Rubric, ...]:
        """Return the rubrics that a unit is scored by on *day*: the main one, and after it those beside.

        Those of the main one's year; none where no rubric answers for the day.
        """
        return self.rubrics.rubrics_of(self.units.caught_up(unit, work), day)

    def assesses(self, work: Transaction, unit: str, rubric: Rubric, day: date) -> bool:
        """Whether *rubric* is meant for *unit*, as it is on *day* (see `fits`)."""
        return rubric.meant is None or fits(rubric, self.units.caught_up(unit, work).who, day)

    def rubric_for(self, day: date, rubric_id: str | None = None) -> Rubric:
        """Return the rubric named, else the one that *day* is scored by for everybody. Raises NotScored."""
        return self.rubrics.rule_set(day, rubric_id).rubric

    def missing_years(
        self, work: Transaction, day: date, units: Collection[str] | None = None
    ) -> list[MissingYear]:
        """Return for which units (of *units* only) the year of *day* has no rubric of its own, and what stands in."""
        return missing_years(work, self.rubrics.choice(), day, units)

    def compares(self, rubric: Rubric) -> bool:
        """Whether *rubric* compares units, or shares something out: then an event of one may move another's card."""
        return self.rubrics.compiled(rubric).compares or shares_out(rubric)

    def rubric_known_at(self, work: Transaction, unit: str, day: date, known_at: str) -> Rubric | None:
        """Return the unit's main rubric of *day* by the installations known at an instant; None where none answers."""
        return self.rubrics.known_at(work, self.units.caught_up(unit, work), day, known_at)


def _units(work: Transaction) -> list[str]:
    return [row.unit for row in totals.rows(work.connection)]
