"""Sheets as offices keep them: what is no record is left out and told, what is not clear is asked back."""

from dataclasses import replace
from datetime import date

import pytest

from taizhang.entry.sheets import Context, Grid, Known, plan, read_grid, read_grids
from taizhang.entry.sheets.recognise import header_word
from taizhang.entry.sheets.side_by_side import tables_of

from .conftest import TODAY, UNIT, Planned, recorded

HEAD = "日期|类型|主题|学时\n"
GOOD = "2017-03-05|党课|学习|2\n"


def left_out(plan_) -> list[tuple[int, str]]:
    return [(each.row, str(each.text)) for sheet in plan_.sheets for each in sheet.left_out]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("合计|||2", "合计行"), ("|合计||2", "合计行"), ("小计：|||4", "合计行"), ("全年合计||12次|", "合计行"),
        ("一、一季度|||", "分段的标题“一、一季度”"), ("第二季度|||", "分段的标题“第二季度”"),
        ("三月份|||", "分段的标题“三月份”"),
        ("支部活动情况|||", "分段的标题“支部活动情况”"),
        ("填表人：王芳||填表日期：2017-12-20|", "表尾"), ("党支部（盖章）|||", "表尾"), ("审核人：|||", "表尾"),
        ("备注：以上活动均有照片|||", "表尾"), ("注：略|||", "表尾"), ("填表人：王芳|党课|负责人：李娜|", "表尾"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_record_is_left_out_and_told(planned: Planned, line: str, why: str) -> None:
    found = planned(f"{HEAD}{GOOD}{line}\n2017-03-06|党课|再学|1")
    assert [str(problem.text) for problem in found.problems] == []
    assert [step.row.row for step in found.steps] == [2, 4]
    assert left_out(found) == [(3, why)]


@pytest.mark.parametrize(
    "line", ["2017-03-06|党课|合计学习三次|1", "2017-03-06|党课|说明会|1", "2017-03-06|党课|一、学习|1"]
)
def test_a_row_that_has_all_it_needs_is_a_record(planned: Planned, line: str) -> None:
    found = planned(HEAD + GOOD + line)
    assert (found.problems, len(found.steps), left_out(found)) == ([], 2, [])


@pytest.mark.parametrize("line", ["||忘了日期和类型|", "2017-03-06|||", "2017-03-06|党课||2"])
def test_a_row_that_lacks_something_is_still_asked_about(planned: Planned, line: str) -> None:
    found = planned(HEAD + GOOD + line)
    assert {problem.row for problem in found.problems} == {3}


def test_lines_that_wait_to_be_filled(planned: Planned) -> None:
    found = planned(
        "序号|支部|日期|类型|主题\n1|低年级党支部|2017-03-05|党课|学\n2|低年级党支部|||\n3||||\n某某||||"
    )
    assert (found.problems, len(found.steps)) == ([], 1)
    assert left_out(found) == [(3, "只预填了组织，没有内容"), (5, "只有不读取的列里有内容")]


def test_a_title_that_names_a_branch_is_asked_about(planned: Planned) -> None:
    asked = planned("姓名|联系电话\n低年级党支部|\n赵一|139")
    assert ["请加一列“组织”" in str(each.text) for each in asked.problems] == [True]
    nobody = planned("姓名|联系电话\n一、在职党员|\n赵一|139\n合计|\n填表人：钱二|")
    assert (nobody.problems, [step.row.row for step in nobody.steps]) == ([], [3])
    told = planned("姓名|支部\n一、低年级党支部|\n赵一|低年级党支部")
    assert (told.problems, len(told.steps)) == ([], 1)


@pytest.mark.parametrize("mark", ["无", "—", "——", "-", "/", "／", "\\", "暂无", "…"])
def test_marks_for_nothing_are_empty(planned: Planned, mark: str) -> None:
    found = planned(f"姓名|联系电话|加入日期|离开日期|班子成员|支部\n赵一|{mark}|{mark}|{mark}|{mark}|{mark}")
    assert found.problems == []
    assert [step.event["data"].keys() for step in found.steps] == [{"member"}]
    assert found.steps[0].row.person.telephone == ""
    missing = planned(f"{HEAD}{mark}|党课|{mark}|2")
    assert [(each.column, str(each.text)) for each in missing.problems] == [
        ("日期", "没有写日期"),
        ("主题", "没有写主题"),
    ]


@pytest.mark.parametrize("mark", ["同上", "〃"])
def test_ditto_is_asked_back(planned: Planned, mark: str) -> None:
    found = planned(f"{HEAD}{GOOD}{mark}|党课|再学|{mark}")
    assert [each.column for each in found.problems] == ["日期", "学时"]


@pytest.mark.parametrize("written", ["1980.05", "1981年6月", "198206", "1983-07", "1983/7", "1984年", "1984"])
def test_a_birthday_without_its_day_is_left_out_and_told(planned: Planned, written: str) -> None:
    found = planned(f"姓名|出生日期\n赵一|{written}")
    assert (found.problems, len(found.steps)) == ([], 1)
    assert found.steps[0].row.person.born_on is None
    assert left_out(found) == [(2, f"只有年月，没有日，没有记下出生日期（{written}）")]


@pytest.mark.parametrize(
    "header",
    [
        "所在党支部",
        "所属党支部",
        "支部名称",
        "党支部名称",
        "所在党组织",
        "所属党组织",
        "组织关系所在党支部",
        "*所在党支部（全称）",
    ],
)
def test_every_word_for_the_branch(planned: Planned, header: str) -> None:
    found = planned(f"姓名|{header}\n赵一|低年级党支部")
    assert [step.event["subject"] for step in found.steps] == [f"{UNIT}/b1"]


@pytest.mark.parametrize(
    "cell",
    [
        "*活动时间\n(必填)",
        "活动时间（必填）",
        "活动时间【下拉】",
        "★活动时间",
        "活动时间〔公历〕",
        "活动 时间：",
        "\ufeff活动时间\u200b",
        "活动时间（必填",
    ],
)
def test_hints_in_a_header_do_not_count(cell: str) -> None:
    assert header_word(cell.replace("★", "*")) == "活动时间"


def test_a_header_with_its_unit(planned: Planned) -> None:
    found = planned(
        "*活动时间(必填)|*活动类型（下拉选择）|活动主题【50字内】|学时/小时\n2017-03-05|党课|学习|2"
    )
    assert found.steps[0].event["data"] == {"kinds": ["party_lecture"], "topic": "学习", "study_hours": "2"}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("党支部党员大会", "member_meeting"), ("支部委员会会议", "committee_meeting"),
        ("党支部委员会会议", "committee_meeting"),
        ("党小组会议", "group_meeting"), ("支部主题党日", "unified_activity_day"),
        ("支部主题党日活动", "unified_activity_day"),
        ("专题党课", "party_lecture"), ("书记讲党课", "party_lecture"),
        ("专题组织生活会", "organizational_life_meeting"),
        ("党员统一活动日", "unified_activity_day"), ("党员志愿服务活动", "volunteer_service"),
        ("法制宣传教育", "rule_of_law_education"),
        ("法治宣传", "rule_of_law_education"), ("专题研究党建", "party_work_meeting"),
        ("党员义工365", "volunteer_service"),
        ("中心组学习", "study_session"), ("召开支部委员会", "committee_meeting"),
        ("开展志愿服务活动", "volunteer_service"),
    ],
)  # fmt: skip
def test_what_offices_add_to_the_name_of_a_kind(context: Context, word: str, code: str) -> None:
    assert context.code("activities", word) == code


def test_every_kind_is_still_itself(context: Context) -> None:
    for family, names in context.codes.items():
        for code, name in names.items():
            assert context.code(family, name) == code


@pytest.mark.parametrize("word", ["活动", "会议", "支部", "党员活动室", "专题"])
def test_words_that_name_no_kind(planned: Planned, word: str) -> None:
    assert planned(f"{HEAD}2017-03-05|{word}|学|1").problems


@pytest.mark.parametrize(
    ("title", "name", "file", "year"),
    [
        ("柳河小学2017年1月三会一课情况统计表", "活动记录", "", 2017),
        ("台账", "2016年活动", "", 2016),
        ("台账", "活动", "201701台账", 2017),
        ("台账", "活动", "三会一课2017", 2017),
        ("2017年台账", "2016", "2015", 2017),
        ("2016—2017学年台账", "活动", "2017", None),
        ("台账", "活动", "", None),
    ],
)
def test_a_year_is_named_or_asked_for(
    context: Context, title: str, name: str, file: str, year: int | None
) -> None:
    rows = [[title, None, None], ["日期", "类型", "主题"], ["1月5日", "党课", "学习"]]
    reading = read_grid(
        Grid(name, rows), replace(context, year=None, this_year=2018, file=file), "activities"
    )
    found = plan([reading], Known(), UNIT, TODAY)
    if year is None:
        assert "没有写年份" in str(found.problems[0].text)
    else:
        assert found.steps[0].draft.moment.day == date(year, 1, 5)


def test_the_other_days_name_the_year_too(context: Context) -> None:
    rows = [["日期", "类型", "主题"], ["1月5日", "党课", "学习"], ["2017-02-05", "党课", "再学"]]
    reading = read_grid(Grid("活动", rows), replace(context, year=None, this_year=2018))
    assert [draft.moment.day.year for row in reading.rows for draft in row.drafts] == [2017, 2017]


def test_two_tables_side_by_side(context: Context) -> None:
    rows = [
        ["三会一课", None, None, None, None, None, None],
        ["日期", "类型", "主题", None, "日期", "类型", "主题"],
        ["2017-03-05", "党课", "左表", None, "2017-04-05", "党课", "右表"],
        ["2017-03-06", "党课", "左二", None, None, None, None],
    ]
    tables = tables_of(Grid("活动记录", rows))
    assert [table.name for table in tables] == ["活动记录", "活动记录 (2)"]
    readings, _people = read_grids(tables, context)
    topics = [[draft.data["topic"] for row in reading.rows for draft in row.drafts] for reading in readings]
    assert topics == [["左表", "左二"], ["右表"]]


def test_a_column_that_stands_twice_is_told(planned: Planned) -> None:
    found = planned("日期|类型|主题|类型\n2017-03-05|党课|学|旧的类型")
    assert [str(note) for sheet in found.sheets for note in sheet.notes] == [
        "“”里“类型”这一列出现了两次，只读取左边的"
    ]


def test_a_near_miss_is_asked_about_not_dropped(planned: Planned) -> None:
    found = planned("时间|主题|参加人员|学时\n2017-03-05|学习|全体|2")
    assert "像是“活动记录”，但找不到“类型”这一列" in str(found.problems[0].text)


@pytest.mark.parametrize("numbers", ["1|2", "01|02", "1.|2.", "第1号|第2号", "3|"])
@pytest.mark.parametrize("header", ["编号", "党员编号"])
def test_a_running_number_is_no_id(planned: Planned, numbers: str, header: str) -> None:
    first, second = numbers.split("|")
    found = planned(f"{header}|姓名\n{first}|赵一\n{second}|钱二")
    assert (found.problems, len(found.new_events())) == ([], 2)
    assert all(len(event["id"]) == 36 and len(event["data"]["member"]) > 3 for event in found.new_events())
    assert "是顺序号" in str(found.sheets[0].notes[0])


def test_january_then_february_are_four_activities(planned: Planned) -> None:
    head = "编号|活动时间|活动类型|活动主题\n"
    january = planned(head + "1|2017-01-05|主题党日|一月活动\n2|2017-01-20|党课|一月党课")
    known = recorded(january)
    february = planned(head + "1|2017-02-05|主题党日|二月活动\n2|2017-02-20|党课|二月党课", known)
    assert (len(january.new_events()), len(february.new_events())) == (2, 2)


def test_a_copied_row_is_another_thing(planned: Planned) -> None:
    head = "日期|类型|主题|编号\n"
    first = planned(head + "2017-01-05|统一活动日|一月活动|")
    known = recorded(first)
    (record,) = known.records
    january, february = (
        f"2017-01-05|统一活动日|一月活动|{record}\n",
        f"2017-02-05|统一活动日|二月活动|{record}\n",
    )
    for lines, rows in ((january + february, (2, 3)), (february + january, (3, 2))):
        asked = planned(head + lines, known)
        copy = next(step for step in asked.steps if step.state == "changed")
        assert (copy.row.row, copy.copy_of_row) == (rows[1], rows[0])
        assert "像是复制来的行" in str(asked.corrected_twice()[0].text)
    anew = planned(head + january + february, known).as_new()
    (event,) = anew.new_events()
    assert (event["time"][:10], event["data"]["topic"]) == ("2017-02-05", "二月活动")
    assert event["id"] != record
    after = recorded(anew, known)
    assert {step.state for step in planned(head + january + february, after).steps} == {"there"}


def test_copies_of_an_id_that_nobody_knows_are_asked_about(planned: Planned) -> None:
    found = planned("日期|类型|主题|编号\n2017-01-05|党课|甲|x-1\n2017-02-05|党课|乙|x-1")
    assert [(each.row, "像是复制来的行" in str(each.text)) for each in found.problems] == [(3, True)]


def test_a_changed_row_with_its_id_becomes_another_thing_when_somebody_says_so(planned: Planned) -> None:
    known = recorded(planned("日期|类型|主题\n2017-01-05|党课|甲"))
    (record,) = known.records
    changed = planned(f"日期|类型|主题|编号\n2017-02-05|党课|乙|{record}", known)
    assert [step.state for step in changed.steps] == ["changed"]
    assert [event["data"]["topic"] for event in changed.as_new().new_events()] == ["乙"]


def test_texts_that_look_equal_are_no_correction(planned: Planned) -> None:
    known = recorded(planned("日期|类型|主题\n2017-01-05|党课|学习（一）ABC"))
    again = planned("日期|类型|主题\n2017-01-05|党课|学习(一)ａｂｃ\u200b", known)
    assert [step.state for step in again.steps] == ["there"]
    assert again.steps[0].event["data"]["topic"] == "学习(一)ａｂｃ"
