"""Numbers, yes and no, words; full-width digits; Excel's own errors."""

from datetime import time

import pytest

from taizhang.entry.parsing.cells import Cell, Unreadable, read_hours, read_text, read_whole, read_yes_no


@pytest.mark.parametrize(
    ("cell", "hours"),
    [("2", "2"), (2, "2"), (2.0, "2"), (1.5, "1.5"), ("２．５", "2.5"), ("2学时", "2"), ("2 小时", "2"),
     ("90分钟", "1.5"),     ("1.25h", "1.25"), ("0", "0"), (10.0, "10"), ("20课时", "20"), ("120分钟", "2")],
)  # fmt: skip
def test_hours(cell: Cell, hours: str) -> None:
    assert read_hours(cell) == hours


@pytest.mark.parametrize("cell", ["25", "两", "2-3", "100分钟", 1.234, time(2), "", "二小时", -1])
def test_no_hours(cell: Cell) -> None:
    with pytest.raises(Unreadable):
        read_hours(cell)


@pytest.mark.parametrize(
    ("cell", "number"), [("１２", 12), (12.0, 12), ("12次", 12), ("2016年度", 2016), ("2016.0", 2016)]
)
def test_whole_numbers(cell: Cell, number: int) -> None:
    assert read_whole(cell) == number


@pytest.mark.parametrize("cell", ["1.5", "十二", "-1", "1" * 10])
def test_no_whole_numbers(cell: Cell) -> None:
    with pytest.raises(Unreadable):
        read_whole(cell)


def test_yes_and_no() -> None:
    assert [read_yes_no(cell) for cell in ("是", "√", "Ｙ", True, 1)] == [True] * 5
    assert [read_yes_no(cell) for cell in ("否", "×", "无", False, 0)] == [False] * 5
    with pytest.raises(Unreadable):
        read_yes_no("也许")


def test_words_stay_as_they_were_written() -> None:
    assert read_text("  学习“两会”精神（ＡＢ） ") == "学习“两会”精神（ＡＢ）"
    assert read_text("第一\n第二\t\x07三") == "第一 第二  三"


def test_a_formula_that_failed_is_no_text() -> None:
    with pytest.raises(Unreadable, match="公式"):
        read_text("#REF!")
