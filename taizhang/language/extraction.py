"""How babel finds the messages of our files (`babel.cfg`): its own ways, with plural forms where there is a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

from taizhang.language.counted import counted_place

# The rubric room makes no Text: there a message stands third in a Mistake, first in the others.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "Text": None,
    "translate": None,
    "Mistake": (3,),
    "NoRubric": None,
    "msgid": None,
    "ngettext": (1, 2),
}
"""The functions that a message is given to, and where among their arguments it stands."""

_Found = tuple[int, str, "str | tuple[str | None, ...]", Sequence[str]]
_Options = Mapping[str, str]


def python(
    file: BinaryIO, keywords: Iterable[str], tags: Sequence[str], options: _Options
) -> Iterator[_Found]:
    """Yield the messages of a Python file."""
    found = extract_python(file, {name: KEYWORDS.get(name) for name in keywords}, tags, dict(options))  # type: ignore[arg-type]
    return _with_forms(found)


def jinja2(
    file: BinaryIO, keywords: Iterable[str], tags: Sequence[str], options: _Options
) -> Iterator[_Found]:
    """Yield the messages of a template."""
    return _with_forms(babel_extract(file, list(keywords), tags, dict(options)))


def _with_forms(found: Iterable[tuple[Any, ...]]) -> Iterator[_Found]:
    for line, function, given, comments, *_context in found:
        arguments = given if isinstance(given, tuple | list) else (given,)
        place = (KEYWORDS.get(function) or (1,))[0] - 1
        message = arguments[place] if place < len(arguments) else None
        if isinstance(message, str) and counted_place(message) is not None:
            yield line, "ngettext", (message, message), comments
        else:
            yield line, function, tuple(arguments), comments
