"""A pasted list of units, deductions and reasons, for one clause: looked at before anything is recorded. Pure.

0 is a decision: looked at, nothing is deducted. A row without a deduction is left out and named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.text import Text
from rubric.amounts import decimal_text, hundredths

from ..sheets.pasted import grid_of_text
from .reading import HEADERS, SUMS, UnitsByName

ROWS_MAX = 500
"""So many units are judged at once."""
REASON_MAX = 2000
_POINTS = re.compile(r"\d{1,6}(?:\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deduction:
    """One row: a unit, its deduction as decimal text, and why."""

    row: int
    unit: str
    name: str
    deduct: str
    reason: str


@dataclass(slots=True)
class DeductionList:
    """What was read: the deductions, the units of rows without one, and what is wrong in which row."""

    rows: list[Deduction] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    problems: list[tuple[int, Text]] = field(default_factory=list)


def read_deductions(table: str, known: Mapping[str, str], reason: str) -> DeductionList:
    """Return the deductions in a pasted *table*; *reason* is that of rows without one. *known*: code → name."""
    found = DeductionList()
    rows = [
        (number, cells)
        for number, row in enumerate(grid_of_text(table).rows, 1)
        if any(cells := [_plain(str(cell or "")) for cell in row])
    ]
    if rows and rows[0][1][0].rstrip(":") in HEADERS:
        rows = rows[1:]
    if len(rows) > ROWS_MAX:
        found.problems.append((rows[ROWS_MAX][0], Text("一次最多 {most} 行，请分几次粘贴", most=ROWS_MAX)))
        return found
    units = UnitsByName(known)
    seen: dict[str, int] = {}
    for number, cells in rows:
        if cells[0] in SUMS:
            continue
        unit, problem = units.find(cells[0])
        if problem is None and unit in seen:
            problem = Text("“{name}”在第 {row} 行已经有了", name=known[unit], row=seen[unit])
        if problem is not None:
            found.problems.append((number, problem))
            continue
        seen[unit] = number
        _take(found, number, unit, known[unit], [*cells[1:3], "", ""], reason)
    return found


def _take(found: DeductionList, number: int, unit: str, name: str, cells: list[str], reason: str) -> None:
    typed, why = cells[0], cells[1][:REASON_MAX] or reason
    if not typed:
        found.empty.append(name)
        return
    amount = _amount(typed)
    if amount is None:
        text = Text("“{value}”不是扣分；写 0（看过，不扣分）或 0.5 这样的数，最多两位小数", value=typed[:20])
        found.problems.append((number, text))
    elif amount and not why:
        found.problems.append((number, Text("扣分要写明理由：写在第三列，或写在下面给全部用")))
    else:
        found.rows.append(Deduction(number, unit, name, decimal_text(amount), why))


def _amount(typed: str) -> int | None:
    """Return a typed deduction in hundredths; ``-0.5``, ``扣0.5分`` and ``0.5`` are the same."""
    plain = typed.removeprefix("扣").removesuffix("分").strip().lstrip("-−")
    return hundredths(plain) if _POINTS.fullmatch(plain) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
