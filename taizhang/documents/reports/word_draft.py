"""A Word document being made: A4, Chinese fonts, headings, tables whose header repeats and whose rows stay whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from taizhang.language.i18n import _

SONG, HEI = "宋体", "黑体"
_SMALL = 8
"""Below so many points a table has many columns."""
Row = Sequence[str] | str
"""The cells of a row; a text alone is a tag that stands in a row of its own (docxtpl's ``{%tr … %}``)."""


class WordDraft:
    """Writes one document from top to bottom."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin, section.bottom_margin = Mm(16), Mm(14)
        self.width_mm = 267 if landscape else 180
        style = self.document.styles["Normal"]
        style.font.size = Pt(10.5)
        _set_font(style.element.get_or_add_rPr(), SONG)
        # Where 宋体 is not installed, the language decides whose characters stand in for it.
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        self._number_pages(section.footer.paragraphs[0])
        for name, points, above in (("Title", 17, 0), ("Heading 1", 13, 4), ("Heading 2", 11.5, 4)):
            self._style(name, points, above)

    def bytes(self) -> bytes:
        """Return the document."""
        content = BytesIO()
        self.document.save(content)
        return content.getvalue()

    def line(
        self, text: str, *, size: float = 10.5, bold: bool = False, align: str = "left", before: float = 0
    ) -> None:
        """Write a paragraph; *before* is the space above it in millimetres."""
        paragraph = self.document.add_paragraph()
        _write(paragraph, text, size, bold, align)
        paragraph.paragraph_format.space_before = Mm(before)
        paragraph.paragraph_format.space_after = Pt(3)

    def title(self, text: str) -> None:
        """Write the title."""
        self.document.add_paragraph(text, style="Title")

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading of *level* 1 or 2, as the outline knows it; it stays with what follows."""
        self.document.add_paragraph(text, style=f"Heading {level}")

    def keep_end_together(self) -> None:
        """Let what was written last, of a table its last row, stay on the page of what follows."""
        last = self.document.element.body.xpath("./w:p|./w:tbl")[-1]
        for paragraph in last.xpath("self::w:p|./w:tr[last()]//w:p"):
            Paragraph(paragraph, self.document._body).paragraph_format.keep_with_next = True

    def tag(self, text: str) -> None:
        """Write a tag that takes its paragraph away (docxtpl's ``{%p … %}``)."""
        self.document.add_paragraph(text)

    def page_break(self) -> None:
        """Begin a page."""
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def table(
        self,
        heads: Sequence[str],
        shares: Sequence[float],
        rows: Sequence[Row],
        centred: Sequence[int] = (),
        size: float = 9,
        *,
        whole_rows: bool = True,
    ) -> None:
        """Write a table: *shares* of the page's width, *centred* columns, letters of *size* points.

        *whole_rows*: the end of a page parts no row. Where rows are as high as half a page, that leaves holes.
        """
        table = self.document.add_table(rows=0, cols=len(heads))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if size < _SMALL:
            _narrow_margins(table)
        widths = [Mm(self.width_mm * share / sum(shares)) for share in shares]
        head = _add_row(table, widths, heads, range(len(heads)), size, bold=True)
        head.append(OxmlElement("w:tblHeader"))
        for row in rows:
            if isinstance(row, str):
                table.add_row().cells[0].text = row
            else:
                _add_row(table, widths, row, centred, size, whole=whole_rows)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width

    def _style(self, name: str, points: float, above_mm: float) -> None:
        """Make a style of Word's own look like one of an office: black, 黑体."""
        style = self.document.styles[name]
        style.font.size, style.font.bold = Pt(points), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        properties = style.element.get_or_add_rPr()
        # The theme's fonts would go before those that are named.
        for fonts in properties.findall(qn("w:rFonts")):
            properties.remove(fonts)
        _set_font(properties, HEI)
        layout = style.paragraph_format
        layout.space_before, layout.space_after, layout.keep_with_next = Mm(above_mm), Pt(3), True
        if name == "Title":
            layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for border in style.element.iter(qn("w:pBdr")):
                border.getparent().remove(border)
                break

    @staticmethod
    def _number_pages(paragraph: Any) -> None:
        """Write 第 X 页 共 Y 页."""
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for code in re.split(
            r"(PAGE|NUMPAGES)\b", _("第 {page} 页 共 {pages} 页", page="PAGE", pages="NUMPAGES")
        ):
            is_field = code in ("PAGE", "NUMPAGES")
            run = paragraph.add_run("" if is_field else code)
            run.font.size = Pt(9)
            if is_field:
                for kind, text in (("begin", None), (None, code), ("end", None)):
                    element = OxmlElement("w:instrText" if text else "w:fldChar")
                    if text:
                        element.text = text
                    else:
                        element.set(qn("w:fldCharType"), kind)
                    run._r.append(element)


def _narrow_margins(table: Any) -> None:
    """Leave no more than a third of a millimetre beside the words of a cell: for tables of many columns."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "20")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def _add_row(
    table: Any,
    widths: Sequence[object],
    texts: Sequence[str],
    centred: Sequence[int],
    size: float,
    *,
    bold: bool = False,
    whole: bool = True,
) -> Any:
    row = table.add_row()
    for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[index]
        _write(cell.paragraphs[0], text, size, bold, "center" if index in centred else "left")
        cell.vertical_alignment = 1
    properties = row._tr.get_or_add_trPr()
    if whole:
        properties.append(OxmlElement("w:cantSplit"))
    return properties


def _write(paragraph: Any, text: str, size: float, bold: bool, align: str) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold = bold
    _set_font(run._r.get_or_add_rPr(), HEI if bold else SONG)
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[align]
    paragraph.paragraph_format.space_after = Pt(0)


def _set_font(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(attribute), name)
