"""Every form in which offices write study hours, and what is asked back."""

from datetime import time

import pytest

from taizhang.entry.parsing.cells import Cell, Unreadable
from taizhang.entry.parsing.hours import read_hours


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("2", "2"), (2, "2"), (2.0, "2"), (1.5, "1.5"), ("２．５", "2.5"), ("2学时", "2"), ("2 小时", "2"),
        ("90分钟", "1.5"), ("1.25h", "1.25"), ("0", "0"), (10.0, "10"), ("20课时", "20"), ("120分钟", "2"),
        ("40分钟", "0.67"), ("100分钟", "1.67"), ("45'", "0.75"), ("1分钟", "0.02"), ("2\u200b", "2"),
        ("两小时", "2"), ("二小时", "2"), ("两个小时", "2"), ("十二小时", "12"), ("共3小时", "3"),
        ("1小时30分", "1.5"), ("1小时30分钟", "1.5"), ("一小时二十分", "1.33"), ("1时30分", "1.5"),
        ("14:00-16:00", "2"), ("下午2:00—3:30", "1.5"), ("8：30至9：15", "0.75"), ("2个课时", "2"),
        ("半小时", "0.5"), ("半个小时", "0.5"), ("一个半小时", "1.5"), ("1个半小时", "1.5"), ("一小时半", "1.5"),
        ("三刻钟", "0.75"), ("1小时一刻", "1.25"),
        ("2个半小时", "2.5"), ("1.5h", "1.5"), ("两小时半", "2.5"), ("1h30m", "1.5"), ("1小时30", "1.5"),
        ("60’", "1"),
        ("一百二十分钟", "2"), ("一百零五分钟", "1.75"), ("贰小时", "2"), ("一点五小时", "1.5"), ("2小時", "2"),
        ("每人2小时", "2"), ("2学时/人", "2"), ("2（小时）", "2"), ("2小时（含讨论）", "2"), ("累计4学时", "4"),
        ("14点-16点", "2"), ("上午9点至11点半", "2.5"), ("14点30分-16点", "1.5"), ("14:00-16:00（2学时）", "2"),
        ("2课时（90分钟）", "1.5"), ("2学时(1小时30分)", "1.5"), ("1.5小时（90分钟）", "1.5"),
        (2.3000000000000003, "2.3"), (0.1 + 0.2, "0.3"), ("2.3000000000000003", "2.3"),
    ],
)  # fmt: skip
def test_hours(cell: Cell, hours: str) -> None:
    assert read_hours(cell) == hours


@pytest.mark.parametrize(
    "cell",
    ["25", "1500分钟", "两", "2-3", 1.234, time(2), "", -1, "半天", "一天", "2天", "全天", "上午", "半", "分钟", "1:30",
     "2小时（60分钟）", True, "16:00-14:00", "约", "2小时多一点", "14:75-16:00"],
)  # fmt: skip
def test_no_hours(cell: Cell) -> None:
    with pytest.raises(Unreadable):
        read_hours(cell)


@pytest.mark.parametrize(
    ("cell", "suggestions"),
    [
        ("半天", ("3", "4")), ("全天", ("6", "8")), ("上午", ("3", "4")), ("2天", ()), ("约2小时", ("2",)),
        ("一个半小时左右", ("1.5",)), ("2小时以上", ("2",)),
    ],
)  # fmt: skip
def test_how_long_it_may_have_been_is_suggested(cell: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable, match=f"“{cell}”没有说") as refused:
        read_hours(cell)
    assert refused.value.suggestions == suggestions


@pytest.mark.parametrize(
    ("cell", "suggestions"),
    [
        ("2-3", ("2", "3")), ("2至3小时", ("2", "3")), ("两三个小时", ("2", "3")), ("2节课", ("2", "1.5", "1.33")),
        ("2+1", ("3",)), ("2小时+30分钟", ("2.5",)), ("2:30", ("2.5",)), ("2，5", ("2.5",)), ("两个半", ("2.5",)),
        ("120", ("2",)), ("90", ("1.5",)), ("两", ()), ("分钟", ()),
    ],
)  # fmt: skip
def test_what_is_no_length_is_asked_back_with_what_it_may_be(cell: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_hours(cell)
    assert refused.value.suggestions == suggestions


def test_half_a_day_is_asked_back() -> None:
    with pytest.raises(Unreadable, match="“半天”没有说是几小时"):
        read_hours("半天")
