"""Texts with a number: which of their places decides the form, and that English declines by it."""

import re
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ledger.text import Text
from taizhang.language.catalogs import ROOT, extract_command, forms, load, source
from taizhang.language.counted import counted_place
from taizhang.language.i18n import _, say, speaking


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("还剩 {days} 天", "days"),
        ("{clause} 提前 {days} 天提醒", "days"),
        ("{total} 个单位，已签字 {signed} 个", "total"),
        ("{name}等 {count} 个单位", "count"),
        ("第 {row} 行是空的", None),
        ("{year} 年度", None),
        ("“{name}”已经有了", None),
        ("{clause} 条款", None),
    ],
)
def test_what_stands_before_a_measure_word_is_counted(message: str, place: str | None) -> None:
    assert counted_place(message) == place


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (1, "1 point"), ("1", "1 point"), ("1.00", "1.00 point"), (Decimal(1), "1 point"),
        (2, "2 points"), (0, "0 points"), ("0.5", "0.5 points"), ("—", "— points"),
    ],
)  # fmt: skip
def test_one_is_said_otherwise_than_many(points: object, said: str) -> None:
    with speaking("en"):
        assert _("{points} 分", points=points) == said
        assert say(Text("{points} 分", points=str(points))) == said
    assert _("{points} 分", points=points) == f"{points} 分"


def test_a_day_is_left() -> None:
    with speaking("en"):
        assert _("还剩 {days} 天", days=1) == "1 day left"
        assert _("还剩 {days} 天", days=2) == "2 days left"
        assert str(Text("{days} 天", days=1)) == "1 天"


def test_english_declines_every_noun_behind_its_number() -> None:
    found = []
    for message in load("en"):
        place = counted_place(source(message)) if message.id else None
        if place is None:
            continue
        one, many = forms(message)
        noun = re.search(rf"\{{{place}\}} (?:more |attached |new |older )?([a-z]{{3,}}s|people)\b", many)
        if noun and noun.group(1) not in ("was", "has", "less", "leaves") and one == many:
            found.append(many)
    assert found == []


def test_pybabel_finds_the_same_messages(tmp_path: Path) -> None:
    template = tmp_path / "taizhang.pot"
    command = extract_command(template)
    pybabel = Path(sys.executable).with_name("pybabel")
    done = subprocess.run([pybabel, *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, shlex.join(command) + done.stderr
    with template.open("rb") as file:
        assert {message.id for message in read_po(file)} == {message.id for message in load("en")}
