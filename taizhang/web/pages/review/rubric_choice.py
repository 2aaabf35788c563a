"""Which rubric a page is about: the year's, the unit's, or the one that the address names; and tabs for the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fastapi import HTTPException

from ledger.store.protocol import Transaction
from ledger.text import Text
from projections.not_scored import NotScored
from projections.totals import TotalsRow
from rubric.catalog import NoRubric, RubricCatalog
from rubric.schema import Rubric
from taizhang.app.judged_year import judged_rubric
from taizhang.app.ledger import OpenLedger


@dataclass(frozen=True, slots=True)
class RubricTab:
    """One of a year's rubrics, as a tab that leads to the same page about it."""

    title: str
    address: str
    is_current: bool


def rubric_of(shelf: RubricCatalog, year: int | None, today: date, rubric_id: str = "") -> Rubric:
    """Return the rubric that a page of all units is about: the one named, else that of *year*, else that of today.

    Raises NotScored, HTTPException 404.
    """
    if rubric_id:
        return _named(shelf, rubric_id)
    try:
        rubric = judged_rubric(shelf, today) if year is None else _of_year(shelf, year)
    except NoRubric as missing:
        text = Text("没有适用于 {day} 的考核细则", day=today)
        raise NotScored(text) from missing
    if year is not None and rubric.year != year:
        raise HTTPException(404)
    return rubric


def _named(shelf: RubricCatalog, rubric_id: str) -> Rubric:
    try:
        return shelf.get(rubric_id)
    except NoRubric:
        raise HTTPException(404) from None


def _of_year(shelf: RubricCatalog, year: int) -> Rubric:
    """Return the main rubric of *year* for everybody, else the one installed last; whatever months its year has."""
    mains = [each for each in shelf.of_year(year) if not each.is_beside]
    general = [each for each in mains if each.meant is None]
    return (general or mains)[-1] if mains else shelf.for_day(date(year, 12, 31))


def unit_rubric(session: OpenLedger, unit: str, year: int | None, rubric_id: str = "") -> Rubric:
    """Return the rubric that a page of *unit* is about: the one named, else the unit's main one (see `rubric_of`)."""
    shelf, today = session.shelf, session.clock.today()
    if rubric_id:
        return _named(shelf, rubric_id)
    general = rubric_of(shelf, year, today)
    if not shelf.is_selective:
        return general
    with session.store.read() as work:
        own = session.projections.rubrics_of(work, unit, min(max(general.opens_on, today), general.ends_on))
    return own[0] if own and own[0].year == general.year else general


def beside_query(rubric: Rubric) -> str:
    """Return what addresses carry on so that a unit's page stays with a rubric scored beside its main one."""
    return f"&rubric={rubric.id}" if rubric.is_beside else ""


def rubric_query(shelf: RubricCatalog, rubric: Rubric) -> str:
    """Return what addresses carry on so that a page of all units stays with *rubric*: nothing for its year's own."""
    try:
        general = _of_year(shelf, rubric.year)
    except NoRubric:
        return f"&rubric={rubric.id}"
    return "" if general.id == rubric.id else f"&rubric={rubric.id}"


def rubric_tabs(shelf: RubricCatalog, rubric: Rubric, address: str) -> list[RubricTab]:
    """Return a tab for each rubric of *rubric*'s year, where there are several; *address* names page and year."""
    found = shelf.of_year(rubric.year)
    if rubric.id not in {each.id for each in found}:
        found = [*found, rubric]
    if len(found) < 2:
        return []
    return [
        RubricTab(each.title, address + rubric_query(shelf, each), each.id == rubric.id) for each in found
    ]


def unit_tabs(
    session: OpenLedger, work: Transaction, unit: str, rubric: Rubric, address: str
) -> list[RubricTab]:
    """Return a tab for each rubric that *unit* is scored by in *rubric*'s year, where there are several."""
    day = min(max(rubric.opens_on, session.clock.today()), rubric.ends_on)
    found = session.projections.rubrics_of(work, unit, day)
    if len(found) < 2:
        return []
    return [RubricTab(each.title, address + beside_query(each), each.id == rubric.id) for each in found]


def years_of(shelf: RubricCatalog, today: date) -> list[int]:
    """Return the rubric years that have begun, the latest first."""
    standing_in = shelf.missing_year(today)
    own = {standing_in.year} if standing_in is not None else set()
    return sorted({rubric.year for rubric in shelf.all if rubric.opens_on <= today} | own, reverse=True)


def rows_meant(
    session: OpenLedger, work: Transaction, rubric: Rubric, rows: Iterator[TotalsRow]
) -> list[TotalsRow]:
    """Return the units of *rows* that *rubric* assesses today (of a year that is over: on its last day)."""
    today = session.clock.today()
    return [row for row in rows if session.projections.assesses(work, row.unit, rubric, today)]
