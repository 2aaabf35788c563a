"""All rubrics at hand: which one answers for a day, and what they know of codes together.

A catalogue never changes; after an installation a new one is made. Which rubric a day picks is contract §6.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources

from .codes_used import Family
from .load import parse
from .mistake import NoRubric, msgid
from .named import NamedFamily, names_of_all, overseen_in
from .provisional import provisional_for
from .schema import FAMILIES, Rubric

_YEAR_IN_ID = re.compile(r"(?<!\d)(?:19[5-9]\d|2\d{3})(?!\d)", re.ASCII)

__all__ = ["Entry", "NoRubric", "RubricCatalog", "builtin", "builtin_texts"]


@cache
def builtin_texts() -> tuple[str, ...]:
    """Return the texts of the rubric files that come with the program, by file name."""
    folder = resources.files("rubric") / "data"
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda file: file.name
    )
    return tuple(file.read_text("utf-8") for file in files)


@cache
def _builtin() -> tuple[Rubric, ...]:
    return tuple(map(parse, builtin_texts()))


def builtin() -> list[Rubric]:
    """Return the rubrics that come with the program."""
    return list(_builtin())


@dataclass(frozen=True, slots=True)
class Entry:
    """A rubric as it was installed (contract §3)."""

    rubric: Rubric
    beside: bool = False
    """It is scored apart from the year's main one."""
    replaces: str | None = None
    """The id of the one whose place it takes."""
    withdrawn: bool = False
    """It was taken back since: only what it replaced is still to know of it."""


class RubricCatalog:
    """The rubrics of a ledger: those that come with the program, and those installed, in the order of installation."""

    def __init__(self, rubrics: Iterable[Rubric] | None = None, installed: Sequence[Entry] = ()) -> None:
        """Hold *rubrics*, by default those that come with the program, and after them what was *installed*.

        A rubric that comes with the program answers for its year as long as none was installed for it.
        """
        self.ever_installed: tuple[Entry, ...] = tuple(installed)
        self.installed: tuple[Entry, ...] = tuple(entry for entry in installed if not entry.withdrawn)
        """What is installed and was not withdrawn, first installed first."""
        here = {entry.rubric.label: entry.rubric for entry in self.installed}
        base = tuple(
            rubric for rubric in (builtin() if rubrics is None else rubrics) if rubric.label not in here
        )
        self.all: tuple[Rubric, ...] = (*base, *here.values())
        self._places = _places(installed)
        self._by_year = _chosen(base) | self._mains()
        self._years = sorted(self._by_year)
        self._provisionals: dict[int, Rubric | None] = {}

    def get(self, rubric_id: str) -> Rubric:
        """Return the highest version of *rubric_id*; raises NoRubric."""
        versions = [rubric for rubric in self.all if rubric.id == rubric_id]
        if not versions:
            standing_in = self._provisional_named(rubric_id)
            if standing_in is not None:
                return standing_in
            if not self.all:
                raise NoRubric(msgid("还没有安装任何考核细则"))
            known = tuple(dict.fromkeys(rubric.id for rubric in self.all))
            raise NoRubric(msgid("没有安装“{id}”这份考核细则；已安装的有 {known}"), id=rubric_id, known=known)
        return max(versions, key=lambda rubric: rubric.version)

    def for_day(self, day: date, rubric_id: str | None = None) -> Rubric:
        """Return the rubric that *day* is scored by; raises NoRubric.

        That is *rubric_id* where one is named; else that of the day's year; else, up to its closing day, that of the
        year before; else the provisional one made from the nearest earlier. Of one id the highest version counts; of
        several ids for one year, the one installed last.
        """
        if rubric_id is not None:
            return self.get(rubric_id)
        place = bisect_right(self._years, day.year)
        if not place:
            raise NoRubric(
                msgid("没有适用于 {day} 的考核细则：已安装的都是以后年度的，或一份也没有"), day=day
            )
        nearest = self._by_year[self._years[place - 1]]
        if nearest.year == day.year or (nearest.year == day.year - 1 and day <= nearest.closes_on):
            return nearest
        return self._provisional(day.year, nearest) or nearest

    def is_main(self, rubric_id: str) -> bool:
        """Say whether *rubric_id* was installed, is not withdrawn, not replaced, and not only beside another."""
        return self._places.get(rubric_id) == "main"

    def mains_of(self, year: int) -> list[Rubric]:
        """Return the installed main rubrics of *year*, in the order of their installation."""
        return [rubric for rubric in self._highest("main") if rubric.year == year]

    def besides_of(self, year: int) -> list[Rubric]:
        """Return the rubrics of *year* that are scored beside the main one."""
        return [rubric for rubric in self._highest("beside") if rubric.year == year]

    def _highest(self, place: str) -> list[Rubric]:
        ids = [rubric_id for rubric_id, its in self._places.items() if its == place]
        return [self.get(rubric_id) for rubric_id in ids]

    def _mains(self) -> dict[int, Rubric]:
        return {rubric.year: rubric for rubric in self._highest("main")}

    def open_at(self, day: date) -> tuple[Rubric, ...]:
        """Return the rubric of every year that is open on *day* (its first day to its closing day), by year.

        Where the day's own year has none and the year before is closed, its provisional one is open: nothing is
        silent for want of a rubric.
        """
        chosen = (self._by_year[year] for year in self._years)
        found = tuple(rubric for rubric in chosen if rubric.opens_on <= day <= rubric.closes_on)
        if found or not self._years or day.year < self._years[0]:
            return found
        standing_in = self.for_day(day)
        return (standing_in,) if standing_in.is_provisional else ()

    def missing_year(self, day: date) -> Rubric | None:
        """Return the provisional rubric that *day* is scored by; None where the year has its own, or there is none."""
        try:
            found = self.for_day(day)
        except NoRubric:
            return None
        return found if found.is_provisional else None

    def _provisional(self, year: int, earlier: Rubric) -> Rubric | None:
        if year not in self._provisionals:
            self._provisionals[year] = provisional_for(year, earlier)
        return self._provisionals[year]

    def _provisional_named(self, rubric_id: str) -> Rubric | None:
        for year in {int(digits) for digits in _YEAR_IN_ID.findall(rubric_id)} - set(self._years):
            place = bisect_right(self._years, year)
            found = self._provisional(year, self._by_year[self._years[place - 1]]) if place else None
            if found is not None and found.id == rubric_id:
                return found
        return None

    def code_name(self, family: Family, code: str) -> str:
        """Return the Chinese name of *code*, as the rubric of the latest year has it; else the code itself."""
        return self._names[family].get(code, code)

    def fact_name(self, family: NamedFamily, code: str) -> str:
        """Return the name of a figure, case, rating, role, tag and the like, else the code itself."""
        return self._fact_names[family].get(code, code)

    @cached_property
    def overseen(self) -> frozenset[tuple[str, str]]:
        """The figures and ratings, by family and code, that only assessors report."""
        return overseen_in(self.all)

    @cached_property
    def _fact_names(self) -> dict[NamedFamily, dict[str, str]]:
        return names_of_all(self.all)

    def codes(self, family: Family) -> frozenset[str]:
        """Return every code of *family* that any rubric names or uses."""
        return frozenset(self._names[family])

    @cached_property
    def clauses(self) -> frozenset[str]:
        """The ids of all clauses."""
        return frozenset(clause.id for rubric in self.all for clause in rubric.clauses)

    @cached_property
    def judged_clauses(self) -> frozenset[str]:
        """The clauses that a judgement may name: those that are no bonus in at least one rubric."""
        return frozenset(
            clause.id
            for rubric in self.all
            for clause in rubric.clauses
            if clause.indicator not in rubric.bonus_indicators
        )

    @cached_property
    def bonus_clauses(self) -> frozenset[str]:
        """The clauses that are bonus in every rubric that has them; no judgement may name them."""
        return self.clauses - self.judged_clauses

    @cached_property
    def target_documents(self) -> frozenset[str]:
        """The documents that may carry `target_sessions`."""
        return frozenset(code for rubric in self.all for code in rubric.target_documents)

    @cached_property
    def _names(self) -> dict[Family, dict[str, str]]:
        names: dict[Family, dict[str, str]] = {family: {} for family in FAMILIES}
        for rubric in sorted(self.all, key=lambda rubric: (rubric.year, rubric.version)):
            for family, codes in rubric.code_names.items():
                for code, name in codes.items():
                    if name != code or code not in names[family]:
                        names[family][code] = name
        return names


def _places(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what each installed id is now: "main", "beside" or "replaced", in the order of the latest installations.

    What a rubric replaced comes back when that one is withdrawn and nothing has replaced it in its turn.
    """
    roles: dict[str, str] = {}
    replaced_by: dict[str, str] = {}
    in_force: set[str] = set()
    for entry in entries:
        rubric_id = entry.rubric.id
        if not entry.withdrawn:
            in_force.add(rubric_id)
            roles.pop(rubric_id, None)  # taken out and put back, it stands last
            roles[rubric_id] = "beside" if entry.beside else "main"
        replaced_by.pop(rubric_id, None)
        if entry.replaces is not None:
            replaced_by[entry.replaces] = rubric_id

    def is_replaced(rubric_id: str) -> bool:
        after = replaced_by.get(rubric_id)
        return after is not None and (after in in_force or is_replaced(after))

    return {each: "replaced" if is_replaced(each) else role for each, role in roles.items()}


def _chosen(rubrics: Iterable[Rubric]) -> dict[int, Rubric]:
    """Return the rubric of each year: of the id installed last, the highest version."""
    chosen: dict[int, dict[str, Rubric]] = {}
    for rubric in rubrics:
        ids = chosen.setdefault(rubric.year, {})
        known = ids.pop(rubric.id, rubric)  # taken out and put back, it stands last
        ids[rubric.id] = max(known, rubric, key=lambda each: each.version)
    return {year: list(ids.values())[-1] for year, ids in chosen.items()}
