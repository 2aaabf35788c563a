"""Every scenario, against the reference scorer: the figures worked out by hand and the scorer must agree."""

from typing import Any

import pytest

from tests.cases.checking import differences
from tests.cases.reading import Scenario, all_scenarios, sheet_2017, stored
from tests.oracle import members, scorecard
from tests.oracle.history import as_date


@pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda one: f"{one.file}: {one.name}")
def test_the_reference_scorer_gives_the_figures_of_every_scenario(scenario: Scenario) -> None:
    events = stored(scenario.appends)
    found: list[str] = []
    for expectation in scenario.expectations:
        found += compared(events, scenario.unit, expectation)
    assert not found, "\n".join(found)


def compared(events: list[dict[str, Any]], unit: str, expectation: dict[str, Any]) -> list[str]:
    """What the reference scorer says otherwise than the scenario."""
    day, known_at = as_date(expectation["as_of"]), expectation.get("known_at")
    known_at = None if known_at is None else str(known_at)
    if expectation.get("unknown"):
        with pytest.raises(ValueError, match="was not registered by"):
            scorecard(events, sheet_2017(), unit, day, known_at)
        return []
    card = scorecard(events, sheet_2017(), unit, day, known_at)
    return differences(card, members(events, sheet_2017(), unit, day, known_at), expectation)
