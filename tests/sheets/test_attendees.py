"""Who was there, as offices write it: who is marked absent was not, and what is not clear is asked back."""

from dataclasses import replace
from datetime import date

import pytest

from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.sheets import Context
from taizhang.entry.sheets.attendees import Everybody, read_attendees
from taizhang.entry.sheets.context import Stay

from .conftest import UNIT, Planned

ALL = Everybody()
LI_AWAY = Everybody(frozenset(("m2",)))


@pytest.mark.parametrize(
    ("cell", "there"),
    [
        ("全体", ALL), ("全体党员", ALL), ("本支部全体党员", ALL), ("支部全体党员", ALL), ("全体在职党员", ALL),
        ("全体党员同志", ALL), ("全体党员参加", ALL), ("所有党员", ALL), ("全员", ALL), ("all", ALL),
        ("全体（12人）", ALL),
        ("全体党员（李娜请假）", LI_AWAY), ("全体（除李娜）", LI_AWAY), ("全体（李娜病假）", LI_AWAY),
        ("全体，除了李娜", LI_AWAY),
        ("全体（除李娜外）", LI_AWAY), ("除李娜外全体党员", LI_AWAY), ("除李娜以外，全体参加", LI_AWAY),
        ("全体，李娜请假", LI_AWAY),
        ("全体党员；请假：李娜", LI_AWAY), ("全体 但李娜请假", LI_AWAY),
        ("全体（李娜、王芳请假）", Everybody(frozenset(("m1", "m2")))),
        ("全体，王芳、李娜因病请假", Everybody(frozenset(("m1", "m2")))),
        ("全体（请假：王芳、李娜）", Everybody(frozenset(("m1", "m2")))),
        ("王芳、李娜", ["m1", "m2"]), ("王芳 李娜", ["m1", "m2"]), ("王　芳，李 娜", ["m1", "m2"]),
        ("王芳和李娜", ["m1", "m2"]),
        ("王芳、李娜（请假）", ["m1"]), ("王芳、李娜(缺席)", ["m1"]), ("王芳、李娜（未到）", ["m1"]),
        ("王芳，李娜（事假）", ["m1"]),
        ("王芳、李娜（因公出差）", ["m1"]), ("王芳；缺席：李娜", ["m1"]), ("王芳\n请假人员：李娜", ["m1"]),
        ("王芳（书记）、李娜（记录）", ["m1", "m2"]), ("王芳书记、李娜老师", ["m1", "m2"]),
        ("张伟(m3)", ["m3"]), ("王\u200b芳", ["m1"]),
        ("李娜（请假）", []),
        ("应到6人，实到5人，李娜请假", LI_AWAY), ("应到6人实到5人（李娜请假）", LI_AWAY),
        ("全体（应到6人，实到5人，李娜请假）", LI_AWAY), ("应到4人,实到3人,缺席李娜", LI_AWAY),
        ("全体（应到6人，实到6人）", ALL), ("全体党员6人", ALL), ("全体党员，应到6人，实到5人，李娜请假", LI_AWAY),
        ("应到3人实到2人：王芳、李娜", ["m1", "m2"]), ("王芳；缺席李娜", ["m1"]),
    ],
)  # fmt: skip
def test_who_was_there(context: Context, cell: str, there: object) -> None:
    assert read_attendees(cell, context, context.people) == there


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ("王芳、李娜（早）", "括号里的“早”看不懂"),
        ("全体（见签到表）", "括号里的“见签到表”看不懂"),
        ("23人", "只有人数"),
        ("王芳、李娜请假", "说的是几个人看不准"),
        ("王芳、陌生人（请假）", "名册里没有“陌生人”"),
        ("全体（陌生人请假）", "名册里没有“陌生人”"),
        ("王芳、李娜等12人", "没有写全是哪些人"),
        ("王芳、李娜等", "没有写全是哪些人"),
        ("应到6人实到5人", "只有人数"),
        ("应到6人，实到6人", "只有人数"),
        ("应到6人，实到4人，李娜请假", "人数和姓名对不上"),
        ("全体（应到6人，实到5人）", "人数和姓名对不上"),
        ("班子成员", "是哪几位看不准"),
        ("全体支委", "是哪几位看不准"),
        ("张伟", "有 2 位党员叫“张伟”"),
        ("全体教师", "全体教师"),
    ],
)
def test_what_is_asked_back(context: Context, cell: str, asked: str) -> None:
    with pytest.raises(Unreadable, match=asked):
        read_attendees(cell, context, context.people)


@pytest.mark.parametrize(
    ("cell", "suggestions"),
    [
        ("王芳、李娜等12人", ("全体", "王芳、李娜")),
        ("应到6人，实到6人", ("全体",)),
        ("应到6人实到5人", ()),
        ("王方", ("王芳",)),
    ],
)
def test_who_may_be_meant_is_suggested(context: Context, cell: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable) as asked:
        read_attendees(cell, context, context.people)
    assert asked.value.suggestions == suggestions


def test_all_but_one_are_those_of_the_branch_on_the_day(planned: Planned, context: Context) -> None:
    stays = (
        Stay("m1", f"{UNIT}/b1", date(2017, 1, 1)),
        Stay("m2", f"{UNIT}/b1", date(2017, 1, 1)),
        Stay("m3", f"{UNIT}/b1", date(2017, 4, 1)),
        Stay("m4", UNIT, date(2017, 1, 1), date(2017, 6, 1)),
    )
    here = replace(context, stays=stays)
    assert here.present(UNIT, date(2017, 3, 5)) == ["m1", "m2", "m4"]
    assert here.present(f"{UNIT}/b1", date(2017, 4, 1)) == ["m1", "m2", "m3"]
    assert here.present(UNIT, date(2017, 6, 1)) == ["m1", "m2", "m3"]
    asked = planned("日期|类型|主题|参加人员\n3月5日|党课|甲|全体（李娜请假）")
    assert "那一天名册里没有别的人" in str(asked.problems[0].text)
    table = (
        "姓名|加入日期\n赵一|2017-01-01\n钱二|2017-01-01",
        "日期|类型|主题|参加人员|学时\n3月5日|党课|甲|全体（赵一请假）|2",
    )
    roster, activities = (planned(text) for text in table)
    assert roster.problems == []
    assert "名册里没有“赵一”" in str(activities.problems[0].text)
