"""After a year has closed the ledger says how near its forecasts came."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from projections.calibration import MonthErrors, StillOpen, month_ends
from projections.points import Totals
from rubric.amounts import decimal_text
from rubric.catalog import builtin
from taizhang.demo import generate, live
from taizhang.startup.open_ledger import open_ledger

RUBRIC = builtin()[-1]


def totals(score: int, forecast: int) -> Totals:
    return Totals(score, 0, 10_000, forecast, 0, 0, 0, 0, 0)


def test_errors_are_means_rounded_half_up() -> None:
    month = MonthErrors(date(2017, 3, 31))
    assert month.as_json()["forecast_error"] is None, "nobody was known"
    month.add(totals(9500, 8000), totals(8001, 8001))
    month.add(totals(9600, 7000), totals(7500, 7500))
    assert month.as_json() == {
        "day": "2017-03-31", "units": 2, "forecast_error": "2.51", "score_error": "18", "bias": "-2.51",
    }  # fmt: skip
    assert [day.isoformat()[5:] for day in month_ends(RUBRIC)][:2] == ["01-31", "02-28"]
    assert len(list(month_ends(RUBRIC))) == 12


def test_a_closed_year_says_how_near_its_forecasts_came(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/year.db", durable=False, new=True) as session:
        live(session.store, list(generate(2, 2017)))
        projections = session.projections
        with pytest.raises(StillOpen):
            projections.calibration(session.store, RUBRIC, RUBRIC.closes_on)
        found = projections.calibration(session.store, RUBRIC, date(2018, 6, 1))
        assert (found.units, found.final_day) == (2, date(2018, 4, 1))
        june = found.months[5]
        final = {
            unit: projections.score(
                session.store, unit, found.final_day, rubric_id=RUBRIC.id
            ).evaluation.totals()
            for unit in session.store.units()
        }
        off = 0
        for unit in session.store.units():
            then = projections.score(session.store, unit, june.day, "2017-07-01T00:00:00+08:00", RUBRIC.id)
            off += abs(then.evaluation.totals().forecast - final[unit].score)
        assert june.forecast_off == off
        for unit in session.store.units():
            card = projections.score(session.store, unit, date(2017, 7, 20), rubric_id=RUBRIC.id)
            (meeting,) = (each for each in card.evaluation.results if each.rule.clause.id == "2.1")
            told = card.said(meeting, str)
            more = re.search(r"照此后面 2 个季度约再?缺 ([\d.]+) 个季度，到年底预计扣 ([\d.]+) 分", told)
            assert more is not None, told
            assert decimal_text(meeting.forecast_loss) == more[2]
            assert abs(Decimal(more[1]) + meeting.outlook.gone - Decimal(more[2])) <= Decimal("0.1"), (
                "a point each"
            )
        assert Decimal(found.as_json()["months"][-1]["forecast_error"]) < Decimal(
            found.as_json()["months"][-1]["score_error"]
        )
