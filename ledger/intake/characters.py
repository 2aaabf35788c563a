"""What text may be made of at the door (contract §2): no control characters, line breaks only where text has lines.

Events that are stored already are taken as they are: this is asked of what is new, and not by `verify` or `restore`.
Beside the controls of the C0 and C1 sets those are refused that turn the direction of writing over or lock it in: with
them a name or a file's type reads as another (U+202A to U+202E, U+2066 to U+2069). Joiners and other invisible
characters belong to some scripts; they are kept, and left out where texts are compared (`equal_text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledger.text import Text

LINED_FIELDS = frozenset({"reason", "text"})
"""Fields that may have lines (contract §2)."""

_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LINE_BREAKS = re.compile("\r?\n")
_ENDS_A_LINE = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
# In JSON: what is escaped may be one of them, and these bytes are. Others cannot stand there as they are.
_SUSPICIOUS = re.compile(rb"\\[bfnrtu]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


def may_hold_refused(line: bytes) -> bool:
    """Say fast whether the JSON of *line* might hold a character that is refused somewhere."""
    return _SUSPICIOUS.search(line) is not None


def is_plain(text: str) -> bool:
    """Say whether *text* is one line without control characters."""
    return _REFUSED.search(text) is None


def refused_characters(value: object, field: str = "") -> Iterator[tuple[str, Text]]:
    """Yield each text in *value*, which stands at *field*, that holds what it may not, with what is wrong with it."""
    if isinstance(value, str):
        text = _fault(value, field.rpartition(".")[2] in LINED_FIELDS)
        if text is not None:
            yield field, text
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from refused_characters(inner, f"{field}.{key}" if field else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from refused_characters(inner, f"{field}[{place}]")


_UNOPENABLE = re.compile(r"\.{1,2}|.*/(?:correct|evidence|mended|retract)", re.DOTALL)
"""Ids that lead elsewhere in an address: browsers take dots for folders, and what ends so is another page."""


def id_fault(event_id: str) -> Text | None:
    """Return why nobody could open the record of that id, None when everybody can."""
    if _UNOPENABLE.fullmatch(event_id) is None:
        return None
    return Text(
        "编号不能是 . 或 ..，也不能以 /correct、/evidence、/mended、/retract 结尾：记录的网页会打不开；请换一个"
    )


def _fault(text: str, lined: bool) -> Text | None:
    found = _REFUSED.search(_LINE_BREAKS.sub("", text) if lined else text)
    if found is None:
        return None
    code = f"U+{ord(found[0]):04X}"
    if found[0] in _ENDS_A_LINE and not lined:
        return Text("不能换行（{code}）；请写在一行里", code=code)
    if found[0] > "\u2029":
        return Text("不能含有改变书写方向的字符（{code}）；请删去", code=code)
    return Text("不能含有控制字符（{code}）；请删去", code=code)
