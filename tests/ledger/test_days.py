"""What the day of an event forbids, closings, moves and judgements as the contract has them (edition 2, §2, §3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from ledger.merkle.canonical import canonical_bytes
from tests.ledger.support import (
    Book,
    Place,
    bodies,
    corrected,
    event,
    held,
    joined,
    left,
    open_store,
    registered,
    retracted,
)


def closed(subject: str = "wj-01", time: str = "2017-06-01", **more: Any) -> dict[str, Any]:
    return event("organization.closed", subject, time=time, **more)


def judged(time: str = "2018-01-10", **more: Any) -> dict[str, Any]:
    return event("judgement.passed", time=time, **{"clause": "1.1", "deduct": "1", "reason": "不实", **more})


# -- closing ---------------------------------------------------------------------------------------------------


def test_a_unit_closes_and_says_what_it_merged_into(book: Book) -> None:
    book.add(registered(), registered("wj-02"), registered("wj-01/b1"))
    book.refuses(closed(merged_into="wj-09"), "data.merged_into", "没有登记单位 wj-09")
    book.refuses(closed(merged_into="wj-01"), "data.merged_into", "自己")
    book.refuses(closed(merged_into="wj-02/b1"), "data.merged_into", "单位的编号")
    book.add(closed("wj-01/b1"), closed(merged_into="wj-02"))
    # A unit of the same file counts.
    book.add(registered("wj-03"), registered("wj-04"), closed("wj-03", merged_into="wj-04"))
    assert book.store.verify().events == 8


def test_a_closed_tree_takes_only_what_is_left_to_do(book: Book) -> None:
    kept = [
        held(time="2017-05-01"), joined(time="2017-01-02"), event("request.issued", request="r", title="x",
        due_on="2017-05-01"), event("finding.raised", finding="f", text="x", due_on="2017-05-01"),
        event("transfer.started", member="m1", valid_until="2017-12-31"),
    ]  # fmt: skip
    book.add(registered(), registered("wj-01/b1"), *kept, closed(time="2017-06-01"))
    for late in (held, joined, registered, event):
        said = {
            held: lambda: held(time="2017-06-01"),
            joined: lambda: joined("m2", time="2017-06-02"),
            registered: lambda: registered("wj-01/b2", time="2017-07-01"),
            event: lambda: event("condition.declared", "wj-01/b1", time="2017-07-01", condition="union_sound",
                                 value="yes"),
        }[late]()  # fmt: skip
        book.refuses(said, "time", "已于 2017-06-01 撤销")
    book.refuses(closed(time="2017-07-01"), "time", "撤销")
    # The day before is before it.
    book.add(held(time="2017-05-31"))
    later = {"time": "2017-07-01"}
    book.add(
        event("request.answered", **later, request="r"),
        event("finding.rectified", **later, finding="f"),
        event("transfer.completed", **later, member="m1"),
        left(**later),
        event("claim.reviewed", **later, record=kept[0]["id"], verdict="accepted"),
        event("evidence.attached", **later, record=kept[0]["id"], sha256="0" * 64, media_type="image/png", bytes=1,
              filename="a.png"),
        judged(for_year=2017),
        event("appeal.filed", **later, appeal="a", clause="1.1", reason="x"),
        event("appeal.decided", **later, appeal="a", verdict="upheld", reason="x"),
        corrected(kept[0], data={"kinds": ["party_lecture"], "topic": "别的"}),
        retracted(kept[0]),
    )  # fmt: skip
    moved = held(time="2017-05-20")
    book.add(moved)
    book.refuses(corrected(moved, to_time="2017-06-02"), "data.time", "撤销")


def test_a_retracted_closing_closes_nothing(book: Book) -> None:
    book.add(registered(), ending := closed(time="2017-06-01"))
    book.refuses(held(time="2017-06-02"), "time", "撤销")
    book.add(corrected(ending, to_time="2017-09-01"), held(time="2017-06-02"))
    book.refuses(held(time="2017-09-02"), "time", "撤销")
    book.add(retracted(ending), held(time="2017-09-02"))


def test_a_closed_branch_closes_no_unit(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"), closed("wj-01/b1"), held(time="2017-06-02"))


# -- terms and due days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda day: event("election.held", next_term_ends_on=day, time="2017-03-15"), "next_term_ends_on"),
        (
            lambda day: event("request.issued", request=day, title="x", due_on=day, time="2017-03-15"),
            "due_on",
        ),
        (lambda day: event("finding.raised", finding=day, text="x", due_on=day, time="2017-03-15"), "due_on"),
    ],
)
def test_nothing_is_over_before_it_begins(
    book: Book, make: Callable[[str], dict[str, Any]], field: str
) -> None:
    book.add(registered())
    book.refuses(make("2017-03-14"), f"data.{field}", "2017-03-14")
    same_day = make("2017-03-15")
    if field == "next_term_ends_on":
        book.refuses(same_day, f"data.{field}", "应晚于")
    else:
        book.add(same_day)
    good = make("2017-03-16")
    book.add(good)
    book.refuses(corrected(good, to_time="2017-03-17"), f"data.data.{field}", "2017-03-17")


# -- judgements ------------------------------------------------------------------------------------------------


def test_a_judgement_says_for_which_year_while_two_can_be_judged(book: Book) -> None:
    book.add(registered(), judged("2017-09-01"))
    book.refuses(judged("2018-01-10"), "data.for_year", "2017 还是 2018")
    book.add(judged("2018-01-10", for_year=2017), judged("2018-01-11", for_year=2018))


def test_a_judgement_that_can_no_longer_count_is_refused(book: Book) -> None:
    later = datetime(2018, 6, 1, tzinfo=UTC)
    book.add(registered(), judged("2018-03-31", for_year=2017), now=later)
    book.refuses(judged("2018-04-01", for_year=2017), "time", "到 2018-03-31 为止", now=later)
    # Of a year that has no rubric yet it counts nowhere until there is one.
    book.add(judged("2018-04-01"), judged("2018-04-02", for_year=2018), now=later)
    late = judged("2018-03-30", for_year=2017)
    book.add(late, now=later)
    book.refuses(
        corrected(late, to_time="2018-04-02") | {"time": "2018-05-01"}, "data.time", "为止", now=later
    )


def test_a_judgement_of_nothing_and_its_rubric(book: Book) -> None:
    book.add(registered(), judged("2017-09-01", deduct=0))
    assert bodies(book.store.export())[-1]["data"]["deduct"] == "0"
    book.add(judged("2017-09-02", rubric="wujin-2017"))
    book.refuses(judged("2017-09-02", rubric="wujin-2018"), "data.rubric", "最接近的是 wujin-2017")
    book.refuses(judged("2018-01-02", for_year=2018, rubric="wujin-2017"), "data.rubric", "2017 年的细则")


# -- moving a record -------------------------------------------------------------------------------------------


def test_a_correction_moves_a_record_inside_its_tree(book: Book) -> None:
    record = held("wj-01/b1")
    book.add(registered(), registered("wj-01/b1"), registered("wj-01/b2"), registered("wj-02"), record)
    book.refuses(corrected(record), "data", "没有说明改什么")
    book.refuses(corrected(record) | _moving(record, "wj-02"), "data.subject", "只能移到 wj-01")
    book.refuses(corrected(record) | _moving(record, "wj-01/b9"), "data.subject", "没有登记支部")
    book.add(corrected(record) | _moving(record, "wj-01/b2"))
    # The place it came from is free, the one it went to is taken.
    assert book.add(held("wj-01/b1", topic="另一次")).warnings == []
    assert len(book.add(held("wj-01/b2", topic="又一次")).warnings) == 1
    assert book.store.verify().events == 8


def _moving(record: dict[str, Any], subject: str) -> dict[str, Any]:
    return {"data": {"record": record["id"], "reason": "记错了支部", "subject": subject}}


def test_organizations_and_appeals_are_not_moved(book: Book) -> None:
    branch, filed = registered("wj-01/b1"), event("appeal.filed", appeal="a", clause="1.1", reason="x")
    book.add(registered(), branch, filed)
    for record in (branch, filed):
        book.refuses(corrected(record) | _moving(record, "wj-01"), "data.subject", "不能移到")


def test_a_joining_is_moved_with_its_leaving_or_not_at_all(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"), registered("wj-01/b2"))
    alone, first = joined("m2", "wj-01/b1"), joined("m1", "wj-01/b1")
    book.add(alone, first, leaving := left("m1", "wj-01/b1"))
    book.refuses(corrected(first) | _moving(first, "wj-01/b2"), "data.subject", leaving["id"])
    book.add(corrected(alone) | _moving(alone, "wj-01/b2"))
    book.refuses(left("m2", "wj-01/b1"), "subject", "在 wj-01/b2")
    book.add(left("m2", "wj-01/b2"))


# -- what is stored already ------------------------------------------------------------------------------------


def test_what_earlier_versions_took_is_still_right(book: Book, new_place: Callable[[], Place]) -> None:
    book.add(
        registered(), registered("wj-01/b1"), joined(), left(), event("election.held", next_term_ends_on="2020-01-01"),
        event("request.issued", request="r", title="x", due_on="2017-05-01"), judged("2018-01-10", for_year=2017),
    )  # fmt: skip
    lines = [orjson.loads(body) for body in book.store.export()]
    lines[3]["subject"] = "wj-01/b1"
    lines[3]["data"]["reason"] = "expelled"
    lines[4]["data"]["next_term_ends_on"] = "2016-01-01"
    lines[5]["data"]["due_on"] = "2017-01-01"
    del lines[6]["data"]["for_year"]
    with open_store(new_place()) as store:
        store.restore(enumerate(map(canonical_bytes, lines), 1))
        assert store.verify().events == 7
        Book(store).add(joined())
