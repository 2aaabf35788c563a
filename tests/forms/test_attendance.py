"""Who was there: nothing is supposed, whom the body expects stands first, hours that would be nobody's are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from rubric.catalog import RubricCatalog
from taizhang.entry.forms.form import Form, Reading
from taizhang.entry.forms.registry import form_of
from taizhang.entry.forms.situation import Situation
from taizhang.people.search import sought_by

UNIT = "lh-01"
DAY = date(2017, 9, 20)
NAMES = {"m1": "王芳", "m2": "李娜", "m3": "张伟", "m4": "张伟", "m5": "陈静", "m6": "单宁乐"}


def event(number: int, type_: str, subject: str, day: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": f"e{number}", "source": "urn:x", "type": type_, "subject": subject,
        "time": f"{day}T00:00:00+08:00", "data": data, "sequence": f"{number:012d}",
        "recordedtime": f"2017-09-19T00:00:{number:02d}.000000Z", "authtype": "unauthenticated", "authid": "x",
    }  # fmt: skip


def stream() -> Iterator[dict[str, Any]]:
    low, high = f"{UNIT}/b1", f"{UNIT}/b2"
    registered, joined, held = "organization.registered", "member.joined", "activity.held"
    yield event(
        1, registered, UNIT, "2017-01-01", name="柳河小学党总支", kind="general_branch", secretary="m5"
    )
    yield event(2, registered, low, "2017-01-01", name="低年级党支部", kind="branch", secretary="m2")
    yield event(3, registered, high, "2017-01-01", name="高年级党支部", kind="branch")
    for number, (member, branch) in enumerate(zip(NAMES, (low, low, low, high, high, low), strict=True), 4):
        leads = {"leader": True} if member in ("m1", "m2") else {}
        day = "2017-09-19" if member == "m6" else "2017-01-01"
        yield event(number, joined, branch, day, member=member, **leads)
    group = {"kinds": ["group_meeting"]}
    yield event(20, held, low, "2017-03-01", **group, topic="读书", attendees=["m1", "m3"])
    yield event(21, held, low, "2017-04-01", **group, topic="读报", study_hours="1.5", attendees=["m2"])


@pytest.fixture(scope="module")
def situation() -> Situation:
    shelf = RubricCatalog()
    return Situation(UNIT, stream(), DAY, shelf, shelf.for_day(DAY), NAMES.__getitem__)  # type: ignore[arg-type]


def form(situation: Situation, kind: str) -> Form:
    made = form_of(f"activity.held:{kind}", situation)
    assert made is not None
    return made


def read(situation: Situation, kind: str = "party_lecture", **typed: str | list[str]) -> tuple[Any, Reading]:
    given = {
        "topic": "学",
        "day": "2017-09-18",
        "kinds": kind,
        "subject": f"{UNIT}/b1",
        "for_year": "2017",
    } | typed
    values = {name: [said] if isinstance(said, str) else said for name, said in given.items()}
    drafts, reading = form(situation, kind).read(values)
    return [draft.data.get("attendees") for draft in drafts], reading


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ({}, None),
        ({"attendees": "all"}, "all"),
        ({"attendees": "none"}, None),
        ({"attendees": "except", "present": ["m1"]}, ["m2", "m3"]),
        ({"attendees": "except", "present": ["m1"], "day": "2017-09-20"}, ["m2", "m3", "m6"]),
        ({"attendees": "except", "present": ["m1"], "subject": UNIT}, ["m2", "m3", "m4", "m5"]),
        ({"attendees": "leaders"}, ["m1", "m2"]),
        ({"attendees": "like:e21"}, ["m2"]),
        ({"attendees": "some", "present": ["m3", "m4"]}, ["m3", "m4"]),
    ],
)
def test_what_is_said_becomes_who_was_there(situation: Situation, typed: dict[str, Any], there: Any) -> None:
    found, reading = read(situation, "group_meeting", **typed)
    assert found == [there]
    assert reading.problems == []


def test_of_every_branch_only_its_own_are_left(situation: Situation) -> None:
    found, reading = read(situation, subject="each", attendees="except", present=["m1", "m5"])
    assert found == [["m2", "m3"], ["m4"]]
    assert reading.problems == []


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"study_hours": "2"}, "attendees", "这 2 学时记不到任何人名下"),
        ({"attendees": "some"}, "present", "请选出参加的人"),
        ({"attendees": "except"}, "present", "请选出没有到的人"),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    situation: Situation, typed: dict[str, Any], field: str, words: str
) -> None:
    _found, reading = read(situation, **typed)
    assert [(problem.field, words in str(problem.text)) for problem in reading.problems] == [(field, True)]


def test_hints(situation: Situation) -> None:
    _found, reading = read(situation, attendees="except", present=["m1"])
    assert list(map(str, reading.hints)) == ["应到 3 人，实到 2 人"]
    _found, reading = read(situation, "committee_meeting", attendees="leaders")
    assert list(map(str, reading.hints)) == ["应到 2 人，实到 2 人"]
    _found, reading = read(situation, attendees="none", study_hours="2")
    assert "记不到任何人名下" in str(reading.hints[0])


def test_nothing_is_filled_in_that_nobody_said(situation: Situation) -> None:
    fields = {field.name: field for field in form(situation, "group_meeting").fields()}
    asked = ("topic", "study_hours", "attendees", "present", "lecturer")
    assert [name for name in asked if fields[name].default] == []
    assert (fields["topic"].before, fields["study_hours"].before) == ("读报", "1.5")


def test_whom_the_body_expects_stands_first(situation: Situation) -> None:
    def offered(kind: str) -> list[str]:
        (asked,) = (field for field in form(situation, kind).fields() if field.name == "attendees")
        return [label for _value, label in asked.options]

    assert offered("committee_meeting")[0] == "班子成员"
    assert offered("group_meeting")[:2] == ["本小组：李娜（1 人）", "本小组：王芳、张伟（2 人）"]
    assert offered("party_lecture") == ["全体", "全体，除了…", "班子成员", "选人", "不登记"]


def test_people_go_by_their_names_the_secretary_first(situation: Situation) -> None:
    labels = [label for _member, label in situation.people]
    assert labels == ["李娜", "王芳", "张伟（低年级）", "单宁乐", "陈静", "张伟（高年级）"] or labels == [
        "李娜", "王芳", "张伟（低年级党支部）", "单宁乐", "陈静", "张伟（高年级党支部）",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sought"),
    [("王芳", ("wangfang", "wf", "王芳")), ("单宁乐", ("shanningle", "danningyue", "snl", "dny"))],
)
def test_a_list_is_narrowed_by_pinyin(name: str, sought: tuple[str, ...]) -> None:
    assert all(each in sought_by(name) for each in sought)
