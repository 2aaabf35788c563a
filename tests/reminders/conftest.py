"""A desk of one's own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .support import Desk, desk_over, unit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One unit, registered on New Year's Day 2017, and its secretary."""
    with desk_over(tmp_path / "ledger.db") as made:
        made.record(unit())
        made.contact("wj-01", "shuji@example.invalid", name="王书记")
        yield made
