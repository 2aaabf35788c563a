"""What a misspelt word may have been meant to be.

Comparing costs some 20 µs a word, and a hostile request has tens of thousands of misspelt ones. Whoever finds one only
notes a `Guess`; it is looked for when the refusal is told, outside every lock, for the first few of them
(`problem.told`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from ledger.text import Text

WORD_MAX = 64
"""Of a longer word only so much is compared, and longer known ones are not offered."""
KNOWN_MAX = 200
"""Among more known words only so many that begin alike are compared."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A word that is not among the *known* ones, and what to say when one of them looks like it."""

    word: str
    known: Iterable[str]
    said: Callable[[str], Text]

    def text(self) -> Text | None:
        """Return what to say of the nearest known word; None when none is near."""
        near = closest(self.word, self.known)
        return None if near is None else self.said(near)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like *word*, None when nothing does."""
    word = word[:WORD_MAX]
    likely = sorted(islice((each for each in known if each[:2] == word[:2]), KNOWN_MAX))
    others = islice((each for each in known if each[:2] != word[:2]), KNOWN_MAX - len(likely))
    words = [each for each in [*likely, *sorted(others)] if len(each) <= WORD_MAX]
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return found[0] if found else None
