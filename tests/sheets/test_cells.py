"""Numbers, yes and no, words; full-width digits; Excel's own errors."""

import re

import pytest

from taizhang.entry.parsing.cells import (
    Cell,
    Unreadable,
    read_text,
    read_whole,
    read_yes_no,
    says_nothing,
    written,
)


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


@pytest.mark.parametrize(
    "words",
    [
        "学习“两会”精神（ＡＢ）",
        "王\ue863",
        "陈\U00031350",
        "刘\U0002ebf0",
        "𠮷野",
        "阿卜杜拉•买买提",
        "张\u200b伟",
        "葛\U000e0100",
    ],
)
def test_words_stay_as_they_were_written(words: str) -> None:
    assert read_text(f" \u3000{words}\ufeff ") == words


def test_a_line_break_is_a_space() -> None:
    assert read_text("第一\r\n第二\t三\x0b四\u2028五") == "第一 第二 三 四 五"


@pytest.mark.parametrize(("cell", "named"), [("党\x07课", "第 2 个字符 U+0007"), ("党\ufffd课", "�")])
def test_a_character_that_cannot_be_kept_is_named(cell: str, named: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(named)):
        read_text(cell)


@pytest.mark.parametrize(
    "cell", ["—", "——", "-", "－", "/", "／", "\\\\", "无", " 无 ", "暂无", "…", "N/A", "_", "."]
)
def test_marks_for_nothing(cell: str) -> None:
    assert says_nothing(cell)


@pytest.mark.parametrize("cell", ["0", 0, "无锡", "否", "", None, "1-2", "没有"])
def test_no_marks_for_nothing(cell: Cell) -> None:
    assert not says_nothing(cell)


@pytest.mark.parametrize(
    ("cell", "seen"), [(2.3000000000000003, "2.3"), (0.1 + 0.2, "0.3"), (13900000001.0, "13900000001"),
                       (5e-7, "0.0000005"), (1 / 3, "0.333333333333333")]
)  # fmt: skip
def test_a_number_is_what_excel_shows(cell: float, seen: str) -> None:
    assert written(cell) == seen


def test_a_formula_that_failed_is_no_text() -> None:
    with pytest.raises(Unreadable, match="公式"):
        read_text("#REF!")
