"""What can be wrong, as values: collected over a whole file and shown together, not the first one raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (or, as a warning, doubtful): in which line, at which field, and what to do."""

    field: str
    """Path such as ``data.kinds[0]``; empty when the line as a whole is meant."""
    text: Text
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.line}: " if self.line is not None else ""
        return f"{where}{self.field}: {self.text}" if self.field else f"{where}{self.text}"


class Refused(Exception):
    """The input was refused and nothing was changed; `problems` holds every reason, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = list(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class NotPermitted(Exception):
    """Who sent these may not append them; nothing was stored. `problems` holds every one of them, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = list(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class StoreError(Exception):
    """The store could not do its work (locked, full, read-only, newer, no ledger ...); `text` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


class Broken(Exception):
    """`verify` found the place (`sequence`) where the ledger does not agree with itself; `text` says how."""

    def __init__(self, sequence: int, text: Text) -> None:
        super().__init__(sequence, text)
        self.sequence = sequence
        self.text = text

    def __str__(self) -> str:
        return str(self.text)
