"""The kept text of a unit's clauses says what the scorecard says, and the district's figures are sums of it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.store.protocol import Recorder
from projections import totals
from projections.district import District
from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.records import Records
from projections.requirement import PENDING, Status
from projections.rule_set import RuleSet
from projections.scorecard import due_of
from projections.status_codes import LETTERS, Cell, cells, standing_of, worst_of
from rubric.catalog import builtin
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY, generate, live
from taizhang.jobs.board_rows import renew_rows
from taizhang.startup.open_ledger import open_ledger
from tests.cases.reading import stored
from tests.projections.histories import UNIT, random_history

RUBRIC = builtin()[0]
RULES = RuleSet(RUBRIC)
UNITS = 6

PRESSING = (Status.OVERDUE, Status.MISSED)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=1_000_000), days=st.integers(min_value=0, max_value=420))
def test_a_text_says_what_the_evaluation_says(seed: int, days: int) -> None:
    day = RUBRIC.opens_on + timedelta(days=days)
    events = [event | {"authtype": "user", "authid": "x"} for event in stored(random_history(seed).appends)]
    records = Records(UNIT, events)  # type: ignore[arg-type]
    evaluation = Evaluation(RULES, Facts(UNIT, records.counting(day, RUBRIC.closes_on)), day)
    text = standing_of(evaluation)
    for result, cell in zip(evaluation.results, cells(text, RUBRIC.opens_on), strict=True):
        assert cell.worst is result.status
        mendable = {each.status for each in result.requirements} & (PENDING | {Status.OVERDUE})
        assert (cell.mendable in mendable) if mendable else cell.mendable is None
        if any(each.status in PENDING for each in result.requirements):
            due = due_of(result.requirements, day)
            # An award may still be earned after it was due; contract §6 then shows its last day.
            assert cell.due == due or cell.worst is Status.UNEARNED
        first = min((each.due for each in result.requirements if each.status in mendable), default=None)
        lacking = [
            each.missing for each in result.requirements if each.status in mendable and each.due == first
        ]
        assert cell.short == (min(sum(lacking), 50_000) if lacking else None)
    for _number, place in RULES.indicators:
        status, worst = worst_of(text, place)
        assert evaluation.results[worst].status is status
        assert min(LETTERS[result.status] for result in evaluation.results[place]) == LETTERS[status]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("district") / "demo.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        live(session.store, [each for each in generate(UNITS, 2017) if each.recorded.date() <= SHOWN_DAY])
        session.projections.renew(session.store, SHOWN_DAY)
        yield session


def glance(session: OpenLedger) -> District:
    return District(session.projections.board(session.store, SHOWN_DAY).rows, RUBRIC, SHOWN_DAY)


def by_scorecard(session: OpenLedger, unit: str) -> dict[str, set[str]]:
    """The statuses of each clause's requirements, from the unit's scorecard."""
    with session.store.read():
        card = session.projections.score(session.store, unit, SHOWN_DAY)
        return {
            result.rule.clause.id: {each.status.value for each in result.requirements}
            for result in card.evaluation.results
        }


def test_the_districts_counts_are_those_of_the_scorecards(district: OpenLedger) -> None:
    found = glance(district)
    missed: Counter[str] = Counter()
    needing: set[str] = set()
    long_missed = set()
    for each in district.projections.shortfalls(district.store, None, SHOWN_DAY).as_json(str)["shortfalls"]:
        if each["status"] == "missed" and each["days_left"] < -10:
            long_missed.add(each["unit"])
    for row in found.rows:
        clauses = by_scorecard(district, row.unit)
        missed.update(clause for clause, statuses in clauses.items() if "missed" in statuses)
        if any("overdue" in statuses for statuses in clauses.values()) or row.unit in long_missed:
            needing.add(row.unit)
    assert {count.clause: count.missed for count in found.counts() if count.missed} == dict(missed)
    patient = District(found.rows, RUBRIC, SHOWN_DAY, grace_days=10)
    assert {row.unit for row in patient.needing_help(patient.everything(), 0)} == needing
    assert {row.unit for row in patient.with_status(Status.MISSED, patient.everything())} == long_missed
    lowest = min(row.forecast for row in found.rows)
    endless = District(found.rows, RUBRIC, SHOWN_DAY, grace_days=3000)
    assert not any(count.missed for count in endless.counts())
    marks = {endless.mark(row, place)[0] for row in endless.rows for _number, place in endless.indicators()}
    assert Status.MISSED not in marks, "nobody is told of it in the days of grace"
    assert Status.MISSED in {
        found.mark(row, place)[0] for row in found.rows for _, place in found.indicators()
    }
    below = {row.unit for row in endless.needing_help(endless.everything(), lowest + 1)}
    assert {row.unit for row in found.rows if row.forecast == lowest} <= below
    for count in found.counts():
        place = found.place_of(count.clause)
        assert place is not None
        assert len(found.with_status(Status.MISSED, place)) == count.missed
        assert len(found.with_status(Status.BEHIND, place)) == count.behind
        assert len(found.with_status(Status.OVERDUE, place)) == count.overdue
        assert len(found.with_status(Status.UNEARNED, place)) == count.unearned


def test_what_falls_due_is_what_the_shortfalls_announce(district: OpenLedger) -> None:
    found = glance(district)
    announced: dict[str, tuple[str, set[str]]] = {}
    for each in district.projections.shortfalls(district.store, None, SHOWN_DAY).as_json(str)["shortfalls"]:
        if 0 <= each["days_left"] <= 30 and each["status"] in PENDING:
            due, units = announced.setdefault(each["clause"], (each["due"], set()))
            if each["due"] == due:
                units.add(each["unit"])
    falling = {each.clause: (each.due.isoformat(), each.units) for each in found.falling_due()}
    assert falling == {clause: (due, len(units)) for clause, (due, units) in announced.items()}
    for each in found.falling_due():
        place = found.place_of(each.clause)
        assert place is not None
        assert len(found.due_soon(place)) == each.units


def test_needs_come_with_what_presses_most_first(district: OpenLedger) -> None:
    found = District(glance(district).rows, RUBRIC, SHOWN_DAY, grace_days=10)
    order = found.by_need()
    assert [row.forecast for row in order] == sorted(row.forecast for row in found.rows)
    for row in order:
        needs = found.needs(row)
        rank = [
            (Status.OVERDUE, Status.MISSED).index(each.status) if each.status in PRESSING else 2
            for each in needs
        ]
        assert rank == sorted(rank)
        dues = [need.due or date.min for need in needs if need.status not in PRESSING]
        assert dues == sorted(dues)
        assert all(
            each.due and (SHOWN_DAY - each.due).days > 10 for each in needs if each.status is Status.MISSED
        )
    assert found.place_of("no such clause") is None
    assert [number for number, _ in found.indicators()] == list(RUBRIC.indicator_clauses)


def test_an_append_keeps_the_text_up_to_date(district: OpenLedger) -> None:
    unit = next(row.unit for row in glance(district).rows if row.kind == "branch")
    event = {
        "specversion": "1.0", "id": "standing-1", "source": "urn:tests", "type": "condition.declared",
        "subject": unit, "time": "2017-09-20", "data": {"condition": "daily_study", "value": "no"},
    }  # fmt: skip
    now = district.clock()
    district.store.append([(None, orjson.dumps(event))], by=Recorder("tests", clock_is_right=True), now=now)
    with district.store.read() as work:
        kept = {row.unit: row.standing for row in totals.rows(work.connection)}[unit]
    district.projections.rebuild(district.store, now.date())
    with district.store.read() as work:
        assert {row.unit: row.standing for row in totals.rows(work.connection)}[unit] == kept


def test_a_cell_can_be_read_back() -> None:
    assert list(cells("ahzz--\u0100---", RUBRIC.opens_on)) == [
        Cell(Status.MISSED, None, None, RUBRIC.opens_on),
        Cell(Status.MET, None, None, None),
    ]


def test_the_tickers_job_renews_what_no_longer_holds(district: OpenLedger) -> None:
    district.keep_settings(district.settings.model_copy(update={"demo_today": date(2017, 10, 2)}))
    assert renew_rows(district) > 0
    assert renew_rows(district) == 0
    assert district.projections.board(district.store, date(2017, 10, 2)).made_anew == 0
    district.keep_settings(district.settings.model_copy(update={"demo_today": date(2001, 1, 1)}))
    assert renew_rows(district) == 0, "no rubric is as old as that"
