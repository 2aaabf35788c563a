"""A workbook at the terminal: looked at, recorded whole or not at all, recognised again, corrected after asking."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

Made = Callable[..., Path]
UNIT = "lh-01"
ROSTER = [
    ["姓名", "联系电话", "班子成员", "加入日期"],
    ["王芳", "13911112222", "是", date(2016, 9, 1)],
    ["张伟", 13933334444, None, None],
]
ACTIVITIES = [
    ["柳河小学党支部活动台账", None, None, None, None],
    ["时间", "活动类型", "活动内容", "参加人员", "学时"],
    [datetime(2017, 3, 15, 15, 30), "党员大会、党课", "学习两会精神", "王芳、张伟", 2],  # noqa: DTZ001
    ["4月12日", "主题党日", "走访社区", "全体", "１.5"],
    [42860, "党小组会", "=1+1", None, None],
]


@pytest.fixture
def unit(run: Run) -> Run:
    """A ledger in which the unit is registered and nothing else."""
    Path("unit.jsonl").write_text(
        '{"specversion":"1.0","id":"lh-0001","source":"urn:x","type":"organization.registered","subject":"lh-01",'
        '"time":"2017-01-01","data":{"name":"柳河小学党支部","kind":"branch"}}',
        "utf-8",
    )
    assert run("import", "unit.jsonl").status == 0
    return run


def excel(run: Run, path: Path, *options: str) -> Any:
    done = run("excel", "import", UNIT, str(path), "--year", "2017", "--json", *options)
    assert done.status == 0, done.err
    return done.document


def events(run: Run) -> int:
    return len(run("export").out.splitlines())


def test_looked_at_recorded_and_known_again(unit: Run, made: Made) -> None:
    path = made(花名册=ROSTER, 活动=ACTIVITIES[:4])
    seen = excel(unit, path, "--dry-run")
    assert (seen["recorded"], seen["new"], seen["new_people"], seen["people"]) == (False, 4, 2, 2)
    assert events(unit) == 1
    assert unit("people", "list", UNIT, "--json").document == {"people": []}
    done = excel(unit, path)
    assert (done["recorded"], done["appended"]) == (True, 4)
    again = excel(unit, path)
    assert (again["appended"], again["new"], again["there"], again["people"]) == (0, 0, 4, 0)
    assert events(unit) == 5
    exported = unit("export").out
    assert "王芳" not in exported
    assert "139" not in exported
    people = unit("people", "list", UNIT, "--json").document["people"]
    assert [(each["name"], each["telephone"]) for each in sorted(people, key=lambda each: each["name"])] == [
        ("张伟", "13933334444"),
        ("王芳", "13911112222"),
    ]
    hours = unit("members", UNIT, "--as-of", "2017-12-31", "--json").document["members"]
    assert {member["hours"] for member in hours} == {"3.5"}
    assert unit("verify").status == 0


def test_the_preview_says_what_it_counts_for(unit: Run, made: Made) -> None:
    path = made(花名册=ROSTER, 活动=ACTIVITIES[:4])
    before = unit("score", UNIT, "--rubric", "wujin-2017", "--json").document["total"]
    (seen,) = excel(unit, path, "--dry-run")["counts"]
    excel(unit, path)
    after = unit("score", UNIT, "--rubric", "wujin-2017", "--json").document
    assert seen["before"] == {name: before[name] for name in seen["before"]}
    assert seen["after"] == {name: after["total"][name] for name in seen["after"]}
    moved = {each["clause"]: each for each in seen["clauses"]}
    clauses = {clause["id"]: clause for indicator in after["indicators"] for clause in indicator["clauses"]}
    assert [part["outcome"] for part in moved["8.2"]["parts"]] == ["done"]
    assert len(clauses["8.2"]["records"]) == 1
    assert seen["hours"] == "3.5"
    assert moved["8.2"]["after"] == clauses["8.2"]["status"]
    assert "2.1" not in moved


def test_rows_are_shown_at_the_terminal(unit: Run, made: Made) -> None:
    path = made(花名册=ROSTER, 活动=ACTIVITIES[:4])
    shown = unit("excel", "import", UNIT, str(path), "--year", "2017", "--dry-run").out
    for words in (
        "试算，什么也没有记",
        "新记 4 条",
        "支部党员大会、党课：学习两会精神",
        "通讯录 2 人（新 2 人）",
        "算什么分",
    ):
        assert words in shown
    english = unit("excel", "import", UNIT, str(path), "--year", "2017", "--dry-run", "--lang=en").out
    assert "dry run" in english


def test_all_that_is_wrong_and_then_nothing_is_recorded(unit: Run, made: Made) -> None:
    bad = [*ACTIVITIES, ["3.1", "党刻", None, "李四", "30"]]
    done = unit("excel", "import", UNIT, str(made(花名册=ROSTER, 活动=bad)), "--year", "2017", "--json")
    assert done.status == 1
    assert [(each["line"], each["field"]) for each in done.errors] == [
        (5, "活动 活动内容"),  # a formula without a saved value is an empty cell
        (6, "活动 时间"),
        (6, "活动 活动类型"),
        (6, "活动 活动内容"),
        (6, "活动 参加人员"),
        (6, "活动 学时"),
    ]
    assert events(unit) == 1
    assert unit("people", "list", UNIT, "--json").document == {"people": []}


def test_what_only_the_ledger_can_refuse_is_told_by_row(unit: Run, made: Made) -> None:
    early = [["类型", "名称", "变更日期", "设党小组"], [None, None, date(2016, 5, 1), "否"]]
    done = unit("excel", "import", UNIT, str(made(党组织=early)), "--json")
    assert done.status == 1
    assert [(each["line"], each["field"]) for each in done.errors] == [(2, "党组织")]
    assert events(unit) == 1


def test_a_mended_row_asks_first(unit: Run, made: Made) -> None:
    excel(unit, made(花名册=ROSTER, 活动=ACTIVITIES[:4]))
    mended = [row[:] for row in ACTIVITIES[:4]]
    mended[2][4] = 3
    path = made(花名册=ROSTER, 活动=mended)
    asked = unit("excel", "import", UNIT, str(path), "--year", "2017", "--json")
    assert asked.status == 1
    (error,) = asked.errors
    assert (error["line"], error["field"]) == (3, "活动")
    assert "学时 2 → 3" in error["problem"]
    assert "--correct" in error["problem"]
    assert events(unit) == 5
    assert excel(unit, path, "--dry-run")["undecided"] == 1
    done = excel(unit, path, "--correct", "--reason", "漏记一小时")
    assert (done["appended"], done["corrections"]) == (1, 1)
    assert excel(unit, path)["appended"] == 0
    record = next(
        step["id"]
        for sheet in done["sheets"]
        for row in sheet["rows"]
        for step in row["steps"]
        if step["state"] == "changed"
    )
    found = unit("history", record, "--json").document
    assert found["current"]["data"]["study_hours"] == "3"
    assert found["corrections"][0]["data"]["reason"] == "漏记一小时"


def test_or_it_is_another_thing(unit: Run, made: Made) -> None:
    excel(unit, made(花名册=ROSTER, 活动=ACTIVITIES[:4]))
    other = [*ACTIVITIES[:2], [date(2017, 3, 15), "党课", "另一堂党课", None, None]]
    path = made(活动=other)
    assert unit("excel", "import", UNIT, str(path), "--json").status == 1
    assert excel(unit, path, "--as-new")["appended"] == 1
    assert excel(unit, path)["appended"] == 0
    assert unit("excel", "import", UNIT, str(path), "--as-new", "--correct").status == 2


def test_headers_that_are_named_once_are_remembered(unit: Run, made: Made) -> None:
    rows = [["何时", "干了什么", "哪一种"], ["3月1日", "开讲", "党课"]]
    path = made(三月=rows)
    unknown = unit("excel", "import", UNIT, str(path), "--json")
    assert (unknown.status, "认不出" in unknown.errors[0]["problem"]) == (1, True)
    asked = unit("excel", "import", UNIT, str(path), "--sheet", "三月=activities", "--json")
    assert {each["field"] for each in asked.errors} == {"三月 日期", "三月 类型", "三月 主题"}
    named = (
        "--sheet",
        "三月=活动记录",
        "--column",
        "何时=日期",
        "--column",
        "三月!干了什么=topic",
        "--column",
        "哪一种=类型",
    )
    assert excel(unit, path, *named)["appended"] == 1
    later = made("四月.xlsx", 四月=[rows[0], ["2017年4月1日", "再讲", "党课"]])
    assert excel(unit, later)["appended"] == 1


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (("--sheet", "活动=无此种"), 1, "无此种"),
        (("--column", "无此列=日期"), 1, "无此列"),
        (("--column", "时间=无此项"), 1, "无此项"),
        (("--column", "时间"), 2, "名称=值"),
    ],
)
def test_names_that_do_not_exist(
    unit: Run, made: Made, options: tuple[str, ...], status: int, told: str
) -> None:
    done = unit("excel", "import", UNIT, str(made(活动=ACTIVITIES[:4])), *options)
    assert done.status == status
    assert told in done.err


def test_a_later_roster_finds_its_people(unit: Run, made: Made) -> None:
    excel(unit, made(花名册=ROSTER))
    later = made("九月.xlsx", 党员花名册=[
        ["序号", "姓名", "电话", "转出时间", "住址"],
        [1, "王 芳", "13911112222", None, "青禾路1号"],
        [2, "张伟", "13955556666", date(2017, 9, 1), None],
    ])  # fmt: skip
    done = excel(unit, later)
    assert (done["appended"], done["there"], done["people"], done["new_people"]) == (1, 2, 2, 0)
    people = {each["name"]: each for each in unit("people", "list", UNIT, "--json").document["people"]}
    assert people["王 芳"]["address"] == "青禾路1号"
    assert people["张伟"]["telephone"] == "13955556666"


def test_namesakes_need_something_to_tell_them_apart(unit: Run, made: Made) -> None:
    head = ["姓名", "出生日期", "电话"]
    two = made(花名册=[head, ["张伟", "1970-1-2", None], ["张伟", "1985年6月7日", None]])
    assert excel(unit, two)["new_people"] == 2
    done = unit("excel", "import", UNIT, str(made("又.xlsx", 花名册=[head, ["张伟", None, None]])), "--json")
    assert done.status == 1
    assert "有 2 位党员叫“张伟”" in done.errors[0]["problem"]
    assert excel(unit, two)["appended"] == 0


def test_an_erased_person_is_an_id_and_the_ledger_verifies(unit: Run, made: Made) -> None:
    path = made(花名册=ROSTER, 活动=ACTIVITIES[:4])
    excel(unit, path)
    people = {
        each["name"]: each["member"] for each in unit("people", "list", UNIT, "--json").document["people"]
    }
    root = unit("verify", "--json").document
    assert unit("people", "erase", people["王芳"], "--json").document["erased"] is True
    assert unit("people", "erase", people["王芳"]).status == 1
    assert unit("verify", "--json").document == root
    assert unit("excel", "template", UNIT, "全部.xlsx", "--filled").status == 0
    kept = excel(unit, Path("全部.xlsx"))
    assert (kept["appended"], kept["there"]) == (0, 5)
    assert unit("people", "list", UNIT, "--search", "wf", "--json").document == {"people": []}
    corrected = unit("people", "set", people["张伟"], "--telephone", "13800000000", "--json")
    assert corrected.document["telephone"] == "13800000000"
    assert unit("people", "set", people["王芳"], "--unit", UNIT, "--name", "王芳芳").status == 0
    assert unit("people", "set", "m-none", "--unit", UNIT, "--name", "无此人").status == 1
    assert unit("people", "set", people["张伟"]).status == 2


def test_the_template_as_it_comes_records_nothing(unit: Run) -> None:
    assert unit("excel", "template", UNIT, "模板.xlsx", "--json").document["records"] == 0
    done = unit("excel", "import", UNIT, "模板.xlsx", "--json")
    assert (done.status, len(done.errors)) == (1, 1)
    told = done.errors[0]["problem"]
    assert all(
        sheet in told for sheet in ("没有可以记的行", "党员名册", "活动记录", "材料", "信息报道", "荣誉")
    )
    assert "说明" not in told


def test_texts_that_begin_like_formulas_stay_texts(unit: Run, made: Made) -> None:
    from openpyxl import load_workbook

    topics = ["=1+1", "+86", "-5", "@sum"]
    rows = [
        ["日期", "类型", "主题"],
        *[[f"3月{day}日", "党课", topic] for day, topic in enumerate(topics, 1)],
    ]
    csv = Path("活动.csv")
    csv.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    assert excel(unit, csv)["appended"] == 4
    unit("excel", "template", UNIT, "全部.xlsx", "--filled")
    sheet = load_workbook("全部.xlsx")["活动记录"]
    cells = [row[2] for row in sheet.iter_rows(min_row=2)][:4]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        (topic, "s", True) for topic in topics
    ]
    assert excel(unit, Path("全部.xlsx"))["appended"] == 0


def test_when_the_ledger_refuses_at_the_last_moment_the_directory_is_as_it_was(
    unit: Run, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.problem import StoreError
    from ledger.text import Text

    path = made(花名册=ROSTER)
    excel(unit, made("先.xlsx", 花名册=[ROSTER[0], ["王芳", "13911110000", None, date(2016, 9, 1)]]))

    def full(*_args: object, **_options: object) -> None:
        raise StoreError(Text("磁盘已满"))

    with monkeypatch.context() as patched:
        patched.setattr("ledger.store.sqlite.store.SqliteStore.append", full)
        assert unit("excel", "import", UNIT, str(path), "--correct").status == 1
    (person,) = unit("people", "list", UNIT, "--json").document["people"]
    assert (person["name"], person["telephone"]) == ("王芳", "13911110000")
