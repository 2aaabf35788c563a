"""Free text made fit for a header, a line or a body: what an older ledger holds stays as it is, its mails go out."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category

_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, lone surrogates, separators of lines and paragraphs."""


@lru_cache(maxsize=1024)
def one_line(text: str) -> str:
    """Return *text* on one line, without characters that no header and no calendar can hold."""
    if text.isprintable():
        return text
    return " ".join("".join(" " if category(each) in _NO_TEXT else each for each in text).split(" ")).strip()


def lines(text: str) -> str:
    """Return *text* with its line breaks and without other control characters."""
    return "\n".join(one_line(line) if not line.isprintable() else line for line in text.split("\n"))
