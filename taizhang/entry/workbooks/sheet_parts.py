"""The XML of a workbook (.xlsx, .ods) before its cells are read: what the reader of cells would drop or stumble over.

Runs in the process of `cells_process`, within its bounds, and imports nothing of ours. Names with backslashes are made
plain; error values become text: the reader takes some for empty cells (#DIV/0!) and fails at others (#SPILL!). A
formula whose value was never saved says so instead of being empty. Hidden rows, the merged cells of an .ods and the
zero day of the dates are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

UNSAVED_FORMULA = "#公式没有保存的值!"
"""Stands in a cell whose formula was written by a program that does not calculate."""
RANGES_MAX = 20_000
_RELATIONS = "xl/_rels/workbook.xml.rels"
_READ = (".xml", ".rels", ".bin")
_DRAWINGS = ("xl/media/", "xl/drawings/", "xl/charts/", "xl/externalLinks/", "Pictures/", "Thumbnails/")

_TAG = re.compile(rb"<(/?)((?:[\w.-]+:)?)(c|f|v)((?:\s[^<>]*)?)>")
_TYPE = re.compile(rb"""(\st\s*=\s*)(["'])(\w*)\2""")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row((?:[\s/][^<>]*)?)>")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")
_ODS_ERROR = re.compile(rb"""<table:table-cell\s[^<>]*calcext:value-type="error"[^<>]*>""")
_ODS_TEXT = re.compile(rb"""\soffice:string-value="[^"]*\"""")


@dataclass
class SheetFacts:
    """What the reader of cells does not tell of one sheet; places count from 0, both ends included."""

    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""


@dataclass
class Package:
    """A workbook as it is handed to the reader of cells."""

    content: bytes
    dates_from_1904: bool = False
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    """By name; a format that is not looked into has none."""


def prepared(content: bytes) -> Package:
    """Return the workbook in *content*, whatever its format, ready for the reader of cells."""
    if not content.startswith(b"PK"):
        return Package(content)
    try:
        archive = ZipFile(BytesIO(content))
    except BadZipFile:
        return Package(content)
    with archive:
        names = {plain_entry(entry.filename): entry for entry in archive.infolist()}
        package = Package(content)
        changed: dict[str, bytes] = {}
        if "xl/workbook.xml" in names:
            _excel(package, archive, names, changed)
        elif "content.xml" in names:
            _open_document(package, archive.read(names["content.xml"]), changed)
        if changed or any(name != entry.filename for name, entry in names.items()):
            package.content = _packed_anew(archive, names, changed)
    return package


def plain_entry(name: str) -> str:
    """Return an archive's entry by its right name: some programs write xl\\workbook.xml or /xl/workbook.xml."""
    return name.replace("\\", "/").lstrip("/")


def _packed_anew(archive: ZipFile, names: dict[str, Any], changed: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as anew:
        for name, entry in names.items():
            if name == "mimetype" or (name.endswith(_READ) and not name.startswith(_DRAWINGS)):
                anew.writestr(name, changed.get(name) or archive.read(entry))
    return packed.getvalue()


def _excel(package: Package, archive: ZipFile, names: dict[str, Any], changed: dict[str, bytes]) -> None:
    book = _parsed(archive.read(names["xl/workbook.xml"]))
    properties = next(_named(book, "workbookPr"), None)
    package.dates_from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    relations = archive.read(names[_RELATIONS]) if _RELATIONS in names else b"<none/>"
    if b"\\" in relations:
        relations = changed[_RELATIONS] = relations.replace(b"\\", b"/")
    targets = {
        each.get("Id", ""): plain_entry(normpath(join("xl", each.get("Target", ""))))
        for each in _named(_parsed(relations), "Relationship")
    }
    for sheet in _named(book, "sheet"):
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        part = targets.get(relation, "")
        if part not in names or sheet.get("state", "visible") != "visible":
            continue
        xml = archive.read(names[part])
        package.sheets[sheet.get("name", "")] = SheetFacts(list(_ranges(_hidden_rows(xml))))
        mended = b"".join(_mended(xml))
        if mended != xml:
            changed[part] = mended


def _parsed(xml: bytes) -> ET.Element:
    # Expat refuses entities that grow too far (since 2.4.1), and the process has its bounds besides.
    return ET.fromstring(xml)  # noqa: S314


def _named(tree: ET.Element, name: str) -> Iterator[ET.Element]:
    return (each for each in tree.iter() if each.tag.rpartition("}")[2] == name)


def _hidden_rows(xml: bytes) -> Iterator[int]:
    """Yield the places of rows that are hidden or filtered away."""
    place = -1
    for row in _ROW.finditer(xml):
        number = _NUMBER.search(row[1])
        place = int(number[1]) - 1 if number is not None else place + 1
        if _HIDDEN.search(row[1]) is not None:
            yield place


def _ranges(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    count = 0
    for place in places:
        if place != last + 1:
            if first >= 0:
                yield first, last
                count += 1
            first = place
        last = place
        if count >= RANGES_MAX:
            return
    if first >= 0:
        yield first, last


def _mended(xml: bytes) -> Iterator[bytes]:
    """Yield the sheet with its errors and its formulas without a value as text."""
    if b"<f" not in xml and b":f" not in xml and b'"e"' not in xml and b"'e'" not in xml:
        yield xml
        return
    done = 0
    cell: re.Match[bytes] | None = None
    has_formula, value_from, value = False, -1, b""
    for tag in _TAG.finditer(xml):
        closing, name = bool(tag[1]), tag[3]
        empty = tag[4].endswith(b"/")
        if name == b"c" and not closing:
            cell = None if empty else tag
            has_formula, value_from, value = False, -1, b""
        elif cell is None:
            continue
        elif name == b"f":
            has_formula = True
        elif name == b"v" and not closing:
            value_from = tag.end()
        elif name == b"v":
            value = xml[value_from : tag.start()].strip()
        elif (text := _instead(cell, has_formula, value_from >= 0, value)) is not None:
            prefix = cell[2]
            yield xml[done : cell.start()]
            yield b"<%bc%b>" % (prefix, _as_text(cell[4]))
            yield b"<%bv>%b</%bv></%bc>" % (prefix, text, prefix, prefix)
            done, cell = tag.end(), None
        else:
            cell = None
    yield xml[done:]


def _instead(cell: re.Match[bytes], has_formula: bool, has_value: bool, value: bytes) -> bytes | None:
    """Return the text that a cell is to hold, None where it stays as it is."""
    found = _TYPE.search(cell[4])
    kind = found[3] if found is not None else b"n"
    if kind == b"e":
        return value or b"#N/A"
    # A formula may well say nothing: then Excel writes a text, and it is empty.
    if has_formula and not value and not (has_value and kind == b"str"):
        return UNSAVED_FORMULA.encode()
    return None


def _as_text(attributes: bytes) -> bytes:
    if _TYPE.search(attributes) is None:
        return attributes + b' t="str"'
    return _TYPE.sub(rb'\g<1>"str"', attributes)


def _open_document(package: Package, xml: bytes, changed: dict[str, bytes]) -> None:
    mended = _ODS_ERROR.sub(lambda cell: _ODS_TEXT.sub(b"", cell[0]), xml)
    if mended != xml:
        # The error itself stands in the cell's text, which the reader passes over for an empty value.
        changed["content.xml"] = mended
    if b"rows-spanned" in xml or b"table:visibility" in xml:
        _Tables(package.sheets).parser().Parse(xml, True)


class _Tables:
    """Follows the tables of an OpenDocument: which cells are merged, which rows are hidden."""

    def __init__(self, sheets: dict[str, SheetFacts]) -> None:
        self._sheets = sheets
        self._facts = SheetFacts()
        self._row = self._column = self._rows = self._depth = 0

    def parser(self) -> Any:
        """Return a parser that tells this object what it sees."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._facts = self._sheets.setdefault(attributes.get("table:name", ""), SheetFacts())
                self._row = 0
        elif self._depth != 1:
            return
        elif name == "table:table-row":
            self._rows = _count(attributes.get("table:number-rows-repeated"))
            self._column = 0
            hidden = attributes.get("table:visibility") in ("collapse", "filter")
            if hidden and len(self._facts.hidden_rows) < RANGES_MAX:
                self._facts.hidden_rows.append((self._row, self._row + self._rows - 1))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            down = _count(attributes.get("table:number-rows-spanned"))
            across = _count(attributes.get("table:number-columns-spanned"))
            if (down > 1 or across > 1) and len(self._facts.merged) < RANGES_MAX:
                last = (self._row + down - 1, self._column + across - 1)
                self._facts.merged.append((self._row, self._column, *last))
            self._column += _count(attributes.get("table:number-columns-repeated"))

    def _end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name == "table:table-row" and self._depth == 1:
            self._row += self._rows


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
