"""One field of a form: its label, its choices, and how what was typed is read. Unreadable input is told in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ledger.text import Text
from taizhang.entry.parsing.cells import Unreadable, read_whole
from taizhang.entry.parsing.days import read_day
from taizhang.entry.parsing.hours import read_hours

Kind = Literal["text", "long", "day", "hours", "whole", "choice", "radio", "kinds", "members", "flag"]
Option = tuple[str, str]
"""What is sent, and what is shown."""
Given = Sequence[str]
TEXT_CHARACTERS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """A field named as the event's data field it fills. `label` and `help` are in the reader's language."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    options: Sequence[Option] = ()
    default: Given = ()
    help: str = ""
    suggestions: Sequence[str] = ()
    """Texts that were typed here before."""
    before: str = ""
    """What stood here last time: shown, and taken over at one press."""
    extra: bool = False
    """Seldom needed: shown when asked for, or filled in."""

    def read(self, given: Given, year: int) -> Any:
        """Return what was typed as an event has it, None for nothing. Raises Unreadable.

        *year* is that of a day written without one.
        """
        if self.kind == "flag":
            return bool(given)
        if self.kind in ("kinds", "members"):
            return self._chosen(given)
        text = given[0].strip() if given else ""
        if not text:
            if self.required:
                raise Unreadable(_nothing(self))
            return None
        if self.kind in ("choice", "radio"):
            return self._chosen([text])[0]
        return _READERS.get(self.kind, _text)(text, year)

    def _chosen(self, given: Given) -> list[str]:
        known = {value for value, _shown in self.options}
        chosen = list(dict.fromkeys(each for each in given if each))
        if not chosen and self.required:
            raise Unreadable(_nothing(self))
        if any(each not in known for each in chosen):
            raise Unreadable(Text("“{label}”里没有这一项；请重新选择", label=self.label))
        return chosen

    def typed(self, value: object) -> Given:
        """Return what has to stand in the field for *value* of an event."""
        if value is None or value is False:
            return []
        if value is True:
            return ["yes"]
        return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _nothing(field: Field) -> Text:
    if field.kind in ("choice", "radio", "kinds", "members"):
        return Text("请选择“{label}”", label=field.label)
    return Text("请填写“{label}”", label=field.label)


def _text(text: str, _year: int) -> str:
    if len(text) > TEXT_CHARACTERS_MAX:
        raise Unreadable(Text("太长；最多 {most} 个字符", most=TEXT_CHARACTERS_MAX))
    return text


_READERS: dict[str, Callable[[str, int], object]] = {
    "day": lambda text, year: read_day(text, year).isoformat(),
    "hours": lambda text, _year: read_hours(text),
    "whole": lambda text, _year: read_whole(text),
}
