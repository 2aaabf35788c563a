"""Every unit's year, remembered: the same as its card, whatever came since, and made anew only where it has to be."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.store.protocol import Recorder
from projections import year_rows, year_table
from projections.appeals import Appeal
from projections.checking import check_kept_rows
from projections.district_course import Reason, calls, month_end, month_ends, moved_since, troubles
from projections.records import Record
from projections.results import Result
from projections.year_columns import UnitYear
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY, generate, live
from taizhang.jobs.year_tables import renew_tables
from taizhang.startup.open_ledger import open_ledger
from tests.web.site import activity

LAST_MONTH = date(2017, 8, 31)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> OpenLedger:
    path: Path = tmp_path_factory.mktemp("years") / "district.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as opened:
        live(opened.store, [each for each in generate(3, 2017) if each.recorded.date() <= SHOWN_DAY])
        opened.keep_settings(opened.settings.model_copy(update={"demo_today": SHOWN_DAY}))
        yield opened  # type: ignore[misc]


def record(session: OpenLedger, *events: dict[str, object]) -> None:
    import orjson

    session.store.append(
        [(None, orjson.dumps(each)) for each in events], by=Recorder("tests"), now=session.clock()
    )


def as_cards_say(session: OpenLedger, day: date) -> list[tuple[str, object, object]]:
    rubric = session.shelf.get("wujin-2017")
    cards = [
        session.projections.score(session.store, unit, day, None, rubric.id) for unit in session.store.units()
    ]
    return [(card.unit, card.evaluation.totals().score, card.evaluation.totals().forecast) for card in cards]


def told(session: OpenLedger, day: date) -> list[tuple[str, object, object]]:
    table = session.year_table(session.shelf.get("wujin-2017"), day)
    return [(each.unit, each.score, each.forecast) for each in table]


def test_a_table_is_what_the_cards_say_whatever_comes(
    session: OpenLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[date] = []
    really = year_table.unit_year

    def counted(card: object) -> UnitYear:
        made.append(card.day)  # type: ignore[attr-defined]
        return really(card)  # type: ignore[arg-type]

    monkeypatch.setattr(year_table, "unit_year", counted)
    days = (SHOWN_DAY, LAST_MONTH)
    for day in days:
        assert told(session, day) == as_cards_say(session, day)
    assert len(made) == 6
    for day in days:
        told(session, day)
    assert len(made) == 6, "nothing came: nothing is made anew"
    record(session, activity("today", "wj-02", "2017-09-19", "party_lecture"))
    for day in days:
        assert told(session, day) == as_cards_say(session, day)
    assert made[6:] == [SHOWN_DAY], "what happened today moves no past month"
    record(session, activity("late", "wj-02", "2017-08-02", "party_lecture"))
    for day in days:
        assert told(session, day) == as_cards_say(session, day)
    assert sorted(made[7:]) == [LAST_MONTH, SHOWN_DAY]


def test_months_end_until_the_year_closes(session: OpenLedger) -> None:
    rubric = session.shelf.get("wujin-2017")
    assert month_ends(rubric, date(2017, 3, 31)) == [date(2017, 1, 31), date(2017, 2, 28)]
    assert month_ends(rubric, date(2018, 5, 1))[-2:] == [date(2017, 12, 31), date(2018, 1, 31)]


def test_the_districts_course_and_whom_to_call(session: OpenLedger) -> None:
    rubric = session.shelf.get("wujin-2017")
    now, before = session.year_table(rubric, SHOWN_DAY), session.year_table(rubric, LAST_MONTH)
    line = max(each.forecast for each in now) + 1
    month = month_end(SHOWN_DAY, now, int(line))
    assert (month.units, month.below) == (3, 3)
    assert month.lowest == min(each.forecast for each in now)
    assert sum(each.by for each in moved_since(now, before)) == sum(each.forecast for each in now) - sum(
        each.forecast for each in before
    )
    found = calls(now, before, rubric, SHOWN_DAY, int(line))
    assert [each.forecast for each in found] == sorted(each.forecast for each in now)
    assert all(Reason.LOW in each.reasons for each in found)
    assert {each.clause: each.units for each in troubles(now, before)} == year_table.by_clause(now)
    nobody = calls(now, now, rubric, SHOWN_DAY, 0)
    assert all(Reason.LOW not in each.reasons and Reason.FELL not in each.reasons for each in nobody)


def test_a_start_works_nothing_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'district.db'}"
    with open_ledger(url, durable=False, new=True) as opened:
        live(opened.store, [each for each in generate(2, 2017) if each.recorded.date() <= SHOWN_DAY])
        opened.keep_settings(opened.settings.model_copy(update={"demo_today": SHOWN_DAY}))
        rubric = opened.shelf.get("wujin-2017")
        assert renew_tables(opened) == 9
        tables = {day: opened.year_table(rubric, day) for day in (SHOWN_DAY, LAST_MONTH)}
    made: list[object] = []
    really = year_table.unit_year
    monkeypatch.setattr(year_table, "unit_year", lambda card: (made.append(card), really(card))[1])
    with open_ledger(url, durable=False) as opened:
        for day, years in tables.items():
            again = opened.year_table(rubric, day)
            assert [year_rows.as_text(each) for each in again] == [year_rows.as_text(each) for each in years]
        assert made == []
        record(opened, activity("late", "wj-02", "2017-08-02", "party_lecture"))
        assert told(opened, LAST_MONTH) == as_cards_say(opened, LAST_MONTH)
        assert len(made) == 1
        # What of the months is not asked for any more is not kept for ever.
        opened.keep_year_days(rubric, [SHOWN_DAY])
        assert opened.year_days(rubric) == [SHOWN_DAY]
        opened.projections.rebuild(opened.store, SHOWN_DAY)
        assert opened.year_days(rubric) == []


def test_nobody_waits_for_what_is_not_worked_out_yet(session: OpenLedger) -> None:
    rubric = session.shelf.get("wujin-2017")
    day = date(2017, 5, 31)
    table = session.year_at_hand(rubric, day, 0)
    assert (table.years, table.waiting) == ([], 3)
    assert len(session.year_table(rubric, day)) == 3
    table = session.year_at_hand(rubric, day, 0)
    assert (len(table.years), table.waiting) == (3, 0)
    record(session, activity("in-may", "wj-01", "2017-05-02", "party_lecture"))
    table = session.year_at_hand(rubric, day, 0)
    assert ([each.unit for each in table.years], table.waiting) == (["wj-02", "wj-03"], 1)


def test_a_kept_year_is_the_same_after_it_was_written(session: OpenLedger) -> None:
    signing = {
        "id": "s1", "sequence": "000000000007", "type": "score.signed", "subject": "wj-01", "authid": "a",
        "time": "2018-02-20T00:00:00+08:00", "recordedtime": "2018-02-20T01:00:00.000000Z", "data": {"score": "9.5"},
    }  # fmt: skip
    day = date(2018, 2, 20)
    (first, *_others) = session.year_table(session.shelf.get("wujin-2017"), SHOWN_DAY)
    result = Result(Record(signing), None, None, None, [Appeal(Record(signing), None)], day)  # type: ignore[arg-type]
    year = replace(first, score=Fraction(100, 3), lost={"2.1": Fraction(1, 7)}, result=result, grade="优秀")
    text = year_rows.as_text(year)
    again = year_rows.from_text(year.unit, year.sequence, day, text)
    for column in fields(UnitYear):
        if column.name != "result":
            assert getattr(again, column.name) == getattr(year, column.name), column.name
    assert again.result.signing is not None
    assert again.result.signing.day == day
    assert year_rows.as_text(again) == text


def test_verify_looks_at_kept_years(session: OpenLedger) -> None:
    rubric = session.shelf.get("wujin-2017")
    session.year_table(rubric, SHOWN_DAY)

    def faults() -> list[str]:
        with session.store.read() as work:
            found = check_kept_rows(work, session.store.units(), session.shelf, 30, SHOWN_DAY, None)
        assert found.years.right + len(found.years.faults) >= 3
        return [str(each.text) for each in found.years.faults]

    assert faults() == []
    with session.store.write() as work:
        work.connection.execute(
            "UPDATE year_rows SET data = replace(data, '\"unsettled\":', '\"unsettled\":1') WHERE day = '2017-09-20'"
        )
    assert len(faults()) == 3
