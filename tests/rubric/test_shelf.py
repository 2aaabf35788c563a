"""Which rubric a day picks (contract §6), and what all rubrics know together."""

from __future__ import annotations

from datetime import date

import pytest

from rubric.catalog import RubricCatalog, builtin
from rubric.load import parse
from rubric.mistake import NoRubric

from .files import SMALL, changed

SMALL_RUBRIC = parse(SMALL)
SECOND = parse(changed("id: binhai-2019\n", "id: binhai-2019\nversion: 2\n"))
OTHER = parse(changed("id: binhai-2019", "id: xicheng-2019"))
BUILTIN = builtin()[-1]


@pytest.mark.parametrize(
    ("day", "rubric_id", "label"),
    [
        ("2017-01-01", None, "wujin-2017@2"),
        ("2018-01-31", None, "wujin-2017@2"),  # the year before, up to its closing day
        ("2018-12-31", None, "wujin-2018@0"),  # provisional, once the year before is closed
        ("2019-01-01", None, "binhai-2019@2"),
        ("2026-06-30", None, "binhai-2026@0"),
        ("2026-06-30", "binhai-2026", "binhai-2026@0"),
        ("2026-06-30", "wujin-2017", "wujin-2017@2"),
        ("2001-01-01", "binhai-2019", "binhai-2019@2"),
    ],
)
def test_a_day_picks_a_rubric(day: str, rubric_id: str | None, label: str) -> None:
    for order in ([BUILTIN, SMALL_RUBRIC, SECOND], [SECOND, SMALL_RUBRIC, BUILTIN]):
        assert RubricCatalog(order).for_day(date.fromisoformat(day), rubric_id).label == label


def test_of_several_ids_for_a_year_the_one_installed_last_answers() -> None:
    day = date(2019, 5, 1)
    assert RubricCatalog([SMALL_RUBRIC, OTHER]).for_day(day).id == "xicheng-2019"
    assert RubricCatalog([OTHER, SMALL_RUBRIC]).for_day(day).id == "binhai-2019"
    assert RubricCatalog([SMALL_RUBRIC, OTHER, SECOND]).for_day(day).label == "binhai-2019@2"


def test_no_rubric_says_why() -> None:
    with pytest.raises(NoRubric, match="2016-12-31"):
        RubricCatalog([BUILTIN]).for_day(date(2016, 12, 31))
    with pytest.raises(NoRubric, match="已安装的有 wujin-2017、binhai-2019"):
        RubricCatalog([BUILTIN, SMALL_RUBRIC]).get("nanjing")
    with pytest.raises(NoRubric, match="没有安装"):
        RubricCatalog([]).get("nanjing")


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        ("2016-12-31", []),
        ("2017-01-01", ["wujin-2017"]),
        ("2018-01-31", ["wujin-2017"]),
        ("2018-02-01", ["wujin-2018"]),
        ("2019-07-01", ["binhai-2019"]),
        ("2020-02-29", ["binhai-2019"]),
        ("2020-03-01", ["binhai-2020"]),
    ],
)
def test_open_years(day: str, ids: list[str]) -> None:
    shelf = RubricCatalog([BUILTIN, SMALL_RUBRIC])
    assert [rubric.id for rubric in shelf.open_at(date.fromisoformat(day))] == ids


def test_january_shows_two_years_with_the_old_one_first() -> None:
    text = SMALL.replace("2019", "2018").replace("2020-02-29", "2019-02-28")
    shelf = RubricCatalog([SMALL_RUBRIC, parse(text)])
    assert [rubric.year for rubric in shelf.open_at(date(2019, 1, 15))] == [2018, 2019]


def test_codes_and_clauses_of_all_rubrics_together() -> None:
    shelf = RubricCatalog([BUILTIN, SMALL_RUBRIC])
    assert {"home_visit", "party_lecture"} <= shelf.codes("activities")
    assert "pioneer_award" in shelf.codes("honors")
    assert shelf.target_documents == {"volunteer_plan"}
    assert shelf.bonus_clauses == {"26.1", "26.2", "27.1", "27.2", "27.3", "28.1", "28.2"}
    # 6.1 is a bonus in one rubric only, so a judgement may name it.
    assert "6.1" in shelf.judged_clauses
    assert shelf.clauses == shelf.judged_clauses | shelf.bonus_clauses
    assert RubricCatalog([SMALL_RUBRIC]).bonus_clauses == {"6.1"}


def test_code_names() -> None:
    renamed = parse(
        changed(
            "home_visit: 走访居民",
            "home_visit: 走访",
            SMALL.replace("2019", "2018").replace("2020-02-29", "2019-02-28"),
        )
    )
    shelf = RubricCatalog([SMALL_RUBRIC, renamed])
    assert shelf.code_name("activities", "home_visit") == "走访居民"
    assert shelf.code_name("activities", "unheard_of") == "unheard_of"


def test_by_default_the_shelf_holds_what_comes_with_the_program() -> None:
    assert [rubric.label for rubric in RubricCatalog().all] == ["wujin-2017@1", "wujin-2017@2"]
    assert RubricCatalog().get("wujin-2017").version == 2
