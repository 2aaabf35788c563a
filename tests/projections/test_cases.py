"""Every scenario of tests/cases, through a real SQLite ledger with the clock of the scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cases.checking import differences
from tests.cases.reading import Scenario, all_scenarios
from tests.oracle.history import as_date
from tests.projections.adapter import Product, product_in


@pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda one: f"{one.file}: {one.name}")
def test_the_product_gives_the_figures_of_every_scenario(scenario: Scenario, tmp_path: Path) -> None:
    with product_in(tmp_path) as product:
        product.append_all(scenario.appends)
        found: list[str] = []
        for expectation in scenario.expectations:
            found += compared(product, scenario.unit, expectation)
    assert not found, "\n".join(found)


def compared(product: Product, unit: str, expectation: dict[str, Any]) -> list[str]:
    """What the product says otherwise than the scenario."""
    day, known_at = as_date(expectation["as_of"]), expectation["known_at"]
    card = product.scorecard(unit, day, known_at)
    if card is None or expectation.get("unknown"):
        there = card is not None
        return [] if there is not bool(expectation.get("unknown")) else [f"{day}: the unit is there: {there}"]
    if known_at is not None:  # `members` knows no --known-at: who was there then is for the reference scorer
        expectation = {name: value for name, value in expectation.items() if name != "members"}
        return differences(card, [], expectation)
    return differences(card, product.members(unit, day), expectation)
