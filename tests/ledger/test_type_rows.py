"""The rows of the event types: every table that is keyed by types is held to them; one place writes envelopes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from ledger.checks import by_type, codes, dates
from ledger.events.types import EVENT_TYPES, EventType
from ledger.vocabulary import Vocabulary
from projections.review_items import DECLARATIONS
from taizhang.accounts.permissions import EVENTS
from taizhang.entry.forms import registry, search_words
from taizhang.entry.sheets import matching
from taizhang.language.event_labels import TYPE_WORDS

ROOT = Path(__file__).parents[2]
ROOMS = ("ledger", "projections", "rubric", "reminders", "taizhang")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
TABLES_MAX = 12
TYPES_OF_A_TABLE = 3

SENT = {name for name, row in EVENT_TYPES.items() if not row.by_program}


@pytest.mark.parametrize(
    ("table", "types"),
    [(TYPE_WORDS, EVENT_TYPES.keys()), (EVENTS, SENT)],
    ids=["labels", "permissions"],
)
def test_tables_have_a_row_for_each_type(table: Collection[str], types: Collection[str]) -> None:
    assert set(table) == set(types)


@pytest.mark.parametrize(
    "table",
    [
        by_type.CHECKS, codes.CHECKS, dates.RULES, DECLARATIONS, matching.SAME,
        registry.FORMS, registry.MENDING, search_words.OF_FORMS,
    ],
    ids=["references", "codes", "days", "declarations", "sameness", "forms", "corrections", "words"],
)  # fmt: skip
def test_tables_of_some_types_name_no_other(table: Collection[str]) -> None:
    assert set(table) - {"member.moved"} <= set(EVENT_TYPES)  # a form that records two events


def test_tables_of_types_are_few() -> None:
    found = [place for file in FILES for place in _tables(file)]
    assert len(found) <= TABLES_MAX, found


def _tables(file: Path) -> Iterator[str]:
    """Yield where *file* has a dict, set, tuple or list with at least three types as keys or members."""
    tree = ast.parse(file.read_text("utf-8"))
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            members: list[ast.expr] = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Set | ast.Tuple | ast.List):
            members = node.elts
        else:
            continue
        words = [
            each.value if isinstance(each, ast.Constant) else named.get(getattr(each, "id", ""))
            for each in members
        ]
        if sum(isinstance(word, str) and word in EVENT_TYPES for word in words) >= TYPES_OF_A_TABLE:
            yield f"{file.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_rows_fit_their_data_and_each_other(row: EventType) -> None:
    named = {row.codes.field if row.codes else "", "clause" if row.names_clause else "", row.puts, row.key}
    assert named - {"", "subject"} <= set(row.fields)
    if row.codes:
        assert hasattr(Vocabulary(), row.codes.family)
    topic, _colon, field = row.topic.partition(":")
    assert not field or field in row.fields, topic
    if row.answers:
        assert EVENT_TYPES[row.answers].key == row.key
    if row.looks_back:
        assert "record" in row.fields


def test_one_place_writes_envelopes() -> None:
    literal = [
        str(file.relative_to(ROOT)) for file in FILES if '"specversion": "1.0"' in file.read_text("utf-8")
    ]
    assert literal == ["ledger/events/new.py"]
