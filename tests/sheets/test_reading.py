"""A pasted table: headers in any order and words, each cell read or blamed, rows as events."""

import pytest

from taizhang.entry.sheets import Context, Grid, State, grid_of_text, plan, read_grid, read_grids

from .conftest import TODAY, UNIT, Planned

ACTIVITIES = (
    "2017年度组织生活台账\n\n"
    "序号|活动内容（议题）|活动时间|活动类型|参加人员|时长（小时）|所在支部|记录人\n"
    "1|学习两会精神|2017年3月15日 15:30|党员大会、党课|全体|２||甲\n"
    "|||||||\n"
    "2|走访社区|4月12日|志愿活动|王芳、李 娜|90分钟|低年级党支部|乙\n"
)


def test_a_school_s_own_table(planned: Planned) -> None:
    found = planned(ACTIVITIES)
    assert not found.problems
    assert [step.row.row for step in found.steps] == [4, 6]
    first, second = found.new_events()
    assert (first["type"], first["subject"], first["time"]) == (
        "activity.held",
        UNIT,
        "2017-03-15T15:30:00+08:00",
    )
    assert first["data"] == {
        "kinds": ["member_meeting", "party_lecture"], "topic": "学习两会精神", "attendees": "all", "study_hours": "2"
    }  # fmt: skip
    assert (second["subject"], second["time"]) == (f"{UNIT}/b1", "2017-04-12T00:00:00+08:00")
    assert second["data"]["attendees"] == ["m1", "m2"]
    header = found.sheets[0].header
    assert header is not None
    assert [written for _, written, column in header.cells if column is None] == ["序号", "记录人"]


def test_everything_that_is_wrong_is_told_at_once(planned: Planned) -> None:
    found = planned(
        "日期|类型|主题|参加人员|学时|主讲人\n3.1|党刻||23人|30|张伟\n2018-01-05|党课|提前|全体||王方"
    )
    told = [(problem.row, problem.column) for problem in found.problems]
    assert told == [
        (2, "日期"),
        (2, "类型"),
        (2, "主题"),
        (2, "参加人员"),
        (2, "学时"),
        (2, "主讲人"),
        (3, "主讲人"),
    ]
    texts = [str(problem.text) for problem in found.problems]
    assert "是不是“党课”" in texts[1]
    assert "张伟(m3)" in texts[5]
    assert "张伟(m4)" in texts[5]
    assert "是不是“王芳”" in texts[6]
    assert found.new_events() == []


def test_what_has_not_happened_yet_is_refused(planned: Planned) -> None:
    found = planned("日期|类型|主题\n2017-12-21|党课|明天的事")
    assert [(problem.row, problem.column) for problem in found.problems] == [(2, "日期")]
    assert found.new_events() == []


def test_namesakes_are_told_apart_by_the_id(planned: Planned) -> None:
    (event,) = planned("日期|类型|主题|主讲人\n3月1日|党课|开讲|张伟（m4）").new_events()
    assert event["data"]["lecturer"] == "m4"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("日期|材料类型|标题|计划次数\n2月1日|志愿服务计划|计划|６次",
         {"document": "volunteer_plan", "title": "计划", "target_sessions": 6}),
        ("发布时间|刊发媒体|信息标题|链接|是否特色报道\n2月1日|常州日报|报道|http://a.b|是",
         {"outlet": "changzhou_daily", "title": "报道", "url": "http://a.b", "feature": True}),
        ("获奖时间|荣誉类别|获奖级别|荣誉名称|作品\n2月1日|调研文章|市|论文|w1",
         {"honor": "research_article", "level": "city", "title": "论文", "work": "w1"}),
        ("日期|事项|是否做到\n2月1日|每日一学|是", {"condition": "daily_study", "value": "yes"}),
        ("选举日期|下届届满\n2月1日|2020-02-01", {"next_term_ends_on": "2020-02-01"}),
        ("日期|延期到|批准机关\n2月1日|2018.2.1|区委教育工委", {"until": "2018-02-01", "approved_by": "区委教育工委"}),
    ],
)  # fmt: skip
def test_the_other_kinds(planned: Planned, text: str, data: dict[str, object]) -> None:
    found = planned(text)
    assert [str(problem.text) for problem in found.problems] == []
    assert [event["data"] for event in found.new_events()] == [data]


def test_a_name_with_a_mark_in_it_is_one_kind(planned: Planned) -> None:
    (event,) = planned("日期|荣誉类型|级别|名称\n2月1日|党建电教片、微电影、微视频|局级|片子").new_events()
    assert event["data"]["honor"] == "party_video"


def test_a_header_that_nobody_knows_is_asked_for_and_then_remembered(context: Context) -> None:
    grid = grid_of_text("何时\t做了什么\t哪一种\n3月1日\t开讲\t党课")
    asked = read_grid(grid, context, "activities")
    assert asked.asks_for_columns
    assert {problem.column for problem in asked.problems} == {"日期", "类型", "主题"}
    own = {
        ("activities", "何时"): "day",
        ("activities", "做了什么"): "topic",
        ("activities", "哪一种"): "kinds",
    }
    known = read_grid(grid, Context(**{**vars(context), "headers": own}))
    assert known.kind is not None
    assert known.kind.key == "activities"
    assert known.rows[0].drafts[0].data == {"topic": "开讲", "kinds": ["party_lecture"]}


def test_a_table_of_something_else_is_left_out(planned: Planned) -> None:
    found = planned("科目|班级|平均分\n语文|三1|92")
    assert (found.sheets[0].kind, found.steps, found.problems) == (None, [], [])


def test_a_header_on_every_printed_page_is_no_row(planned: Planned) -> None:
    found = planned("日期|类型|主题\n3月1日|党课|一\n日期|类型|主题\n4月1日|党课|二")
    assert [step.row.row for step in found.steps] == [2, 4]


def test_a_roster_comes_before_who_names_its_people(context: Context) -> None:
    grids = [
        Grid("活动", [["日期", "类型", "主题", "参加人员"], ["3月1日", "党课", "一", "赵新、王芳"]]),
        Grid("花名册", [["姓名", "支部", "班子成员", "电话"], ["赵新", "低年级党支部", "是", 13912345678]]),
    ]
    sheets, people = read_grids(grids, context)
    found = plan(sheets, context_known(), UNIT, TODAY)
    assert not found.problems
    joined, held = found.new_events()
    assert joined["type"] == "member.joined"
    assert joined["subject"] == f"{UNIT}/b1"
    member = joined["data"]["member"]
    assert joined["data"] == {"member": member, "leader": True}
    assert held["data"]["attendees"] == [member, "m1"]
    assert "赵" not in str(joined)
    person = people.get(member)
    assert person is not None
    assert (person.name, person.telephone) == ("赵新", "13912345678")
    assert len(context.people) == 4, "reading changes nothing"


def context_known():
    from taizhang.entry.sheets import Known

    return Known()


def test_states_are_the_plan_s_own(planned: Planned) -> None:
    found = planned("日期|类型|主题\n3月1日|党课|一\n3月1日|党课|一")
    assert [step.state for step in found.steps] == [State.NEW, State.DOUBLE]
    assert found.steps[1].same_as_row == 2
