"""What rubrics of format 2 name beside their codes: figures, cases, ratings, roles, tags, levels and so on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from .format2.rubric2 import Rubric2
from .schema import Rubric

NamedFamily = Literal[
    "figures", "cases", "ratings", "roles", "tags", "groups", "categories", "levels"
]  # fmt: skip
NAMED_FAMILIES: tuple[NamedFamily, ...] = get_args(NamedFamily)


def names_in(rubric: Rubric) -> dict[NamedFamily, dict[str, str]]:
    """Return the names that *rubric* gives, by family and code; nothing of a rubric of format 1."""
    if not isinstance(rubric, Rubric2):
        return {}
    head = rubric.head
    return {
        "figures": {code: figure.name for code, figure in head.figures.items()},
        "cases": {code: case.name for code, case in head.cases.items()},
        "ratings": {code: rating.name for code, rating in head.ratings.items()},
        "roles": dict(head.roles),
        "tags": dict(head.tags),
        "groups": dict(head.groups),
        "categories": dict(head.categories),
        "levels": {level.code: level.name for level in head.levels},
    }


def names_of_all(rubrics: Iterable[Rubric]) -> dict[NamedFamily, dict[str, str]]:
    """Return the names of all *rubrics* together; of a code that several name, that of the latest year and version."""
    names: dict[NamedFamily, dict[str, str]] = {family: {} for family in NAMED_FAMILIES}
    for rubric in sorted(rubrics, key=lambda each: (each.year, each.version)):
        for family, codes in names_in(rubric).items():
            names[family] |= codes
    return names


def overseen_in(rubrics: Iterable[Rubric]) -> frozenset[tuple[str, str]]:
    """Return the figures and ratings, by family and code, that no rubric lets a unit report of itself."""
    by_whom: dict[tuple[str, str], set[str]] = {}
    for rubric in rubrics:
        if isinstance(rubric, Rubric2):
            for code, figure in rubric.head.figures.items():
                by_whom.setdefault(("figures", code), set()).add(figure.who)
            for code, rating in rubric.head.ratings.items():
                by_whom.setdefault(("ratings", code), set()).add(rating.who)
    return frozenset(what for what, who in by_whom.items() if who == {"assessor"})
