"""A whole year ticked day by day over a real mail server: seldom, in time, never on a day off, nothing that is met."""

from datetime import timedelta
from pathlib import Path

import pytest

from reminders.contacts import Role
from reminders.triggers import MISSED

from .year import GRACE_DAYS, Year, lived_through

NUMBERS = (1, 2, 8)
"""A general branch as most are, a diligent branch, a careless general branch. `python -m tests.reminders.year`: all."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return lived_through(Path(tmp_path_factory.mktemp("year")) / "year.db", NUMBERS)


def test_mails_are_few_and_none_is_on_a_day_off(year: Year) -> None:
    assert year.median() <= 30
    assert len(year.counts("shuji")) == len(NUMBERS)
    assert year.on_days_off() == []
    assert year.largest("assessor") <= 60 * 1024


def test_nothing_is_told_twice_or_though_it_is_met(year: Year) -> None:
    assert len(year.told) > 200
    assert year.twice() == []
    assert year.met == []


def test_everything_is_told_in_time(year: Year) -> None:
    assert year.told_late() == []
    assert len(year.lost) > 10, "the careless unit loses plenty"
    assert year.unannounced() == []


def test_who_looks_on_hears_of_a_miss_after_the_days_of_grace(year: Year) -> None:
    waited = [
        day - item.due
        for day, _, item in year.told
        if item.role is not Role.SECRETARY and item.stage == MISSED
    ]
    assert waited
    assert min(waited) > timedelta(days=GRACE_DAYS)
