"""What a verification looked at, one look after the other, each with what came of it: for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.problem import Fault
from ledger.remedy import Remedy
from ledger.text import Text
from taizhang.language.i18n import say


class Result(StrEnum):
    """What came of a look."""

    FINE = "ok"
    BROKEN = "broken"
    TOLD = "noted"
    """Nothing contradicts, and the reader should know of something."""
    LEFT_OUT = "not_looked"
    """Nobody looked, for the reason in the text."""


WORDS = {
    Result.FINE: Text("相符"),
    Result.BROKEN: Text("不符"),
    Result.TOLD: Text("请留意"),
    Result.LEFT_OUT: Text("没有看"),
}
MARKS = {Result.FINE: "✓", Result.BROKEN: "✗", Result.TOLD: "!", Result.LEFT_OUT: "–"}


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at."""

    name: str
    """For programs: it does not change with the language."""
    result: Result
    text: Text
    faults: Sequence[Fault] = ()
    remedy: Remedy | None = None
    """What would mend it, where a door has a way of its own."""

    @property
    def mark(self) -> str:
        """The sign before its line."""
        return MARKS[self.result]

    @property
    def word(self) -> Text:
        """The same as a word, for who does not see the sign."""
        return WORDS[self.result]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a whole verification came to."""

    events: int
    root: str
    """Hex; empty where the tree could not be read."""
    checkpoints: int
    anchors: int
    unsigned: int = 0
    """Time stamps among the anchors whose signature could not be checked, for want of root certificates."""
    looks: Sequence[Look] = ()

    def faults(self) -> Iterator[Fault]:
        """Yield everything that is broken, in the order of the looks: the events come first."""
        for look in self.looks:
            if look.result is Result.BROKEN:
                yield from look.faults

    @property
    def is_sound(self) -> bool:
        """Whether no look found anything broken."""
        return all(look.result is not Result.BROKEN for look in self.looks)


def checked_json(checked: Checked) -> dict[str, object]:
    """Return the document of `verify`; checkpoints and anchors are counted where there are any."""
    document: dict[str, object] = {"events": checked.events, "root": checked.root}
    if checked.checkpoints or checked.anchors:
        document |= {"checkpoints": checked.checkpoints, "anchors": checked.anchors}
    if checked.unsigned:
        document["unsigned_timestamps"] = checked.unsigned
    document["looks"] = looks_json(checked.looks)
    return document


def looks_json(looks: Sequence[Look]) -> list[dict[str, object]]:
    """Return every look with its result and, where something is broken, the places."""
    return [
        {
            "look": look.name,
            "result": look.result.value,
            "text": say(look.text),
            "faults": [{"sequence": fault.sequence, "problem": say(fault.text)} for fault in look.faults],
        }
        for look in looks
    ]
