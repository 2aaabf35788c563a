"""When two texts look equal: the one comparison of names, codes, titles and headers (contract §2).

What is stored stays as it was typed, to the byte; only what is *compared* goes through here. Without regard to

    width        Ａ１ is A1, ： is :, ㈠ is (一)
    case         ABC is abc
    interpuncts  阿卜杜拉·买买提 is written with six different dots (W3C clreq #512); between letters that are not Latin
                 a full stop is one too
    invisible    zero-width spaces and joiners, byte order marks, soft hyphens, variation selectors, fillers
    spaces       at the ends; inside, one or several of any kind are one
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, normalize

_DOT = "·"
_DOTS = re.compile("[\u00b7\u0387\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff65\u25cf\u2981\u02d9]")
_FULL_STOP = re.compile(r"(?<=[^\W\d_a-zA-Z])[.．](?=[^\W\d_a-zA-Z])")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Letters and marks by their category that show nothing by themselves (Unicode: Default_Ignorable_Code_Point)."""
_BLANK = "\u2800"
"""The empty Braille pattern: a symbol by its category, a space to the eye."""


@lru_cache(maxsize=4096)
def as_compared(text: str) -> str:
    """Return *text* in the form in which equal-looking texts are equal; `as_compared` of that is itself."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    for _ in range(3):  # what folds to a full stop between two letters is seen the second time
        seen = "".join(each for each in text.replace(_BLANK, " ") if not is_invisible(each))
        folded = normalize("NFKC", normalize("NFKC", seen).casefold())
        folded = _FULL_STOP.sub(_DOT, _DOTS.sub(_DOT, folded))
        folded = " ".join(folded.split())
        if folded == text:
            break
        text = folded
    return text


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing and is no space: format characters, selectors, fillers."""
    return character in _FILLERS or category(character) == "Cf"
