"""What one cell says: text, numbers, yes and no. What cannot be read raises `Unreadable` with the way to mend it.

Full-width digits and letters are read like the others; the words of a text stay as they were written.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from ledger.equal_text import as_compared
from ledger.text import Text

Cell = str | int | float | bool | date | datetime | time | timedelta | None

UNSAVED_FORMULA = "#公式没有保存的值!"
"""What stands in a cell whose formula was written by a program that does not calculate."""
_ERROR = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!|FIELD!|BUSY!|BLOCKED!|CONNECT!|UNKNOWN!"
    r"|EXTERNAL!|PYTHON!|TIMEOUT!)|Err:\d{3}"
)
"""Excel's, WPS's and LibreOffice's error values."""
_HOURS = re.compile(
    r"(\d+(?:\.\d+)?)(?:个)?(小时|学时|课时|h|hr|hrs|hour|hours|分钟|分|min)?", re.ASCII | re.IGNORECASE
)
_MINUTES = ("分钟", "分", "min")
_YES = frozenset(("是", "有", "√", "✓", "对", "y", "yes", "true", "1", "健全", "已", "设"))
_NO = frozenset(("否", "无", "没有", "不是", "×", "✗", "x", "n", "no", "false", "0", "未", "不设", "不健全"))
_SHOWN = 40


class Unreadable(ValueError):
    """A cell does not say what its column is for; `text` says what would be right."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def is_empty(cell: Cell) -> bool:
    """Whether nothing is written in the cell, spaces apart."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def written(cell: Cell) -> str:
    """Return the cell as a person reads it, without spaces around it. Raises Unreadable for Excel's errors."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    text = str(cell).strip()
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


def read_text(cell: Cell) -> str:
    """Return the words; control characters, which no record may hold, become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in written(cell)).split(" ")).strip()


def read_hours(cell: Cell) -> str:
    """Return study hours as a decimal string: 2, 2.5学时, 90分钟. Raises Unreadable."""
    if isinstance(cell, (time, timedelta, datetime)):
        raise Unreadable(Text("学时写成了时刻；应写成小时数，如 2.5"))
    match = _HOURS.fullmatch(plain(cell))
    if match is None:
        raise Unreadable(Text("“{value}”不是学时；应写成 2 或 2.5（小时）", value=shown(cell)))
    hours = Decimal(match[1])
    if match[2] in _MINUTES:
        hours /= 60
    if hours > 24:
        raise Unreadable(Text("学时 {value} 太多；一次活动最多 24 小时", value=shown(cell)))
    if hours != round(hours, 2):
        raise Unreadable(Text("学时 {value} 的小数太多；最多两位小数，如 1.25", value=shown(cell)))
    return format(hours.normalize(), "f")


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
