"""The one family of errors that a user can meet: each says in words what is wrong, and of which kind it is.

A door (command line, pages, API) has one handler for all of them: the kind decides its exit status or HTTP status. A
message names no command and no option: each door adds what its own users can do.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from ledger.remedy import Remedy
from ledger.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.problem import Problem


class ErrorKind(StrEnum):
    """What an error means to whoever asked."""

    REFUSED = "refused"
    """What was handed in is not as it should be; nothing was changed."""
    NOT_FOUND = "not_found"
    DENIED = "denied"
    """It is not theirs to do."""
    CONFLICT = "conflict"
    """It does not agree with what is there already."""
    USAGE = "usage"
    """A command, an address or a setting is written wrongly."""
    STORE = "store"
    """The store could not do its work."""
    UNAVAILABLE = "unavailable"
    """Not now; the same may work later."""


class TaizhangError(Exception):
    """Something that was foreseen went wrong; `text` says what and how to mend it, `field` what it is about.

    `problems` holds the reasons one by one, by line, where there are several; empty: `text` is the only one.
    `remedy` is what mends it, where a door has a way of its own to do so.
    """

    kind: ClassVar[ErrorKind] = ErrorKind.REFUSED
    text: Text
    field: str
    problems: Sequence[Problem]
    remedy: Remedy | None

    def __init__(
        self,
        text: Text,
        field: str = "",
        problems: Sequence[Problem] = (),
        *,
        remedy: Remedy | None = None,
    ) -> None:
        super().__init__(text, field, problems)
        self.text = text
        self.field = field
        self.problems = problems
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) if self.problems else str(self.text)
