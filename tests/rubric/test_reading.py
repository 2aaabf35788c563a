"""What a rubric file's values become: exact numbers, days, texts; and what loads though it looks unusual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rubric.load import parse
from rubric.source import read

from .files import SMALL, changed


def test_plain_values_are_exact() -> None:
    data = read(
        "a: 0.1\nb: 12\nc: 2019-02-28\nd: 2019-02-30\ne: 012\nf: yes\ng: 'yes'\nh: ~\ni: .5\nno: 1:30\n"
    ).data
    assert data == {
        "a": Decimal("0.1"),
        "b": 12,
        "c": date(2019, 2, 28),
        "d": "2019-02-30",
        "e": "012",
        "f": True,
        "g": "yes",
        "h": None,
        "i": Decimal("0.5"),
        "no": "1:30",
    }


def test_amounts_are_hundredths() -> None:
    rubric = parse(SMALL)
    assert rubric.points_of(4) == 550
    assert rubric.clauses[1].threshold == 1000


def test_a_comma_in_a_note_needs_no_quotes() -> None:
    text = changed("rule: judgement,", "rule: judgement, reading: each fault, usually a half,")
    assert parse(text).clauses[5].reading == "each fault, usually a half"


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    windows = ("\ufeff" + SMALL.replace("\n", "\r\n")).encode()
    assert parse(windows).model_dump() == parse(SMALL).model_dump(), "but for the digest of the file"


def test_a_window_may_begin_in_the_autumn_before() -> None:
    assert parse(changed("[2019-03-01, 2019-10-31]", "[2018-09-01, 2019-06-30]"))


def test_codes_and_words_may_be_left_out() -> None:
    start, end = SMALL.index("indicators:\n"), SMALL.index("clauses:\n")
    rubric = parse(SMALL[:start] + SMALL[end:])
    assert rubric.words[2].title == "缺年报扣1.5分"
    assert rubric.code_names["activities"]["home_visit"] == "home_visit"


def test_the_small_rubric_uses_every_rule_once() -> None:
    rubric = parse(SMALL)
    assert len({clause.rule for clause in rubric.clauses}) == len(rubric.clauses) == 10
    assert rubric.bonus_indicators == {6}
