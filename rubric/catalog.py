"""All rubrics at hand: which one answers for a day, and what they know of codes together.

A catalogue never changes; after an installation a new one is made. Which rubric a day picks is contract §6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources

from .applicants import Who, fits
from .codes_used import Family
from .load import parse
from .mistake import NoRubric, msgid
from .named import NamedFamily, names_of_all, overseen_in
from .provisional import provisional_for
from .schema import FAMILIES, Rubric

_YEAR_IN_ID = re.compile(r"(?<!\d)(?:19[5-9]\d|2\d{3})(?!\d)", re.ASCII)

__all__ = ["FORMER_TEXTS", "Entry", "NoRubric", "RubricCatalog", "builtin", "builtin_texts"]


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


FORMER_TEXTS = {
    "wujin-2017@2": frozenset({"19482a2a7402ec25ee39540216985fa6711d3e9a10b48a14796a7be2638b6ae7"})
}
"""SHA-256 of texts that a built-in rubric had before what its forecast supposes was fitted anew.

No point of a score differs: what was signed with one of them stands.
"""


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
        here = {
            entry.rubric.label: entry.rubric.beside() if entry.beside else entry.rubric
            for entry in self.installed
        }
        base = tuple(
            rubric for rubric in (builtin() if rubrics is None else rubrics) if rubric.label not in here
        )
        self.all: tuple[Rubric, ...] = (*base, *here.values())
        self._places = _places(installed)
        self._mains: dict[int, list[Rubric]] = {year: [rubric] for year, rubric in _chosen(base).items()}
        for year in {rubric.year for rubric in self._highest("main")}:
            self._mains[year] = [rubric for rubric in self._highest("main") if rubric.year == year]
        self._years = sorted(self._mains)
        self._provisionals: dict[tuple[int, str], Rubric | None] = {}
        self.is_selective = any(rubric.meant for mains in self._mains.values() for rubric in mains)
        """Whether it depends on the unit which rubric answers for a day."""

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

    def for_day(self, day: date, rubric_id: str | None = None, who: Who | None = None) -> Rubric:
        """Return the rubric that *day* is scored by; raises NoRubric.

        That is *rubric_id* where one is named; else the main one of the day's year; else, up to its closing day, that
        of the year before; else the provisional one made from the nearest earlier.
        *who*: for which unit; None: of several main rubrics of a year that for everybody, else the one installed last.
        """
        if rubric_id is not None:
            return self.get(rubric_id)
        for nearest in self._mains_until(day, who):
            return self._on(day, nearest)
        raise NoRubric(msgid("没有适用于 {day} 的考核细则：已安装的都是以后年度的，或一份也没有"), day=day)

    def choices(self, day: date) -> list[Rubric]:
        """Return every rubric that *day* may be scored by, for one unit or another."""
        if not self.is_selective:
            return list(self._first(day))
        open_by_then = (
            rubric for year in self._years for rubric in self._mains[year] if rubric.opens_on <= day
        )
        found = [self._on(day, rubric) for rubric in open_by_then]
        return list({rubric.basis: rubric for rubric in found}.values())

    def _first(self, day: date) -> Iterator[Rubric]:
        with suppress(NoRubric):
            yield self.for_day(day)

    @cached_property
    def stamp(self) -> str:
        """What tells the main rubrics of this catalogue from others, where they depend on the unit; else empty."""
        if not self.is_selective:
            return ""
        labels = sorted(rubric.label for mains in self._mains.values() for rubric in mains)
        return "#" + sha256(" ".join(labels).encode()).hexdigest()[:12]

    def next_opening(self, day: date) -> date:
        """Return the first day after *day* on which a main rubric opens; date.max where none does."""
        opening = (rubric.opens_on for mains in self._mains.values() for rubric in mains)
        return min((each for each in opening if each > day), default=date.max)

    def _mains_until(self, day: date, who: Who | None) -> Iterator[Rubric]:
        """Yield for each year until *day* the main rubric that assesses the unit, the latest first."""
        for year in reversed(self._years):
            mains = [rubric for rubric in self._mains[year] if rubric.opens_on <= day]
            if who is not None:
                mains = [rubric for rubric in mains if fits(rubric, who, day)]
            elif any(rubric.meant is None for rubric in mains):
                mains = [rubric for rubric in mains if rubric.meant is None]
            if mains:
                yield mains[-1]

    def _on(self, day: date, nearest: Rubric) -> Rubric:
        """Return *nearest* while it is open on *day*, else the provisional one made from it."""
        if nearest.covers(day) or nearest.opens_on <= day <= nearest.closes_on:
            return nearest
        years = day.year - nearest.opens_on.year
        if (day.month, day.day) < (nearest.opens_on.month, nearest.opens_on.day):
            years -= 1
        return self._provisional(nearest.year + max(years, 1), nearest) or nearest

    def is_main(self, rubric_id: str) -> bool:
        """Say whether *rubric_id* was installed, is not withdrawn, not replaced, and not only beside another."""
        return self._places.get(rubric_id) == "main"

    def mains_of(self, year: int) -> list[Rubric]:
        """Return the installed main rubrics of *year*, in the order of their installation."""
        return [rubric for rubric in self._highest("main") if rubric.year == year]

    def besides_of(self, year: int) -> list[Rubric]:
        """Return the rubrics of *year* that are scored beside the main one."""
        return [rubric for rubric in self._highest("beside") if rubric.year == year]

    def of_year(self, year: int) -> list[Rubric]:
        """Return all rubrics of *year*: the main ones (or that which comes with the program), then those beside."""
        return [*self._mains.get(year, ()), *self.besides_of(year)]

    def _highest(self, place: str) -> list[Rubric]:
        ids = [rubric_id for rubric_id, its in self._places.items() if its == place]
        return [self.get(rubric_id) for rubric_id in ids]

    def open_at(self, day: date, who: Who | None = None) -> tuple[Rubric, ...]:
        """Return the rubrics of every year that is open on *day* (its first day to its closing day), by year.

        The main ones, of *who* where a unit is meant, and after them those beside. Where the day's own year has none
        and the year before is closed, its provisional one is open: nothing is silent for want of a rubric.
        """
        mains = [rubric for year in self._years for rubric in self._mains[year] if _is_open(rubric, day)]
        besides = self.open_besides(day)
        if who is not None:
            # Of one year the one installed last, should two of them mean the unit after all.
            mains = list({each.year: each for each in mains if fits(each, who, day)}.values())
            besides = [rubric for rubric in besides if fits(rubric, who, day)]
        if not mains:
            try:
                standing_in = self.for_day(day, None, who)
            except NoRubric:
                return tuple(besides)
            mains = [standing_in] if standing_in.is_provisional else []
        return (*mains, *besides)

    def open_besides(self, day: date) -> list[Rubric]:
        """Return the rubrics of every open year that are scored beside the main one."""
        return [rubric for rubric in self._highest("beside") if _is_open(rubric, day)]

    def decided_on(self, day: date) -> list[Rubric]:
        """Return the main rubrics of every year of which something can still be decided on *day*."""
        return [
            rubric
            for year in self._years
            for rubric in self._mains[year]
            if rubric.opens_on <= day <= max(rubric.closes_on, rubric.judged_until)
        ]

    def of_unit(self, day: date, who: Who | None = None) -> tuple[Rubric, ...]:
        """Return the rubrics by which a unit records on *day*: its main one, those open beside it, and last year's."""
        try:
            main = self.for_day(day, None, who)
        except NoRubric:
            return self.open_at(day, who)
        others = (each for each in self.open_at(day, who) if each is not main)
        return (main, *others)

    def offered(self, rubrics: Iterable[Rubric]) -> dict[Family, dict[str, str]]:
        """Return the codes that *rubrics* name or use, with their names, those of the first first."""
        names: dict[Family, dict[str, str]] = {family: {} for family in FAMILIES}
        for rubric in rubrics:
            for family, codes in rubric.code_names.items():
                for code in codes:
                    names[family].setdefault(code, self.code_name(family, code))
        return names

    def missing_year(self, day: date) -> Rubric | None:
        """Return the provisional rubric that *day* is scored by; None where the year has its own, or there is none."""
        try:
            found = self.for_day(day)
        except NoRubric:
            return None
        return found if found.is_provisional else None

    def _provisional(self, year: int, earlier: Rubric) -> Rubric | None:
        key = (year, earlier.label)
        if key not in self._provisionals:
            self._provisionals[key] = provisional_for(year, earlier)
        return self._provisionals[key]

    def _provisional_named(self, rubric_id: str) -> Rubric | None:
        # Where it depends on the unit, a year that has rubrics may still want one for some.
        known = set() if self.is_selective else set(self._years)
        for year in {int(digits) for digits in _YEAR_IN_ID.findall(rubric_id)} - known:
            for earlier in (each for its in reversed(self._years) if its < year for each in self._mains[its]):
                found = self._provisional(year, earlier)
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


def _is_open(rubric: Rubric, day: date) -> bool:
    return rubric.opens_on <= day <= rubric.closes_on


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
