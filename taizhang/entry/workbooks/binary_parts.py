"""The binary records of a workbook (.xls, .xlsb): error values, which the reader of cells gives as empty cells.

Runs in the process of `sandbox`, within its bounds, and imports nothing of ours. [MS-XLS] 2.4.20, 2.4.28, 2.4.127 and
[MS-XLSB] 2.1.4, 2.4.307, 2.4.675 say what the records are. A part that is none yields nothing: the reader of cells says
what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from struct import unpack_from
from xml.etree import ElementTree as ET
from zipfile import ZipFile

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
ERRORS_MAX = 100_000
"""So many are taken of one workbook."""
Errors = dict[str, dict[tuple[int, int], str]]
"""By sheet, then by row and column, both from 0."""

_BOF, _BOUNDSHEET, _FORMULA, _BOOLERR, _FILEPASS = 0x0809, 0x0085, 0x0006, 0x0205, 0x002F
_BUNDLE_SHEET, _ROW, _CELL_ERROR, _FORMULA_ERROR = 156, 0, 3, 11


def errors_of(content: bytes) -> Errors:
    """Return the error values in *content*; nothing for a workbook of another form, or a broken one."""
    try:
        return _xlsb(content) if content.startswith(b"PK") else _xls(content)
    except (MemoryError, ImportError):
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file makes of it, the reader of cells says what is wrong
        return {}


def _xls(content: bytes) -> Errors:
    import olefile

    with olefile.OleFileIO(BytesIO(content)) as package:
        if not package.exists("Workbook"):
            return {}  # of the years before 1997
        stream = package.openstream("Workbook").read()
    names: dict[int, str] = {}
    found: Errors = {}
    sheet: dict[tuple[int, int], str] = {}
    left = ERRORS_MAX
    for begin, kind, data in _xls_records(stream):
        if kind == _FILEPASS:
            return {}
        if kind == _BOUNDSHEET:
            names[unpack_from("<I", data)[0]] = _short_text(data, 6)
        elif kind == _BOF and begin in names:
            sheet = found.setdefault(names[begin], {})
        elif kind in (_BOOLERR, _FORMULA) and left:
            code = data[6] if kind == _BOOLERR and data[7] else None
            if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
                code = data[8]
            if code is not None:
                sheet[unpack_from("<HH", data)] = ERRORS.get(code, "#N/A")
                left -= 1
    return found


def _xls_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where each record begins, its kind and its data."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        if not kind and not length:
            return
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _short_text(data: bytes, place: int) -> str:
    length, wide = data[place], data[place + 1] & 1
    raw = data[place + 2 : place + 2 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1")


def _xlsb(content: bytes) -> Errors:
    with ZipFile(BytesIO(content)) as archive:
        names = {each.replace("\\", "/").lstrip("/"): each for each in archive.namelist()}
        if "xl/workbook.bin" not in names:
            return {}
        relations = ET.fromstring(archive.read(names["xl/_rels/workbook.bin.rels"]))  # noqa: S314 (expat has bounds)
        targets = {each.get("Id", ""): normpath(join("xl", each.get("Target", ""))) for each in relations}
        found: Errors = {}
        left = ERRORS_MAX
        for kind, data in _xlsb_records(archive.read(names["xl/workbook.bin"])):
            if kind != _BUNDLE_SHEET:
                continue
            relation, place = _text(data, 8)
            name, _ = _text(data, place)
            part = targets.get(relation, "").lstrip("/")
            if part in names:
                found[name] = dict(_of_part(archive.read(names[part]), left))
                left -= len(found[name])
    return found


def _of_part(part: bytes, most: int) -> Iterator[tuple[tuple[int, int], str]]:
    row = 0
    for kind, data in _xlsb_records(part):
        if kind == _ROW:
            (row,) = unpack_from("<I", data)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR) and most > 0:
            most -= 1
            yield (row, unpack_from("<I", data)[0]), ERRORS.get(data[8], "#N/A")


def _xlsb_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind of each record and its data."""
    place = 0
    while place < len(part):
        kind, place = _number(part, place, 2)
        length, place = _number(part, place, 4)
        yield kind, part[place : place + length]
        place += length


def _number(part: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of up to *most* bytes, seven bits in each, and the place behind it."""
    value = 0
    for count in range(most):
        byte = part[place]
        place += 1
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            break
    return value, place


def _text(data: bytes, place: int) -> tuple[str, int]:
    """Return a wide string, and the place behind it."""
    (length,) = unpack_from("<I", data, place)
    end = place + 4 + (0 if length == 0xFFFFFFFF else 2 * length)
    return data[place + 4 : end].decode("utf-16-le"), end
