"""The workbook of a district to fill in: a sheet a kind, with an example in the note of each column."""

from __future__ import annotations

from typing import BinaryIO

from reminders.colours import PAPER
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import _

from .columns import KINDS

_ROWS_TO_FILL = 3000
_LISTS = {
    "kind": list(UNIT_KINDS.values()),
    "role": ["书记", "考核", "监督", "领导", "管理员"],
    "leader": ["是", "否"],
    "exempt": ["是", "否"],
}


def write_template(file: BinaryIO) -> None:
    """Write the empty workbook to *file* (.xlsx)."""
    import xlsxwriter  # here: a server has no need of it before somebody asks

    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
    cell = book.add_format({**font, "num_format": "@"})
    head = book.add_format({**font, "bold": True, "border": 1, "align": "center", "bg_color": PAPER["head"]})
    required = book.add_format(
        {
            **font,
            "bold": True,
            "border": 1,
            "align": "center",
            "bg_color": PAPER["required"],
            "font_color": PAPER["white"],
        }
    )
    for kind in KINDS:
        sheet = book.add_worksheet(kind.title)
        for place, column in enumerate(kind.columns):
            sheet.set_column(place, place, max(12, 2 * len(column.example) + 2), cell)
            sheet.write_string(0, place, column.header, required if column.required else head)
            said = [column.note] if column.note else []
            if column.example:
                said.append(_("例：{example}").format(example=column.example))
            if said:
                sheet.write_comment(0, place, "\n".join(said), {"x_scale": 1.8, "author": ""})
            if column.key in _LISTS:
                sheet.data_validation(
                    1, place, _ROWS_TO_FILL, place,
                    {"validate": "list", "source": _LISTS[column.key], "error_type": "information"},
                )  # fmt: skip
        sheet.set_row(0, 24)
        sheet.freeze_panes(1, 0)
    book.close()
