"""The registry of measures: what can be counted. A measure is one file; this finds it.

A measure says of itself, in one place: its key and parameters, what it counts (in both languages), a sentence of
a real rubric with the line that says it, which events satisfy it, and who works it out. From that the manual's list,
the messages of `rubric check` and the evaluation are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..clauses import ClauseBase, Model
from .curves import Curve
from .terms import For

HOMES = ["projections.measures"]
"""The packages whose modules are measures, one each, as `MEASURE`. `rubric` knows what one is, not which there are."""


class Measured(ClauseBase):
    """A clause of format 2: which measure, how its number becomes points, and to whom it applies."""

    rule: Any = ""
    curve: Curve
    gains: bool = False
    meant: tuple[For, ...] = ()
    vetoes: bool = False
    """Any of it leaves its item with nothing (`zero_if`)."""
    terms: Any = None
    """The measure's own parameters."""
    rule_key: str = ""
    """The key of its measure."""
    scored_by: str = ""
    """The office that scores its item; empty where the file names none."""
    said: str = ""
    """The rule as the file has it, on one line."""


Common = Mapping[str, Any]
"""What every clause has, by the names of its fields."""
Codes = Iterator[tuple[tuple[str | int, ...], str, str]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    key: the word in a rule of a file. terms: its parameters, the field `key` among them. counts, counts_en: what it
    counts. sentence, line: a sentence of a real rubric, and the rule that says it. events: the types of events that
    move it; where several are named, all do. clause: parameters and what every clause has -> the clause. evaluator:
    clause, rubric -> a rule of `projections`. codes: parameters -> (path, family, code) of each code that they name;
    the families are those of the head (activities, documents … figures, cases, ratings, roles, periods, levels).
    people: whether only people decide it, so that it is in no bound.
    """

    key: str
    terms: type[Model]
    counts: str
    counts_en: str
    sentence: str
    line: str
    events: tuple[str, ...]
    clause: Callable[[Any, Common], Measured]
    evaluator: Callable[[Any, Any], Any]
    codes: Callable[[Any], Codes]
    shapes: tuple[str, ...] = ("flat", "each", "table", "below", "above", "share")
    people: bool = False


def codes_named(clause: Measured) -> Iterator[tuple[str, str]]:
    """Yield family and code of what *clause* counts, in the order of the file."""
    for _path, family, code in measures()[clause.rule_key].codes(clause.terms):
        yield family, code


_added: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    """Add a measure from outside the packages that are searched."""
    _added[measure.key] = measure


@cache
def _found() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for home in HOMES:
        package = import_module(home)
        for module in sorted(iter_modules(package.__path__), key=lambda module: module.name):
            measure = getattr(import_module(f"{home}.{module.name}"), "MEASURE", None)
            if isinstance(measure, Measure):
                found[measure.key] = measure
    return found


def measures() -> Mapping[str, Measure]:
    """Return every measure by its key."""
    return {**_found(), **_added} if _added else _found()


def no_codes(_terms: Any) -> Codes:
    """Return nothing: for measures that name no code."""
    return iter(())
