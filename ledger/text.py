"""User-visible text: a Chinese message with named places, rendered in the reader's language later.

Whoever finds a problem knows what to say but not to whom: it makes a `Text`; whoever prints it hands in the
translation. The message itself is the key of the catalogue (gettext msgid), so it is always a literal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date


def _untranslated(message: str) -> str:
    return message


class Text:
    """A message such as ``Text("没有“{code}”这个代码", code=...)``; equal when message and values are equal."""

    __slots__ = ("message", "values")

    def __init__(
        self, message: str, **values: str | int | date | Text | Sequence[str | int | date | Text]
    ) -> None:
        self.message = message
        self.values = values

    def render(self, translate: Callable[[str], str]) -> str:
        """Return the text with its message, and those of the texts inside it, put through *translate*.

        Lists are joined by the translation of "、"; dates are written 2017-03-31.
        """
        translated = translate(self.message)
        if not self.values:
            return translated.replace("{{", "{").replace("}}", "}") if "{" in translated else translated
        return translated.format_map(
            {
                # A scorecard has some three hundred values, most of them words already.
                name: value if type(value) is str else _rendered(value, translate)
                for name, value in self.values.items()
            }
        )

    def __str__(self) -> str:
        return self.render(_untranslated)

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash((self.message, str(self)))


def _rendered(value: object, translate: Callable[[str], str]) -> str:
    if isinstance(value, Text):
        return value.render(translate)
    if isinstance(value, (list, tuple)):
        return translate("、").join([_rendered(item, translate) for item in value])
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
