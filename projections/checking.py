"""The kept rows against what the events give: every row made anew, in memory, and held against the one that is kept.

Nothing is written. A row that an older program kept, or that rests on other settings than today's, is not compared: it
is made anew before anybody is shown it, and counted here as such.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from ledger.events.event import StoredEvent
from ledger.intake.clock_guard import confirmations
from ledger.problem import Fault
from ledger.store.protocol import Progress, Transaction
from ledger.text import Text
from rubric.catalog import RubricCatalog
from rubric.provisional import provisional_for
from rubric.schema import Rubric

from . import event_search_rows as trail_rows
from . import kept_beside, kept_firsts, review_rows, totals, year_rows
from .event_search_rows import BLOCK_EVENTS
from .kept_firsts import FirstRow
from .live import LiveUnit
from .peers import Comparison
from .rebuild import Choice, fold, kept_row
from .review_items import standards
from .review_queue import basis_of_list, lag_rows_of, rows_of
from .rule_set import RuleSet
from .scorecard import Scorecard
from .second_stage import brought_of, drawn_of, first_row
from .totals import TotalsRow, basis_of
from .year_table import unit_year

FAULTS_MAX = 20
"""So many are told; the rest is told by their number."""


@dataclass(slots=True)
class KeptChecked:
    """What was found of one kind of kept rows."""

    right: int = 0
    """Rows that are what the events give."""
    stale: int = 0
    """Rows that are made anew before anybody is shown them: they were not compared."""
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    """Faults beyond those listed."""

    def blame(self, text: Text) -> None:
        """Note a row that differs."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(Fault(text))
        else:
            self.more += 1


@dataclass(slots=True)
class KeptRows:
    """What was found of every kind."""

    totals: KeptChecked = field(default_factory=KeptChecked)
    review: KeptChecked = field(default_factory=KeptChecked)
    years: KeptChecked = field(default_factory=KeptChecked)
    """Of a unit's kept years two are looked at: the latest day, and one of the others, another one each time."""


def check_kept_rows(
    work: Transaction,
    units: Collection[str],
    shelf: RubricCatalog,
    late_days: int,
    today: date,
    progress: Progress | None,
) -> KeptRows:
    """Hold the board's rows and the assessors' list to the events of *units*, a unit at a time, each folded once."""
    found = KeptRows()
    checking = _Checking(work, shelf, late_days, today, found)
    for done, (unit, events) in enumerate(work.streams(sorted(units)), 1):
        live = fold(unit, events)
        checking.total(unit, live)
        checking.apart(unit, live)
        checking.review(unit, live)
        checking.years(unit, live)
        if progress is not None:
            progress(done)
    checking.strays()
    return found


class _Checking:
    def __init__(
        self, work: Transaction, shelf: RubricCatalog, late_days: int, today: date, found: KeptRows
    ) -> None:
        self._connection = work.connection
        self._today = today
        self._found = found
        self._kept = {row.unit: row for row in totals.rows(work.connection)}
        self._shelf = shelf
        self._rubrics = {basis_of(rubric): rubric for rubric in shelf.all}
        self._choice = Choice(shelf)
        self._brought: dict[str, dict[str, FirstRow]] = {}
        self._comparisons: dict[str, Comparison] = {}
        self._until: dict[str, str] = {}
        """By basis: from which day on somebody may bring something else."""
        self._apart = {
            rule_set.rubric.id: {
                each.row.unit: each for each in kept_beside.rows(work.connection, rule_set.rubric.id)
            }
            for rule_set in self._choice.apart(today)
        }
        self._years_made: set[int] = set()
        self._rule_sets: dict[str, RuleSet] = {}
        self._clocks = tuple(confirmations(work.stream("")))
        self._standards = standards(shelf, late_days, self._clocks)
        self._years = {year_rows.basis_of(rubric): rubric for rubric in shelf.all}
        self._listed = review_rows.listed_units(work.connection)

    def total(self, unit: str, live: LiveUnit) -> None:
        """Hold the unit's row of the board to its events."""
        row = self._kept.pop(unit, None)
        found = self._found.totals
        if row is None:
            if kept_row(live, None, self._today) is not None:
                found.blame(Text("总分表里缺少 {unit}", unit=unit))
            return
        if row.sequence != live.last_sequence:
            found.blame(
                Text(
                    "总分表里 {unit} 只算到第 {there} 号事件，它的最后一条是第 {last} 号",
                    unit=unit,
                    there=row.sequence,
                    last=live.last_sequence,
                )
            )
            return
        day = _day(row.as_of)
        if day is None or (row.basis and not self._is_at_hand(row.basis, day)):
            # Whoever is shown the board has such a row made anew.
            found.stale += 1
            return
        selective = self._shelf.is_selective
        rule_set = self._choice.rule_set(live, day) if selective else self._rule_set(row.basis)
        if rule_set is not None and rule_set.compares and not self._stands(row, rule_set, live, day):
            return
        live.peers = live.peers if rule_set is not None and rule_set.compares else None
        self._hold(row, self._choice.row(live, day) if selective else kept_row(live, rule_set, day))

    def apart(self, unit: str, live: LiveUnit) -> None:
        """Hold the unit's rows under other rubrics than its main one to its events."""
        for rule_set in self._choice.apart(self._today):
            row = self._apart[rule_set.rubric.id].get(unit)
            if (
                row is None
                or row.row.sequence != live.last_sequence
                or row.row.basis != basis_of(rule_set.rubric)
            ):
                self._found.totals.stale += row is not None
                continue
            day = _day(row.row.as_of)
            if day is None or not row.is_meant:
                continue
            if not rule_set.compares or self._stands(row.row, rule_set, live, day):
                self._hold(row.row, kept_row(live, rule_set, day))

    def _hold(self, row: TotalsRow, fresh: TotalsRow | None) -> None:
        if fresh is not None and row.basis in self._until:
            fresh = fresh._replace(changes_on=min(fresh.changes_on, self._until[row.basis]))
        if fresh == row:
            self._found.totals.right += 1
        else:
            self._found.totals.blame(_differs(row, fresh))

    def _stands(self, row: TotalsRow, rule_set: RuleSet, live: LiveUnit, day: date) -> bool:
        """Tell *live* where the kept comparison has it; return False where that is not known, or wrong."""
        firsts = self._firsts(row.basis)
        first = firsts.get(row.unit)
        if row.changes_on <= row.as_of or first is None or not first.drawn:
            self._found.totals.stale += 1  # where it stands is worked out before anybody is shown it
            return False
        if row.basis not in self._comparisons:
            brought = {each.unit: brought_of(each) for each in firsts.values()}
            self._comparisons[row.basis] = Comparison(rule_set, brought)
        compared, until = drawn_of(first)
        self._until[row.basis] = until.isoformat()
        live.peers = None
        facts, evaluation = live.evaluate(rule_set, day)
        right, results = first_row(rule_set, evaluation, facts, row, day)
        kept = kept_firsts.results_of(self._connection, row.unit, row.basis)
        if (right.brought, right.held, results) != (
            first.brought,
            first.held,
            kept,
        ) or compared != self._comparisons[row.basis].of(row.unit):
            self._found.totals.blame(
                Text("总分表里 {unit} 的名次，或用来排名的数，与事件不符", unit=row.unit)
            )
            return False
        live.peers = compared
        return True

    def _firsts(self, basis: str) -> dict[str, FirstRow]:
        """Return what every unit is kept to bring to the comparisons of *basis*."""
        if basis not in self._brought:
            kept = {row.unit: row for row in kept_firsts.of_basis(self._connection, basis)}
            self._brought[basis] = kept
        return self._brought[basis]

    def review(self, unit: str, live: LiveUnit) -> None:
        """Hold the unit's part of the assessors' list to its events."""
        basis, sequence = self._listed.pop(unit, ("", 0))
        found = self._found.review
        if basis != basis_of_list(self._standards) or sequence != live.last_sequence:
            found.stale += bool(basis)
            return
        rows = sorted(rows_of(live.records, self._standards), key=_place)
        lags = lag_rows_of(live.records, self._standards)
        there = sorted(review_rows.rows_of_unit(self._connection, unit), key=_place)
        if there == rows and review_rows.lags_of_unit(self._connection, unit) == lags:
            found.right += 1
        else:
            found.blame(Text("待审清单里 {unit} 的内容与事件不符", unit=unit))

    def years(self, unit: str, live: LiveUnit) -> None:
        """Hold two of the unit's kept years to its events."""
        kept = year_rows.of_unit(self._connection, unit)
        rows = [row for row in kept if row[0] in self._years and row[2] == live.last_sequence]
        found = self._found.years
        found.stale += len(kept) - len(rows)
        rows.sort(key=lambda row: row[1], reverse=True)
        others = rows[1:]
        for basis, day, _sequence, text in rows[:1] + others[live.last_sequence % max(len(others), 1) :][:1]:
            fresh = self._fresh_year(unit, live, self._years[basis], _day(day))
            if fresh == text:
                found.right += 1
            else:
                found.blame(Text("年度数里 {unit} {day} 的一行与事件不符", unit=unit, day=day[:10]))

    def _fresh_year(self, unit: str, live: LiveUnit, rubric: Rubric, day: date | None) -> str | None:
        basis = basis_of(rubric)
        self._rubrics.setdefault(basis, rubric)
        rule_set = self._rule_set(basis)
        if day is None or rule_set is None:
            return None
        facts, evaluation = live.evaluate(rule_set, day)
        if facts.organization(unit).registered is None:
            return None
        card = Scorecard(unit, day, None, 0, live.records, facts, evaluation, self._clocks)
        return year_rows.as_text(unit_year(card))

    def strays(self) -> None:
        """Blame the rows of units that have no events."""
        for unit in sorted(self._kept):
            self._found.totals.blame(Text("总分表里的 {unit} 没有任何事件", unit=unit))
        for unit in sorted(self._listed):
            self._found.review.blame(Text("待审清单里的 {unit} 没有任何事件", unit=unit))

    def _is_at_hand(self, basis: str, day: date) -> bool:
        """Return whether the rubric of *basis* is there; a provisional one of *day*'s year is made for it."""
        if self._shelf.is_selective:
            return basis in self._choice.bases(day)
        if basis not in self._rubrics and day.year not in self._years_made:
            self._years_made.add(day.year)
            for earlier in self._shelf.all:
                provisional = provisional_for(day.year, earlier) if earlier.year < day.year else None
                if provisional is not None:
                    self._rubrics[basis_of(provisional)] = provisional
        return basis in self._rubrics

    def _rule_set(self, basis: str) -> RuleSet | None:
        if not basis:
            return None
        if basis not in self._rule_sets:
            self._rule_sets[basis] = RuleSet(self._rubrics[basis])
        return self._rule_sets[basis]


class TrailWatch:
    """Notes, as the events go by, which types and recorders occur in which thousand: what `trail_rows` keeps."""

    def __init__(self) -> None:
        self._blocks: list[set[str]] = []

    def take(self, event: StoredEvent) -> None:
        """Note one event; they come in ledger order."""
        block = (int(event["sequence"]) - 1) // BLOCK_EVENTS
        if block == len(self._blocks):
            self._blocks.append(set())
        self._blocks[block].update((f"by {event['authid']}", f"type {event['type']}"))

    def check(self, work: Transaction) -> KeptChecked:
        """Hold what is kept of the thousands to what went by."""
        found = KeptChecked()
        kept = trail_rows.values(work.connection)
        for block in sorted(trail_rows.known_blocks(work.connection)):
            values = kept.get(block, set())
            if block < len(self._blocks) and values == self._blocks[block]:
                found.right += 1
            else:
                first = block * BLOCK_EVENTS + 1
                found.blame(
                    Text("查证用的索引：第 {first} 至 {last} 号事件的登记与事件不符", first=first,
                         last=first + BLOCK_EVENTS - 1)
                )  # fmt: skip
        return found


def _place(row: review_rows.ReviewRow) -> tuple[str, str]:
    return row.matter, row.record


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _differs(row: TotalsRow, fresh: TotalsRow | None) -> Text:
    if fresh is None:
        return Text("总分表里的 {unit} 到 {day} 还没有登记", unit=row.unit, day=row.as_of)
    field_name = next(name for name in row._fields if getattr(row, name) != getattr(fresh, name))
    return Text(
        "总分表里 {unit} 的 {field} 是 {there}，由事件算出的是 {right}",
        unit=row.unit,
        field=field_name,
        there=str(getattr(row, field_name))[:40],
        right=str(getattr(fresh, field_name))[:40],
    )
