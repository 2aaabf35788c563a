"""The corpus of office files: every row of each comes out with the right value, whichever program wrote it."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from taizhang.app.errors import FileRefused
from taizhang.entry.sheets import Context, Known, plan, read_grids
from taizhang.entry.sheets.context import Stay
from taizhang.entry.workbooks.read import read_workbook
from tests.sheets.conftest import PEOPLE, TODAY, UNIT, context

__all__ = ["context"]

HERE = Path(__file__).parent / "corpus"
SINCE = TODAY.replace(month=1, day=1)
MEETINGS = [
    ("2017-03-05", ["member_meeting", "party_lecture"], "学习讲话精神", "2", ["王芳", "张伟", "张伟"]),
    ("2017-03-25", ["committee_meeting"], "讨论发展对象", None, ["王芳", "李娜"]),
    ("2017-06-15", ["unified_activity_day"], "走访社区", "0.5", "all"),
    ("2017-06-15", ["volunteer_service"], "清扫街道", "1.5", ["王芳"]),
    ("2017-09-05", ["party_lecture"], "学党章", "1.5", ["王芳", "张伟", "张伟"]),
]
WPS = [
    ("2017-03-05", ["party_lecture"], "学习", "2", "all"),
    ("2017-05-06", ["committee_meeting"], "议事", None, None),
]
BRANCH = [
    ("2017-03-05", ["party_lecture"], "学习", "2", ["王芳", "陈静"]),
    ("2017-03-05", ["member_meeting"], "选举", None, "all"),
    ("2017-04-06", ["unified_activity_day"], "植树", "2", ["王芳", "李娜", "张伟", "张伟", "陈静"]),
]
ROSTER = [("王芳", True), ("陈静", True), ("赵敏", False)]


@pytest.mark.parametrize(
    ("file", "held", "joined"),
    [
        ("meetings.xlsx", MEETINGS, []),
        ("meetings.ods", MEETINGS, []),
        ("meetings.xls", MEETINGS, []),
        ("wps.xlsx", WPS, []),
        ("branch.docx", BRANCH, ROSTER),
        ("branch-libreoffice.docx", BRANCH, ROSTER),
    ],
)
def test_every_row_has_the_right_value(
    context: Context, file: str, held: list[tuple[Any, ...]], joined: list[tuple[str, bool]]
) -> None:
    path = HERE / file
    stays = tuple(Stay(person.member, UNIT, SINCE) for person in PEOPLE)
    here = replace(context, year=None, this_year=2017, stays=stays, file=path.stem)
    sheets, people = read_grids(read_workbook(path.read_bytes(), path.stem).grids, here)
    made = plan(sheets, Known(), UNIT, TODAY)
    assert [str(problem.text) for problem in made.problems] == []
    events = [
        (step.draft.moment.day.isoformat(), step.event["type"], step.event["data"]) for step in made.steps
    ]

    def called(members: Any) -> Any:
        return [people.name_of(each) for each in members] if isinstance(members, list) else members

    assert [
        (day, data["kinds"], data["topic"], data.get("study_hours"), called(data.get("attendees")))
        for day, type_, data in events
        if type_ == "activity.held"
    ] == held
    assert [
        (people.name_of(data["member"]), data.get("leader", False))
        for _day, type_, data in events
        if type_ == "member.joined"
    ] == joined


def test_a_document_without_a_table_is_told() -> None:
    content = io.BytesIO()
    Document().save(content)
    with pytest.raises(FileRefused, match="文档里没有表格"):
        read_workbook(content.getvalue(), "通知")
