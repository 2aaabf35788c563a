"""What is found when somebody looks whether a server can do its work: one thing each, in words, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.text import Text


class Severity(StrEnum):
    """What a finding means."""

    DOWN = "down"
    """People cannot do their work: nothing can be recorded, or nothing happens by itself any more."""
    WARNING = "warning"
    """An operator has to look into it."""
    FINE = "ok"
    LEFT_OUT = "not_looked"
    """Nobody looked, for the reason in the text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do about it."""

    name: str
    """For programs: it does not change with the language."""
    severity: Severity
    text: Text
    mend: Text | None = None
    address: str = ""
    """The page where it is mended, where there is one."""

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to do something."""
        return self.severity in (Severity.DOWN, Severity.WARNING)


def down(name: str, text: Text, mend: Text | None = None) -> Finding:
    """Return a finding that keeps people from their work."""
    return Finding(name, Severity.DOWN, text, mend)


def warning(name: str, text: Text, mend: Text | None = None, address: str = "") -> Finding:
    """Return a finding that an operator has to look into."""
    return Finding(name, Severity.WARNING, text, mend, address)


def fine(name: str, text: Text) -> Finding:
    """Return that nothing is wrong."""
    return Finding(name, Severity.FINE, text)
