"""The tables of a Word document (.docx), each told as a sheet. Part of the job that reads workbooks: see `sandbox`.

Only the document's own text is parsed: no entity is resolved, nothing is fetched, a table inside a cell is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MAIN = re.compile(r"word/document\d*\.xml", re.ASCII)
_NAME_CHARACTERS_MAX = 40

Row = list[str | None]


def main_part(names: list[str]) -> str | None:
    """Return the name of the document's text among an archive's *names*; None where it is no Word document."""
    return next((name for name in names if _MAIN.fullmatch(name)), None)


def tables(content: bytes, part: str) -> Iterator[tuple[str, list[list[int]], list[Row]]]:
    """Yield each table of the document *part*: what stands above it, its merged cells, its rows.

    A cell over several columns stands in the first of them. Merged cells are [top, left, bottom, right], from 0.
    """
    with ZipFile(BytesIO(content)) as archive:
        text = archive.read(part).replace(_STRICT.encode(), _W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    body = etree.fromstring(text, parser).find(f"{_W}body")
    above = ""
    for block in _blocks(body) if body is not None else ():
        if block.tag == f"{_W}p":
            above = _text(block).strip() or above
        else:
            yield " ".join(above.split())[:_NAME_CHARACTERS_MAX], *_table(block)
            above = ""


def _blocks(body: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables in order, those in content controls included."""
    for block in body:
        if block.tag in (f"{_W}p", f"{_W}tbl"):
            yield block
        elif block.tag == f"{_W}sdt" and (inner := block.find(f"{_W}sdtContent")) is not None:
            yield from _blocks(inner)


def _table(table: Any) -> tuple[list[list[int]], list[Row]]:
    rows: list[Row] = []
    merged: list[list[int]] = []
    open_at: dict[int, list[int]] = {}
    for number, row in enumerate(table.iterfind(f"{_W}tr")):
        cells: Row = [None] * _number(row, "w:trPr/w:gridBefore", 0)
        still: dict[int, list[int]] = {}
        for cell in row.iterfind(f"{_W}tc"):
            left, width = len(cells), _number(cell, "w:tcPr/w:gridSpan", 1)
            down = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = down is not None and down.get(f"{_W}val", "continue") == "continue"
            if goes_on and left in open_at:
                still[left] = open_at[left]
                still[left][2] = number
            elif down is not None and not goes_on:
                still[left] = [number, left, number, left + width - 1]
                merged.append(still[left])
            said = "" if goes_on else "\n".join(_text(each) for each in cell.iterfind(f"{_W}p")).strip()
            cells += [said or None, *[None] * (width - 1)]
        open_at = still
        rows.append(cells)
    return [each for each in merged if each[2] > each[0]], rows


def _number(element: Any, path: str, otherwise: int) -> int:
    found = element.find(path.replace("w:", _W))
    said = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(said), 200) if said.isascii() and said.isdigit() else otherwise


def _text(paragraph: Any) -> str:
    parts = {f"{_W}t": None, f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    return "".join(
        (run.text or "") if parts[run.tag] is None else str(parts[run.tag])
        for run in paragraph.iter(*parts)
        if run.getparent().tag == f"{_W}r"
    )
