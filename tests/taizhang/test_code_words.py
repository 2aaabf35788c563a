"""A code's word stands in one table; no second one beside it can say something else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from ledger.events.data import LeavingReason, UnitKind
from ledger.events.types import EVENT_TYPES
from taizhang.language import code_words
from taizhang.language.code_words import DECLARED, LEAVINGS, UNIT_KINDS, VERDICTS
from taizhang.language.i18n import speaking

ROOT = Path(__file__).parents[2]
HOME = ROOT / "taizhang" / "language" / "code_words.py"
ELSEWHERE = {
    # What people write in a sheet, read into the code: many words for one code, none of them shown.
    "taizhang/entry/units.py",
    # Levels as a rubric file of format 1 is read: files name their own, these are the names it never wrote.
    "rubric/format2/desugar.py",
    # Answers to the question at the head of a sheet's column.
    "taizhang/entry/sheets/readers.py",
    # Marks and words of a step in a record's life.
    "taizhang/cli/render/history.py",
}
TABLES = {
    name: table for name, table in vars(code_words).items() if isinstance(table, dict) and name.isupper()
}
CODES = {code for table in TABLES.values() for code in table}
CHINESE = re.compile("[\u4e00-\u9fff]")


def codes_of(hint: Any) -> Iterator[str]:
    if isinstance(hint, str):
        yield hint
    for each in get_args(hint):
        yield from codes_of(each)


@pytest.mark.parametrize(
    ("table", "codes"),
    [(UNIT_KINDS, set(get_args(UnitKind))), (LEAVINGS, set(get_args(LeavingReason)))],
    ids=["kinds", "leavings"],
)
def test_every_code_of_the_ledger_has_its_word(table: Mapping[str, str], codes: set[str]) -> None:
    assert set(table) == codes


def test_every_verdict_and_value_of_the_ledger_has_its_word() -> None:
    for field, table in (("verdict", VERDICTS), ("value", DECLARED)):
        found = {
            code
            for row in EVENT_TYPES.values()
            for hint in [get_type_hints(row.data, include_extras=True).get(field)]
            if hint is not None and get_origin(hint) is not None
            for code in codes_of(hint)
        }
        assert set(table) >= found - {""}, field


def test_no_two_codes_of_a_table_have_one_word() -> None:
    for language in ("zh_CN", "en"):
        with speaking(language):
            for name, table in TABLES.items():
                words = [code_words.word_of(table, code) for code in table]
                assert len(set(words)) == len(words), (language, name)


def test_no_second_table() -> None:
    second = {
        str(file.relative_to(ROOT))
        for room in ("ledger", "projections", "rubric", "reminders", "taizhang")
        for file in (ROOT / room).rglob("*.py")
        if file != HOME and "demo" not in file.parts
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Dict) and says_codes(node)
    }
    assert second == ELSEWHERE


def says_codes(table: ast.Dict) -> bool:
    """Whether two or more codes have a Chinese word each there."""
    return (
        sum(
            isinstance(key, ast.Constant)
            and key.value in CODES
            and CHINESE.search(ast.unparse(value)) is not None
            for key, value in zip(table.keys, table.values, strict=True)
        )
        > 1
    )
