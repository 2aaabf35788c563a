"""Every sheet from the field through the real import: each row has the right value, or is asked about.

The files in `field/` are what offices hand in (names and numbers invented), one fault each. They are held against a
ledger of a unit with two branches and three people, into which 00-roster.xlsx is recorded; nothing else is, but where a
test says so. Elsewhere: 41, a copied row that bears a record's id (`test_field_import.py`), and how 33 is searched
(`tests/people/test_directory.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.store.protocol import Recorder
from taizhang.app.ledger import OpenLedger
from taizhang.entry.sheets import State, Step, grid_of_text
from taizhang.entry.workbooks.importing import Prepared, prepare, record
from taizhang.entry.workbooks.read import read_workbook
from taizhang.evidence.kinds import kind_of
from taizhang.startup.open_ledger import open_ledger

HERE = Path(__file__).parent / "field"
UNIT = "xq-01"
NOW = datetime(2017, 12, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
BY = Recorder("tests")


@dataclass
class Office:
    """A unit's ledger, and imports into it."""

    session: OpenLedger

    def looks_at(self, file: str, year: int | None = 2017, today: date = TODAY) -> Prepared:
        """Say what an import of *file* would do."""
        path = HERE / file
        grids = (
            [grid_of_text(path.read_text("utf-8"))] if "paste" in file
            else read_workbook(path.read_bytes(), path.stem).grids
        )  # fmt: skip
        return prepare(self.session, UNIT, grids, workbook=file, by=BY, now=NOW, today=today, year=year)

    def takes(self, file: str) -> Prepared:
        """Import *file*."""
        prepared = self.looks_at(file)
        record(self.session, prepared, lambda lines: self.session.store.append(lines, by=BY, now=NOW))
        return prepared


def opened(path: Path) -> Iterator[Office]:
    with open_ledger(f"sqlite:///{path / 'field.db'}", durable=False, new=True) as session:
        lines = enumerate((HERE / "00-base.jsonl").read_bytes().splitlines(), 1)
        session.store.append(lines, by=BY, now=NOW)
        office = Office(session)
        office.takes("00-roster.xlsx")
        yield office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """To look only."""
    yield from opened(tmp_path_factory.mktemp("office"))


@pytest.fixture
def own_office(tmp_path: Path) -> Iterator[Office]:
    """To record in."""
    yield from opened(tmp_path)


def said(step: Step, prepared: Prepared) -> str:
    """Return a row as it would be recorded: 03-05 党课 学习 2 王芳、李娜."""
    data = step.event["data"]
    there = data.get("attendees", "")
    names = [prepared.directory.get(each).name for each in there] if isinstance(there, list) else [there]
    kinds = "+".join(data["kinds"])
    parts = (
        step.draft.moment.day.strftime("%m-%d"),
        kinds,
        data["topic"],
        data.get("study_hours", ""),
        "、".join(names),
    )
    return " ".join(filter(None, parts))


LECTURE = ["03-05 party_lecture 学习 2"]
HELD: dict[str, list[str]] = {
    "01a-bianhao-january.xlsx": ["01-05 unified_activity_day 一月活动 2 all", "01-20 party_lecture 一月党课 2 all"],
    "02a-leave-in-brackets.xlsx": ["03-05 party_lecture 学习 2 王芳、李娜", "03-06 party_lecture 学习二 2 王芳"],
    "02b-all-but-one.xlsx": ["03-07 party_lecture 学习三 2 王芳、李娜", "03-08 party_lecture 学习四 2 all"],
    **{f"06-error-{name}.xlsx": LECTURE
       for name in ("BUSY", "CALC", "FIELD", "GETTING_DATA", "SPILL", "in-hidden-sheet")},
    "08a-paste-lone-quote.txt": [
        '03-05 party_lecture "未闭合的标题 2', "03-06 party_lecture 第二 1", "03-07 party_lecture 第三 1"
    ],
    "08b-paste-quote-at-start.txt": ['03-05 party_lecture "两学一做"学习教育 2'],
    "08c-lone-quote.csv": ['03-05 party_lecture "未闭合的引号 2', "03-06 party_lecture 第二 1"],
    **{f"09-merged-attendees.{form}": [
        "03-05 unified_activity_day 一起学习 2 all", "03-06 party_lecture 书记讲 1 all",
        "03-07 member_meeting 选举 1 all"
    ] for form in ("ods", "xlsx")},
    "22a-total-row.xlsx": LECTURE,
    "22b-section-rows.xlsx": [*LECTURE, "04-05 party_lecture 学习二 2"],
    "22c-footer.xlsx": LECTURE,
    "22d-prefilled-branch.xlsx": LECTURE,
    "24-float-noise.xlsx": ["03-05 party_lecture 学习 2.3", "03-06 party_lecture 学习二 0.3"],
    "25-hours-in-minutes-and-words.xlsx": [
        f"03-0{place} party_lecture 学{place} {hours}"
        for place, hours in enumerate(("0.67", "1.67", "2", "1.5", "1.5", "0.5", "1.5"), 1)
    ],
    "27-zero-width.xlsx": [f"{LECTURE[0]} 张伟"],
    "28-filtered-rows.xlsx": ["03-05 party_lecture 看得见 2", "03-06 party_lecture 筛选掉的一行 2"],
    "29-two-tables-side-by-side.xlsx": ["03-05 party_lecture 左表", "04-05 party_lecture 右表"],
    "30-backslash-names.xlsx": LECTURE,
    "31a-unicode-text.txt": LECTURE, "31b-semicolon.csv": LECTURE, "31c-sep-line.csv": LECTURE,
    "31d-equals-quote.csv": LECTURE,
    "35-types.xlsx": [
        f"03-{place:02} {kind} 第{place}" for place, kind in enumerate((
            "member_meeting", "committee_meeting", "committee_meeting", "group_meeting", "unified_activity_day",
            "party_lecture", "party_lecture", "organizational_life_meeting", "unified_activity_day",
            "volunteer_service", "rule_of_law_education", "rule_of_law_education", "party_work_meeting",
            "volunteer_service", "study_session",
        ), 1)
    ],
    "38-1904-serial-as-number.xlsx": LECTURE,
    "39-headers-with-hints.xlsx": LECTURE,
}  # fmt: skip
"""What each file has to come to."""


@pytest.mark.parametrize("file", HELD)
def test_activities(office: Office, file: str) -> None:
    found = office.looks_at(file)
    assert [str(problem.text) for problem in found.problems] == []
    assert [said(step, found) for step in found.plan.steps] == HELD[file]


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("22a-total-row.xlsx", [3]), ("22b-section-rows.xlsx", [2, 4]), ("22c-footer.xlsx", [3, 4]),
        ("22d-prefilled-branch.xlsx", list(range(3, 22))), ("23-birth-year-and-month.xlsx", [2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told(office: Office, file: str, rows: list[int]) -> None:
    found = office.looks_at(file)
    told = [each.row for sheet in found.plan.sheets for each in sheet.left_out]
    assert (found.problems, told) == ([], rows[: len(told)])
    assert told


def test_days(office: Office) -> None:
    found = office.looks_at("26-days.xlsx")
    assert {problem.row: str(problem.text).partition("”")[2][:5] for problem in found.problems} == {
        9: "是当天还是", 10: "写的是别的",
    }  # fmt: skip
    days = {step.row.row: step.event["time"] for step in found.plan.steps}
    assert days.pop(8) == "2017-03-05T13:00:00+08:00"
    assert days == dict.fromkeys([2, 3, 4, 5, 6, 7, 11], "2017-03-05T00:00:00+08:00")


@pytest.mark.parametrize(
    ("file", "column"),
    [("07a-hours-formula-without-value.xlsx", "学时"), ("07b-date-formula-without-value.xlsx", "日期")],
)
def test_a_formula_without_its_value_is_asked_about(office: Office, file: str, column: str) -> None:
    (asked,) = office.looks_at(file).problems
    assert (asked.row, asked.column, "打开并保存" in str(asked.text)) == (2, column, True)


def test_the_title_names_the_year_whatever_the_clock(office: Office) -> None:
    (step,) = office.looks_at("32-year-in-title.xlsx", year=None, today=date(2018, 1, 10)).plan.steps
    assert step.draft.moment.day == date(2017, 1, 5)


@pytest.mark.parametrize(
    ("file", "joined"),
    [
        ("03-roster-order.xlsx", dict.fromkeys(
            ["安一", "白二", "陈三", "丁四", "冯五", "高六", "何七", "贾八", "李九", "马十"], "/b1")),
        ("05-rare-names.xlsx", dict.fromkeys(
            ["王\ue863", "王\ue864", "陈\U00031350", "刘\U0002ebf0", "李䶮", "𠮷野"], "")),
        ("20a-suozai-dangzhibu.xlsx", {"陈一明": "/b1", "王三平": "/b2"}),
        ("20b-suoshu-dangzhibu-only.xlsx", {"陈一明": "/b1", "王三平": "/b2"}),
        ("21-placeholders.xlsx", {"新二": "/b1", "新三": "", "新四": "", "新一": "/b1"}),
        ("23-birth-year-and-month.xlsx", dict.fromkeys(["陈一明", "李二红", "王三平", "赵四海"], "")),
        ("33-names-to-search.xlsx", dict.fromkeys(["阿卜杜拉·买买提", "单宁乐", "单行健"], "")),
    ],
)  # fmt: skip
def test_rosters(office: Office, file: str, joined: dict[str, str]) -> None:
    found = office.looks_at(file)
    assert found.problems == []
    assert {
        found.directory.get(step.event["data"]["member"]).name: step.event["subject"].removeprefix(UNIT)
        for step in found.plan.steps
    } == joined
    assert [found.directory.get(step.event["data"]["member"]).name for step in found.plan.steps] == list(
        joined
    )
    nobody_knows = {"无", "—", "/", "-"}
    assert not any({person.telephone, person.address} & nobody_knows for person in found.people)


def test_a_running_number_is_no_id_from_month_to_month(own_office: Office) -> None:
    assert len(own_office.takes("01a-bianhao-january.xlsx").events) == 2
    second = own_office.takes("01b-bianhao-february.xlsx")
    assert [step.state for step in second.plan.steps] == [State.NEW, State.NEW]
    again = own_office.looks_at("01c-bianhao-roster.xlsx")
    assert (again.new_people, [step.state for step in again.plan.steps]) == (0, [State.THERE, State.THERE])


def test_six_dots_are_one_person(own_office: Office) -> None:
    people = [own_office.takes(f"04{letter}-middle-dot.xlsx").new_people for letter in "abcdef"]
    assert people == [1, 0, 0, 0, 0, 0]


def test_a_document_of_word_online_is_evidence() -> None:
    assert kind_of((HERE / "34-word-online.docx").read_bytes(), "34-word-online.docx")
