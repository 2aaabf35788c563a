"""How near the forecasts came: those of each month's end, as they were known then, beside what the year came to.

From the ledger itself, once a year has closed: what was recorded by the end of a month is all that its forecast knows.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import StoredEvent, instant_of, recorded_text, start_of_day
from ledger.json_object import JsonObject
from rubric.amounts import decimal_text
from rubric.schema import Rubric

from .evaluation import Evaluation
from .facts import Facts
from .points import Totals
from .records import Records
from .rule_set import RuleSet


class StillOpen(TaizhangError):
    """The year has not closed: nobody knows yet what it came to."""

    kind = ErrorKind.NOT_FOUND


@dataclass(slots=True)
class MonthErrors:
    """The errors of one month's end, over all units that were known then; amounts in hundredths of a point."""

    day: date
    units: int = 0
    forecast_off: int = 0
    """The sum of |forecast - final|."""
    score_off: int = 0
    leaning: int = 0
    """The sum of forecast - final: above 0 it promised too much."""

    def add(self, known: Totals, final: Totals) -> None:
        """Take in one unit."""
        self.units += 1
        self.forecast_off += abs(known.forecast - final.score)
        self.score_off += abs(known.score - final.score)
        self.leaning += known.forecast - final.score

    def as_json(self) -> JsonObject:
        """Return the means as decimal text, rounded half up; None where no unit was known."""
        return {
            "day": self.day.isoformat(),
            "units": self.units,
            "forecast_error": self._mean(self.forecast_off),
            "score_error": self._mean(self.score_off),
            "bias": self._mean(self.leaning),
        }

    def _mean(self, amount: int) -> str | None:
        if not self.units:
            return None
        sign = -1 if amount < 0 else 1
        return decimal_text(sign * ((2 * abs(amount) + self.units) // (2 * self.units)))


@dataclass(slots=True)
class Calibration:
    """One rubric's year, month by month; *final_day* is the day whose scores are the final ones."""

    rubric: Rubric
    final_day: date
    units: int = 0
    months: list[MonthErrors] = field(default_factory=list)

    def take(self, unit: str, stream: Sequence[StoredEvent], rule_set: RuleSet) -> None:
        """Take in one unit."""
        final = known_totals(unit, stream, rule_set, self.final_day, known=False)
        if final is None:
            return
        self.units += 1
        for month in self.months:
            known = known_totals(unit, stream, rule_set, month.day, known=True)
            if known is not None:
                month.add(known, final)

    def as_json(self) -> JsonObject:
        """Return the document of `calibration`."""
        return {
            "rubric": self.rubric.id,
            "final_day": self.final_day.isoformat(),
            "units": self.units,
            "months": [month.as_json() for month in self.months],
        }


def month_ends(rubric: Rubric) -> Iterator[date]:
    """Yield the last day of every month of the rubric's year."""
    start = rubric.opens_on.replace(day=1)
    while start <= rubric.ends_on:
        following = (start + timedelta(days=31)).replace(day=1)
        yield following - timedelta(days=1)
        start = following


def known_totals(
    unit: str, stream: Iterable[StoredEvent], rule_set: RuleSet, day: date, *, known: bool
) -> Totals | None:
    """Return the totals as of *day*; *known*: by what had been recorded at its end. None: not registered by then."""
    if known:
        until = recorded_text(instant_of(start_of_day(day + timedelta(days=1))))
        stream = (event for event in stream if event["recordedtime"] < until)
    records = Records(unit, stream)
    facts = Facts(unit, records.counting(day, rule_set.rubric.closes_on))
    registered = facts.organization(unit).registered
    if registered is None or registered > min(day, rule_set.rubric.ends_on) or records.closed(day):
        return None
    return Evaluation(rule_set, facts, day).totals()
