"""What the ledger checks of the facts that rubrics of format 2 ask for: figures, cases, ratings, and who is what."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ledger.vocabulary import Range, Scale
from rubric.amounts import HUNDRED, Amount
from rubric.format2.document import FigureTerms, RatingTerms
from rubric.format2.rubric2 import Rubric2
from rubric.named import names_of_all
from rubric.schema import Rubric


def fact_vocabulary(rubrics: Iterable[Rubric]) -> dict[str, Any]:
    """Return the fields of `ledger.vocabulary.Vocabulary` about facts, as all *rubrics* together have them.

    Where several rubrics name the same figure, case or rating, what any of them takes is taken.
    """
    rubrics = tuple(rubrics)
    figures: dict[str, Range] = {}
    cases: dict[str, Range] = {}
    ratings: dict[str, Scale] = {}
    periods: set[str] = set()
    for head in (rubric.head for rubric in rubrics if isinstance(rubric, Rubric2)):
        for code, figure in head.figures.items():
            figures[code] = _wider(_of_figure(figure), figures.get(code))
        for code, case in head.cases.items():
            least, most = case.points or (None, None)
            points = Range(_decimal(least, HUNDRED), _decimal(most, HUNDRED), overseen=True)
            cases[code] = _wider(points, cases.get(code))
        for code, rating in head.ratings.items():
            ratings[code] = _with_grades(_of_rating(rating), ratings.get(code))
        periods |= {period.name for named in head.periods.values() for period in named}
    names = names_of_all(rubrics)
    return {
        "figures": figures,
        "cases": cases,
        "ratings": ratings,
        "period_names": frozenset(periods),
        **{
            family: frozenset(names[family]) for family in ("roles", "tags", "groups", "categories", "levels")
        },
    }


def _of_figure(figure: FigureTerms) -> Range:
    return Range(_decimal(figure.min), _decimal(figure.max), overseen=figure.who == "assessor")


def _of_rating(rating: RatingTerms) -> Scale:
    least, most = rating.bounds
    grades = frozenset(map(str, rating.scale)) if isinstance(rating.scale, dict) else frozenset()
    return Scale(_decimal(least), _decimal(most), overseen=rating.who == "assessor", grades=grades)


def _wider(one: Range, other: Range | None) -> Range:
    if other is None:
        return one
    least = None if one.least is None or other.least is None else min(one.least, other.least)
    most = None if one.most is None or other.most is None else max(one.most, other.most)
    return Range(least, most, overseen=one.overseen and other.overseen)


def _with_grades(one: Scale, other: Scale | None) -> Scale:
    if other is None:
        return one
    wider = _wider(one, other)
    return Scale(wider.least, wider.most, overseen=wider.overseen, grades=one.grades | other.grades)


def _decimal(number: Amount | None, over: int = 1) -> Decimal | None:
    if number is None:
        return None
    return Decimal(number.numerator) / Decimal(number.denominator * over)
