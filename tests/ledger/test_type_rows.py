"""The rows of the event types: every table that is keyed by types is held to them; one place writes envelopes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from ledger.events.types import EVENT_TYPES, EventType
from ledger.vocabulary import Vocabulary
from taizhang.accounts.permissions import EVENTS
from taizhang.language.event_labels import TYPE_WORDS

SENT = {name for name, row in EVENT_TYPES.items() if not row.by_program}


@pytest.mark.parametrize(
    ("table", "types"),
    [(TYPE_WORDS, EVENT_TYPES.keys()), (EVENTS, SENT)],
    ids=["labels", "permissions"],
)
def test_tables_have_a_row_for_each_type(table: Collection[str], types: Collection[str]) -> None:
    assert set(table) == set(types)


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_rows_fit_their_data_and_each_other(row: EventType) -> None:
    named = {row.codes.field if row.codes else "", "clause" if row.names_clause else "", row.puts, row.key}
    assert named - {"", "subject"} <= set(row.fields)
    if row.codes:
        assert hasattr(Vocabulary(), row.codes.family)
    if row.answers:
        assert EVENT_TYPES[row.answers].key == row.key
    if row.looks_back:
        assert "record" in row.fields


def test_one_place_writes_envelopes() -> None:
    root = Path(__file__).parents[2]
    rooms = ("ledger", "projections", "rubric", "reminders", "taizhang")
    files = [file for room in rooms for file in (root / room).rglob("*.py")]
    literal = [
        str(file.relative_to(root)) for file in files if '"specversion": "1.0"' in file.read_text("utf-8")
    ]
    assert literal == ["ledger/events/new.py"]
