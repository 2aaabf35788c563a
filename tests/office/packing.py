"""Workbooks written by hand, part by part: what offices' other programs write and no library of ours does."""

import io
import zipfile
from collections.abc import Sequence
from struct import pack

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = ("日期", "类型", "主题", "学时")


def text(words: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<row{attributes}>{''.join(each if each.startswith('<') else text(each) for each in cells)}</row>"


def sheet(*rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{row(*HEADER)}{"".join(rows)}</sheetData></worksheet>'


def xlsx(*sheets: str, properties: str = "", hidden: Sequence[int] = (), slash: str = "/") -> bytes:
    """A workbook of *sheets* named 活动记录, 活动记录2 …; those at the places *hidden* are hidden."""
    numbers = range(1, len(sheets) + 1)
    states = {place + 1: ' state="hidden"' for place in hidden}
    listed = "".join(
        f'<sheet name="活动记录{number if number > 1 else ""}" sheetId="{number}" r:id="r{number}"'
        f"{states.get(number, '')}/>"
        for number in numbers
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="worksheets{slash}sheet{number}.xml"/>'
        for number in numbers
    )
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{office}.worksheet+xml"/>'
        for number in numbers
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r0" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships"
        f' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        **{f"xl/worksheets/sheet{number}.xml": each for number, each in zip(numbers, sheets, strict=True)},
    }
    return packed(parts, slash)


def ods(*rows: str) -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="活动记录">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def packed(parts: dict[str, str], slash: str = "/") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name.replace("/", slash)), part)
    return file.getvalue()


def xlsb(*rows: Sequence[str | int]) -> bytes:
    """Return a binary workbook with one sheet 活动记录: texts, and error values by their codes ([MS-XLSB] 2.5.97.2)."""
    book = _record(131) + _record(143) + _record(156, pack("<II", 0, 1) + _wide("rId1") + _wide("活动记录"))
    book += _record(144) + _record(132)
    size = pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    part = _record(129) + _record(148, size) + _record(145)
    for number, cells in enumerate(rows):
        part += _record(0, pack("<I", number) + bytes(21))
        for column, cell in enumerate(cells):
            place = pack("<II", column, 0)
            part += (
                _record(3, place + bytes([cell]))
                if isinstance(cell, int)
                else _record(6, place + _wide(cell))
            )
    part += _record(146) + _record(130)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/worksheets/sheet1.bin", part)
    return packed.getvalue()


def _record(kind: int, data: bytes = b"") -> bytes:
    return _number(kind) + _number(len(data)) + data


def _number(value: int) -> bytes:
    """Seven bits a byte, the last without its mark."""
    said = b""
    while value > 0x7F:
        said, value = said + bytes([value & 0x7F | 0x80]), value >> 7
    return said + bytes([value])


def _wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")
