"""Rubric files whose examples are tests: each event history must come to what the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubric as rubric_room
from projections.examples import run_examples
from rubric.catalog import RubricCatalog
from rubric.format2.rubric2 import Rubric2
from rubric.load import parse
from taizhang.app.ledger import vocabulary_of

EXAMPLES = Path(rubric_room.__file__).parent / "examples"
FILES = [*sorted((Path(__file__).parent / "files").glob("*.yaml")), *sorted(EXAMPLES.glob("*.yaml"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_examples_come_to_what_the_file_says(file: Path) -> None:
    rubric = parse(file.read_bytes(), file.name)
    assert isinstance(rubric, Rubric2)
    assert rubric.examples
    found = run_examples(rubric, vocabulary_of(RubricCatalog([rubric])))
    told = [f"{rubric.examples[each.example].name} {each.path}: {each.text}" for each in found]
    assert told == []
