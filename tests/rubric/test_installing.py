"""What may be installed beside what is there, and which rubric a day picks then (contract §6)."""

from __future__ import annotations

from datetime import date

import pytest

from rubric.applicants import Applicant, Who
from rubric.catalog import Entry, RubricCatalog
from rubric.installing import installing_mistakes, same_installed
from rubric.load import parse
from rubric.schema import Rubric

from .files import BUILTIN, SMALL, changed

DAY = date(2019, 6, 1)
FIRST = parse(SMALL)
SECOND = parse(changed("year: 2019\n", "year: 2019\nversion: 2\n"))
OTHER = parse(SMALL.replace("binhai-2019", "xicheng-2019"))
THIRD = parse(SMALL.replace("binhai-2019", "nanhu-2019"))


def catalog(*entries: Entry) -> RubricCatalog:
    return RubricCatalog(None, entries)


def keys(catalog: RubricCatalog, rubric: Rubric, **how: object) -> list[str]:
    return [mistake.key for mistake in installing_mistakes(catalog, rubric, **how)]  # type: ignore[arg-type]


def test_a_rubric_is_kept_to_the_letter_and_found() -> None:
    here = catalog(Entry(FIRST))
    assert here.get("binhai-2019").file == SMALL.encode()
    assert here.for_day(DAY) is FIRST
    assert same_installed(here, parse(SMALL))
    # One that comes with the program is evidence, too, once somebody installs it.
    assert not same_installed(here, parse(BUILTIN))
    assert keys(here, parse(BUILTIN)) == []
    assert [each.label for each in catalog(Entry(parse(BUILTIN))).all].count(parse(BUILTIN).label) == 1


@pytest.mark.parametrize("text", [SMALL, BUILTIN], ids=["installed", "builtin"])
def test_another_text_needs_a_higher_version(text: str) -> None:
    here = catalog(Entry(FIRST))
    (mistake,) = installing_mistakes(here, parse(text + "# 改\n"))
    assert mistake.key == "version"
    assert f"请把 version 改成 {3 if text is BUILTIN else 2}" in str(mistake)


def test_a_version_that_was_withdrawn_stays_what_it_was() -> None:
    here = catalog(Entry(FIRST, withdrawn=True))
    assert keys(here, parse(SMALL + "# 改\n")) == ["version"]
    assert keys(here, parse(SMALL)) == []


def test_a_higher_version_counts() -> None:
    assert keys(catalog(Entry(FIRST)), SECOND) == []
    assert catalog(Entry(FIRST), Entry(SECOND)).get("binhai-2019") is SECOND
    # Withdrawn, it leaves the one before.
    assert catalog(Entry(FIRST), Entry(SECOND, withdrawn=True)).for_day(DAY) is FIRST


def test_an_id_stays_with_its_year() -> None:
    moved = (
        SMALL.replace("2019", "2018")
        .replace("2020-02-29", "2019-02-28")
        .replace("binhai-2018", "binhai-2019")
        .replace("year: 2018\n", "year: 2018\nversion: 2\n")
    )
    (mistake,) = installing_mistakes(catalog(Entry(FIRST)), parse(moved))
    assert (mistake.key, mistake.line) == ("id", 4)


def test_a_second_file_of_a_year_takes_over_only_when_it_says_so() -> None:
    here = catalog(Entry(FIRST))
    for replaces in (None, "wujin-2017", "xicheng-2019"):
        (mistake,) = installing_mistakes(here, OTHER, replaces=replaces)
        assert "替换 binhai-2019" in str(mistake)
    assert keys(here, OTHER, replaces="binhai-2019") == []
    after = catalog(Entry(FIRST), Entry(OTHER, replaces="binhai-2019"))
    assert after.for_day(DAY) is OTHER
    assert after.get("binhai-2019") is FIRST
    # Nor does a later version of the one that was replaced take the year back.
    assert "替换 xicheng-2019" in str(installing_mistakes(after, SECOND)[0])
    assert keys(after, SECOND, replaces="xicheng-2019") == []


def test_what_is_replaced_is_there() -> None:
    assert keys(catalog(), FIRST, replaces="nanjing-2019") == ["year"]


def test_a_withdrawn_replacement_gives_the_year_back() -> None:
    taken = Entry(OTHER, replaces="binhai-2019", withdrawn=True)
    assert catalog(Entry(FIRST), taken).for_day(DAY) is FIRST
    # Unless it was replaced itself before.
    after = catalog(Entry(FIRST), taken, Entry(THIRD, replaces="xicheng-2019"))
    assert [each.id for each in after.mains_of(2019)] == ["nanhu-2019"]


def test_one_beside_is_never_the_main_one() -> None:
    here = catalog(Entry(FIRST))
    assert keys(here, OTHER, beside=True) == []
    assert keys(here, OTHER, beside=True, replaces="binhai-2019") == ["id"]
    after = catalog(Entry(FIRST), Entry(OTHER, beside=True))
    assert after.for_day(DAY) is FIRST
    (beside,) = after.besides_of(2019)
    assert (beside.label, beside.file, beside.is_beside) == (OTHER.label, OTHER.file, True)
    assert after.for_day(DAY, "xicheng-2019") is beside
    # Alone it is no main rubric either: the year has a provisional one.
    assert catalog(Entry(OTHER, beside=True)).for_day(DAY).is_provisional


def test_built_in_rubrics_answer_as_long_as_none_is_installed_for_their_year() -> None:
    own = parse(BUILTIN.replace("id: wujin-2017", "id: own-2017"))
    assert catalog().for_day(date(2017, 6, 1)).id == "wujin-2017"
    assert catalog(Entry(own)).for_day(date(2017, 6, 1)).id == "own-2017"
    assert keys(catalog(), own) == []
    assert catalog(Entry(FIRST)).for_day(date(2017, 6, 1)).id == "wujin-2017"


def meaning(text: str, meant: str) -> Rubric:
    """A rubric of format 2 with a `for`."""
    return parse(
        f"format: 2\nid: {text}\nyear: 2019\ntitle: 细则\ncloses_on: 2020-01-31\nfor: {meant}\n"
        "kinds: {committee: 党委, branch: 党支部}\ntags: {school: 学校}\n"
        "of: [{title: 评定, points: 10, rules: [{judge: true, lose: {each: 1}}]}]\n"
    )


def test_the_main_rubric_of_a_unit_is_the_one_that_means_it() -> None:
    committees = meaning("committees", "{kinds: [committee]}")
    branches = meaning("branches", "{kinds: [branch]}")
    schools = meaning("schools", "{tags: [school]}")
    rest = meaning("rest", "{none: [school]}")
    assert keys(catalog(Entry(committees)), branches) == []
    assert keys(catalog(Entry(committees)), schools) == ["year"]
    assert keys(catalog(Entry(schools)), rest) == []
    assert keys(catalog(Entry(schools)), FIRST) == ["year"]
    here = catalog(Entry(committees), Entry(branches), Entry(schools, beside=True))

    def who(kind: str, *tags: str) -> Who:
        return lambda _day: Applicant("wj-01", kind, frozenset(tags))

    assert here.for_day(DAY, None, who("branch")) is branches
    assert here.for_day(DAY, None, who("committee")) is committees
    assert [each.id for each in here.open_at(DAY, who("committee", "school"))] == ["committees", "schools"]
    assert [each.id for each in here.open_at(DAY, who("committee"))] == ["committees"]
    # Whom none of the year means is scored provisionally by the nearest earlier one that does.
    assert here.for_day(DAY, None, who("general_branch")).is_provisional
    assert {each.id for each in here.choices(DAY)} >= {"committees", "branches"}
