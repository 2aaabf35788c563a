"""Mistakes that people make in a file, and the very words that they are told: place, what is wrong, how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubric.load import parse
from rubric.mistake import RubricRefused

HERE = Path(__file__).parent
SOUND = (HERE / "sound.yaml").read_text("utf-8")
MISTAKES = json.loads((HERE / "mistakes.json").read_text("utf-8"))
"""What stands in the sound file, what is written instead, and every mistake that is told."""


def test_the_file_without_a_mistake_is_sound() -> None:
    assert len(parse(SOUND).clauses) == 4
    assert len(MISTAKES) >= 60


@pytest.mark.parametrize(
    ("right", "wrong", "told"), MISTAKES, ids=[wrong[:40].strip() for _, wrong, _ in MISTAKES]
)
def test_a_mistake_is_told(right: str, wrong: str, told: list[str]) -> None:
    assert right in SOUND
    with pytest.raises(RubricRefused) as refused:
        parse(SOUND.replace(right, wrong, 1))
    assert [str(mistake) for mistake in refused.value.mistakes] == told


def test_several_mistakes_are_told_at_once() -> None:
    text = (
        SOUND.replace("n: 4", "n: 0")
        .replace("lose: {flat: 6}", "lose: {flat: 9}")
        .replace("weight: 1", "weight: 重")
    )
    with pytest.raises(RubricRefused) as refused:
        parse(text)
    assert [mistake.line for mistake in refused.value.mistakes] == [26, 30, 39]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04word/", "Word"),
        (b"\xd0\xcf\x11\xe0\xa1", "Word"),
        (b"%PDF-1.4", "PDF"),
        ("标题".encode("gbk"), "UTF-8"),
    ],
)
def test_a_file_of_another_program_is_named(content: bytes, kind: str) -> None:
    with pytest.raises(RubricRefused, match=kind):
        parse(content)
