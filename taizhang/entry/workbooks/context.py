"""What a unit's sheets are read against, fetched from an opened ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.store.protocol import Transaction
from rubric.applicants import Applicant
from rubric.catalog import RubricCatalog
from rubric.codes_used import Family
from rubric.schema import FAMILIES, Rubric
from taizhang.entry.facts.asked import facts_asked
from taizhang.entry.sheets import Context, Known
from taizhang.entry.workbooks import store as remembered
from taizhang.people import store as people
from taizhang.people.person import Directory


def context_of(
    work: Transaction,
    unit: str,
    known: Known,
    shelf: RubricCatalog,
    today: date,
    year: int | None = None,
    headers: Mapping[tuple[str, str], str] | None = None,
    file: str = "",
) -> Context:
    """Return what the sheets of *unit* are read against.

    *year* is that of days written without one, None where the sheets themselves or the name of the *file* have to say;
    *headers* are said now, besides those remembered.
    """
    places = {member: place for place, member in enumerate(known.roster())}
    listed = sorted(
        people.directory_of(work.connection, unit),
        key=lambda person: (places.get(person.member, len(places)), person.member),
    )
    return Context(
        unit=unit,
        year=year,
        this_year=today.year,
        file=file,
        stays=known.stays(),
        subjects=known.subjects(),
        codes=_codes(shelf, known, unit, today, year),
        facts={each.name: each for each in facts_asked(_rubrics(shelf, known, unit, today, year))},
        people=Directory(listed),
        members=known.members,
        homes=known.homes(),
        headers=remembered.headers_of(work.connection, unit) | dict(headers or {}),
    )


def _codes(
    shelf: RubricCatalog, known: Known, unit: str, today: date, year: int | None
) -> dict[Family, dict[str, str]]:
    """Return the codes of the rubrics that fit the unit, today and in *year*, and those that its records use."""
    codes = shelf.offered(_rubrics(shelf, known, unit, today, year))
    used = known.codes()
    for family in FAMILIES:
        for code in sorted(shelf.codes(family) & used):
            codes[family].setdefault(code, shelf.code_name(family, code))
    return {family: dict(sorted(names.items())) for family, names in codes.items()}


def _rubrics(shelf: RubricCatalog, known: Known, unit: str, today: date, year: int | None) -> list[Rubric]:
    """Return the rubrics that fit the unit, today and in *year*."""

    def who(day: date) -> Applicant:
        said = known.said_of(unit, day)
        return Applicant(unit, said.get("kind"), frozenset(said.get("tags", ())))

    days = [today, *([date(year, 12, 31)] if year is not None else [])]
    return list({each.basis: each for day in days for each in shelf.of_unit(day, who)}.values())
