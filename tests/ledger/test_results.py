"""What is said of a signing: a second signature, the days of its publication, the unit's word that it has seen it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.support import Book, corrected, event, registered, retracted

from .test_appeals_and_signings import review, signed

ABOUT = ("score.countersigned", "result.confirmed")
DAYS = {"starts_on": "2018-01-22", "ends_on": "2018-01-28"}


def about(kind: str, signing: dict[str, Any], /, **data: Any) -> dict[str, Any]:
    return event(kind, time="2018-01-20", signing=signing["id"], **data)


def published(signing: dict[str, Any], **days: str) -> dict[str, Any]:
    return about("result.published", signing, **(DAYS | days))


@pytest.mark.parametrize("kind", ABOUT)
def test_said_once_of_the_signing_that_stands(book: Book, kind: str) -> None:
    first, again = signed(), signed(score="94.5", indicators=[{"no": 1, "score": "96"}], reason="核错")
    again["data"]["supersedes"] = first["id"]
    book.add(registered(), first)
    word = about(kind, first)
    book.add(word)
    book.refuses(about(kind, first), "data.signing", "过")
    book.add(retracted(word))
    book.add(about(kind, first), again)
    book.refuses(about(kind, first), "data.signing", "改签过的")
    book.add(about(kind, again))


def test_of_this_unit_and_of_a_signing_only(book: Book) -> None:
    unit = registered()
    other = signed(subject="wj-02")
    book.add(unit, registered("wj-02"), registered("wj-01/b1"), other)
    for named in (unit, other):
        book.refuses(about("result.confirmed", named), "data.signing", "没有签着的")
    own = signed()
    book.add(own)
    book.refuses({**about("result.confirmed", own), "subject": "wj-01/b1"}, "subject", "按单位签字")


def test_published_days_follow_one_another_and_may_be_set_anew(book: Book) -> None:
    signing = signed()
    book.add(registered(), signing)
    book.refuses(published(signing, starts_on="2018-01-19"), "data.starts_on", "过去的日子")
    book.refuses(published(signing, ends_on="2018-01-21"), "data.ends_on", "早于开始")
    book.add(published(signing), published(signing, ends_on="2018-02-05"))


def test_taken_back_and_recorded_anew_instead_of_mended(book: Book) -> None:
    signing = signed()
    word = published(signing)
    book.add(registered(), signing, word)
    book.refuses(corrected(word, data=word["data"]), "data.record", "请撤回它")
    book.refuses(review(word), "data.record", "不经审核")
    book.add(retracted(word))
