"""Every type takes what the contract's table says, stores it in one form, and refuses the rest with reasons."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.packed import pack
from ledger.events.types import EVENT_TYPES
from ledger.intake import draft as drafts
from ledger.intake.draft import read_draft
from ledger.problem import told
from tests.ledger.support import event, held

FULL: dict[str, dict[str, Any]] = {
    "organization.registered": {
        "name": "某校党支部", "kind": "branch", "secretary": "m1", "has_committee": True, "has_groups": False,
        "term_ends_on": "2019-06-30", "tags": ["school"], "group": "high",
    },
    "organization.changed": {
        "name": "某校", "kind": "committee", "secretary": "m1", "has_committee": True, "has_groups": False,
        "term_ends_on": "2019-06-30", "tags": ["school"], "group": "high",
    },
    "organization.closed": {"reason": "合并", "merged_into": "wj-02"},
    "member.joined": {"member": "m1", "leader": True, "exempt_from_study": False, "roles": ["chair"]},
    "member.changed": {"member": "m1", "leader": True, "exempt_from_study": False, "roles": ["chair"]},
    "member.left": {"member": "m1", "reason": "deceased"},
    "activity.held": {
        "kinds": ["study_session"], "topic": "学习", "study_hours": "2.5", "lecturer": "m1", "attendees": ["m1"],
        "for_year": 2017,
    },
    "document.filed": {"document": "volunteer_plan", "title": "计划", "for_year": 2017, "target_sessions": 12},
    "publication.made": {"outlet": "wujin_daily", "title": "报道", "url": "https://x", "feature": True},
    "honor.received": {"honor": "role_model", "level": "city", "title": "先进", "work": "w1", "for_year": 2017},
    "condition.declared": {"condition": "union_sound", "value": "not_applicable"},
    "request.issued": {"request": "r1", "title": "报材料", "due_on": "2017-05-01", "category": "letters"},
    "request.answered": {"request": "r1"},
    "finding.raised": {"finding": "f1", "text": "台账缺页", "due_on": "2017-05-01", "category": "letters"},
    "finding.rectified": {"finding": "f1", "text": "已补"},
    "figure.reported": {"figure": "budget_rate", "value": "95.123456", "at": "上学期", "source": "财政局"},
    "case.confirmed": {"case": "minor", "count": 2, "points": "0.5", "member": "m1", "reason": "迟", "for_year": 2017},
    "rating.given": {"rating": "served", "rater": "r1", "grade": "A", "value": "-1.5", "for_year": 2017},
    "judgement.passed": {"clause": "1.1", "deduct": "0.5", "reason": "缺少", "for_year": 2017, "rubric": "wujin-2017"},
    "claim.reviewed": {"record": "e1", "verdict": "returned", "reason": "不符"},
    "election.held": {"next_term_ends_on": "2020-06-30"},
    "election.postponed": {"until": "2018-06-30", "approved_by": "区委教育工委"},
    "transfer.started": {"member": "m1", "valid_until": "2017-08-01"},
    "transfer.completed": {"member": "m1"},
    "evidence.attached": {
        "record": "e1", "sha256": "0" * 64, "media_type": "image/png", "bytes": 0, "filename": "照片.png",
    },
    "appeal.filed": {
        "appeal": "a1", "clause": "1.1", "reason": "计划已按时报送", "for_year": 2017, "rubric": "wujin-2017",
    },
    "appeal.decided": {"appeal": "a1", "verdict": "upheld", "reason": "情况属实"},
    "score.signed": {
        "for_year": 2017, "rubric": "wujin-2017", "rubric_version": 1, "as_of": "2018-01-31",
        "rubric_sha256": "0" * 64, "score": "93.5",
        "floor": "90", "ceiling": "95", "bonus": "1.5", "indicators": [{"no": 1, "score": "95", "advice": "94"}],
        "grade": "四星", "sequence": 120, "supersedes": "e1", "reason": "申诉成立",
    },
    "score.countersigned": {"signing": "e1", "reason": "复核无误"},
    "result.published": {"signing": "e1", "starts_on": "2018-03-01", "ends_on": "2018-03-07"},
    "result.confirmed": {"signing": "e1"},
    "record.corrected": {
        "record": "e1", "reason": "误", "time": "2017-03-15T00:00:00+08:00", "data": {"a": 1}, "subject": "wj-01/b1",
    },
    "record.retracted": {"record": "e1", "reason": "误"},
    "reminder.sent": {
        "channel": "mail", "items": [{"clause": "1.1", "due": "2017-05-01", "subject": "wj-01"}], "period": "2017-05",
    },
    "anchor.recorded": {"kind": "timestamp", "authority": "http://tsa", "checkpoint": "x", "token": "QUI="},
    "checkpoint.seen": {"log": "taizhang/wujin", "checkpoint": "x"},
    "clock.confirmed": {
        "clock": "2026-11-28T06:00:00.000000Z", "last": "2031-01-01T00:00:00.000000Z", "reason": "校准",
    },
    "rubric.installed": {
        "rubric": "own-2018", "version": 1, "sha256": "0" * 64, "file": pack(b"id: own-2018"), "replaces": "old-2018",
        "beside": False, "reason": "印发",
    },
    "rubric.withdrawn": {"rubric": "own-2018", "version": 1, "reason": "装错了"},
    "loss.accepted": {"log": "taizhang/wujin", "seen": "x", "accepted": "y", "reason": "硬盘损坏"},
}  # fmt: skip
CODES = {
    "level",
    "document",
    "outlet",
    "honor",
    "condition",
    "clause",
    "figure",
    "case",
    "rating",
    "category",
}
"""Checked against the rubrics, later."""
FIGURES = {"score", "floor", "ceiling", "bonus"}
OPTIONAL = {
    "organization.registered": {"secretary", "has_committee", "has_groups", "term_ends_on", "tags", "group"},
    "organization.changed": set(EVENT_TYPES["organization.changed"].fields),
    "organization.closed": {"reason", "merged_into"},
    "clock.confirmed": {"reason"},
    "member.joined": {"leader", "exempt_from_study", "roles"},
    "member.changed": {"leader", "exempt_from_study", "roles"},
    "request.issued": {"category"},
    "finding.raised": {"category"},
    "figure.reported": {"at", "source"},
    "case.confirmed": {"count", "points", "member", "for_year"},
    "rating.given": {"grade", "value", "for_year"},
    "rubric.installed": {"replaces", "beside", "reason"},
    "rubric.withdrawn": {"version"},
    "member.left": {"reason"},
    "activity.held": {"study_hours", "lecturer", "attendees", "for_year"},
    "document.filed": {"for_year", "target_sessions"},
    "publication.made": {"url", "feature"},
    "honor.received": {"work", "for_year"},
    "finding.rectified": {"text"},
    "judgement.passed": {"for_year", "rubric"},
    "claim.reviewed": {"reason"},
    "appeal.filed": {"for_year", "rubric"},
    "score.signed": {"supersedes", "reason", "grade"},
    "score.countersigned": {"reason"},
    "record.corrected": {"time", "data", "subject"},
    "reminder.sent": {"period"},
    "anchor.recorded": {"token"},
}


def _figures(kind: str) -> set[str]:
    return FIGURES if kind == "condition.declared" else FIGURES | {"value", "points"}


def _made(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {**event(kind), "data": data}


def _read(said: Any) -> drafts.Draft:
    return read_draft(1, said if isinstance(said, bytes) else orjson.dumps(said), program=True)


def _problems(said: Any) -> list[tuple[str, str]]:
    draft = _read(said)
    assert draft.event is None
    return [(problem.field, str(problem.text)) for problem in told(draft.problems)]


def test_the_table_is_whole() -> None:
    assert set(FULL) == set(EVENT_TYPES)
    assert all(set(FULL[kind]) == set(EVENT_TYPES[kind].fields) for kind in FULL)


@pytest.mark.parametrize("kind", FULL)
def test_takes_every_field(kind: str) -> None:
    read = _read(_made(kind, FULL[kind])).event
    assert read is not None
    assert read["data"] == FULL[kind]


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in FULL for field in FULL[kind]])
def test_fields_are_required_unless_marked(kind: str, field: str) -> None:
    said = _made(kind, {key: value for key, value in FULL[kind].items() if key != field})
    if field in OPTIONAL.get(kind, set()):
        assert _read(said).event is not None
    else:
        ((where, text),) = _problems(said)
        assert where == f"data.{field}"
        assert "缺少" in text


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in FULL for field in FULL[kind]])
def test_no_field_takes_another_type(kind: str, field: str) -> None:
    for wrong in (None, [], {}, "", True, 1, "x" * 129):
        value = FULL[kind][field]
        if type(wrong) is type(value) and wrong not in ("", [], {}):
            continue
        if (kind, field) in {("record.corrected", "data"), ("reminder.sent", "items")} and wrong in ({}, []):
            continue
        if field in ("study_hours", "deduct", *_figures(kind)) and type(wrong) is int:
            continue
        if (field in ("attendees", "tags", "roles") and wrong == []) or (field in CODES and wrong == ""):
            continue
        (found,) = _problems(_made(kind, {**FULL[kind], field: wrong}))
        assert found[0].startswith(f"data.{field}")


@pytest.mark.parametrize("kind", FULL)
def test_a_misspelt_field_is_one_problem_with_the_right_name(kind: str) -> None:
    field = next(iter(FULL[kind]))
    data = {(key + "x" if key == field else key): value for key, value in FULL[kind].items()}
    ((where, text),) = _problems(_made(kind, data))
    assert where == f"data.{field}x"
    assert field in text


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("study_hours", 2, "2"),
        ("study_hours", b"2.500", "2.5"),
        ("study_hours", b"1e1", "10"),
        ("study_hours", b"0.0", "0"),
        ("study_hours", b"-0.0", "0"),
        ("study_hours", b"24.000000000000000000", "24"),
        ("study_hours", "2.50", "2.5"),
        ("study_hours", "024", "24"),
        ("study_hours", "0", "0"),
        ("study_hours", "20", "20"),
        ("for_year", b"2017.0", 2017),
        ("for_year", b"2.017e3", 2017),
        ("attendees", "all", "all"),
        ("attendees", [], []),
    ],
)
def test_one_stored_form(field: str, value: Any, stored: Any) -> None:
    raw = orjson.dumps(held(**{field: "@"})).replace(
        b'"@"', value if isinstance(value, bytes) else orjson.dumps(value)
    )
    read = _read(raw).event
    assert read is not None
    assert read["data"][field] == stored
    assert type(read["data"][field]) is type(stored)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("study_hours", b"2.125", "两位小数"),
        ("study_hours", b"1.00000000000000001", "两位小数"),
        ("study_hours", "2.125", "两位小数"),
        ("study_hours", "1e1", "十进制"),
        ("study_hours", " 1", "十进制"),
        ("study_hours", "٣", "十进制"),
        ("study_hours", "NaN", "十进制"),
        ("study_hours", 25, "0 到 24"),
        ("study_hours", b"24.01", "0 到 24"),
        ("study_hours", -1, "0 到 24"),
        ("study_hours", b"1e300", "0 到 24"),
        ("study_hours", True, "数"),
        ("kinds", [], "空列表"),
        ("kinds", ["study_session", 1], "文字"),
        ("topic", "  ", "空白"),
        ("topic", "", "空"),
        ("attendees", "m1", "all"),
        ("attendees", ["m1", ""], "空"),
        ("for_year", b"2017.5", "整数"),
        ("for_year", "2017", "整数"),
        ("for_year", 0, "年份"),
    ],
)
def test_refused_value(field: str, value: Any, words: str) -> None:
    raw = orjson.dumps(held(**{field: "@"})).replace(
        b'"@"', value if isinstance(value, bytes) else orjson.dumps(value)
    )
    ((where, text),) = _problems(raw)
    assert where.startswith(f"data.{field}")
    assert words in text


def test_paths_name_the_item() -> None:
    assert _problems(held(kinds=["study_session", 1]))[0][0] == "data.kinds[1]"
    assert _problems(held(attendees=["m1", "m2", None]))[0][0] == "data.attendees[2]"


@pytest.mark.parametrize("deduct", [-1, "-0.5", b"-0.01", b"0.001", b"1e300", "x", None])
def test_a_deduction_is_not_below_nothing(deduct: Any) -> None:
    raw = orjson.dumps(event("judgement.passed", clause="1.1", deduct="@", reason="x"))
    raw = raw.replace(b'"@"', deduct if isinstance(deduct, bytes) else orjson.dumps(deduct))
    assert [where for where, _ in _problems(raw)] == ["data.deduct"]


@pytest.mark.parametrize("figure", ["-1", -0.5, b"0.001", "1e1", b"1e300", "x", True])
def test_a_signed_figure_is_an_exact_number_of_points(figure: Any) -> None:
    raw = orjson.dumps(_made("score.signed", {**FULL["score.signed"], "floor": "@"}))
    raw = raw.replace(b'"@"', figure if isinstance(figure, bytes) else orjson.dumps(figure))
    assert [where for where, _ in _problems(raw)] == ["data.floor"]


def test_a_signed_figure_has_one_stored_form() -> None:
    raw = orjson.dumps(_made("score.signed", {**FULL["score.signed"], "floor": "@", "ceiling": "095.00"}))
    read = _read(raw.replace(b'"@"', b"90.50")).event
    assert read is not None
    assert (read["data"]["floor"], read["data"]["ceiling"]) == ("90.5", "95")


@pytest.mark.parametrize(
    ("indicators", "where"),
    [
        ([], "data.indicators"),
        ([{"no": 0, "score": "1"}], "data.indicators[0].no"),
        ([{"no": 1, "score": "-1"}], "data.indicators[0].score"),
        ([{"no": 1}], "data.indicators[0].score"),
        ([{"no": 1, "score": "1", "note": "x"}], "data.indicators[0].note"),
    ],
)
def test_signed_indicators(indicators: list[Any], where: str) -> None:
    said = _made("score.signed", {**FULL["score.signed"], "indicators": indicators})
    assert [found for found, _ in _problems(said)] == [where]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sha256", "0" * 63), ("sha256", "A" * 64), ("media_type", "png"), ("bytes", -1), ("bytes", 1.5),
        ("filename", "a/b"), ("filename", "a\\b"), ("filename", "a\nb"), ("filename", ".."), ("filename", ""),
        ("record", ""), ("record", "x" * 129),
    ],
)  # fmt: skip
def test_evidence(name: str, value: Any) -> None:
    said = _made("evidence.attached", {**FULL["evidence.attached"], name: value})
    assert [where for where, _ in _problems(said)] == [f"data.{name}"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("specversion", "1.1", "1.0"),
        ("specversion", 1.0, "1.0"),
        ("id", "", "空"),
        ("id", "x" * 129, "128"),
        ("id", "a\u0000b", "控制"),
        ("source", "", "空"),
        ("type", "activity.heldd", "activity.held"),
        ("type", "x", "可用的有"),
        ("type", None, "文字"),
        ("subject", "WJ-01", "小写"),
        ("subject", "wj-01/b1/c", "单位/支部"),
        ("subject", "-wj", "单位"),
        ("subject", "a" * 64, "单位"),
        ("subject", "wj-01/", "单位"),
        ("subject", "wj-01\n", "单位"),
        ("time", "2017-03-15T14:00:00", "时区"),
        ("time", "2017-02-29", "有效"),
        ("time", "2017-3-15", "有效"),
        ("time", "2017-03-15 14:00:00+08:00", "有效"),
        ("time", "2017-02-30T14:00:00+08:00", "有效"),
        ("time", "2017-03-15T24:00:00+08:00", "有效"),
        ("time", "2017-03-15T14:00:60+08:00", "有效"),
        ("time", "0001-01-01T00:00:00+14:00", "有效"),
        ("time", 20170315, "文字"),
        ("data", [], "对象"),
        ("datacontenttype", "", "空"),
        ("sequence", "000000000001", "只由台账"),
        ("recordedtime", "2017-03-15T06:00:00.123456Z", "只由台账"),
        ("authtype", "user", "只由台账"),
        ("authid", "li", "只由台账"),
        ("dataschema", "x", "没有“dataschema”"),
        ("sourc", "x", "source"),
    ],
)
def test_envelope(name: str, value: Any, words: str) -> None:
    ((where, text),) = _problems({**held(), name: value})
    assert where == name
    assert words in text


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "data"])
def test_envelope_is_whole(name: str) -> None:
    said = held()
    del said[name]
    ((where, text),) = _problems(said)
    assert where == name
    assert "缺少" in text


@pytest.mark.parametrize(
    ("time", "stored"),
    [
        ("2017-03-15", "2017-03-15T00:00:00+08:00"),
        ("1988-07-01", "1988-07-01T00:00:00+09:00"),
        ("2017-03-15T14:00:00.5Z", "2017-03-15T14:00:00.5Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
    ],
)
def test_time_is_kept_and_a_bare_day_is_its_start(time: str, stored: str) -> None:
    read = _read(held(time=time)).event
    assert read is not None
    assert read["time"] == stored


def test_the_content_type_may_be_given() -> None:
    read = _read({**held(), "datacontenttype": "application/json"}).event
    assert read is not None
    assert read["datacontenttype"] == "application/json"


def test_a_correction_changes_something() -> None:
    assert _problems(event("record.corrected", record="e1", reason="x"))[0][0] == "data"


def test_everything_wrong_in_a_line_is_told() -> None:
    said = held(kinds=[], topic="", study_hours=25, extra=1)
    said["time"] = "x"
    assert [where for where, _ in _problems(said)] == [
        "time", "data.kinds", "data.topic", "data.study_hours", "data.extra",
    ]  # fmt: skip


_VALUES = st.one_of(
    st.sampled_from(
        [b"2", b"2.5", b"2.50", b'"2.5"', b"2.125", b"1e1", b"-0.0", b"12.0", b"0.1000000000000000055"]
    ),
    st.sampled_from(
        [b'"all"', b"[]", b'["m1"]', b"true", b"null", b'"x"', b"{}", b'{"a":1}', b"[[]]", b"1e999", b"NaN"]
    ),
    st.sampled_from([b'"\\u0041"', b'"\\ud800"', b'"\\""', b'"\xff"', b'"2017-05-01"', b"9007199254740993"]),
)


@settings(max_examples=1200, deadline=None)
@given(st.data())
def test_the_fast_way_in_says_yes_only_where_the_long_way_does(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(FULL)))
    members = [(key, orjson.dumps(value)) for key, value in FULL[kind].items()]
    for _ in range(data.draw(st.integers(0, 2))):
        key = data.draw(st.sampled_from([*FULL[kind], "other"]))
        members.append((key, data.draw(_VALUES)))
        if data.draw(st.booleans()):
            members = [pair for pair in members[:-1] if pair[0] != key] + members[-1:]
    colon = data.draw(st.sampled_from([b":", b": ", b" :", b"\t: "]))
    inner = b"{" + b",".join(orjson.dumps(key) + colon + value for key, value in members) + b"}"
    outer = [(key, orjson.dumps(value)) for key, value in event(kind).items() if key != "data"] + [
        ("data", inner)
    ]
    if data.draw(st.integers(0, 5)) == 0:
        outer.append((data.draw(st.sampled_from(["id", "time", "more"])), b'"2017-01-01"'))
    raw = b"{" + b",".join(orjson.dumps(key) + colon + value for key, value in outer) + b"}"
    fast = drafts._certainly_good(raw)
    if fast is not None:
        fast_bytes = orjson.dumps(fast, option=orjson.OPT_SORT_KEYS)
        draft = drafts.Draft(1, len(raw))
        drafts.check_event(draft, drafts.parse_line(raw), program=True)
        assert draft.event is not None
        assert orjson.dumps(draft.event, option=orjson.OPT_SORT_KEYS) == fast_bytes
