"""What missing one thing costs: the first of several costs what it costs, the rest of a spent clause nothing."""

from datetime import date
from pathlib import Path

from projections.duties import Duty
from tests.reminders.support import Desk, activity, desk_over, event, unit


def duties(desk: Desk, day: str) -> dict[tuple[str, str, date], Duty]:
    with desk.session.store.read() as work:
        found = desk.session.projections.duties(work, "wj-01", date.fromisoformat(day))
    assert found is not None
    return {(each.clause, each.key, each.due): each for each in found.found}


def test_each_month_costs_its_point_until_one_is_missed(tmp_path: Path) -> None:
    with desk_over(tmp_path / "ledger.db") as desk:
        desk.record(unit())
        assert duties(desk, "2017-01-20")["8.1", "", date(2017, 1, 31)].stake == 100
        assert duties(desk, "2017-01-20")["8.1", "", date(2017, 2, 28)].stake == 100
        assert duties(desk, "2017-02-10")["8.1", "", date(2017, 2, 28)].stake == 0
        assert duties(desk, "2017-02-10")["8.1", "", date(2017, 1, 31)].stake == 100, "recorded now it counts"
        desk.record(activity("a1", "wj-01", "2017-01-18", "unified_activity_day"))
        assert duties(desk, "2017-02-10")["8.1", "", date(2017, 2, 28)].stake == 100


def test_what_is_overdue_and_can_be_made_good_spends_no_points(tmp_path: Path) -> None:
    """Two requests are late: a third still costs what the clause has left if those are answered."""
    with desk_over(tmp_path / "ledger.db") as desk:
        desk.record(unit())
        desk.clock.set("2017-06-02")
        for key, due in (("r1", "2017-04-10"), ("r2", "2017-05-10"), ("r3", "2017-06-16")):
            day = "2017-04-01"
            desk.record(event(key, "request.issued", "wj-01", day, request=key, title="花名册", due_on=due))
        assert duties(desk, "2017-06-05")["16.1", "r3", date(2017, 6, 16)].stake == 200


def test_judgements_and_the_indicator_s_points_bound_it(tmp_path: Path) -> None:
    with desk_over(tmp_path / "ledger.db") as desk:
        desk.record(unit())
        desk.clock.set("2017-02-10")
        judged = {"clause": "8.6", "deduct": 4.5, "reason": "查无记录"}
        desk.record(event("j1", "judgement.passed", "wj-01", "2017-02-10", **judged))
        found = duties(desk, "2017-02-10")
        # Of the indicator's 5 points 4.5 are judged away, and half a point of January's is what is left to lose.
        assert found["8.2", "", date(2017, 3, 31)].stake == 0
        assert found["8.1", "", date(2017, 1, 31)].stake == 50
