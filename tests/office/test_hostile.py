"""Files that are broken, hostile or something else: refused with a clear word, in bounded memory and time."""

import io
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from taizhang.app.errors import FileRefused
from taizhang.entry.workbooks import formats
from taizhang.entry.workbooks import sandbox as cells_process
from taizhang.entry.workbooks.read import read_workbook
from taizhang.evidence import unzip as inflating


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    fill(book)
    book.close()
    return content.getvalue()


def one_cell(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("活动").write(0, 0, "日期")


GOOD = workbook(one_cell)


def with_entry(content: bytes, name: str, data: bytes) -> bytes:
    """Put one more entry into an archive."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def lying_about_its_size(content: bytes, name: str, data: bytes) -> bytes:
    """The same, but both headers of the entry say that it is a hundred bytes long."""
    packed = bytearray(with_entry(content, name, data))
    size = struct.pack("<I", len(data))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = packed.rfind(name.encode()) if signature == b"PK\x01\x02" else packed.find(name.encode())
        header = packed.rfind(signature, 0, start)
        assert packed[header + place : header + place + 4] == size
        packed[header + place : header + place + 4] = struct.pack("<I", 100)
    return bytes(packed)


def refusal(content: bytes, name: str = "x.xlsx") -> str:
    with pytest.raises(FileRefused) as refused:
        read_workbook(content, name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"PK\x03\x04" + bytes(200), "损坏"),
        (GOOD[: len(GOOD) // 2], "损坏"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xef\xbb\xbf  <html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"MIME-Version: 1.0\r\n", "网页"),
        (bytes(range(256)) * 20, "不认识"),
        (b"\xff\xfe\xff\xff" * 100, "不认识"),
    ],
)
def test_what_is_no_workbook(content: bytes, told: str) -> None:
    assert told in refusal(content)


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(name, "<x/>")
    return file.getvalue()


def test_a_word_document_under_another_name() -> None:
    from docx import Document

    file = io.BytesIO()
    Document().save(file)
    assert "Word" in refusal(file.getvalue(), "活动.xlsx")
    assert "演示" in refusal(archive("ppt/presentation.xml"))
    assert "压缩包" in refusal(archive("photos/1.jpg"))


def test_a_password(tmp_path: Path) -> None:
    # An encrypted .xlsx is an OLE file with these two streams ([MS-OFFCRYPTO] 2.3.4).
    names = "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")
    assert "密码" in refusal(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + names + bytes(600))


def test_a_zip_bomb_is_seen_before_anybody_unpacks_it() -> None:
    bomb = with_entry(GOOD, "xl/media/x.bin", bytes(cells_process.INFLATED_BYTES_MAX))
    assert len(bomb) < 1_000_000
    assert "解开后超过" in refusal(bomb)
    assert "解开后超过" in refusal(
        lying_about_its_size(GOOD, "xl/media/x.bin", bytes(cells_process.INFLATED_BYTES_MAX))
    )


def test_thousands_of_entries() -> None:
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as opened:
        for number in range(inflating.ENTRIES_MAX + 1):
            opened.writestr(f"xl/{number}", b"")
    assert "解开后超过" in refusal(file.getvalue())


def test_a_broken_stream_inside() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("xl/workbook.xml", b"not xml" * 10)
    assert "损坏" in refusal(file.getvalue())
    packed = bytearray(with_entry(GOOD, "xl/media/x.bin", zlib.compress(bytes(range(256)) * 50)))
    place = packed.find(b"xl/media/x.bin") + len("xl/media/x.bin")
    packed[place : place + 8] = b"\xff" * 8
    assert "损坏" in refusal(bytes(packed))


def test_a_cell_in_the_last_corner_does_not_take_the_memory() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "日期")
        sheet.write(1_048_575, 16_383, "x")

    assert "大得不正常" in refusal(workbook(fill))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < cells_process.BOUNDS.memory_bytes // 1024


def shared_text(length: int, sheets: int, rows: int) -> bytes:
    """A workbook whose cells all say the same long text, which is in the file once."""

    def fill(book: xlsxwriter.Workbook) -> None:
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for row in range(rows):
                sheet.write_string(row, 0, "PLACE")

    file = io.BytesIO()
    plain = zipfile.ZipFile(io.BytesIO(workbook(fill)))
    with plain, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in plain.namelist():
            made.writestr(name, plain.read(name).replace(b"PLACE", b"x" * length))
    return file.getvalue()


def memory(what: str) -> int:
    """Return a figure of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(what)


@pytest.mark.parametrize(
    ("length", "told"),
    [(1 << 20, "第 1 行第 1 列的文字超过 32767 个字符"), (cells_process.CELL_CHARACTERS_MAX, "大得不正常")],
)
def test_one_long_text_in_thousands_of_cells_does_not_take_the_servers_memory(length: int, told: str) -> None:
    """35 KB took the server from 0.9 to 7 GB: the reader was bounded, what it gave back was not."""
    bomb = shared_text(length, sheets=55, rows=60)
    assert len(bomb) < 400_000
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    assert told in refusal(bomb)
    assert memory("VmHWM") - before < 3 * cells_process.BOUNDS.output_bytes


def test_cells_and_merged_rows_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def many(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row in range(10):
            sheet.write_row(row, 0, [1] * 10)

    def tall(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for column in range(10):
            sheet.merge_range(1, column, 100, column, "x")

    # In this process, with smaller bounds than the worker's.
    monkeypatch.setattr(cells_process, "CELLS_MAX", 99)
    monkeypatch.setattr(cells_process, "MERGED_ROWS_MAX", 989)
    assert list(cells_process.cells(workbook(many)))[-1] == b'{"refused":"cells"}\n'
    assert list(cells_process.cells(workbook(tall)))[-1] == b'{"refused":"merged"}\n'
    monkeypatch.undo()
    csv_row = b",".join([b"1"] * 1000) + b"\n"
    assert "格子超过" in refusal(csv_row * (cells_process.CELLS_MAX // 1000 + 1))
    assert "第 2 行第 1 列的文字" in refusal(b"a\n" + b"x" * 40_000, "活动")


def test_a_million_empty_rows_are_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("活动")
        colour = book.add_format({"bg_color": "#eeeeee"})
        sheet.write_row(0, 0, ["日期", "类型", "主题"])
        sheet.write_row(1, 0, ["3月1日", "党课", "开讲"])
        sheet.set_column(0, 16_383, 10, colour)
        sheet.write_blank(1_048_575, 0, None, colour)

    (grid,) = read_workbook(workbook(fill)).grids
    assert [grid.number(place) for place in range(len(grid.rows))] == [1, 2]


def test_too_many_rows_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row in range(cells_process.ROWS_MAX + 1):
            sheet.write_number(row, 0, row)

    assert str(cells_process.ROWS_MAX) in refusal(workbook(fill))
    assert str(cells_process.ROWS_MAX) in refusal(b"1\n" * (cells_process.ROWS_MAX + 1), "x.csv")


def test_a_file_that_is_too_big_is_not_looked_into() -> None:
    assert "太大" in refusal(b"PK\x03\x04" + bytes(formats.FILE_BYTES_MAX))


def test_macros_and_links_are_harmless_and_told() -> None:
    content = with_entry(GOOD, "xl/vbaProject.bin", b"Sub Auto_Open()")
    content = with_entry(content, "xl/externalLinks/externalLink1.xml", b"<x/>")
    book = read_workbook(content)
    assert [note.message[:5] for note in book.notes] == ["工作簿带有", "工作簿链接"]
    assert book.grids[0].rows == [["日期"]]


def test_entities_are_not_expanded() -> None:
    file = io.BytesIO()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><sst><si><t>&l11;</t></si></sst>'
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(file, "w") as opened:
        for name in good.namelist():
            opened.writestr(name, bomb if name == "xl/sharedStrings.xml" else good.read(name))
    assert "损坏" in refusal(file.getvalue())


def test_hidden_sheets_are_left_out_and_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("看得见").write(0, 0, "a")
        hidden = book.add_worksheet("看不见")
        hidden.write(0, 0, "b")
        hidden.hide()

    book = read_workbook(workbook(fill))
    assert [grid.name for grid in book.grids] == ["看得见"]
    assert "1 张隐藏" in str(book.notes[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_csv_in_the_encodings_of_chinese_offices(encoding: str, mark: str) -> None:
    content = f"日期{mark}类型\r\n3月1日{mark}党课\r\n".encode(encoding)
    (grid,) = read_workbook(content, "活动").grids
    assert (grid.name, grid.rows) == ("活动", [["日期", "类型"], ["3月1日", "党课"]])


def test_a_merged_day_is_that_of_every_row() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "2017年活动")
        sheet.write_row(1, 0, ["日期", "类型", "主题"])
        sheet.merge_range(2, 0, 4, 0, "3月1日")
        for row in (2, 3, 4):
            sheet.write_row(row, 1, ["党课", f"第{row}讲"])
        sheet.write_row(5, 1, ["党课", "没有日期"])

    (grid,) = read_workbook(workbook(fill)).grids
    assert [row[0] for row in grid.rows] == ["2017年活动", "日期", "3月1日", "3月1日", "3月1日", None]
