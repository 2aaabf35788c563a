"""The product against the reference scorer, on random histories: two readings of one contract must agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.reading import sheet_2017
from tests.oracle import members, scorecard
from tests.projections.adapter import product_in
from tests.projections.entering import Event, shuffled
from tests.projections.histories import UNIT, random_history

SEEDS = st.integers(min_value=0, max_value=1_000_000)
EDGES = [date(2017, 1, 1), date(2017, 12, 31), date(2018, 1, 31), date(2018, 2, 1)]
some = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# The words, and what the contract leaves to the product: the forecast's formula and the form of the advice.
NOT_IN_BOTH = {
    "title",
    "text",
    "item",
    "because",
    "rubric_version",
    "max",
    "advice",
    "forecast",
    "forecast_loss",
    "forecast_gain",
}
Card = dict[str, Any]


def some_days(random: Random) -> list[date]:
    """Days of the year and of the months after it, edges among them."""
    return [
        random.choice(EDGES),
        *(date(2017, 1, 1) + timedelta(days=random.randrange(450)) for _ in range(3)),
    ]


def expected(events: list[Event], day: date, known_at: str | None) -> Card | None:
    """What the reference scorer says; None where the unit is not there."""
    try:
        return scorecard(events, sheet_2017(), UNIT, day, known_at)
    except ValueError:
        return None


def comparable(value: Any) -> Any:
    """A card without its words; the order of records is nobody's promise."""
    if isinstance(value, dict):
        return {
            key: sorted(inner) if key == "records" else comparable(inner)
            for key, inner in value.items()
            if key not in NOT_IN_BOTH
        }
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    return value


def unlike(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Every place where two cards differ, so that a failure names its clause."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}, key=str):
            yield from unlike(one.get(key), other.get(key), f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            name = left.get("id", left.get("no", place)) if isinstance(left, dict) else place
            yield from unlike(left, right, f"{path}/{name}")
    elif one != other:
        yield f"{path}: {one} != {other}"


def assert_alike(reference: Card | None, product: Card | None, said: str) -> None:
    """Holds the product's card to the reference's, which also counts what the board counts."""
    assert (reference is None) == (product is None), said
    if reference is None or product is None:
        return
    total = {name: value for name, value in reference["total"].items() if name not in {"overdue", "missed"}}
    differences = list(unlike(comparable({**reference, "total": total}), comparable(product)))
    assert not differences, "\n".join([said, *differences])


@some
@given(seed=SEEDS)
def test_the_product_agrees_with_the_reference_on_any_day_as_known_at_any_instant(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as folder, product_in(Path(folder)) as product:
        product.append_all(random_history(seed).appends)
        events = product.stored(UNIT)
        for day in some_days(random):
            for known_at in (None, random.choice(events)["recordedtime"]):
                said = f"seed {seed}, {day}, known at {known_at}"
                assert_alike(expected(events, day, known_at), product.scorecard(UNIT, day, known_at), said)


@settings(some, max_examples=6)
@given(seed=SEEDS)
def test_members_and_the_board_agree_with_the_reference(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as folder, product_in(Path(folder)) as product:
        product.append_all(random_history(seed).appends)
        events = product.stored(UNIT)
        for day in some_days(random):
            reference = expected(events, day, None)
            row = product.board_row(UNIT, day)
            if reference is None:
                assert row is None, f"seed {seed}, {day}"
                continue
            rows = sorted(product.members(UNIT, day), key=lambda one: (one["subject"], one["member"]))
            assert rows == members(events, sheet_2017(), UNIT, day), f"seed {seed}, {day}"
            assert row is not None, f"seed {seed}, {day}"
            named = {name: reference[name] for name in ("name", "kind", "rubric")}
            total = reference["total"]
            figures = {
                name: total[name] for name in ("score", "floor", "ceiling", "awaiting", "bonus", *COUNTED)
            }
            forecast = row.pop("forecast")
            assert Decimal(total["floor"]) <= Decimal(forecast) <= Decimal(total["ceiling"]), (
                f"seed {seed}, {day}"
            )
            assert row == {"unit": UNIT, **named, **figures}, f"seed {seed}, {day}"


COUNTED = ("overdue", "missed")


@settings(some, max_examples=6)
@given(seed=SEEDS)
def test_brought_up_to_date_step_by_step_is_the_same_as_made_anew(seed: int) -> None:
    """After every append, what is kept in memory and in the totals row equals a fold of the whole stream."""
    random = Random(seed)
    with TemporaryDirectory() as folder, product_in(Path(folder)) as product:
        for now, events in random_history(seed).appends:
            product.append(now, events)
            day = random.choice([now.date(), *some_days(random)])
            kept = product.scorecard(UNIT, day)
            assert kept == product.scorecard(UNIT, day, afresh=True), f"seed {seed}, {day}"
            row, today = product.board_row(UNIT, now.date()), product.scorecard(UNIT, now.date(), afresh=True)
            assert (row is None) == (today is None), f"seed {seed}, {now}"
            if row is not None and today is not None:
                figures = ("score", "floor", "ceiling", "bonus")
                assert [row[name] for name in figures] == [today["total"][name] for name in figures], (
                    f"seed {seed}"
                )


@settings(some, max_examples=6)
@given(seed=SEEDS)
def test_the_order_in_which_late_entries_arrive_does_not_matter(seed: int) -> None:
    random = Random(seed)
    history = random_history(seed)
    with (
        TemporaryDirectory() as folder,
        product_in(Path(folder), "one.db") as one,
        product_in(Path(folder), "other.db") as other,
    ):
        one.append_all(history.appends)
        other.append_all(shuffled(history, seed))
        for day in some_days(random):
            first, second = one.scorecard(UNIT, day), other.scorecard(UNIT, day)
            # The advice to the assessor speaks of how late things were entered; no figure does.
            differences = [place for place in unlike(first, second) if "/advice/" not in place]
            assert not differences, f"seed {seed}, {day}: {differences}"


@settings(some, max_examples=6)
@given(seed=SEEDS)
def test_what_was_known_at_an_instant_stays_what_it_was_under_later_appends(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as folder, product_in(Path(folder)) as product:
        day = random.choice(some_days(random))
        then: list[tuple[str, Card | None]] = []
        for now, events in random_history(seed).appends:
            product.append(now, events)
            instant = product.stored(UNIT)[-1]["recordedtime"]
            then.append((instant, product.scorecard(UNIT, day)))
        for instant, card in random.sample(then, min(len(then), 8)):
            later = product.scorecard(UNIT, day, instant)
            assert later == (None if card is None else {**card, "known_at": instant}), (
                f"seed {seed}, {instant}"
            )
