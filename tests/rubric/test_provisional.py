"""A year for which nobody has installed a rubric: the nearest earlier one stands in, and says so."""

from __future__ import annotations

from datetime import date

from rubric.catalog import RubricCatalog, builtin
from rubric.load import parse

from .files import SMALL

TODAY = date(2026, 11, 28)


def test_it_has_its_dates_moved_and_is_below_every_version() -> None:
    found = RubricCatalog().for_day(TODAY)
    assert (found.id, found.version, found.year) == ("wujin-2026", 0, 2026)
    assert (found.closes_on, found.is_provisional) == (date(2027, 1, 31), True)
    earlier = found.made_from
    assert earlier is not None
    assert earlier.label == "wujin-2017@2"
    # No file says this: nobody may take it for one that was installed.
    assert found.sha256 == ""


def test_what_is_tied_to_its_year_awaits_a_decision() -> None:
    found = RubricCatalog().for_day(TODAY)
    tied = [
        clause
        for clause in found.clauses
        if clause.tied_to_year and clause.indicator not in found.bonus_indicators
    ]
    assert {clause.id for clause in tied} >= {"18.1", "20.1", "24.3"}
    assert {clause.rule for clause in tied} == {"judgement"}
    before = RubricCatalog().get("wujin-2017")
    assert [(each.id, each.points, each.max) for each in found.clauses] == [
        (each.id, each.points, each.max) for each in before.clauses
    ]


def test_the_years_own_takes_its_place() -> None:
    own, day = parse(SMALL.replace("2019", "2027").replace("2020", "2028")), date(2027, 6, 1)
    shelf = RubricCatalog([*builtin(), own])
    assert shelf.for_day(day) is own
    assert shelf.missing_year(day) is None
    assert RubricCatalog([]).missing_year(TODAY) is None
    assert RubricCatalog(builtin()).missing_year(date(2018, 1, 31)) is None
