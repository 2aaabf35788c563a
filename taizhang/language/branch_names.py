"""Branches by name: the ledger and its reasons know ids only; a school says “低年级党支部”, not “wj-01/b1”."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import takewhile

from projections.facts import Facts

SHORTEST = 4
"""A name that is left with fewer characters (“支部”) tells nothing: it is said whole."""


def branch_names(facts: Facts, day: date) -> dict[str, str]:
    """Return the unit's branches by subject, each by the name it has on *day* without the school's, which all share."""
    own = str(facts.organization(facts.unit).value("name", day) or "")
    whole = {
        branch.subject: str(name) for branch in facts.branches(day) if (name := branch.value("name", day))
    }
    short = {subject: _without(own, name) for subject, name in whole.items()}
    often = Counter(short.values())
    return {subject: name if often[name] == 1 else whole[subject] for subject, name in short.items()}


def _without(own: str, name: str) -> str:
    shared = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(own, name, strict=False)))
    rest = name[shared:].strip()
    return rest if len(rest) >= SHORTEST else name
