"""Workdays: 调休 from the package, later years from a loaded notice or provisional."""

from datetime import date

import pytest

from ledger.problem import Refused
from reminders.notices import parse_notice
from reminders.workdays import SendingDays, Workdays

NOTICE_2027 = """
# 国务院办公厅关于2027年部分节假日安排的通知
2026-12-31 休
2027-01-01..2027-01-03 休
2027-02-05 至 2027-02-11 休
2027-02-14：班
"""


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2017-03-17", True),
        ("2017-03-18", False),
        ("2017-09-30", True),  # a Saturday worked for National Day
        ("2017-10-02", False),  # a Monday off
        ("2017-10-08", False),  # 中秋 made the holiday eight days long
        ("2018-01-01", False),
    ],
)
def test_worked_weekends_and_days_off(day: str, worked: bool) -> None:
    assert Workdays().is_workday(date.fromisoformat(day)) is worked
    assert not Workdays().is_provisional(date.fromisoformat(day))


def test_a_year_that_nobody_knows_is_provisional() -> None:
    days = Workdays()
    assert days.is_provisional(date(2035, 2, 1))
    assert [days.is_workday(date(2035, 1, each)) for each in (1, 2, 5, 6, 8)] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert not days.is_workday(date(2035, 10, 2))


def test_a_loaded_notice_settles_its_year() -> None:
    days = Workdays({2027: parse_notice(NOTICE_2027, 2027)})
    assert not days.is_provisional(date(2027, 6, 1))
    assert days.is_workday(date(2027, 2, 14))  # a Sunday
    assert not days.is_workday(date(2027, 2, 8))  # a Monday
    assert not days.is_workday(date(2026, 12, 31))  # a Thursday of the year before
    assert days.is_workday(date(2027, 5, 3))  # nothing but the notice makes a weekday free


def test_every_bad_line_of_a_notice_is_told() -> None:
    with pytest.raises(Refused) as refused:
        parse_notice(
            "2027-02-30 休\n\n2027-01-01 节\n放假\n2029-01-01 休\n2027-05-01 休\n2027-05-01 班", 2027
        )
    assert [problem.line for problem in refused.value.problems] == [1, 3, 4, 5, 7]
    with pytest.raises(Refused):
        parse_notice("# 空的\n", 2027)


def test_quiet_days_are_no_sending_days() -> None:
    days = SendingDays(Workdays(), [(date(2017, 7, 10), date(2017, 8, 20))])
    assert days.after(date(2017, 7, 7)) == date(2017, 8, 21)
    assert days.before(date(2017, 8, 21)) == date(2017, 7, 7)
    assert [days.include(date(2017, 7, each)) for each in (7, 8, 10)] == [True, False, False]


def test_who_is_always_quiet_is_written_to_all_the_same() -> None:
    days = SendingDays(Workdays(), [(date(2000, 1, 1), date(2100, 1, 1))])
    assert days.after(date(2017, 3, 1)) > date(2017, 3, 1)
