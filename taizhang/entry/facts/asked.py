"""Which facts the rubrics open on a day ask for: figures, cases and ratings, each with what may be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.format2.rubric2 import Rubric2
from rubric.schema import Rubric

FactKind = Literal["figure", "case", "rating"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact. `least` and `most` bound a number (of a case: how many points it has); None: no bound."""

    kind: FactKind
    code: str
    name: str
    least: Amount | None = None
    most: Amount | None = None
    grades: tuple[str, ...] = ()
    """The grades of a rating; none: a number is given."""
    periods: tuple[str, ...] = ()
    """Names of periods that a figure may be for."""
    by_unit: bool = False
    """A unit reports it of itself."""

    @property
    def key(self) -> str:
        """What forms call it: ``figure:budget_rate``."""
        return f"{self.kind}:{self.code}"

    @property
    def range_text(self) -> str:
        """What may be given, for a line of help: ``0–100``, ``A、B、C``, or nothing."""
        if self.grades:
            return "、".join(self.grades)
        if self.least is None and self.most is None:
            return ""
        over = HUNDRED if self.kind == "case" else 1
        ends = ("" if end is None else decimal_text(end * HUNDRED // over) for end in (self.least, self.most))
        return "–".join(ends)


def facts_asked(rubrics: Iterable[Rubric]) -> list[Asked]:
    """Return the facts that *rubrics* ask for, each once, in the order of the files."""
    found: dict[str, Asked] = {}
    for rubric in rubrics:
        if isinstance(rubric, Rubric2):
            for each in _of(rubric):
                found.setdefault(each.key, each)
    return list(found.values())


def _of(rubric: Rubric2) -> Iterator[Asked]:
    head = rubric.head
    periods = tuple(dict.fromkeys(each.name for named in head.periods.values() for each in named))
    for code, figure in head.figures.items():
        yield Asked(
            "figure", code, figure.name, figure.min, figure.max, periods=periods, by_unit=figure.who == "unit"
        )
    for code, case in head.cases.items():
        least, most = case.points or (None, None)
        yield Asked("case", code, case.name, least, most)
    for code, rating in head.ratings.items():
        grades = tuple(map(str, rating.scale)) if isinstance(rating.scale, dict) else ()
        least, most = (None, None) if grades else rating.bounds
        yield Asked("rating", code, rating.name, least, most, grades, by_unit=rating.who == "unit")
