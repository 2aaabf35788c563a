"""Who was there, as offices write it: who is marked absent was not, and what is not clear is asked back."""

from dataclasses import replace
from datetime import date

import pytest

from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.sheets import Context, grid_of_text, read_grid
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
        ("全体（缺李娜）", LI_AWAY), ("全体党员，缺李娜", LI_AWAY), ("全体（1人请假：李娜）", LI_AWAY),
        ("全体-李娜", LI_AWAY),
        ("全体党员（请假1人，李娜）", LI_AWAY), ("应到4人，实到3人，请假1人（李娜）", LI_AWAY),
        ("全体（李娜除外）", LI_AWAY),
        ("全体党员4人，请假1人（李娜）", LI_AWAY), ("除李娜", LI_AWAY), ("除李娜请假外全部参加", LI_AWAY),
        ("全体党员，缺席李娜、王芳", Everybody(frozenset(("m1", "m2")))),
        ("全体教师党员", ALL), ("全体党员及入党积极分子", ALL), ("全体党员（含预备党员）", ALL), ("全体到齐", ALL),
        ("全勤", ALL),
        ("低年级支部全体党员", Everybody(of=f"{UNIT}/b1")), ("低年级支部", Everybody(of=f"{UNIT}/b1")),
        ("王芳、李娜等2人", ["m1", "m2"]), ("王芳、李娜（2人）", ["m1", "m2"]), ("王芳，李娜，共两人", ["m1", "m2"]),
        ("出席：王芳 缺席：李娜", ["m1"]), ("缺席：李娜、王芳", []), ("参加人员：王芳、李娜", ["m1", "m2"]),
        ("王芳 （校长）", ["m1"]),
        ("1.王芳 2.李娜", ["m1", "m2"]), ("①王芳②李娜", ["m1", "m2"]), ("王芳与李娜", ["m1", "m2"]),
        ("王芳。李娜", ["m1", "m2"]), ("王芳|李娜", ["m1", "m2"]),
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
        ("全体党员（缺1人）", "没有写清是谁没到"),
        ("全体党员（请假2人：李娜）", "没有写清是谁没到"),
        ("实到12人，请假1人", "没有写清是谁没到"),
        ("实到12人", "只有人数"),
        ("王芳、李娜共3人", "人数和姓名对不上"),
        ("见签到表", "没有写是哪些人"),
        ("王书记", "是哪一位看不准"),
        ("低年级支部全体、李娜", "是哪几位看不准"),
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


@pytest.mark.parametrize("cell", ["低年级支部全体党员", "低年级支部全体（李娜请假）"])
def test_all_of_a_branch_at_what_the_unit_held(planned: Planned, context: Context, cell: str) -> None:
    day = date(2017, 1, 1)
    stays = (Stay("m1", f"{UNIT}/b1", day), Stay("m2", f"{UNIT}/b1", day), Stay("m3", UNIT, day))
    found = read_grid(
        grid_of_text(f"日期\t类型\t主题\t参加人员\n3月5日\t党课\t甲\t{cell}"), replace(context, stays=stays)
    )
    (row,) = found.rows
    assert row.drafts[0].data["attendees"] == (["m1"] if "请假" in cell else ["m1", "m2"])


def test_all_of_another_branch_than_the_row_s_are_asked_about(context: Context) -> None:
    two = replace(context, subjects={**context.subjects, f"{UNIT}/b2": "柳河小学高年级党支部"})
    text = "日期\t类型\t主题\t支部\t参加人员\n3月5日\t党课\t甲\t高年级支部\t低年级支部全体党员"
    (row,) = read_grid(grid_of_text(text), two).rows
    assert [(each.column, str(each.text)) for each in row.problems] == [
        ("参加人员", "参加的是“柳河小学低年级党支部”，和这一行的组织对不上；请核对“组织”这一列")
    ]


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


@pytest.mark.parametrize(
    "head",
    ["日期|类型|主题|学时|参加人员\n2017-03-05|党课|学习|2|", "日期|类型|主题|学时\n2017-03-05|党课|学习|2"],
)
def test_everybody_was_there_when_somebody_says_so(context: Context, head: str) -> None:
    """Also where the sheet has no column for it."""
    grid = grid_of_text(head.replace("|", "\t"))
    said = [
        read_grid(grid, replace(context, everybody=each)).rows[0].drafts[0].data for each in (True, False)
    ]
    assert [each.get("attendees") for each in said] == ["all", None]
