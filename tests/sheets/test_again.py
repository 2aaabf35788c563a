"""The same rows again record nothing; a row that was mended becomes a correction; another thing stays another thing."""

from datetime import UTC, datetime

from taizhang.entry.sheets import Known, State, corrections_of

from .conftest import UNIT, Planned, recorded

HEAD = "日期|类型|主题|学时|参加人员\n"
ROWS = HEAD + "3月1日|党课|开讲|2|全体\n3月1日|党课|再讲||王芳\n4月1日|统一活动日|活动||\n"
NOW = datetime(2017, 12, 20, tzinfo=UTC)


def states(plan) -> list[str]:
    return [step.state.value for step in plan.steps]


def test_again_is_nothing(planned: Planned) -> None:
    known = recorded(planned(ROWS))
    assert states(planned(ROWS, known)) == ["there"] * 3
    shuffled = "参加人员|主题|日期|学时|类型\n王芳|再讲|2017.3.1||党课\n全体|开讲|20170301|2学时|党课\n"
    shuffled += "|活动|4月1日||主题党日\n"
    assert states(planned(shuffled, known)) == ["there"] * 3


def test_ids_are_made_of_what_is_said(planned: Planned) -> None:
    first, again = planned(ROWS).new_events(), planned(ROWS).new_events()
    assert first == again
    assert len({event["id"] for event in first}) == 3


def test_a_mended_row_is_a_correction(planned: Planned) -> None:
    known = recorded(planned(ROWS))
    found = planned(ROWS.replace("再讲||王芳", "再讲|1.5|王芳、李娜"), known)
    assert states(found) == ["there", "changed", "there"]
    (step,) = found.of(State.CHANGED)
    assert step.differences == [("attendees", ["m1"], ["m1", "m2"]), ("study_hours", None, "1.5")]
    (event,) = corrections_of([step], reason="重新核对", now=NOW)
    assert step.record is not None
    assert event["type"] == "record.corrected"
    assert event["data"] == {
        "record": step.record.id,
        "reason": "重新核对",
        "data": {
            "kinds": ["party_lecture"],
            "topic": "再讲",
            "study_hours": "1.5",
            "attendees": ["m1", "m2"],
        },
    }
    assert event["id"] == corrections_of([step], reason="重新核对", now=NOW)[0]["id"]


def test_what_the_sheet_has_no_column_for_stays(planned: Planned) -> None:
    known = recorded(planned(ROWS))
    found = planned("日期|类型|主题\n4月1日|统一活动日|新的活动", known)
    assert [step.differences for step in found.of(State.CHANGED)] == [[("topic", "活动", "新的活动")]]
    found = planned("日期|类型|主题\n3月1日|党课、集中学习|开讲", known)
    (event,) = corrections_of(found.of(State.CHANGED), reason="补类型", now=NOW)
    assert event["data"]["data"]["attendees"] == "all"
    assert event["data"]["data"]["study_hours"] == "2"


def test_a_title_dated_otherwise_is_the_same_thing(planned: Planned) -> None:
    text = "日期|材料类型|标题\n2月1日|年度计划|计划"
    known = recorded(planned(text))
    (step,) = planned(text.replace("2月1日", "2月8日"), known).steps
    assert step.state is State.CHANGED
    assert [name for name, _, _ in step.differences] == ["time"]


def test_another_thing_on_the_same_day_can_be_said_to_be_one(planned: Planned) -> None:
    known = recorded(planned(HEAD + "3月1日|党课|开讲||"))
    found = planned(HEAD + "3月1日|党课|另一堂课||", known)
    assert states(found) == ["changed"]
    assert states(found.as_new()) == ["new"]


def test_next_month_is_new_though_it_sounds_the_same(planned: Planned) -> None:
    known = recorded(planned(HEAD + "3月1日|统一活动日|活动||"))
    assert states(planned(HEAD + "4月1日|统一活动日|活动||", known)) == ["new"]


def test_the_row_of_the_same_workbook_is_known_again(planned: Planned) -> None:
    known = recorded(planned(HEAD + "3月1日|统一活动日|春游||"))
    (record,) = known.records.values()
    record.origin = ("", 2)
    assert states(planned(HEAD + "3月11日|统一活动日|春游||", known)) == ["changed"]
    assert states(planned(HEAD + "3月11日|统一活动日|秋游||", known)) == ["new"]


def test_what_was_retracted_does_not_come_back(planned: Planned) -> None:
    known = recorded(planned(HEAD + "3月1日|党课|开讲||"))
    (record,) = known.records.values()
    record.retracted = True
    assert states(planned(HEAD + "3月1日|党课|开讲||", known)) == ["there"]


def test_a_row_as_it_was_before_a_correction_is_there(planned: Planned) -> None:
    known = recorded(planned(HEAD + "3月1日|党课|开讲||"))
    (record,) = known.records.values()
    record.data = {**record.data, "topic": "更正过的"}
    assert states(planned(HEAD + "3月1日|党课|开讲||", known)) == ["there"]
    assert states(planned(HEAD + "3月1日|党课|更正过的||", known)) == ["there"]


def test_a_row_that_bears_an_id_is_that_record(planned: Planned) -> None:
    known = recorded(planned("日期|类型|主题|编号\n3月1日|党课|开讲|r-1"))
    assert list(known.records) == ["r-1"]
    assert states(planned("日期|类型|主题|编号\n3月1日|党课|开讲|r-1", known)) == ["there"]
    (step,) = planned("日期|类型|主题|编号\n5月9日|集中学习|完全不同|r-1", known).steps
    assert step.state is State.CHANGED
    assert step.draft.record == "r-1"


def test_the_id_of_something_else_is_refused(planned: Planned) -> None:
    known = recorded(planned("日期|类型|主题|编号\n3月1日|党课|开讲|r-1"))
    found = planned("日期|材料类型|标题|编号\n3月1日|年度计划|计划|r-1", known)
    assert [(problem.column, found.steps) for problem in found.problems] == [("编号", [])]
    found = planned("日期|类型|主题|组织|编号\n3月1日|党课|开讲|b1|r-1", known)
    assert UNIT in str(found.problems[0].text)


def test_rosters_again(planned: Planned) -> None:
    text = "姓名|支部|加入日期|班子成员|离开日期|离开原因\n赵新|b1|2月1日|是|6月1日|转出\n王芳||||| \n"
    first = planned(text)
    assert [event["type"] for event in first.new_events()] == [
        "member.joined",
        "member.joined",
        "member.left",
    ]
    default, dated, left = first.new_events()
    assert (default["subject"], default["time"][:10]) == (f"{UNIT}/b1", "2017-01-01")
    assert dated["time"][:10] == "2017-02-01"
    assert left["data"] == {"member": dated["data"]["member"], "reason": "transferred"}


def test_a_member_who_came_back_is_a_new_stay(planned: Planned) -> None:
    head = "姓名|党员编号|加入日期|离开日期\n"
    known = recorded(planned(head + "王芳|m1|1月1日|3月1日"))
    assert len(known.records) == 2
    assert states(planned(head + "王芳|m1|9月1日|", known)) == ["new"]
    assert states(planned(head + "王芳|m1|1月5日|3月1日", known)) == ["changed", "there"]


def test_who_moves_leaves_before_he_joins(planned: Planned) -> None:
    found = planned("姓名|支部|加入日期|离开日期\n王芳|b1|5月1日|\n王芳|柳河小学党总支|1月1日|5月1日")
    assert [(event["type"], event["subject"]) for event in found.new_events()] == [
        ("member.joined", UNIT), ("member.left", UNIT), ("member.joined", f"{UNIT}/b1")
    ]  # fmt: skip


def test_known_is_folded_from_the_stream() -> None:
    def event(number: int, kind: str, data: dict[str, object]):
        return {
            "id": f"e{number}",
            "type": kind,
            "subject": UNIT,
            "time": f"2017-01-0{number}T00:00:00+08:00",
            "data": data,
        }

    known = Known.of(
        [
            event(1, "organization.registered", {"name": "柳河", "kind": "branch"}),
            event(2, "member.joined", {"member": "m1"}),
            event(3, "document.filed", {"document": "annual_plan", "title": "旧"}),
            event(4, "record.corrected", {"record": "e3", "reason": "错", "data": {"title": "新"}}),
            event(5, "record.retracted", {"record": "e3", "reason": "重"}),
        ]  # type: ignore[arg-type]
    )  # fmt: skip
    assert (known.members, known.homes(), known.subjects()) == (
        frozenset({"m1"}),
        {"m1": UNIT},
        {UNIT: "柳河"},
    )
    record = known.records["e3"]
    assert (record.first_data["title"], record.data["title"], record.retracted) == ("旧", "新", True)
