"""What must agree where clauses say which clause of a superior's rubric asks the same (`same_as`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .clauses import ClauseBase
from .mistake import Value, msgid
from .source import Path


class Tell(Protocol):
    """Takes note of a mistake at a path of the file."""

    def __call__(self, path: Path, message: str, /, **values: Value) -> None:
        """Note that *path* is wrong as *message* says."""


def tell_doubles(clauses: Iterable[tuple[Path, ClauseBase]], tell: Tell) -> None:
    """Tell of clauses that name one and the same: who is short of either cannot be counted from who is of each."""
    first: dict[str, str] = {}
    for path, clause in clauses:
        if clause.same_as is None:
            continue
        other = first.setdefault(clause.same_as, clause.id)
        if other != clause.id:
            message = msgid("{clause} 已经写了 same_as: {same}；上级的一条只能由一条对应")
            tell((*path, "same_as"), message, clause=other, same=clause.same_as)
