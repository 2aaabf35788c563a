"""How near the forecast comes to the year's end: made-up districts, looked at as they were known on four days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Any

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.catalog import builtin
from taizhang.demo.generate import generate_by_unit

from .measure import Line, at_most
from .workshop import Workshop

SEEDS = (11, 12)
"""Not those that the terms of the rubric were fitted on (1 and 7)."""
DAYS: tuple[tuple[date, float | None], ...] = (
    (date(2017, 3, 31), None),
    (date(2017, 6, 30), 0.40),
    (date(2017, 9, 30), 0.33),
    (date(2017, 11, 30), 0.28),
)
"""The day, and the most that the forecast's mean error may be of the score's."""
FINAL = date(2018, 4, 1)
BIAS_MAX = 2.5

Stream = list[dict[str, Any]]


def bench(workshop: Workshop) -> list[Line]:
    """Compare forecast and score of each day with the score of the end, over districts of 60 units."""
    rule_set = RuleSet(builtin()[-1])
    streams = [stream for seed in SEEDS for stream in _streams(workshop.scaled(60, 4), seed).values()]
    finals = [_evaluated(rule_set, stream, FINAL) for stream in streams]
    lines = []
    for day, target in DAYS:
        off_forecast, off_score = [], []
        for stream, final in zip(streams, finals, strict=True):
            known = _evaluated(rule_set, stream, day, f"{day + timedelta(days=1)}T00:00:00")
            if known is not None and final is not None:
                end = final.totals().score
                off_forecast.append(known.totals().forecast - end)
                off_score.append(known.totals().score - end)
        ratio = _mean(map(abs, off_forecast)) / max(_mean(map(abs, off_score)), 1)
        bias = _mean(off_forecast) / 100
        error = f"{_mean(map(abs, off_forecast)) / 100:.2f} points"
        beside = f"{ratio:.2f} of the score's {_mean(map(abs, off_score)) / 100:.2f}"
        aim = ("", "for information") if target is None else (f"at most {target:.2f}", at_most(ratio, target))
        lines.append(Line(f"forecast on {day}, mean error", error, beside, *aim))
        within = (f"within {BIAS_MAX}", at_most(abs(bias), BIAS_MAX)) if target is not None else aim
        lines.append(Line(f"forecast on {day}, bias", f"{bias:+.2f} points", "", *within))
    return lines


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / max(len(found), 1)


def _streams(units: int, seed: int) -> dict[str, Stream]:
    """Every unit's events as the ledger would have stored them."""
    streams: dict[str, Stream] = defaultdict(list)
    sequence = 0
    for entry in generate_by_unit(units, seed):
        recorded = entry.recorded.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for event in entry.events:
            sequence += 1
            time = event["time"] if "T" in event["time"] else f"{event['time']}T00:00:00+08:00"
            streams[event["subject"].partition("/")[0]].append(
                {
                    **event,
                    "time": time,
                    "sequence": f"{sequence:012d}",
                    "recordedtime": recorded,
                    "authtype": "name",
                    "authid": entry.by,
                }
            )
    return streams


def _evaluated(rule_set: RuleSet, stream: Stream, day: date, known: str = "~") -> Evaluation | None:
    unit = stream[0]["subject"].partition("/")[0]
    records = Records(unit, [event for event in stream if event["recordedtime"] < known])  # type: ignore[misc]
    facts = Facts(unit, records.counting(day, rule_set.rubric.closes_on))
    registered = facts.organization(unit).registered
    if registered is None or registered > rule_set.rubric.ends_on:
        return None
    return Evaluation(rule_set, facts, day)
