"""Reports as Word documents: the report's own template, or an operator's of the same name, filled by docxtpl.

The templates as they come are made by `word_templates`; they can be written out, changed in Word and put into the
operator's folder. Values are escaped; a missing one is an error.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Length
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined

from taizhang.documents.reports.dates import long_day
from taizhang.documents.reports.own_templates import Sandbox, faults_named
from taizhang.documents.reports.word_templates import template_of
from taizhang.language.i18n import _, spoken

_BLOCKS_MAX = 20


def render_docx(kind: str, report: object, templates: Path | None = None) -> bytes:
    """Return the Word document of a report of *kind*; templates in the folder *templates* go first.

    Raises FileRefused for a fault in one of these.
    """
    with faults_named(templates, f"{kind}.docx"):
        document = DocxTemplate(BytesIO(_template(kind, templates, spoken())))
        document.render({"report": report}, jinja_env=_environment(), autoescape=True)
    for table in document.docx.tables:
        _fit(table)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _fit(table: Any) -> None:
    """Let a table whose columns were repeated be as wide as it was drawn, each column by what its head asks for."""
    # From the elements themselves: python-docx looks for a cell anew at every place, which takes minutes here.
    rows, columns = table._tbl.tr_lst, table._tbl.tblGrid.gridCol_lst
    asked = [cell.width or 0 for cell in rows[0].tc_lst]
    drawn = sum(column.w or 0 for column in columns)
    if not asked or len(asked) != len(columns) or abs(sum(asked) - drawn) * 100 < drawn:
        return
    widths = [Length(round(each * drawn / sum(asked))) for each in asked]
    for column, width in zip(columns, widths, strict=True):
        column.w = width
    for row in rows:
        if len(row.tc_lst) == len(widths):
            for cell, width in zip(row.tc_lst, widths, strict=True):
                cell.width = width


def _template(kind: str, templates: Path | None, language: str) -> bytes:
    own = (templates / f"{kind}.docx").resolve() if templates is not None else None
    if own is None or templates is None or not own.is_relative_to(templates.resolve()) or not own.exists():
        return _as_it_comes(kind, language)
    return own.read_bytes()


@cache
def _as_it_comes(kind: str, _language: str) -> bytes:
    return template_of(kind)


def _environment() -> Sandbox:
    made = Sandbox(undefined=StrictUndefined, autoescape=True)
    made.globals["_"] = _
    made.filters |= {"long_day": long_day, "blocks": blocks}
    return made


def blocks(value: int, most: int) -> str:
    """Return a bar of blocks for *value*, twenty of them for *most*."""
    return "█" * max(1, round(value * _BLOCKS_MAX / most)) if value and most else ""
