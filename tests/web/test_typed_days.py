"""A day typed by hand into an address is read as on the log form: not every browser has a picker of days."""

from datetime import date

import pytest

from ledger.problem import Refused
from taizhang.web.pages.unit.moment import moment_of

TODAY = date(2017, 9, 20)


@pytest.mark.parametrize(
    "typed",
    [
        "2017-06-20",
        "2017/6/20",
        "2017.6.20",
        "2017年6月20日",
        "20170620",
        "6/20",
        "６月２０日",
        " 2017-6-20 ",
        "二〇一七年六月二十日",
    ],
)
def test_a_day_as_people_type_it(typed: str) -> None:
    moment = moment_of(typed, "", TODAY)
    assert moment.day == date(2017, 6, 20)
    assert moment.query() == "?as-of=2017-06-20"


@pytest.mark.parametrize("typed", ["soon", "5.6.2017", "2017-02-30", "20/20"])
def test_what_is_no_day_is_asked_back(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        moment_of(typed, "", TODAY)
    (problem,) = refused.value.problems
    assert (problem.field, str(problem.text)) == ("as-of", f"看不懂日期“{typed}”；请写成 2017-06-30 这样")
