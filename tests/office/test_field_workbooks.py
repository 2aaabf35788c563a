"""Workbooks as other programs write them: no cell, row, sheet or mark is dropped without a word."""

import csv
import io
import random
from pathlib import Path

import pytest

from taizhang.entry.parsing import cells
from taizhang.entry.parsing.hours import read_hours
from taizhang.entry.sheets.delimited import table_of
from taizhang.entry.workbooks.binary_parts import errors_of
from taizhang.entry.workbooks.read import read_workbook
from taizhang.entry.workbooks.sheet_parts import UNSAVED_FORMULA, prepared

from .packing import ods, row, sheet, xlsb, xlsx

ERRORS = (
    "#CALC!",
    "#SPILL!",
    "#BUSY!",
    "#FIELD!",
    "#GETTING_DATA",
    "#BLOCKED!",
    "#CONNECT!",
    "#PYTHON!",
    "#NEW!",
)


def cells_of(content: bytes) -> list[list[object]]:
    (grid,) = read_workbook(content).grids
    return [list(each) for each in grid.rows]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_other_cells_are_read_whatever_the_error(prefix: str) -> None:
    wrong = [row("2017-03-05", "党课", "甲", f"<c r='D{place}' t='e'><v>{error}</v></c>") for place, error in
             enumerate(ERRORS, 2)]  # fmt: skip
    plain = sheet(*wrong, row("2017-03-06", "党课", "乙", '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'))
    if prefix:
        plain = plain.replace("</", f"</{prefix}").replace("<", f"<{prefix}").replace(f"<{prefix}/", "</")
        plain = plain.replace("xmlns=", "xmlns:x=").replace(f"</{prefix}{prefix}", f"</{prefix}")
    read = cells_of(xlsx(plain))
    assert [each[3] for each in read[1:]] == [*ERRORS, "#DIV/0!"]
    assert {each[1] for each in read[1:]} == {"党课"}


@pytest.mark.parametrize("error", [*ERRORS[:-1], "#REF!", "#N/A", "#NAME?", "Err:502"])
def test_a_needed_cell_says_that_its_formula_is_wrong(error: str) -> None:
    with pytest.raises(cells.Unreadable, match="公式出错"):
        cells.written(error)


def test_a_hidden_sheet_is_not_looked_into() -> None:
    hidden = sheet(row('<c t="e"><v>#SPILL!</v></c>')).replace("<sheetData>", "<sheetData><broken")
    book = read_workbook(xlsx(sheet(row("2017-03-05", "党课", "甲", "2")), hidden, hidden=[1]))
    assert [grid.name for grid in book.grids] == ["活动记录"]
    assert [str(note) for note in book.notes] == ["有 1 张隐藏的工作表没有读取：活动记录2"]
    assert book.unread == 0


def test_a_sheet_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    broken = sheet(row("<c t='s'><v>99</v></c>"))
    book = read_workbook(xlsx(sheet(row("2017-03-05", "党课", "甲", "2")), broken))
    assert [grid.name for grid in book.grids] == ["活动记录"]
    assert "“活动记录2”这张表读不出来" in str(book.notes[0])
    assert book.unread == 1


@pytest.mark.parametrize(
    ("cell", "reads"),
    [
        ("<c><f>1+1</f></c>", UNSAVED_FORMULA),
        ("<c><f>1+1</f><v></v></c>", UNSAVED_FORMULA),
        ("<c><f>1+1</f><v/></c>", UNSAVED_FORMULA),
        ('<c r="D2" t="n"><f>1+1</f></c>', UNSAVED_FORMULA),
        ('<c t="str"><f>A1</f></c>', UNSAVED_FORMULA),
        ('<c><f t="shared" si="0"/></c>', UNSAVED_FORMULA),
        ('<c t="str"><f>""</f><v></v></c>', None),
        ("<c><f>1+1</f><v>2</v></c>", 2.0),
        ('<c t="str"><f>A1</f><v>甲</v></c>', "甲"),
        ('<c t="e"><f>A1#</f><v>#SPILL!</v></c>', "#SPILL!"),
        ('<c s="0"/>', None),
    ],
)
def test_a_formula_without_a_saved_value(cell: str, reads: object) -> None:
    assert cells_of(xlsx(sheet(row("2017-03-05", "党课", "甲", cell, "后"))))[1][3:] == [reads, "后"]


def test_what_is_asked_of_a_formula_without_value() -> None:
    assert cells.UNSAVED_FORMULA == UNSAVED_FORMULA
    with pytest.raises(cells.Unreadable, match="打开并保存"):
        read_hours(UNSAVED_FORMULA)


def test_hidden_and_filtered_rows_are_told() -> None:
    rows = [row("2017-03-05", "党课", str(number), "1", attributes=' hidden="1"' if number % 2 else "")
            for number in range(4)]  # fmt: skip
    book = read_workbook(xlsx(sheet(*rows)))
    assert book.grids[0].hidden == {3, 5}
    assert len(book.grids[0].rows) == 5
    assert "有 2 行是隐藏的或筛选掉的（第 3、5 行）" in str(book.notes[0])


def test_names_with_backslashes() -> None:
    content = xlsx(sheet(row("2017-03-05", "党课", "甲", "2")), slash="\\")
    assert cells_of(content)[1] == ["2017-03-05", "党课", "甲", "2"]


def test_what_needs_no_mending_is_handed_on_as_it_is() -> None:
    content = xlsx(sheet(row("2017-03-05", "党课", "甲", "<c><v>2</v></c>")))
    assert prepared(content).content is content
    assert prepared(b"PK broken").content == b"PK broken"
    assert prepared(b"\xd0\xcf").content == b"\xd0\xcf"


def cell(words: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{words}</text:p></table:table-cell>'


def table_row(*cells_: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells_)}</table:table-row>"


COVERED = "<table:covered-table-cell/>"


def test_merged_cells_of_an_open_document() -> None:
    book = read_workbook(
        ods(
            table_row(cell("三会一课台账", ' table:number-columns-spanned="4"'), COVERED * 3),
            table_row(*map(cell, ("日期", "类型", "主题", "参加人员"))),
            table_row(
                cell("3月5日"), cell("党课"), cell("甲"), cell("全体", ' table:number-rows-spanned="3"')
            ),
            table_row(cell("3月6日"), cell("党课"), cell("乙"), COVERED),
            table_row(
                cell("3月7日"), cell("党课"), cell("丙"), COVERED, attributes=' table:visibility="filter"'
            ),
            table_row(cell("3月8日"), cell("党课"), cell("丁"), "<table:table-cell/>"),
        )
    )
    assert [each[3] for each in book.grids[0].rows[2:]] == ["全体", "全体", "全体", None]
    assert book.grids[0].hidden == {5}


def test_an_error_of_an_open_document() -> None:
    wrong = cell("#DIV/0!", ' office:string-value="" calcext:value-type="error"')
    assert cells_of(ods(table_row(cell("日期"), cell("学时")), table_row(cell("3月5日"), wrong)))[1] == [
        "3月5日",
        "#DIV/0!",
    ]


def test_a_row_as_long_as_the_reader_goes_and_longer() -> None:
    short, long = sheet(row(*["x"] * 200)), sheet(row(*["x"] * 201))
    assert read_workbook(xlsx(short)).notes == []
    (note,) = read_workbook(xlsx(long)).notes
    assert str(note) == "“活动记录”第 200 列以后的内容没有读取"


TABLE = [["日期", "类型", "主题", "学时"], ["2017-03-05", "党课", "学习", "2"]]
LINES = "日期\t类型\t主题\t学时\n2017-03-05\t党课\t学习\t2\n"


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode("utf-16"),
        b"\xff\xfe" + LINES.encode("utf-16-le"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        LINES.replace("\t", ";").encode(),
        LINES.replace("\t", "；").encode(),
        LINES.replace("\t", "，").encode("gb18030"),
        ("sep=;\r\n" + LINES.replace("\t", ";").replace("\n", "\r\n")).encode(),
        ("sep=|\n" + LINES.replace("\t", "|")).encode("utf-8-sig"),
        '日期,类型,主题,学时\n="2017-03-05",党课,学习,="2"'.encode(),
        '"日期","类型","主题","学时"\r\n"2017-03-05","党课","学习","2"\r\n'.encode(),
        LINES.replace("\n", "\r").encode(),
    ],
)
def test_text_as_programs_save_it(content: bytes) -> None:
    (grid,) = read_workbook(content, "三月").grids
    assert grid.rows == TABLE


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ('a\tb\n"甲\t1\n乙\t2', [["a", "b"], ['"甲', "1"], ["乙", "2"]]),
        ('a\tb\n"甲\t1\n乙"\t2', [["a", "b"], ['"甲', "1"], ['乙"', "2"]]),
        ('a,b\n"甲"学习,1', [["a", "b"], ['"甲"学习', "1"]]),
        ('a,b\n"甲,乙",1', [["a", "b"], ["甲,乙", "1"]]),
        ('a,b\n"甲""乙""",1', [["a", "b"], ['甲"乙"', "1"]]),
        ('a,b\n"甲\n乙",1', [["a", "b"], ["甲\n乙", "1"]]),
        ('a,b\n学"习,1', [["a", "b"], ['学"习', "1"]]),
        ('a,b\n"",1', [["a", "b"], ["", "1"]]),
        ('a,b\n=1+1,"', [["a", "b"], ["=1+1", '"']]),
        ("a,b,\n,,\n", [["a", "b", ""], ["", "", ""]]),
    ],
)
def test_a_lone_quotation_mark_is_text(lines: str, rows: list[list[str]]) -> None:
    assert list(table_of(lines)) == rows


def test_what_a_spreadsheet_writes_comes_back() -> None:
    chance = random.Random(17)
    for _ in range(300):
        width = chance.randint(2, 4)
        rows = [
            ["".join(chance.choices('甲乙, \t"\n', k=chance.randint(1, 6))) for _ in range(width)]
            for _ in "123"
        ]
        rows[0] = ["头"] * width
        # A cell in which whole rows of the table stand, quotation marks and all, is the one thing that cannot be told.
        rows[1:] = [[each.replace("\n", "") for each in line] for line in rows[1:]]
        file = io.StringIO()
        csv.writer(file, lineterminator="\r\n").writerows(rows)
        assert list(table_of(file.getvalue())) == rows


HEAD = ["日期", "类别", "主题", "学时"]
LEGACY = Path(__file__).with_name("errors.xls")
"""Made by LibreOffice: four formulas that went wrong, and one that did not."""


def test_errors_of_binary_workbooks_are_told() -> None:
    """The reader of cells gives them as empty: the record would have come in without its hours, and without a word."""
    read = cells_of(LEGACY.read_bytes())
    assert [row[3] for row in read] == ["学时", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", 2.0]
    codes = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
    rows: list[list[str | int]] = [["2017-03-05", "党课", "甲", code] for code in codes]
    assert [row[3] for row in cells_of(xlsb(HEAD, *rows))][1:] == list(codes.values())


@pytest.mark.parametrize(
    "content", [LEGACY.read_bytes(), xlsb(HEAD, ["2017-03-05", "党课", "甲", 7])], ids=["xls", "xlsb"]
)
def test_a_damaged_binary_workbook_ends_nothing(content: bytes) -> None:
    chance = random.Random(7)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 9)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        found = errors_of(
            bytes(damaged[: chance.randrange(len(damaged))] if chance.random() < 0.3 else damaged)
        )
        assert all(value.startswith("#") for sheet in found.values() for value in sheet.values())
