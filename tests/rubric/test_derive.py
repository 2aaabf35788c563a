"""Next year's draft: dates moved, layout kept, and a question wherever a person has to decide."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rubric.derive import derive
from rubric.load import parse
from rubric.mistake import RubricRefused
from rubric.schema import Rubric

from .files import BUILTIN, SHEET, SMALL, changed

DECIDE = re.compile(r',?\n *decide: "[^"]*"')


def _dates(rubric: Rubric) -> list[date]:
    return [date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", rubric.model_dump_json())]


@pytest.mark.parametrize("text", [BUILTIN, SHEET, SMALL], ids=["builtin", "sheet", "small"])
@pytest.mark.parametrize("years", [1, 2, 5, -1])
def test_a_draft_loads_waits_for_decisions_and_then_installs(text: str, years: int) -> None:
    base = parse(text)
    draft = derive(text, base.year + years)
    loaded = parse(draft, drafts=True)
    assert (loaded.year, loaded.version) == (base.year + years, 1)
    assert loaded.id == base.id.replace(str(base.year), str(loaded.year))
    assert str(loaded.year) in loaded.title
    with pytest.raises(RubricRefused) as caught:
        parse(draft)
    assert {mistake.key.rpartition(".")[2] for mistake in caught.value.mistakes} == {"decide"}
    final = parse(DECIDE.sub("", draft))
    assert [clause.id for clause in final.clauses] == [clause.id for clause in base.clauses]
    assert final.sections == base.sections


def test_only_what_must_changes() -> None:
    draft = DECIDE.sub("", derive(BUILTIN, 2018))
    old, new = BUILTIN.splitlines(), draft.splitlines()[4:]
    assert len(old) == len(new)
    for before, after in zip(old, new, strict=True):
        if before.startswith("#") or "tied_to_year" in before:
            assert before == after
        if before.startswith("version:"):
            assert after == "version: 1"
            continue
        assert re.sub(r"20\d\d", "Y", before) == re.sub(r"20\d\d", "Y", after)


def test_days_move_by_the_years() -> None:
    clauses = {clause.id: clause for clause in parse(derive(BUILTIN, 2019), drafts=True).clauses}
    assert clauses["1.2"].due == date(2020, 1, 31)
    assert clauses["18.1"].window == (date(2019, 10, 18), date(2019, 12, 31))
    assert clauses["22.1"].needs[0].expected_by == date(2019, 4, 30)
    assert "2019-12-31" in (clauses["7.1"].reading or "")
    assert "2017" not in (clauses["7.1"].reading or "")


def test_a_leap_day_becomes_the_28th() -> None:
    assert parse(derive(SMALL, 2020), drafts=True).closes_on == date(2021, 2, 28)
    assert parse(derive(SMALL, 2023), drafts=True).closes_on == date(2024, 2, 29)


def test_what_is_tied_to_a_year_asks() -> None:
    draft = parse(derive(BUILTIN, 2018), drafts=True)
    asked = {clause.id: clause.decide for clause in draft.clauses if clause.decide}
    tied = {clause.id for clause in draft.clauses if clause.tied_to_year}
    assert tied <= set(asked)
    assert "2018-10-18 至 2018-12-31" in (asked["18.1"] or "")
    assert "“十九大”" in (asked["18.1"] or "")
    assert {indicator.no for indicator in draft.indicators if indicator.decide} == {18, 19, 20}


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("学习二十大精神", "“二十大”"),
        ("完成2019年任务", "“2019年”"),
        ("完成二〇一九年任务", "“二〇一九年”"),
        ("建党2021活动", "“2021”"),
        ("三大活动", None),
        ("学习365天", None),
        ("十大家风", None),
        ("捐款5000元", None),
    ],
)
def test_a_text_that_names_a_time_asks(words: str, asks: str | None) -> None:
    text = changed("text: 申报示范点得2.5分", f"text: {words}")
    clause = next(each for each in parse(derive(text, 2020), drafts=True).clauses if each.id == "5.1")
    if asks is None:
        assert clause.decide is None
    else:
        assert asks in (clause.decide or "")


def test_block_layout_is_kept_and_marked() -> None:
    block = """\
- id: '5.1'
  points: 2.5
  max: 2.5
  rule: award  # 申报即得
  activity: model_site
  tied_to_year: 只在2019年
  text: >-
    申报示范点
    得2.5分
"""
    line = next(each for each in SMALL.splitlines(keepends=True) if each.startswith("- {id: '5.1'"))
    draft = derive(changed(line, block), 2020)
    assert '- decide: "只在2019年' in draft
    assert "  rule: award  # 申报即得\n" in draft
    assert parse(draft, drafts=True).clauses[8].text == "申报示范点 得2.5分"


def test_windows_line_ends_are_edited_in_the_right_places() -> None:
    windows = SMALL.replace("\n", "\r\n")
    one, other = parse(derive(windows, 2020), drafts=True), parse(derive(SMALL, 2020), drafts=True)
    assert one.model_dump() == other.model_dump(), "but for the digest of the file"


def test_a_draft_of_a_draft_keeps_its_questions() -> None:
    twice = parse(derive(derive(BUILTIN, 2018), 2019), drafts=True)
    assert twice.year == 2019
    assert sum(1 for clause in twice.clauses if clause.decide) >= 6


def test_an_id_without_a_year_gets_one_and_a_higher_version_starts_again() -> None:
    text = changed("id: binhai-2019\n", "id: binhai\nversion: 7\n")
    draft = parse(derive(text, 2020), drafts=True)
    assert (draft.id, draft.version) == ("binhai-2020", 1)


@pytest.mark.parametrize("year", [2019, 1066, 4000])
def test_a_year_that_is_no_other_year_is_refused(year: int) -> None:
    with pytest.raises(RubricRefused) as caught:
        derive(SMALL, year)
    assert caught.value.mistakes[0].key == "year"
