"""Every form in which offices write a day, and what is asked back."""

from datetime import date, datetime, time

import pytest

from taizhang.entry.parsing.cells import Cell, Unreadable
from taizhang.entry.parsing.days import Moment, read_moment

FIFTH = date(2017, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2017年3月5日", "2017年03月05日", "2017.3.5", "2017.03.05", "2017/3/5", "2017-3-5", "2017-03-05", "20170305",
        20170305, 20170305.0, "3月5日", "3月5号", "３月５日", "２０１７年３月５日", " 2017 年 3 月 5 日 ",
        42799, 42799.0, "42799",
        "二〇一七年三月五日", "二○一七年三月五日", "2017、3、5", "2017年3月5日（星期日）", "3月5日 周日",
        date(2017, 3, 5), datetime(2017, 3, 5),  # noqa: DTZ001
        "3.5", 3.5, "3/5", "03/05", "3.05", "３．５",
        "2017年3月5日上午", "2017/3/5 上午", "二0一七年三月五日", "二O一七年三月五日", "三月五日", "2017年三月五日",
        "2017年3月5日.", "2017-3-5下午", "2017-03-05\u200b", "\ufeff3月5日", "2017年3月5日（周日）晚",
        "三月五号", "叁月伍日", "三月五", "3月5", "3.5日", "2017年3.5", "'2017.3.5", "2017 3 5", "2017，3，5",
        "2017。3。5",
        "2017\\3\\5", "20170305上午", "3月5日，周日", "3月5日早上", "3月5日放学后", "3月5日（上午）", "3/5 上午",
    ],
)  # fmt: skip
def test_a_day(cell: Cell) -> None:
    assert read_moment(cell, 2017) == Moment(FIFTH)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2017年3月5日 15:30", time(15, 30)),
        ("2017年3月5日下午3点半", time(15, 30)),
        ("2017-03-05T15:30:00", time(15, 30)),
        ("2017.3.5 下午3:30", time(15, 30)),
        ("3月5日15时30分", time(15, 30)),
        ("2017-3-5 15:30-17:00", time(15, 30)),
        ("2017/3/5 9:00:00", time(9)),
        ("2017年3月5日中午1点", time(13)),
        ("2017年3月5日中午12点", time(12)),
        ("2017年3月5日中午11:30", time(11, 30)),
        ("2017年3月5日上午九点一刻", time(9, 15)),
        ("2017年3月5日晚7点", time(19)),
        ("2017年3月5日晚19:00", time(19)),
        ("2017年3月5日凌晨1点", time(1)),
        ("2017.3.5 15时整", time(15)),
        ("3月5日上午9点", time(9)),
        ("3月5日早8点", time(8)),
        ("3月5日下午两点", time(14)),
        ("3月5日午间12:30", time(12, 30)),
        ("20170305 14:30", time(14, 30)),
        ("2017年3月5日（周日）下午三点半", time(15, 30)),
        ("2017-03-05T15:30:00+08:00", time(15, 30)),
        (42799.64583333333, time(15, 30)),
        (datetime(2017, 3, 5, 15, 30), time(15, 30)),  # noqa: DTZ001
    ],
)
def test_a_day_with_its_time(cell: Cell, clock: time) -> None:
    moment = read_moment(cell, 2017)
    assert moment == Moment(FIFTH, clock)
    assert moment.rfc3339() == f"2017-03-05T{clock.isoformat()}+08:00"


def test_a_day_without_a_year_is_of_the_year_that_is_read() -> None:
    assert read_moment("1月9日", 2018).day == date(2018, 1, 9)


@pytest.mark.parametrize(
    "numerals", [("十月十日", (10, 10)), ("十二月三十一日", (12, 31)), ("一月二十日", (1, 20))]
)
def test_chinese_numerals(numerals: tuple[str, tuple[int, int]]) -> None:
    written, (month, day) = numerals
    assert read_moment(f"二〇一七年{written}", 2000).day == date(2017, month, day)


@pytest.mark.parametrize(
    "cell",
    [
        "3.1",
        3.1,
        12.3,
        "3-5",
        "3-25",
        "13.5",
        "17.3.5",
        "2017年3月",
        "3月",
        "2017",
        2017,
        "3月5日至7日",
        "上周五",
        "3月5日 25:00",
        True,
        "-5",
        1e300,
    ],
)
def test_what_leaves_the_day_open_is_asked_back(cell: Cell) -> None:
    with pytest.raises(Unreadable) as refused:
        read_moment(cell, 2017)
    assert "2017-03-05" in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("3.25", date(2017, 3, 25)), (3.25, date(2017, 3, 25)), ("6/15", date(2017, 6, 15)),
        (12.31, date(2017, 12, 31)),
        ("10.10", date(2017, 10, 10)), ("3.25上午", date(2017, 3, 25)), ("2017-3-20上午", date(2017, 3, 20)),
        ("三月三十一日", date(2017, 3, 31)), ("三月二十五", date(2017, 3, 25)), ("元月5日", date(2017, 1, 5)),
        ("2017.3.25", date(2017, 3, 25)), ("3/25", date(2017, 3, 25)), ("3/25/2017", date(2017, 3, 25)),
        ("25.3.2017", date(2017, 3, 25)), ("2017年11月二十五日", date(2017, 11, 25)),
    ],
)  # fmt: skip
def test_a_month_and_a_day(cell: Cell, day: date) -> None:
    assert read_moment(cell, 2017) == Moment(day)


@pytest.mark.parametrize(
    ("cell", "words", "suggestions"),
    [
        ("3月28日-29日", "不止一天", ("2017-03-28", "2017-03-29")),
        ("3月28日—4月2日", "不止一天", ("2017-03-28", "2017-04-02")),
        ("2017.3.25-26", "不止一天", ("2017-03-25", "2017-03-26")),
        ("2017.03.05-2017.03.07", "不止一天", ("2017-03-05", "2017-03-07")),
        ("3月28、29日", "不止一天", ("2017-03-28", "2017-03-29")),
        ("2017年2月", "只写到月", ()),
        ("2017.3", "只写到月", ()),
        ("3月上旬", "只写到月", ()),
        ("三月", "只写到月", ()),
        ("二〇一七年三月", "只写到月", ()),
        ("2017年三月份", "只写到月", ()),
        ("三月中旬", "只写到月", ()),
        ("3月28日至29日", "不止一天", ("2017-03-28", "2017-03-29")),
        ("3月28、29、30日", "不止一天", ("2017-03-28", "2017-03-30")),
        ("2017年3月28日9:00至29日17:00", "不止一天", ("2017-03-28", "2017-03-29")),
        ("3/28-3/29", "不止一天", ("2017-03-28", "2017-03-29")),
        ("5/3/2017", "看不出", ("2017-05-03", "2017-03-05")),
        ("'17.3.25", "看不出", ("2017-03-25",)),
        ("3.1", "3月1日，也可以是 3月10日", ("2017-03-01", "2017-03-10")),
        (2.3, "2月3日，也可以是 2月30日", ("2017-02-03",)),
        ("17.3.25", "看不出", ("2017-03-25",)),
        ("17-3-25", "看不出", ("2017-03-25",)),
        ("17年3月25日", "看不出", ("2017-03-25",)),
    ],
)
def test_what_may_be_meant_is_suggested(cell: Cell, words: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read_moment(cell, 2017)
    assert refused.value.suggestions == suggestions


@pytest.mark.parametrize(
    "cell", ["2017年2月29日", "2017-13-01", "2月30日", "20170230", "二〇一七年二月三十日"]
)
def test_a_day_that_the_calendar_has_not(cell: str) -> None:
    with pytest.raises(Unreadable, match="日历上没有"):
        read_moment(cell, 2017)


@pytest.mark.parametrize("cell", ["2017年3月5日晚上12:00", "2017年3月5日晚上1点", "2017年3月5日凌晨12点"])
def test_a_night_that_may_be_the_next_day_is_asked_back(cell: str) -> None:
    with pytest.raises(Unreadable, match="当天还是第二天"):
        read_moment(cell, 2017)


@pytest.mark.parametrize("zone", ["-08:00", "Z", "+00:00", "+0900"])
def test_another_time_zone_is_asked_back(zone: str) -> None:
    with pytest.raises(Unreadable, match="北京时间"):
        read_moment(f"2017-03-05T15:30:00{zone}", 2017)


@pytest.mark.parametrize("cell", ["3月5日", "三月五日", "3月5日 15:30", "3.25", 3.25, "6/15"])
def test_a_day_whose_year_nobody_said_is_asked_back(cell: str) -> None:
    with pytest.raises(Unreadable, match="没有写年份"):
        read_moment(cell, None)


def test_days_counted_from_1904() -> None:
    assert read_moment(41337, None, from_1904=True).day == FIFTH
    assert read_moment(41337.5, None, from_1904=True) == Moment(FIFTH, time(12))
    assert read_moment(date(2017, 3, 5), None, from_1904=True).day == FIFTH
