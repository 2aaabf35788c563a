"""What one cell says: text, numbers, yes and no. What cannot be read raises `Unreadable` with the way to mend it.

Full-width digits and letters are read like the others; the words of a text stay as they were written, to the character:
one that cannot be kept is refused by its name.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from unicodedata import category, normalize

from ledger.equal_text import as_compared, is_invisible
from ledger.text import Text

Cell = str | int | float | bool | date | datetime | time | timedelta | None

UNSAVED_FORMULA = "#公式没有保存的值!"
"""What stands in a cell whose formula was written by a program that does not calculate."""
_ERROR = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!|FIELD!|BUSY!|BLOCKED!|CONNECT!|UNKNOWN!"
    r"|EXTERNAL!|PYTHON!|TIMEOUT!)|Err:\d{3}"
)
"""Excel's, WPS's and LibreOffice's error values."""
_YES = frozenset(("是", "有", "√", "✓", "对", "y", "yes", "true", "1", "健全", "已", "设"))
_NO = frozenset(("否", "无", "没有", "不是", "×", "✗", "x", "n", "no", "false", "0", "未", "不设", "不健全"))
_NOTHING = re.compile(r"[-\u2010-\u2015\u2212\u2500/\\._]+|无|暂无|空|n/a|nil")
"""What people write where there is nothing to say (as compared)."""
_DITTO = frozenset(("同上", "同前", "″", '"', "''", "〃", "“"))
_EDGES = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000\u2800\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
"""White space, and what nobody sees: neither is part of a text at its ends."""
_BREAKS = dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85\u2028\u2029"), " ")
_SHOWN = 40


class Unreadable(ValueError):
    """A cell does not say what its column is for; `text` says what would be right.

    *suggestions* are what may be meant, as it would be written in the cell: for a person to choose from.
    """

    def __init__(self, text: Text, *suggestions: str) -> None:
        super().__init__(str(text))
        self.text = text
        self.suggestions = suggestions

    def within(self, part: str, whole: str) -> Unreadable:
        """Return the same of a cell that says *whole*, of which only *part* could not be read."""
        meant = (whole.replace(part, each, 1) for each in self.suggestions) if part in whole else ()
        return Unreadable(self.text, *meant)


def is_empty(cell: Cell) -> bool:
    """Whether nothing is written in the cell, spaces and what is invisible apart."""
    return cell is None or (isinstance(cell, str) and not cell.strip(_EDGES))


def says_nothing(cell: Cell) -> bool:
    """Whether there is a mark for “nothing” in the cell: —, /, 无."""
    return isinstance(cell, str) and _NOTHING.fullmatch("".join(as_compared(cell).split())) is not None


def refuse_ditto(cell: Cell) -> None:
    """Raise Unreadable for 同上: which row is meant is not for us to guess."""
    if isinstance(cell, str) and cell.strip(_EDGES) in _DITTO:
        raise Unreadable(Text("“{value}”说的是哪一行看不准；请把内容写出来", value=shown(cell)))


def written(cell: Cell) -> str:
    """Return the cell as a person reads it, without spaces around it. Raises Unreadable for Excel's errors."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # As Excel shows it: 15 digits; 2.3000000000000003 is 2.3.
        return format(Decimal(format(cell, ".15g")), "f") if isfinite(cell) else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    text = str(cell).strip(_EDGES)
    if text == UNSAVED_FORMULA:
        raise Unreadable(Text("公式没有保存的值；在 Excel/WPS 里打开并保存后再交"))
    if _ERROR.fullmatch(text) is not None:
        raise Unreadable(Text("单元格的公式出错（{error}）；请改好公式，或直接写上内容", error=text))
    return text


def plain(cell: Cell) -> str:
    """Return what is written as it is compared: half width, small letters, no spaces, nothing invisible."""
    return "".join(as_compared(written(cell)).split())


def shown(cell: Cell) -> str:
    """Return what is written, cut to a length that fits a message."""
    text = written(cell)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def visible(cell: Cell) -> str:
    """Return what is written in half width, without what nobody sees."""
    return normalize("NFKC", "".join(each for each in written(cell) if not is_invisible(each)))


def read_text(cell: Cell) -> str:
    """Return the words as they were typed; a line break becomes a space.

    Raises Unreadable, naming it, for a character that no record may hold or that was lost before the cell came here.
    """
    text = written(cell).replace("\r\n", "\n").translate(_BREAKS)
    for place, character in enumerate(text, 1):
        if character == "\ufffd":
            raise Unreadable(Text("第 {place} 个字已经丢失，成了乱码（�）；请重新写上", place=place))
        if category(character) in ("Cc", "Cs"):
            code = f"U+{ord(character):04X}"
            raise Unreadable(
                Text("第 {place} 个字符 {code} 是看不见的控制字符，不能保存；请删去", place=place, code=code)
            )
    return text


def read_whole(cell: Cell) -> int:
    """Return a whole number: 12, １２, 12次, 12人. Raises Unreadable."""
    match = re.fullmatch(r"(\d{1,9})(?:\.0+)?(?:次|人|个|场|年|年度)?", plain(cell), re.ASCII)
    if match is None:
        raise Unreadable(Text("“{value}”不是整数；应写成 12 的样子", value=shown(cell)))
    return int(match[1])


def read_yes_no(cell: Cell) -> bool:
    """Return 是 or 否. Raises Unreadable."""
    text = plain(cell)
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(Text("“{value}”看不懂；应写“是”或“否”", value=shown(cell)))


def number_of(cell: Cell) -> Decimal | None:
    """Return the number in the cell, None when it holds none."""
    if isinstance(cell, (bool, date, time, timedelta)) or cell is None:
        return None
    try:
        return Decimal(normalize("NFKC", str(cell)).strip())
    except InvalidOperation:
        return None
