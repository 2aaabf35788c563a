"""What is kept of a unit, under its main rubric and those beside it: made from its events, and written.

Under a rubric that compares units an append moves one unit, and with it perhaps where all others stand. If it brings to
the comparison what it brought before, its own row is made from where it stood; else the rows of all lapse, and whoever
asks next works the second stage out (`projections.comparisons`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.store.sql import Connection
from rubric.applicants import fits

from . import kept_beside, kept_firsts, totals
from .kept_beside import BesideRow
from .kept_firsts import FirstRow
from .live import LiveUnit
from .rebuild import Choice, kept_row
from .requirement import NEVER
from .rule_set import RuleSet
from .second_stage import drawn_of, first_row, second_row
from .totals import TotalsRow


@dataclass(slots=True)
class Kept:
    """A unit's row under one rubric; `apart`: that rubric's id where rows are kept apart, empty for the main one."""

    rule_set: RuleSet | None
    row: TotalsRow
    apart: str = ""
    is_meant: bool = True
    first: FirstRow | None = None
    """What it brings, where the rubric compares units: then the row holds for no day yet."""
    results: str = ""

    def numbered(self, sequence: int | None) -> None:
        """Let the row stand for all events up to *sequence*."""
        if sequence is not None:
            self.row = self.row._replace(sequence=sequence)
            self.first = self.first and self.first._replace(sequence=sequence)


def kept_of(choice: Choice, live: LiveUnit, day: date) -> list[Kept]:
    """Return everything to keep of a unit on *day*, the main row first; nothing where it is not registered."""
    live.peers = None
    row = choice.row(live, day, first_stage=True)
    if row is None:
        return []
    found = [_with_first(Kept(choice.rule_set(live, day), row), live, day)]
    found += [_apart(rule_set, live, day) for rule_set in choice.apart(day)]
    return found


def kept_under(choice: Choice, rule_set: RuleSet, live: LiveUnit, day: date) -> Kept | None:
    """Return what to keep under one rubric, be it the day's or not; None where the unit is not scored by it."""
    live.peers = None
    if choice.row(live, day, first_stage=True) is None:
        return None
    if any(each is rule_set for each in choice.mains(day)):
        row = choice.row(live, day, first_stage=True)
        if row is None or choice.rule_set(live, day) is not rule_set:
            return None
        return _with_first(Kept(rule_set, row), live, day)
    found = _apart(rule_set, live, day)
    return found if found.is_meant else None


def _apart(rule_set: RuleSet, live: LiveUnit, day: date) -> Kept:
    live.peers = None
    row = None
    if fits(rule_set.rubric, live.who, day):
        row = kept_row(live, rule_set, day, first_stage=True)
    if row is not None:
        return _with_first(Kept(rule_set, row, rule_set.rubric.id), live, day)
    unscored = kept_row(live, None, day)
    assert unscored is not None, "it has a main row, and so is registered"
    basis = totals.basis_of(rule_set.rubric)
    row = unscored._replace(basis=basis, changes_on=NEVER.isoformat())
    return Kept(rule_set, row, rule_set.rubric.id, is_meant=False)


def _with_first(kept: Kept, live: LiveUnit, day: date) -> Kept:
    rule_set = kept.rule_set
    if rule_set is None or not rule_set.compares:
        return kept
    facts, evaluation = live.evaluate(rule_set, day)
    first, results = first_row(rule_set, evaluation, facts, kept.row, day)
    row = kept.row._replace(changes_on=kept.row.as_of)
    return replace(kept, row=row, first=first, results=results)


@dataclass(slots=True)
class Moves:
    """What the rows of some units do to those of others: the bases whose rows lapse, and first rows that go."""

    bases: set[str] = field(default_factory=set)
    gone: list[tuple[str, str]] = field(default_factory=list)


def settle(
    connection: Connection, every: Iterable[list[Kept]], gone: Iterable[str] = (), *, comparing: bool
) -> Moves:
    """Let the rows of units stand where they stood, if that is known; return what they move. Reads, and writes nothing.

    *gone*: units of which nothing is kept any more. *comparing*: any rubric of today compares units.
    """
    moves = Moves()
    if not comparing:
        return moves
    for of_unit in every:
        before = kept_firsts.of_unit(connection, of_unit[0].row.unit)
        for each in of_unit:
            if each.first is not None and not _stays(connection, each, before.pop(each.row.basis, None)):
                moves.bases.add(each.row.basis)
        moves.gone += [(row.unit, row.basis) for row in before.values()]
    for unit in gone:
        moves.gone += [(unit, basis) for basis in kept_firsts.of_unit(connection, unit)]
    moves.bases |= {basis for _, basis in moves.gone}
    for each in (each for of_unit in every for each in of_unit):
        if each.row.basis in moves.bases:
            # It may have stayed where it stood, and another of these have moved it.
            each.row = each.row._replace(changes_on=each.row.as_of)
    return moves


def write(
    connection: Connection,
    every: Collection[list[Kept]],
    moves: Moves,
    gone: Sequence[str] = (),
    lapsed: Collection[str] = (),
) -> None:
    """Write what is kept of units over what was; reads nothing. *lapsed*: bases whose rows are known to hold no longer.

    No row is written twice: some engines run all of it as one statement.
    """
    flat = [each for of_unit in every for each in of_unit]
    written = [*(of_unit[0].row.unit for of_unit in every), *gone]
    for basis in sorted(moves.bases.difference(lapsed)):
        totals.let_lapse(connection, basis, written)
        kept_beside.let_lapse(connection, basis, written)
    totals.keep(connection, [each.row for each in flat if not each.apart])
    kept_beside.keep(
        connection, [BesideRow(each.apart, int(each.is_meant), each.row) for each in flat if each.apart]
    )
    kept_firsts.keep(connection, [(each.first, each.results) for each in flat if each.first is not None])
    if moves.gone:
        kept_firsts.drop(connection, moves.gone)
    if gone:
        totals.drop(connection, gone)
        kept_beside.drop(connection, gone)


def _stays(connection: Connection, kept: Kept, before: FirstRow | None) -> bool:
    """Whether the unit brings what it brought *before*: then its row stands where it stood, if that is known."""
    first = kept.first
    assert first is not None, "asked where a rubric compares"
    if before is None or before.brought != first.brought or first.turns_on < before.turns_on:
        return False
    unit = first.unit
    row = kept_beside.one(connection, unit, kept.apart) if kept.apart else totals.one(connection, unit)
    if not before.drawn or row is None or row.basis != first.basis or row.changes_on <= row.as_of:
        return True  # it was not known where anybody stood, and is not known now
    compared, until = drawn_of(before)
    if first.as_of < until.isoformat() and kept.rule_set is not None:
        kept.row = second_row(kept.rule_set, kept.row, first, kept.results, compared, until)
        kept.first = first._replace(drawn=before.drawn)
    return True
