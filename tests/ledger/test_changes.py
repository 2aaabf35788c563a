"""Corrections, retractions and reviews: what they may name, and what rests on what (contract §3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.support import Book, corrected, event, held, joined, left, registered, retracted


def _request(key: str = "r1", **more: Any) -> dict[str, Any]:
    return event("request.issued", request=key, title="x", due_on="2017-05-01", **more)


def _answer(key: str = "r1") -> dict[str, Any]:
    return event("request.answered", request=key)


def test_they_name_no_correction_retraction_or_review(book: Book) -> None:
    record = held()
    correction = corrected(record, data={"kinds": ["study_session"], "topic": "y"})
    review = event("claim.reviewed", record=record["id"], verdict="accepted")
    gone = held(time="2017-04-01")
    retraction = retracted(gone)
    book.add(registered(), record, gone, correction, review, retraction)
    for named in (correction, review, retraction):
        book.refuses(corrected(named, data={"reason": "x"}), "data.record", "不能对它")
        book.refuses(retracted(named), "data.record", "不能对它")
        book.refuses(
            event("claim.reviewed", record=named["id"], verdict="accepted"), "data.record", "不能对它"
        )


def test_a_retraction_is_final(book: Book) -> None:
    record = held()
    book.add(registered(), record, retracted(record))
    book.refuses(retracted(record), "data.record", "已经撤回")
    book.refuses(corrected(record, to_time="2017-03-16"), "data.record", "已经撤回")


def test_a_corrected_record_is_valid_as_its_type(book: Book) -> None:
    record = held()
    book.add(registered(), record)
    good = {"kinds": ["study_session"], "topic": "y"}
    book.refuses(corrected(record, data={"kinds": ["study_session"]}), "data.data.topic", "缺少")
    book.refuses(corrected(record, data=good | {"titel": "x"}), "data.data.titel", "没有")
    book.refuses(corrected(record, data=good | {"kinds": ["x"]}), "data.data.kinds[0]", "活动代码")
    book.refuses(corrected(record, data=good | {"study_hours": 30}), "data.data.study_hours", "24")
    book.refuses(corrected(record, data=good | {"attendees": ["m1"]}), "data.data.attendees[0]", "m1")
    book.refuses(corrected(record, to_time="2018-02-01"), "data.time", "还没有到")
    book.refuses(corrected(record, to_time="15.3.2017"), "data.time", "有效")
    book.add(corrected(record, data=good | {"study_hours": 2.50}, to_time="2017-03-16"))
    stored = list(book.store.stream("wj-01"))[-1]["data"]
    assert stored["data"]["study_hours"] == "2.5"
    assert stored["time"] == "2017-03-16T00:00:00+08:00"


def test_a_correction_may_name_who_joined_in_between(book: Book) -> None:
    record = held()
    book.add(registered(), record, joined(), corrected(record, data=record["data"] | {"attendees": ["m1"]}))


def test_evidence_may_be_corrected(book: Book) -> None:
    record = held()
    data = {"sha256": "0" * 64, "media_type": "image/png", "bytes": 3, "filename": "a.png"}
    evidence = event("evidence.attached", record=record["id"], **data)
    book.add(registered(), record, evidence)
    book.refuses(corrected(evidence, data={**data, "record": "nowhere"}), "data.data.record", "nowhere")
    book.add(corrected(evidence, data={**data, "record": record["id"], "bytes": 4}))


class TestRegistration:
    def test_a_unit_with_anything_in_its_tree_stays(self, book: Book) -> None:
        unit, branch = registered(), registered("wj-01/b1")
        book.add(unit, branch)
        book.refuses(retracted(unit), "data.record", "1 条记录以它为依据")
        book.add(retracted(branch))
        book.add(retracted(unit))
        book.refuses(held(), "subject", "没有登记单位")
        book.add(registered())

    def test_a_branch_with_anything_on_it_stays(self, book: Book) -> None:
        branch, record = registered("wj-01/b1"), held("wj-01/b1")
        book.add(registered(), branch, held(), record)
        book.refuses(retracted(branch), "data.record", "依据")
        book.add(retracted(record))
        book.add(retracted(branch))
        book.refuses(held("wj-01/b1"), "subject", "没有登记支部")

    def test_what_was_said_about_it_does_not_rest_on_it(self, book: Book) -> None:
        unit = registered()
        book.add(
            unit,
            corrected(unit, data={"name": "改名", "kind": "branch"}),
            event("claim.reviewed", record=unit["id"], verdict="accepted"),
            event(
                "evidence.attached",
                record=unit["id"],
                sha256="0" * 64,
                media_type="a/b",
                bytes=1,
                filename="x",
            ),
            retracted(unit),
        )

    def test_it_moves_no_later_than_what_followed(self, book: Book) -> None:
        unit = registered()
        change = event("organization.changed", time="2017-03-01", name="新名")
        book.add(unit, change)
        book.refuses(corrected(unit, to_time="2017-03-02"), "data.time", "晚于")
        book.refuses(corrected(change, to_time="2016-12-31"), "data.time", "早于登记")
        book.add(corrected(unit, to_time="2017-03-01"))
        book.refuses(corrected(change, to_time="2017-02-28"), "data.time", "早于登记")
        book.refuses(event("organization.changed", time="2017-02-28", name="x"), "time", "早于登记")
        book.add(corrected(change, to_time="2017-03-05"), corrected(unit, to_time="2017-03-05"))
        book.add(retracted(change), corrected(unit, to_time="2017-06-01"))

    def test_a_branch_stays_of_kind_branch(self, book: Book) -> None:
        branch = registered("wj-01/b1")
        book.add(registered(), branch)
        book.refuses(corrected(branch, data={"name": "x", "kind": "committee"}), "data.data.kind", "branch")


class TestJoining:
    def test_it_stays_while_he_is_named(self, book: Book) -> None:
        entry, named = joined(), held(attendees=["m1"])
        book.add(registered(), entry, named)
        book.refuses(retracted(entry), "data.record", named["id"])
        book.add(corrected(named, data=named["data"] | {"attendees": []}))
        book.add(retracted(entry))
        book.refuses(held(attendees=["m1"]), "data.attendees[0]", "m1")
        book.add(joined())

    @pytest.mark.parametrize("kind", ["member.changed", "transfer.completed"])
    def test_it_stays_while_something_is_his(self, book: Book, kind: str) -> None:
        entry, his = joined(), event(kind, member="m1")
        book.add(registered(), entry, his)
        book.refuses(retracted(entry), "data.record", his["id"])
        book.add(retracted(his))
        book.add(retracted(entry))

    def test_it_stays_while_he_left(self, book: Book) -> None:
        entry, leaving = joined(), left()
        book.add(registered(), entry, leaving)
        book.refuses(retracted(entry), "data.record", leaving["id"])
        book.add(retracted(leaving))
        book.add(retracted(entry))

    def test_the_earlier_joining_bears_what_came_after_it(self, book: Book) -> None:
        first, leaving, second = joined(), left(), joined()
        book.add(registered(), first, leaving, second, held(attendees=["m1"]))
        book.refuses(retracted(first), "data.record", "依据")
        book.add(retracted(second))
        book.add(joined())

    def test_naming_him_at_the_place_of_the_correction(self, book: Book) -> None:
        first, record = joined(), held()
        book.add(registered(), record, first, left())
        second = joined()
        book.add(second, corrected(record, data=record["data"] | {"attendees": ["m1"]}))
        book.add(retracted(second))
        book.refuses(retracted(first), "data.record", "依据")

    def test_a_leaving_stays_while_he_joined_again(self, book: Book) -> None:
        leaving, again = left(), joined()
        book.add(registered(), joined(), leaving, again)
        book.refuses(retracted(leaving), "data.record", again["id"])
        book.add(retracted(again), retracted(leaving))
        book.refuses(joined(), "data.member", "没有转出")

    def test_another_member(self, book: Book) -> None:
        entry, named = joined(), held(attendees=["m1"])
        book.add(registered(), entry, named, joined("m2"))
        book.refuses(corrected(entry, data={"member": "m3"}), "data.data.member", named["id"])
        book.add(retracted(named))
        book.refuses(corrected(entry, data={"member": "m2"}), "data.data.member", "冲突")
        book.add(corrected(entry, data={"member": "m3"}))
        book.add(held(attendees=["m3"]))
        book.refuses(held(attendees=["m1"]), "data.attendees[0]", "m1")
        book.refuses(joined("m3"), "data.member", "没有转出")

    def test_the_same_member_with_other_flags(self, book: Book) -> None:
        entry = joined()
        book.add(registered(), entry, held(attendees=["m1"]))
        book.add(corrected(entry, data={"member": "m1", "leader": True}, to_time="2017-05-01"))


class TestItems:
    def test_a_retracted_request_is_not_there(self, book: Book) -> None:
        request = _request()
        book.add(registered(), request, _answer(), retracted(request))
        book.refuses(_answer(), "data.request", "r1")
        book.add(_request(event_id="again"), _answer())

    def test_its_key_stays_once_it_is_answered(self, book: Book) -> None:
        request, answer = _request(), _answer()
        book.add(registered(), request, answer)
        changed = request["data"] | {"request": "r2"}
        book.refuses(corrected(request, data=changed), "data.data.request", answer["id"])
        book.add(corrected(request, data=request["data"] | {"title": "y"}))
        book.add(retracted(answer), corrected(request, data=changed))
        book.refuses(_answer("r1"), "data.request", "r1")
        book.add(_answer("r2"), _request("r1"))

    def test_its_key_is_free(self, book: Book) -> None:
        finding = event("finding.raised", finding="f1", text="x", due_on="2017-05-01")
        other = event("finding.raised", finding="f2", text="x", due_on="2017-05-01")
        book.add(registered(), finding, other)
        book.refuses(corrected(finding, data=other["data"]), "data.data.finding", "已被使用")

    def test_an_answer_names_what_is_there(self, book: Book) -> None:
        answer = _answer()
        book.add(registered(), _request(), _request("r2"), answer)
        book.refuses(corrected(answer, data={"request": "r3"}), "data.data.request", "r3")
        book.add(corrected(answer, data={"request": "r2"}))


def test_probable_duplicates_follow_corrections(book: Book) -> None:
    first, second = held(), held(kinds=["member_meeting", "study_session"])
    book.add(registered(), first)
    (warning,) = book.add(second).warnings
    assert warning.line == 1
    assert first["id"] in str(warning.text)
    assert book.add(held(time="2017-03-16"), held(kinds=["party_lecture"])).warnings == []
    book.add(corrected(first, to_time="2017-05-01"), retracted(second))
    third = held()
    assert book.add(third).warnings == []
    (warning,) = book.add(held(time="2017-05-01")).warnings
    assert first["id"] in str(warning.text)
    book.add(corrected(third, data={"kinds": ["party_work_meeting"], "topic": "x"}))
    assert book.add(held(kinds=["party_work_meeting"])).warnings
