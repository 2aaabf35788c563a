"""A rubric of format 2, as the rest of the program reads every rubric: sections, indicators, clauses, codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import Field

from ..amounts import Amount
from ..clauses import ClauseBase
from ..codes_used import Family
from ..schema import FAMILIES, Rubric
from .document import Example, Head, ResultTerms
from .measures import Measured, codes_named, measures
from .terms import For
from .tree import Item


@dataclass(frozen=True, slots=True)
class HeldDown:
    """A test that holds a grade down: what is counted (`clause`, and in words), and from where on."""

    clause: Measured
    words: str
    below: Amount | None
    above: Amount | None
    grade: str

    def hits(self, number: Amount) -> bool:
        """Whether *number* holds the grade down."""
        return (self.below is not None and number < self.below) or (
            self.above is not None and number > self.above
        )


class Rubric2(Rubric):
    """`tree` is None where all items are plain ones: then indicators add up as those of format 1 do."""

    head: Head
    tree: Item | None = None
    result: ResultTerms = ResultTerms()
    held_down: tuple[HeldDown, ...] = ()
    examples: tuple[Example, ...] = ()
    places: dict[str, tuple[str | int, ...]] = Field(default_factory=dict)
    """Where in the file each clause (by id) and each indicator (by number) stands."""

    @property
    def meant(self) -> For | None:
        """Whom it assesses; None: every unit."""
        return self.head.meant

    @property
    def only_beside(self) -> bool:
        """Whether the file itself says that it is no unit's main rubric (`main: false`)."""
        return not self.head.main

    @property
    def opens_on(self) -> date:
        """The first day of the period that it names, else of the calendar year."""
        return self.head.period[0] if self.head.period else date(self.year, 1, 1)

    @property
    def ends_on(self) -> date:
        """The last day of the period that it names, else of the calendar year."""
        return self.head.period[1] if self.head.period else date(self.year, 12, 31)

    def is_by_office(self, clause: ClauseBase) -> bool:
        """Whether *clause* rests on figures, ratings and cases alone that only assessors record."""
        if not isinstance(clause, Measured):
            return False
        facts = [code for code in codes_named(clause) if code[0] in ("figures", "ratings", "cases")]
        others = any(family in FAMILIES for family, _code in codes_named(clause))
        return bool(facts) and not others and all(map(self._is_overseen, facts))

    def _is_overseen(self, named: tuple[str, str]) -> bool:
        family, code = named
        if family == "cases":
            return True
        said = self.head.figures if family == "figures" else self.head.ratings
        return code not in said or said[code].who == "assessor"

    @property
    def grades(self) -> tuple[str, ...]:
        """The names of its grades, from the best down."""
        return tuple(name for name, _ in self.result.grades)

    @cached_property
    def half_on(self) -> date:
        """The last day of the first half: 30 June of a calendar year, else the middle of the period."""
        start = self.opens_on
        if (start.month, start.day) == (1, 1):
            return date(self.year, 6, 30)
        return start + (self.ends_on - start) // 2

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of honours that it names, from the highest down; the usual five where it names none."""
        named = tuple(level.code for level in self.head.levels)
        return named or super().levels

    @cached_property
    def also_called(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By family and code: other words by which sheets and searches know a code."""
        return {
            family: {
                code: name.also
                for code, name in getattr(self.head.codes, family).items()
                if not isinstance(name, str)
            }
            for family in FAMILIES
        }

    @cached_property
    def facts_asked(self) -> dict[str, frozenset[str]]:
        """Which figures, cases and ratings its clauses rest on."""
        asked: dict[str, set[str]] = {"figures": set(), "cases": set(), "ratings": set()}
        for family, code in self._codes():
            if family in asked:
                asked[family].add(code)
        return {family: frozenset(codes) for family, codes in asked.items()}

    def _codes(self) -> Iterator[tuple[str, str]]:
        known = measures()
        for clause in self.clauses:
            if isinstance(clause, Measured):
                for _, family, code in known[clause.rule_key].codes(clause.terms):
                    yield family, code

    def _used(self) -> Iterator[tuple[Family, str]]:
        for family, code in self._codes():
            if family in FAMILIES:
                yield family, code

    def figure(self, code: str) -> Any:
        """Return what the head says of a figure."""
        return self.head.figures[code]
