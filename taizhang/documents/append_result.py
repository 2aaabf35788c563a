"""JSON documents of contract §6 that the command line and HTTP have in common: an append's answer, problems."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.problem import Problem
from ledger.store.protocol import Appended
from taizhang.language.i18n import say


def appended_json(done: Appended) -> dict[str, object]:
    """Return how many events were appended and skipped, and the warnings where there are any."""
    document: dict[str, object] = {"appended": done.appended, "skipped": done.skipped}
    if done.warnings:
        document["warnings"] = problems_json(done.warnings)
    return document


def problems_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return problems in the reader's language; `line` is null where no line of a file is meant."""
    return [
        {"line": problem.line, "field": problem.field, "problem": say(problem.text)} for problem in problems
    ]
