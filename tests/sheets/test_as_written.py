"""Branches, people and headers as offices write them: the right value, or asked back with what may be meant."""

from dataclasses import replace

import pytest

from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.sheets import Context

from .conftest import UNIT, Planned


@pytest.fixture
def two_branches(context: Context) -> Context:
    return replace(context, subjects={**context.subjects, f"{UNIT}/b2": "柳河小学高年级党支部"})


@pytest.mark.parametrize(
    ("cell", "subject"),
    [
        ("低年级支部", "b1"), ("低年级党支部", "b1"), ("柳河小学低年级支部", "b1"), ("高年级支部", "b2"),
        ("b2", "b2"),
        ("党总支", ""), ("总支", ""), ("柳河小学总支", ""), ("柳河小学党总支部", ""), (UNIT, ""), ("柳河小学", ""),
    ],
)  # fmt: skip
def test_a_branch(two_branches: Context, cell: str, subject: str) -> None:
    assert two_branches.subject(cell) == (f"{UNIT}/{subject}" if subject else UNIT)


@pytest.mark.parametrize(
    ("cell", "words", "suggestions"),
    [
        ("各支部", "一起开展的记在单位名下", ("柳河小学党总支",)),
        ("两个支部", "一起开展的记在单位名下", ("柳河小学党总支",)),
        ("低年级支部、高年级支部", "一起开展的记在单位名下", ("柳河小学党总支",)),
        ("所有党支部", "一起开展的记在单位名下", ("柳河小学党总支",)),
        ("低年级", "没有“低年级”这个支部", ("柳河小学低年级党支部",)),
        ("年级支部", "可以是", (f"{UNIT}/b1", f"{UNIT}/b2")),
        ("本支部", "没有“本支部”这个支部", ()),
    ],
)
def test_a_branch_that_is_asked_back(
    two_branches: Context, cell: str, words: str, suggestions: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable, match=words) as asked:
        two_branches.subject(cell)
    assert asked.value.suggestions == suggestions


@pytest.mark.parametrize("cell", ["本支部", "学校", "全校"])
def test_a_unit_without_branches_is_meant_itself(context: Context, cell: str) -> None:
    assert replace(context, subjects={UNIT: "柳河小学党支部"}).subject(cell) == UNIT


@pytest.mark.parametrize(
    "cell",
    [
        "王芳书记",
        "王芳同志",
        "书记王芳",
        "党支部书记：王芳",
        "组织委员 王芳",
        "王芳（支部书记）",
        "党总支书记、校长王芳",
        "王芳党总支书记",
        "王芳副主任",
    ],
)
def test_a_person_with_a_post(context: Context, cell: str) -> None:
    assert context.member(cell, context.people) == "m1"


@pytest.mark.parametrize(
    ("cell", "suggestions"),
    [("王方", ("王芳",)), ("张伟", ("张伟(m3)", "张伟(m4)")), ("王书记", ("王芳",)), ("李老师", ("李娜",))],
)
def test_a_person_who_may_be_meant_is_suggested(
    context: Context, cell: str, suggestions: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as asked:
        context.member(cell, context.people)
    assert asked.value.suggestions == suggestions


def test_a_lecturer_from_elsewhere_is_nobody_of_the_roster(planned: Planned) -> None:
    found = planned("日期|类型|主题|主讲人\n3月5日|党课|学习|区委党校陈教授")
    assert [(each.column, each.suggestions) for each in found.problems] == [("主讲人", ("无",))]
    assert "外请的主讲人这一格写“无”" in str(found.problems[0].text)
    assert planned("日期|类型|主题|主讲人\n3月5日|党课|学习|无").problems == []


def test_a_kind_that_may_be_meant_is_suggested(context: Context) -> None:
    with pytest.raises(Unreadable) as asked:
        context.code("activities", "党刻")
    assert asked.value.suggestions == ("党课",)


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("刊发时间|刊发媒体|标题", "2017-3-5|武进教育网|题", "outlet", "wujin_education_site"),
        ("刊发时间|平台|标题|网址链接", "3.25|武进教育网|题|http://a.example/b", "url", "http://a.example/b"),
    ],
)
def test_headers(planned: Planned, header: str, cell: str, field: str, value: str) -> None:
    found = planned(f"{header}\n{cell}")
    assert [step.event["data"][field] for step in found.steps] == [value]


TWO_ROWS = "序号|日期|活动情况||参加人员|学时\n||类型|主题||\n1|2017-03-05|党课|学习|全体|2"


@pytest.mark.parametrize(
    "table",
    [
        TWO_ROWS,
        "2017年活动统计表|||||\n填报单位：柳河小学||||填报时间：12月|\n" + TWO_ROWS,
        # As a merged cell is filled down.
        TWO_ROWS.replace("||类型|主题||", "序号|日期|类型|主题|参加人员|学时"),
        "日期|活动情况||参加情况||\n|类型|主题|参加人员|应到|学时\n2017-03-05|党课|学习|全体|6|2\n合计|||||2\n审核人：|||填表人：||",
    ],
)
def test_a_header_of_two_rows(planned: Planned, table: str) -> None:
    found = planned(table)
    assert [str(problem.text) for problem in found.problems] == []
    assert [step.event["data"] for step in found.steps] == [
        {"kinds": ["party_lecture"], "topic": "学习", "attendees": "all", "study_hours": "2"}
    ]


def test_a_header_of_one_row_is_not_taken_together_with_a_record(planned: Planned) -> None:
    found = planned("日期|类型|主题|组织\n2017-03-05|党课|主题|\n2017-03-06|党课|学习|")
    assert [step.row.row for step in found.steps] == [2, 3]


def test_a_header_below_a_title_that_lacks_one_column_is_asked_about(planned: Planned) -> None:
    found = planned(
        "2017年活动台账||||\n填报单位：柳河小学||||\n序号|活动日期|活动类型|学时|参加人员\n1|2017-03-05|党课|2|全体"
    )
    (asked,) = found.problems
    assert "像是“活动记录”，但找不到“主题”这一列" in str(asked.text)
    assert asked.row == 3


@pytest.mark.parametrize(
    ("post", "leads"),
    [
        *((post, True) for post in ["书记", "党支部副书记", "组织委员", "宣传委员、纪检委员", "支委", "是"]),
        *((post, False) for post in ["党员", "党小组长", "无", "否"]),
        *((post, None) for post in ["原书记", "校长"]),
    ],
)
def test_a_post_in_the_party_says_who_leads(planned: Planned, post: str, leads: bool | None) -> None:
    found = planned(f"姓名|党内职务|加入日期\n王芳|{post}|2017-01-01")
    said = [step.event["data"].get("leader", False) for step in found.steps]
    assert said == ([] if leads is None else [leads])
    assert [problem.suggestions for problem in found.problems] == ([("是", "否")] if leads is None else [])
