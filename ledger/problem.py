"""What can be wrong, as values: collected over a whole file and shown together, not the first one raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from ledger.errors import ErrorKind, TaizhangError
from ledger.nearest import Guess
from ledger.remedy import Remedy
from ledger.text import Text

GUESSES_MAX = 50
"""Of so many problems of one refusal it is looked for what the misspelt word was meant to be."""
TOLD_MAX = 5_000
"""So many problems of one refusal are told; of the rest their number."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (or, as a warning, doubtful): in which line, at which field, and what to do."""

    field: str
    """Path such as ``data.kinds[0]``; empty when the line as a whole is meant."""
    text: Text
    line: int | None = None
    guess: Guess | None = dataclass_field(default=None, compare=False, repr=False)
    """What a misspelt word in it may have been meant to be; not looked for yet."""
    remedy: Remedy | None = None

    def __str__(self) -> str:
        where = f"{self.line}: " if self.line is not None else ""
        return f"{where}{self.field}: {self.text}" if self.field else f"{where}{self.text}"


class Refused(TaizhangError):
    """The input was refused and nothing was changed; `problems` holds every reason, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self._found: Sequence[Problem] = problems
        self._told: list[Problem] | None = None
        super().__init__(Text("没有通过检查，什么也没有记入"), problems=problems)

    @property
    def problems(self) -> list[Problem]:
        """Every reason, by line, as it is told; made when first asked for: by then no lock is held."""
        if self._told is None:
            self._told = told(self._found)
        return self._told

    @problems.setter
    def problems(self, problems: Sequence[Problem]) -> None:
        self._found, self._told = problems, None


def told(problems: Sequence[Problem]) -> list[Problem]:
    """Return *problems* with what misspelt words were meant to be, of the first GUESSES_MAX that have such."""
    found: list[Problem] = []
    left = GUESSES_MAX
    for problem in problems[:TOLD_MAX]:
        if problem.guess is None:
            found.append(problem)
            continue
        text = problem.guess.text() if left else None
        left = max(0, left - 1)
        found.append(replace(problem, text=text or problem.text, guess=None))
    if len(problems) > TOLD_MAX:
        found.append(
            Problem("", Text("另有 {count} 处问题没有列出；请先改正这些", count=len(problems) - TOLD_MAX))
        )
    return found


class NotPermitted(TaizhangError):
    """Who sent these may not append them; nothing was stored. `problems` holds every one of them, by line."""

    kind = ErrorKind.DENIED

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(Text("您的账号不能记入这些，什么也没有记入"), problems=list(problems))


class StoreError(TaizhangError):
    """The store could not do its work (locked, full, read-only, newer, no ledger ...); `text` says what to do."""

    kind = ErrorKind.STORE


class NoLedger(StoreError):
    """There is no ledger at that place, and none was to be made."""


class Broken(TaizhangError):
    """`verify` found the place (`sequence`) where the ledger does not agree with itself; `text` says how."""

    kind = ErrorKind.CONFLICT

    def __init__(self, sequence: int, text: Text) -> None:
        super().__init__(text)
        self.sequence = sequence


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a store that is not as the program left it, as a value: what, and the first event it can mean."""

    text: Text
    sequence: int | None = None
    """None: it is about no event."""
