"""Probable duplicates are warned of and not refused (contract §2)."""

from __future__ import annotations

from typing import Any

from tests.ledger.support import Book, corrected, event, held, joined, registered, retracted


def warned(book: Book, *events: dict[str, Any]) -> list[str]:
    return [str(each.text) for each in book.add(*events).warnings]


def published(**data: Any) -> dict[str, Any]:
    return event("publication.made", **{"outlet": "wujin_daily", "title": "一篇报道", **data})


def test_one_gathering_in_the_unit_and_in_a_branch(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"), registered("wj-01/b2"))
    kinds = ["study_session", "party_lecture"]
    book.add(first := held(kinds=kinds, topic="学习·党章"))
    (text,) = warned(book, held("wj-01/b1", kinds=kinds[::-1], topic="学习・党章 "))
    assert first["id"] in text
    assert "单位和支部" in text
    assert warned(book, held("wj-01/b1", kinds=["member_meeting"], topic="学习·党章")) == []
    assert warned(book, held("wj-01/b2", kinds=kinds, topic="别的")) == []
    # Two branches that do the same on one day have two meetings.
    assert warned(book, held("wj-01/b1", topic="统一", time="2017-05-01"), held("wj-01/b2", topic="统一",
                                                                             time="2017-05-01")) == []  # fmt: skip
    assert len(warned(book, held(topic="统一", time="2017-05-01"))) == 1


def test_one_publication_a_tree_and_year(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"), registered("wj-02"))
    book.add(published(url="https://x.example/1", time="2017-01-05"))
    (url,) = warned(book, event("publication.made", "wj-01/b1", outlet="changzhou_daily", title="转载",
                                url="https://x.example/1", time="2017-11-30"))  # fmt: skip
    assert "网址相同" in url
    (title,) = warned(book, published(title="一篇报道 ", time="2017-06-30"))
    assert "标题相同" in title
    assert warned(book, published(outlet="changzhou_daily", time="2017-07-01")) == []
    assert warned(book, published(time="2016-06-30")) == []
    assert warned(book, published(title="另一篇")) == []
    other = event(
        "publication.made", "wj-02", outlet="wujin_daily", title="一篇报道", url="https://x.example/1"
    )
    assert warned(book, other) == []


def test_one_document_a_subject_and_year(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"))

    def filed(subject: str = "wj-01", **data: Any) -> dict[str, Any]:
        return event("document.filed", subject, **{"document": "annual_plan", "title": "计划", **data})

    book.add(first := filed(time="2017-01-20"))
    (text,) = warned(book, filed(time="2017-02-20", title="修订"))
    assert first["id"] in text
    assert warned(book, filed("wj-01/b1")) == []
    assert warned(book, filed(for_year=2018)) == []
    assert warned(book, filed(document="annual_summary")) == []


def test_more_than_eight_hours_a_member_a_day(book: Book) -> None:
    book.add(
        registered(), registered("wj-01/b1"), joined("m1"), joined("m2", "wj-01/b1"), joined("m3", "wj-01/b1")
    )

    def studied(subject: str, hours: float, topic: str, attendees: Any, **more: Any) -> dict[str, Any]:
        return held(subject, study_hours=hours, topic=topic, attendees=attendees, **more)

    assert warned(book, studied("wj-01", 5, "上午", ["m1", "m2"])) == []
    # Others' hours are theirs; the gathering in the branch is the unit's, and counts once.
    texts = warned(book, studied("wj-01/b1", 4, "下午", ["m3"], kinds=["party_lecture"]))
    assert texts == []
    (text,) = warned(book, studied("wj-01/b1", "3.5", "晚上", "all", kinds=["member_meeting"]))
    assert "党员“m2”" in text
    assert "8.5" in text
    book.add(again := studied("wj-01", 24, "整天", ["m1"], time="2017-05-01"))
    (text,) = warned(book, studied("wj-01", 1, "又", ["m1"], time="2017-05-01", kinds=["party_lecture"]))
    assert "25" in text
    book.add(retracted(again))
    assert warned(book, studied("wj-01", 1, "再", ["m1"], time="2017-05-01", kinds=["member_meeting"])) == []


def test_corrections_move_what_an_event_is_known_by(book: Book) -> None:
    book.add(registered())
    book.add(first := published(time="2017-01-05"))
    book.add(corrected(first, data={"outlet": "wujin_daily", "title": "改了题目"}))
    assert warned(book, published(time="2017-02-05")) == []
    assert len(warned(book, published(time="2017-03-05", title="改了题目"))) == 1
