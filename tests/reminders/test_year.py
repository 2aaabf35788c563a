"""A whole year ticked day by day: what was lost had been announced, what was met never, one mail a person and day."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from .year import LAST, Year, lived_through

NUMBERS = (1, 2, 8)
"""A general branch as most are, a diligent branch, a careless general branch."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return lived_through(Path(tmp_path_factory.mktemp("year")) / "year.db", NUMBERS)


def test_everything_lost_was_announced_at_each_lead_day(year: Year) -> None:
    expected = year.should_be_told()
    assert [(item, lead, day) for (item, lead), day in expected.items() if item not in year.told[day]] == []
    # The careless unit gives plenty to announce.
    assert len(expected) > 60


def test_what_was_lost_without_a_warning_was_told_as_soon_as_it_was(year: Year) -> None:
    """It was met on every lead day, and then a claim was returned or a record taken back."""
    warned = {item for item, _ in year.should_be_told()}
    surprises = year.lost() - warned
    assert surprises, "the demo's year has one"
    for item in surprises:
        first = min(day for day, found in year.short.items() if found.get(item) in ("overdue", "missed"))
        assert item in year.told[first], (item, first)
        assert item in year.listed[first], (item, first)


def test_nothing_met_was_ever_announced(year: Year) -> None:
    told = [(day, item) for day, items in (*year.told.items(), *year.listed.items()) for item in items]
    assert len(told) > 300
    assert [(day, item) for day, item in told if (item[0], item[1]) not in year.unmet[day]] == []
    # What is due within 30 days, or past, was short itself and not only some other part of its clause.
    assert [
        (day, item) for day, item in told if (item[2] - day).days <= 30 and item not in year.short[day]
    ] == []


def test_each_person_got_one_mail_a_day_at_most_and_on_workdays_only(year: Year) -> None:
    assert [
        (day, found) for day, found in year.mails.items() if max(Counter(found).values(), default=0) > 1
    ] == []
    assert {day for day, found in year.mails.items() if found} <= year.short.keys()


def test_what_became_overdue_or_missed_was_told_to_both(year: Year) -> None:
    """On the first workday after the due day, to the secretary and in the assessor's list."""
    for item in year.lost():
        day = item[2] + timedelta(1)
        while day not in year.short and day < LAST:
            day += timedelta(1)
        if year.short[day].get(item) in ("overdue", "missed"):
            assert item in year.told[day], (item, day)
            assert item in year.listed[day], (item, day)


def test_the_assessor_hears_of_the_last_day(year: Year) -> None:
    for (item, lead), day in year.should_be_told().items():
        assert (item in year.listed[day]) or lead != 1, (item, day)
    assert not year.listed.get(date(2017, 3, 17))


def test_the_table(year: Year) -> None:
    lines = year.table().splitlines()
    assert len(lines) == 15
    assert all(line.split()[-1] == "0" for line in lines[1:])
    print(f"\n{year.table()}")
