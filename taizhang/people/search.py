"""What a person is found by: the name's characters, its pinyin, the initials of it, the telephone number."""

from __future__ import annotations

from itertools import islice, product
from unicodedata import normalize

from taizhang.people.person import Person, plain_name

_READINGS_MAX = 8
"""Of a name whose characters are read in several ways, so many readings are kept."""


def sought_by(person: Person) -> str:
    """Return all that *person* may be looked up by, words apart by spaces: ``曾伟 zengwei zw cengwei cw 139…``."""
    from pypinyin import Style, pinyin

    name = plain_name(person.name).lower()
    syllables = pinyin(name, style=Style.NORMAL, heteronym=True)
    readings = islice(product(*syllables), _READINGS_MAX)
    words = [name]
    for reading in readings:
        words += ["".join(reading), "".join(syllable[0] for syllable in reading if syllable)]
    words.append(person.telephone)
    return " ".join(dict.fromkeys(word for word in words if word))


def search_term(text: str) -> str:
    """Return what somebody typed in the form of `sought_by`: half width, small letters, no spaces."""
    return "".join(normalize("NFKC", text).lower().split())
