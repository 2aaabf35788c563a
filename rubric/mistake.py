"""What is wrong in a rubric file, as data: where it stands, under which key, and in which words.

Messages are Chinese msgids with {named} places; whoever shows them hands in a translation. Mistakes are
collected and raised together, so that a file is mended in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = str | int | date | Decimal | tuple[str, ...]


def msgid(message: str) -> str:
    """Mark *message* as one that the catalogues must hold; used where it is not written in a call below."""
    return message


@dataclass(frozen=True, slots=True, init=False)
class Mistake:
    """One thing wrong in a rubric file.

    line: its line in the file, from 1; None where no single line is to blame.
    key: where in the data, as `sections[0].points` or, for clauses, by id: `clauses[2.1].document`.
    message, values: the Chinese words and what stands in their {places}; a tuple is shown as a list.
    """

    line: int | None
    key: str
    message: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, line: int | None, key: str, message: str, /, **values: Value) -> None:
        object.__setattr__(self, "line", line)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "values", tuple(values.items()))

    def render(self, translate: Callable[[str], str]) -> str:
        """Return what is wrong, without the place, in the language of *translate*."""
        return _fill(self.message, self.values, translate)

    def __str__(self) -> str:
        """Return place and words in Chinese, for a log or a test."""
        place = "，".join(part for part in (f"第{self.line}行" if self.line else "", self.key) if part)
        return f"{place}：{self.render(str)}" if place else self.render(str)


class ChoiceMistake(Mistake):
    """What is wrong is not in the file: how it is to stand beside the others has to be said, or said otherwise."""

    __slots__ = ()


class RubricRefused(Exception):
    """A rubric file that cannot be used; nothing was changed. `mistakes` has all that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake], name: str = "") -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line or 0)
        self.name = name
        super().__init__("\n".join(map(str, self.mistakes)))


class NoRubric(LookupError):
    """No installed rubric answers the question; `message` and `values` say why, as in a Mistake."""

    def __init__(self, message: str, /, **values: Value) -> None:
        self.message = message
        self.values = tuple(values.items())
        super().__init__(self.render(str))

    def render(self, translate: Callable[[str], str]) -> str:
        """Return the reason in the language of *translate*."""
        return _fill(self.message, self.values, translate)


def _fill(message: str, values: tuple[tuple[str, Value], ...], translate: Callable[[str], str]) -> str:
    shown = {
        name: translate("、").join(value) if isinstance(value, tuple) else str(value)
        for name, value in values
    }
    return translate(message).format(**shown)
