"""What is asked: rubric files, their shape and their sense, and which of them answers for a day.

    parse(text)              a rubric file's text -> Rubric, or RubricRefused with every Mistake, line by line
    Rubric                   one version of one year's rubric: sections, indicators, clauses, codes
    RULES                    the rule kinds a clause can have, each a class with its parameters
    builtin(), RubricCatalog         the rubrics at hand, and the one that a day picks (NoRubric where there is none)

and, each with a module of its own:

    derive.derive(text, year)       next year's draft, with what a person must decide marked
    installing.installing_mistakes(…)  what speaks against installing one beside those that are there

Rubrics are data: no year, place, date or code stands in this room's Python. It imports no other room, reads no
clock, and counts points in whole hundredths.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalog import RubricCatalog, builtin
    from .load import parse
    from .mistake import Mistake, NoRubric, RubricRefused
    from .rules import RULES
    from .schema import Rubric

__all__ = [
    "RULES",
    "Mistake",
    "NoRubric",
    "Rubric",
    "RubricCatalog",
    "RubricRefused",
    "builtin",
    "parse",
]

_HOMES = {
    "RULES": "rules",
    "Mistake": "mistake",
    "NoRubric": "mistake",
    "Rubric": "schema",
    "RubricRefused": "mistake",
    "RubricCatalog": "catalog",
    "builtin": "catalog",
    "parse": "load",
}


def __getattr__(name: str) -> Any:
    # On first use only: whoever wants `rubric.amounts` should not wait for pydantic and YAML.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
