"""Equal-looking texts are compared as equal; others are not (contract §2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.equal_text import as_compared, is_invisible


@pytest.mark.parametrize("dot", ["·", "•", "・", "．", "‧", ".", "･", "∙", "⋅"])
def test_one_interpunct(dot: str) -> None:
    assert as_compared(f"阿卜杜拉{dot}买买提") == as_compared("阿卜杜拉·买买提")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("Wujin-2017", "wujin-2017"),
        ("张\u200b伟", "张伟"),
        ("\ufeff张伟", "张伟"),
        ("张\u00ad伟", "张伟"),
        ("主题\ufe0f", "主题"),
        ("葛\U000e0100", "葛"),
        ("日\u2060期", "日期"),
        ("张\u3000伟", "张 伟"),
        ("张\u2800伟", "张 伟"),
        ("  张 \t伟 ", "张 伟"),
        ("：（）", ":()"),
        ("⼀", "一"),
        ("Straße", "STRASSE"),
    ],
)
def test_looks_equal(one: str, other: str) -> None:
    assert as_compared(one) == as_compared(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿卜杜拉买买提", "阿卜杜拉·买买提"),
        ("3.5", "3·5"),
        ("2017.3.5", "201735"),
        ("wx.a.cn", "wx·a·cn"),
        ("王\ue863", "王\ue864"),
        ("王\ue863", "王"),
        ("陈\U00031350", "陈"),
        ("陈\U00031350", "陈\U00031351"),
        ("刘\U0002ebf0", "刘"),
        ("张伟", "张 伟"),
        ("", "·"),
    ],
)
def test_is_not_equal(one: str, other: str) -> None:
    assert as_compared(one) != as_compared(other)


@given(st.text())
def test_once_is_enough_and_nothing_invisible_is_left(text: str) -> None:
    folded = as_compared(text)
    assert as_compared(folded) == folded
    assert not any(map(is_invisible, folded))
