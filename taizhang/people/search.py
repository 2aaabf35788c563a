"""What a person is found by: the name, its pinyin whole or begun, its initials, each in turn; the telephone number.

    阿卜杜拉·买买提    阿卜杜拉买买提  阿卜杜拉•买买提  abudula  abdlmmt  abdlmaimaiti  买买提
    单宁乐             shanningle  danningle  snl  s宁le
    吕雪               lvxue  lüxue  luxue  lyuxue

Every reading of every character counts: a surname is often read as the character seldom is, and nobody has to know
which reading this program would take. Dots, hyphens, spaces, width, case and tones do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category, normalize

from ledger.equal_text import as_compared
from taizhang.people.person import Person

_CHARACTERS_MAX = 80
"""Of a name, and of what is looked for: longer ones are cut."""


def search_term(text: str) -> str:
    """Return what somebody typed as it is looked for: half width, small letters, without spaces, dots and tones."""
    plain = normalize("NFD", as_compared(text)).replace("u\u0308", "v").replace("u:", "v")
    return normalize("NFC", _letters(plain))


def finds(term: str, person: Person) -> bool:
    """Whether *term* (a `search_term`, not empty) is part of what *person* is found by."""
    term = term[:_CHARACTERS_MAX]
    return term in search_term(person.telephone) or _is_in(term, search_term(person.name)[:_CHARACTERS_MAX])


def sought_by(name: str) -> str:
    """Return what a page narrows a list by: the name, its pinyin and its initials, in each of the common readings."""
    from pypinyin import Style, pinyin

    found = pinyin(name[:_CHARACTERS_MAX], style=Style.NORMAL, heteronym=True, errors="ignore")
    usual = [each[0] for each in found]
    # One character read otherwise at a time: a name with two of them is looked for by its characters.
    ways = [usual]
    for place, readings in enumerate(found):
        ways += [[*usual[:place], other, *usual[place + 1 :]] for other in readings[1:]]
    said = (("".join(way), "".join(each[0] for each in way)) for way in ways)
    return " ".join(dict.fromkeys((search_term(name), *(each for both in said for each in both))))


def _letters(text: str) -> str:
    """Return *text* without what is no letter or digit by itself: marks over letters, dots, hyphens, spaces."""
    return "".join(each for each in text if category(each)[0] in "LNSC")


def _is_in(term: str, name: str) -> bool:
    """Whether *term* can be read off *name* from some character on, each in one of its ways; the last may be begun."""
    reached: set[int] = set()
    for character in name:
        ways = _ways(character)
        following: set[int] = set()
        for place in {0, *reached}:
            rest = term[place:]
            for way in ways:
                if way.startswith(rest):
                    return True
                if rest.startswith(way):
                    following.add(place + len(way))
        reached = following
    return False


@lru_cache(maxsize=20_000)
def _ways(character: str) -> frozenset[str]:
    """Return how a character is written by who looks for it: itself, its readings in pinyin, their initials."""
    return frozenset({character, *_readings(character)})


def _readings(character: str) -> Iterator[str]:
    from pypinyin import Style, pinyin

    # One by one: a phrase that the dictionary knows (单行, one way) would hide how the name is read.
    for reading in pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore"):
        for syllable in filter(None, reading):
            yield syllable
            yield syllable[0]
            if "v" in syllable:
                # ü as keyboards without it have it; lyu as passports do (GB/T 28039).
                yield syllable.replace("v", "u")
                yield syllable.replace("v", "yu")
