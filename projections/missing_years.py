"""For which units a day's year has no rubric of its own: they are scored by one that stands in (contract §6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ledger.store.protocol import Transaction
from ledger.text import Text
from rubric.schema import Rubric

from . import totals
from .rebuild import Choice

NAMED_MOST = 3
"""So many of the units are named."""


@dataclass(frozen=True, slots=True)
class MissingYear:
    """A rubric that stands in, for how many of all units; `names`: of the first of them, empty where all are meant."""

    rubric: Rubric
    units: int
    of: int
    names: tuple[str, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Whether the year has a rubric for nobody."""
        return not self.names

    def text(self) -> Text:
        """Return the sentence for whoever reads figures of all units."""
        if self.is_for_all:
            return without_rubric(self.rubric)
        return Text(
            "{year} 年度还没有考核 {names} 等 {units} 个单位的细则（共 {of} 个单位）：它们现在按 {before} 年度的"
            "细则顺移日期暂算，只供参考",
            year=self.rubric.year,
            names=self.names,
            units=self.units,
            of=self.of,
            before=_year_before(self.rubric),
        )


def without_rubric(provisional: Rubric) -> Text:
    """Return the sentence for whoever reads a figure that was made with a *provisional* rubric (contract §6)."""
    return Text(
        "{year} 年度的考核细则还没有安装：现在按 {before} 年度的细则顺移日期暂算，只供参考；与当年有关的条款待定",
        year=provisional.year,
        before=_year_before(provisional),
    )


def missing_years(
    work: Transaction, choice: Choice, day: date, units: Collection[str] | None = None
) -> list[MissingYear]:
    """Return what stands in on *day*, and for how many units; nothing where every unit has its own year's rubric.

    Where it depends on the unit they are counted by the rows that are kept of them. *units*: only of these is spoken.
    """
    standing_in = {
        choice.basis(each, day): each.rubric for each in choice.mains(day) if each.rubric.is_provisional
    }
    if not choice.catalog.is_selective:
        return [MissingYear(rubric, 0, 0) for rubric in standing_in.values()]
    if not standing_in:
        return []
    if units is not None:
        rows = [totals.one(work.connection, unit) for unit in units]
        bases = {row.basis for row in rows if row is not None and not row.is_closed(day.isoformat())}
        return [MissingYear(rubric, 0, 0) for basis, rubric in standing_in.items() if basis in bases]
    counts = totals.by_basis(work.connection, day.isoformat())
    found = []
    for basis, rubric in standing_in.items():
        if counts.get(basis):
            names = totals.names_of_basis(work.connection, basis, day.isoformat(), NAMED_MOST)
            found.append(MissingYear(rubric, counts[basis], sum(counts.values()), tuple(names)))
    return found


def _year_before(provisional: Rubric) -> int:
    assert provisional.made_from is not None, "it stands in for a year by being made from another"
    return provisional.made_from.year
