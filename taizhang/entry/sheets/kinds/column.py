"""What a kind of sheet is made of: its columns, and how each is known and read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rubric.codes_used import Family

Reading = Literal[
    "text", "moment", "day", "hours", "whole", "yes_no", "codes", "code", "level", "verdict", "unit_kind", "subject",
    "member", "attendees", "leaving", "key", "birthday", "leader", "fact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, header, how a cell of it is read, and what it is called elsewhere."""

    key: str
    header: str
    reading: Reading = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    note: str = ""
    covers: tuple[str, ...] = ()
    family: Family | None = None
    width: int = 14
    unless: str = ""
    """A required cell may be empty where this other one is filled."""


@dataclass(frozen=True)
class Kind:
    """One kind of sheet."""

    key: str
    title: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    """Columns of which at least one must be there for a sheet to be of this kind."""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by key."""
        return {column.key: column for column in self.columns}
