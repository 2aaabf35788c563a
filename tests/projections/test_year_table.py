"""Every unit's year, remembered: the same as its card, whatever came since, and made anew only where it has to be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.store.protocol import Recorder
from projections import year_table
from projections.district_course import Reason, calls, month_end, month_ends, moved_since, troubles
from projections.year_table import UnitYear
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY, generate, live
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
