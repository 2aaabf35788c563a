"""A row that may say what is recorded already, as a school reads it: the other row or record in words, not by codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from ledger.problem import Problem
from ledger.text import Text
from rubric.catalog import RubricCatalog
from rubric.codes_used import Family
from taizhang.entry.sheets import RowProblem, Step


def double_of(
    warning: Problem, steps: Sequence[Step], subjects: Mapping[str, str], shelf: RubricCatalog
) -> RowProblem:
    """Return the ledger's *warning* of a probable double among *steps*, by the names of *subjects*."""
    row = steps[warning.line or 0].row
    said = warning.text.values
    if "code" not in said:
        return RowProblem(row.sheet, row.row, "", warning.text)
    rows = {step.event["id"]: step.row.row for step in steps}
    values = {
        "day": said["day"],
        "subject": subjects.get(str(said["subject"])) or said["subject"],
        "kind": _kind(shelf, str(said["code"])),
    }
    other = rows.get(str(said["other"]))
    if other is not None:
        text = Text(
            "可能重复：第 {row} 行也是 {day} {subject}的“{kind}”；是同一件事就只留一行", row=other, **values
        )
    else:
        text = Text("可能重复：{day} {subject}的“{kind}”已经记过；是同一件事就不用再记这一行", **values)
    return RowProblem(row.sheet, row.row, "", text)


def _kind(shelf: RubricCatalog, code: str) -> str:
    names = (shelf.code_name(family, code) for family in get_args(Family))
    return next((name for name in names if name != code), code)
