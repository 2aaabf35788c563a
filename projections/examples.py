"""The examples that a rubric file brings: its own events, scored on a day, beside what it says they come to. Pure.

An example is a ledger in little: its events are checked as an append would check them, only id, source and subject may
be left out. What an example expects is compared as scores are shown, to two decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.intake.dry_run import supposed
from ledger.problem import Problem, Refused
from ledger.store.protocol import Recorder
from ledger.text import Text
from ledger.vocabulary import Vocabulary
from rubric.amounts import Amount, decimal_text
from rubric.format2.document import Example
from rubric.format2.rubric2 import Rubric2

from .clause_result import ClauseResult
from .evaluation import Evaluation
from .facts import Facts
from .peers import compare
from .places import outcomes, shares_out
from .points import IndicatorTotals
from .preview import hypothetical
from .records import Records
from .result import Grade, entrant_of, grade_of
from .rule_set import RuleSet

UNIT = "example"
_LONG_AGO = timedelta(days=400)
_END = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an example does not come to what it says: its place among the examples, the path below it, and why."""

    example: int
    path: tuple[str | int, ...]
    text: Text


def run_examples(rubric: Rubric2, vocabulary: Vocabulary) -> list[Difference]:
    """Return every difference in the examples of *rubric*; *vocabulary* holds its codes."""
    rule_set = RuleSet(rubric)
    return [
        Difference(place, path, text)
        for place, example in enumerate(rubric.examples)
        for path, text in _run(rule_set, rubric, example, vocabulary)
    ]


def events_of(rubric: Rubric2, example: Example) -> list[ClientEvent]:
    """Return the events of *example* as a client would send them: units registered, ids and subjects filled in."""
    given = list(example.events)
    said = [_event(place, each) for place, each in enumerate(given)]
    units = dict.fromkeys([UNIT, *(each["subject"].partition("/")[0] for each in said)])
    there = {each["subject"] for each in said if each["type"] == "organization.registered"}
    own = dict(example.unit)
    since = own.pop("registered", None) or (rubric.opens_on - _LONG_AGO)
    first = [
        new_event(
            "organization.registered", unit, str(since), _plain({"name": unit, "kind": "branch", **own}),
            id_=f"{unit}-registered",
        )
        for unit in units
        if unit not in there
    ]  # fmt: skip
    return [*first, *said]


def _event(place: int, given: Mapping[str, Any]) -> ClientEvent:
    subject = str(given.get("subject", ""))
    if not subject or subject.startswith("/"):
        subject = UNIT + subject
    event = new_event(
        str(given.get("type", "")),
        subject,
        str(given.get("time", "")),
        _plain(given.get("data", {})),
        id_=str(given.get("id", f"example-{place + 1}")),
        source="example",
    )
    more = {
        key: value for key, value in given.items() if key not in ("type", "subject", "time", "data", "id")
    }
    return {**event, **_plain(more)}


def _plain(value: object) -> Any:
    """Return what YAML gave as JSON has it: days and decimals as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, date | Decimal) else value


def _run(
    rule_set: RuleSet, rubric: Rubric2, example: Example, vocabulary: Vocabulary
) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    events = events_of(rubric, example)
    filled = len(events) - len(example.events)
    records: dict[str, Records] = {}
    for unit in dict.fromkeys(event["subject"].partition("/")[0] for event in events):
        own = [
            (place, event) for place, event in enumerate(events) if event["subject"].partition("/")[0] == unit
        ]
        try:
            stored = supposed(
                [(place, orjson.dumps(event)) for place, event in own],
                [],
                unit,
                find=lambda _id: None,
                is_unit=lambda _unit: True,
                vocabulary=vocabulary,
                by=Recorder("example", clock_is_right=True),
                now=_END,
            )
        except Refused as refused:
            for problem in refused.problems:
                yield _refused(problem, filled)
            return
        records[unit] = Records(unit, hypothetical(unit, stored, 0))
    day = example.as_of
    facts = {unit: Facts(unit, each.counting(day, rubric.closes_on)) for unit, each in records.items()}
    compare(rule_set, facts, day)
    evaluation = Evaluation(rule_set, facts[UNIT], day)
    grade = grade_of(rubric, evaluation, facts[UNIT], day)
    if grade is not None and shares_out(rubric):
        entrants = [
            entrant_of(rubric, Evaluation(rule_set, each, day), each, day)
            for each in facts.values()
            if each.organization(each.unit).exists(day) and not each.organization(each.unit).closed_by(day)
        ]
        grade = grade.among_others(outcomes(rubric.result, entrants).get(UNIT))
    for key, wanted in example.expect.items():
        for field, message in _differences(evaluation, str(key), wanted, grade):
            yield ("expect", key, *([field] if field else ())), message


def _refused(problem: Problem, filled: int) -> tuple[tuple[str | int, ...], Text]:
    place = (problem.line or 0) - filled
    text = Text("{field}：{problem}", field=problem.field, problem=problem.text)
    return (("events", place) if place >= 0 else ("unit",)), text


def _differences(
    evaluation: Evaluation, key: str, wanted: Any, grade: Grade | None
) -> Iterator[tuple[str, Text]]:
    if not isinstance(wanted, dict):
        yield "", Text("这里要写一组“键: 值”，例如 {example}", example="{lose: 3}")
        return
    there = _found(evaluation, key)
    if there is None:
        known = [result.rule.clause.id for result in evaluation.results][:20]
        yield (
            "",
            Text(
                "没有“{key}”这一条；可以写 total、某一项的编号，或条款编号，例如 {known}",
                key=key,
                known=known,
            ),
        )
        return
    if key == "total" and grade is not None:
        said = grade.as_json(str)
        there |= {field: str(said[field]) for field in ("grade", "place", "prize") if field in said}
    for field, value in wanted.items():
        if field not in there:
            yield field, Text("没有“{field}”；这里可以写 {known}", field=str(field), known=sorted(there))
        elif there[field] != _shown(value):
            yield (
                field,
                Text("写的是 {wanted}，算出来是 {found}", wanted=_shown(value), found=there[field]),
            )


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return str(value)
    try:
        return decimal_text(_hundredths(value))
    except (ArithmeticError, ValueError):
        return str(value)


def _hundredths(value: int | Decimal | str) -> int:
    scaled = Decimal(value) * 100
    if scaled != scaled.to_integral_value():
        raise ValueError("more than two decimals")
    return int(scaled)


def _found(evaluation: Evaluation, key: str) -> dict[str, str] | None:
    """Return what *key* came to: `total`, a clause by its id, or an item by its number or title."""
    if key == "total":
        totals = evaluation.totals()
        names = ("score", "floor", "ceiling", "forecast", "awaiting", "bonus", "claimed")
        return {"full": decimal_text(evaluation.full)} | _texts(
            {name: getattr(totals, name) for name in names}
        )
    for result in evaluation.results:
        if result.rule.clause.id == key:
            return _of_clause(result)
    for number, _, totals_of in evaluation.indicators():
        if key in (str(number), evaluation.rule_set.rubric.words[number].title):
            return _of_item(totals_of)
    values = evaluation.item(key)
    return None if values is None else _texts(values._asdict())


def _of_clause(result: ClauseResult) -> dict[str, str]:
    gain = result.gain
    return {
        "status": result.status.value,
        **_texts(
            {
                "lose": result.loss.score,
                "floor_lose": result.loss.floor,
                "ceiling_lose": result.loss.ceiling,
                "forecast_lose": result.forecast_loss,
                "gain": gain.score,
                "floor_gain": gain.floor,
                "ceiling_gain": min(gain.ceiling, max(result.rule.clause.max, gain.score)),
                "judged": result.judged,
                **({"points": result.points, "claimed": result.claimed} if result.is_bonus else {}),
            }
        ),
    }


def _of_item(totals: IndicatorTotals) -> dict[str, str]:
    names = ("score", "floor", "ceiling", "forecast", "awaiting")
    return _texts({name: getattr(totals, name) for name in names})


def _texts(amounts: Mapping[str, Amount]) -> dict[str, str]:
    return {name: decimal_text(amount) for name, amount in amounts.items()}
