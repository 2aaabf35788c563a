"""An import never says done for nothing, and a running number is no record id: through the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

Made = Callable[..., Path]
HEAD = ["编号", "活动时间", "活动类型", "活动主题", "学时", "参加人员"]


@pytest.fixture
def units(run: Run) -> Run:
    """A ledger in which two units are registered."""
    lines = [
        {"specversion": "1.0", "id": f"r{unit}", "source": "urn:x", "type": "organization.registered", "subject": unit,
         "time": "2017-01-01", "data": {"name": f"{unit}党支部", "kind": "branch"}}
        for unit in ("lh-01", "lh-02")
    ]  # fmt: skip
    Path("units.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert run("import", "units.jsonl").status == 0
    return run


def done(run: Run, unit: str, path: Path, *options: str) -> Any:
    result = run("excel", "import", unit, str(path), "--json", *options)
    assert result.status == 0, result.err
    return result.document


@pytest.mark.parametrize(
    ("sheets", "options", "told"),
    [
        ({"统计": [["合计", "人数"], ["甲", 3]]}, (), "认不出这是哪一种表"),
        ({"活动": [HEAD]}, (), "列名下面没有可以记的行"),
        ({"活动": [HEAD, [1, None, None, None, None, None]]}, (), "列名下面没有可以记的行"),
        ({"活动": [HEAD, [1, "2017-01-05", "党课", "学", 2, None]]}, ("--sheet", "活动=-"), "没有要读的表"),
        ({"空": []}, (), "没有要读的表"),
        ({"活动": [HEAD[1:3] + HEAD[4:], ["2017-01-05", "党课", 2, "全体"]]}, (), "找不到“主题”这一列"),
    ],
)
def test_nothing_is_no_success(
    units: Run, made: Made, sheets: dict[str, list[list[Any]]], options: tuple[str, ...], told: str
) -> None:
    for more in ((), ("--dry-run",)):
        result = units("excel", "import", "lh-01", str(made(**sheets)), "--json", *options, *more)
        assert (result.status, told in result.errors[0]["problem"]) == (1, True), result.err


def test_a_sheet_that_is_not_recognised_beside_one_that_is_stands_in_the_summary(
    units: Run, made: Made
) -> None:
    good = [HEAD, [1, "2017-01-05", "党课", "学", 2, None], ["合计", None, None, None, 2, None]]
    found = done(units, "lh-01", made(活动=good, 统计=[["支部", "场次"], ["甲", 3]]))
    assert (found["appended"], found["unread_sheets"]) == (1, ["统计"])
    assert found["left_out"] == [{"sheet": "活动", "rows": [3], "column": "", "what": "合计行"}]
    assert any("统计" in line for line in found["not_taken"])


def test_months_that_count_from_one_and_a_second_unit(units: Run, made: Made) -> None:
    def month(number: int) -> list[list[Any]]:
        day = f"2017-{number:02d}-"
        return [HEAD, [1, f"{day}05", "主题党日", f"{number}月活动", 2, None],
                [2, f"{day}20", "党课", f"{number}月党课", 2, None]]  # fmt: skip

    january, february = made("一月.xlsx", 活动=month(1)), made("二月.xlsx", 活动=month(2))
    assert [done(units, unit, january)["appended"] for unit in ("lh-01", "lh-02")] == [2, 2]
    assert done(units, "lh-01", february)["appended"] == 2
    again = done(units, "lh-01", january)
    assert (again["appended"], again["there"]) == (0, 2)
    assert "都已有" in units("excel", "import", "lh-01", str(january)).out


def test_a_copied_row_is_asked_about_and_becomes_a_record_of_its_own(units: Run, made: Made) -> None:
    first = done(units, "lh-01", made(活动=[HEAD[1:4], ["2017-01-05", "党课", "一月"]]))
    record = first["sheets"][0]["rows"][0]["steps"][0]["id"]
    rows = [HEAD[:4], [record, "2017-01-05", "党课", "一月"], [record, "2017-02-05", "党课", "二月"]]
    copied = made("改.xlsx", 活动=rows)
    asked = units("excel", "import", "lh-01", str(copied), "--json")
    assert (asked.status, "像是复制来的行" in asked.errors[0]["problem"]) == (1, True)
    wrong = units("excel", "import", "lh-01", str(copied), "--correct", "--json")
    assert (wrong.status, "不能当作更正" in wrong.errors[0]["problem"]) == (1, True)
    anew = done(units, "lh-01", copied, "--as-new")
    assert (anew["appended"], anew["there"]) == (1, 1)
    again = done(units, "lh-01", copied)
    assert (again["appended"], again["there"]) == (0, 2)


def test_a_bad_row_stops_only_itself_when_somebody_says_so(units: Run, made: Made) -> None:
    rows = [HEAD, [1, "2017-01-05", "党课", "学", 2, None], [2, "3月28日-29日", "党课", "几天", 2, None],
            [3, "2017-02-05", "党课", "再学", 2, "陌生人"]]  # fmt: skip
    book = made(活动=rows)
    refused = units("excel", "import", "lh-01", str(book), "--json")
    assert (refused.status, {error["line"] for error in refused.errors}) == (1, {3, 4})
    found = done(units, "lh-01", book, "--skip-wrong")
    assert found["appended"] == 1
    assert [note for note in found["notes"] if "有错，没有记" in note] == [
        "活动 第 3 行有错，没有记：“3月28日-29日”不止一天；请写其中一天，如 2017-03-05，或分行写",
        "活动 第 4 行有错，没有记：名册里没有“陌生人”；请先把他写进党员名册",
    ]


def test_what_rests_on_a_bad_row_is_left_out_too_and_a_bad_sheet_stops_all(units: Run, made: Made) -> None:
    roster = [["姓名", "加入日期"], ["赵一", "2017年2月"], ["钱二", "2017-01-01"]]
    activities = [
        HEAD,
        [1, "2017-03-05", "党课", "甲", 2, "赵一"],
        [2, "2017-03-06", "党课", "乙", 2, "钱二"],
    ]
    found = done(units, "lh-01", made(名册=roster, 活动=activities), "--skip-wrong")
    assert (found["appended"], found["new_people"]) == (2, 1)
    assert sum("有错，没有记" in note for note in found["notes"]) == 2
    headless = made("b.xlsx", 活动=[HEAD[1:3] + HEAD[4:], ["2017-01-05", "党课", 2, "全体"]])
    stopped = units("excel", "import", "lh-01", str(headless), "--skip-wrong", "--json")
    assert (stopped.status, "找不到“主题”" in stopped.errors[0]["problem"]) == (1, True)
