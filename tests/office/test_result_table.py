"""汇总表 and the year's 通报: the figures in every form are those that were signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projections.results import Result
from projections.year_columns import UnitYear
from rubric.catalog import builtin
from taizhang.documents.reports.result_table import result_table, year_bulletin

RUBRIC = next(each for each in builtin() if each.id == "wujin-2017")
DAY = date(2018, 3, 10)


class Said:
    """As much of a record as a result asks for."""

    def __init__(self, **data: Any) -> None:
        self.id, self.day, self.data = "s", date(2018, 2, 20), data


def year(unit: str, score: str | None, *, final: bool = True) -> UnitYear:
    signing = None
    publication = None
    if score is not None:
        signing = Said(
            score=score, bonus="1.5", indicators=[{"no": 1, "score": score}, {"no": 26, "score": "1.5"}]
        )
        publication = Said(
            signing="s", starts_on="2018-02-20", ends_on="2018-03-01" if final else "2018-03-20"
        )
    result = Result(signing, None, publication, None, [], DAY)  # type: ignore[arg-type]
    return UnitYear(
        unit, f"{unit} 支部", "branch", 1, 9000, 9000, 9000, 9000, 100, {1: 500, 26: 100}, 0, 0, frozenset(),
        frozenset(), frozenset(), {}, None, result,
    )  # fmt: skip


def table(*, signed: bool, ranked: bool = False) -> Any:
    years = [
        year("wj-01", "88"),
        year("wj-02", "95.5"),
        year("wj-03", None),
        year("wj-04", "95.5", final=False),
    ]
    return result_table(
        years,
        RUBRIC,
        signed=signed,
        two_signatures=False,
        ranked=ranked,
        day=DAY,
        printed_on=DAY,
        district="",
    )


def test_signed_figures_and_how_many_are_missing() -> None:
    made = table(signed=True)
    assert [(each.base, each.bonus, each.total) for each in made.lines] == [
        ("88", "1.5", "89.5"), ("95.5", "1.5", "97"), ("", "", ""), ("95.5", "1.5", "97"),
    ]  # fmt: skip
    assert made.lines[0].cells[0] == "88"
    assert made.lines[2].cells == ("",) * 28
    assert "4 个单位中已签字 3 个，公示期满已定 2 个。未签字的 1 个不填数。" in made.which
    assert made.mean == "94.5"


def test_advice_says_that_it_is_no_result() -> None:
    made = table(signed=False)
    assert {each.total for each in made.lines} == {"91"}
    assert "不是考核结果" in made.which


@pytest.mark.parametrize(("ranked", "places"), [(False, ["", "", "", ""]), (True, ["3", "1", "", "1"])])
def test_a_place_only_where_the_operator_allows_it(ranked: bool, places: list[str]) -> None:
    assert [each.place for each in table(signed=True, ranked=ranked).lines] == places


def test_the_years_bulletin_names_the_final_ones_and_who_is_missing() -> None:
    made = year_bulletin(table(signed=True))
    assert [each.unit for each in made.lines] == ["wj-01", "wj-02"]
    assert [each.unit for each in made.waiting] == ["wj-03", "wj-04"]
    assert [band.units for band in made.bands] == [1, 0, 1, 0]
