"""What an event refers to must be there, in ledger order, inside its tree (contract §2, §3)."""

from __future__ import annotations

from contextlib import suppress

import pytest

from ledger.problem import Refused
from ledger.store.protocol import Recorder
from tests.ledger.support import Book, corrected, event, held, joined, left, registered, retracted


def test_unknown_subject(book: Book) -> None:
    book.refuses(held(), "subject", "没有登记单位 wj-01")
    book.add(registered())
    book.refuses(held("wj-01/b1"), "subject", "没有登记支部")
    book.add(held())


def test_closest_branch_is_named(book: Book) -> None:
    book.add(registered(), registered("wj-01/branch1"))
    book.refuses(held("wj-01/brench1"), "subject", "wj-01/branch1")


def test_branch_needs_its_unit_and_is_of_kind_branch(book: Book) -> None:
    book.refuses(registered("wj-01/b1"), "subject", "单位 wj-01 还没有登记")
    book.add(registered(kind="committee"))
    book.refuses(registered("wj-01/b1", kind="committee"), "data.kind", "branch")
    book.add(registered("wj-01/b1"))
    book.refuses(event("organization.changed", "wj-01/b1", kind="general_branch"), "data.kind", "branch")
    book.add(event("organization.changed", "wj-01", kind="general_branch"))


def test_second_registration(book: Book) -> None:
    book.add(registered(), event("request.issued", request="r1", title="x", due_on="2017-05-01"))
    book.add(event("finding.raised", finding="f1", text="x", due_on="2017-05-01"))
    book.refuses(registered(), "subject", "已经登记过")
    book.refuses(
        event("request.issued", request="r1", title="y", due_on="2017-05-01"), "data.request", "已被使用"
    )
    book.refuses(
        event("finding.raised", finding="f1", text="y", due_on="2017-05-01"), "data.finding", "已被使用"
    )
    # Keys belong to the tree: another tree may use them.
    book.add(
        registered("wj-02"), event("request.issued", "wj-02", request="r1", title="x", due_on="2017-05-01")
    )


@pytest.mark.parametrize("kind", ["organization.changed", "organization.closed"])
def test_not_dated_before_the_registration(book: Book, kind: str) -> None:
    book.add(registered(), registered("wj-01/b1", time="2017-03-15T10:00:00+08:00"))
    book.refuses(event(kind, "wj-01/b1", time="2017-03-14"), "time", "早于登记")
    book.add(event(kind, "wj-01/b1", time="2017-03-15T09:00:00+08:00"))


def test_other_events_may_be_dated_before_the_registration(book: Book) -> None:
    book.add(registered(time="2017-06-01"), held(time="2017-03-01"))


def test_joining_and_leaving_by_ledger_order(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"))
    book.refuses(left(), "data.member", "现在不在")
    book.add(joined())
    book.refuses(joined(subject="wj-01/b1"), "data.member", "没有转出")
    book.refuses(left(subject="wj-01/b1"), "subject", "党员“m1”在 wj-01，")
    book.add(left())
    book.refuses(left(), "data.member", "现在不在")
    # Whatever the days: the ledger's order decides.
    book.add(joined(subject="wj-01/b1", time="2017-01-02"), left(subject="wj-01/b1"), joined())


def test_trees_do_not_know_each_others_members(book: Book) -> None:
    book.add(registered(), registered("wj-02"), joined())
    book.refuses(left(subject="wj-02"), "data.member", "现在不在 wj-02")
    book.add(joined(subject="wj-02"))


def test_named_members_have_joined_the_tree_once(book: Book) -> None:
    book.add(registered(secretary="nobody"), joined(), left())
    book.add(
        held(attendees=["m1"], lecturer="m1"),
        event("member.changed", member="m1", leader=True),
        event("transfer.started", member="m1", valid_until="2017-08-01"),
        event("transfer.completed", member="m1"),
        held(attendees="all", time="2017-04-01"),
    )
    book.refuses(held(attendees=["m1", "m2"]), "data.attendees[1]", "没有编号为“m2”的党员")
    book.refuses(held(lecturer="m2"), "data.lecturer", "m2")
    book.refuses(event("member.changed", member="m2"), "data.member", "m2")
    book.refuses(event("transfer.started", member="m2", valid_until="2017-08-01"), "data.member", "m2")
    book.refuses(event("transfer.completed", member="m2"), "data.member", "m2")


def test_requests_and_findings_that_are_there(book: Book) -> None:
    book.add(registered(), registered("wj-01/b1"))
    book.refuses(event("request.answered", request="r1"), "data.request", "没有编号“r1”")
    book.refuses(event("finding.rectified", finding="f1"), "data.finding", "没有编号“f1”")
    book.add(
        event("request.issued", request="2017-plan", title="x", due_on="2017-05-01"),
        event("request.answered", "wj-01/b1", request="2017-plan"),
        event("finding.raised", finding="f1", text="x", due_on="2017-05-01"),
        event("finding.rectified", finding="f1"),
    )
    book.refuses(event("request.answered", request="2017-plam"), "data.request", "2017-plan")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (
            "evidence.attached",
            {"sha256": "0" * 64, "media_type": "image/png", "bytes": 3, "filename": "a.png"},
        ),
        ("claim.reviewed", {"verdict": "accepted"}),
        ("record.corrected", {"reason": "x", "data": {"topic": "y"}}),
        ("record.retracted", {"reason": "x"}),
    ],
)
def test_named_records_are_in_the_tree(book: Book, kind: str, more: dict[str, object]) -> None:
    book.add(registered(), registered("wj-02"), held("wj-02", event_id="there"))
    book.refuses(event(kind, record="nowhere", **more), "data.record", "没有编号为“nowhere”的记录")
    book.refuses(event(kind, record="there", **more), "data.record", "属于 wj-01，而属于 wj-02")


def test_no_event_names_itself(book: Book) -> None:
    book.add(registered())
    book.refuses(
        event("claim.reviewed", event_id="self", record="self", verdict="accepted"), "data.record", "self"
    )


def test_codes(book: Book) -> None:
    book.add(registered())
    book.refuses(held(kinds=["member_meeting", "study_sesion"]), "data.kinds[1]", "study_session")
    book.refuses(event("document.filed", document="annual_plann", title="x"), "data.document", "annual_plan")
    book.refuses(event("publication.made", outlet="wujin_dayly", title="x"), "data.outlet", "wujin_daily")
    book.refuses(event("honor.received", honor="role", level="city", title="x"), "data.honor", "荣誉代码")
    book.refuses(event("condition.declared", condition="union", value="yes"), "data.condition", "union_sound")
    book.refuses(event("judgement.passed", clause="1.2", deduct="1", reason="x"), "data.clause", "1.1")
    book.refuses(event("judgement.passed", clause="26.1", deduct="1", reason="x"), "data.clause", "加分条款")
    book.add(event("judgement.passed", clause="1.1", deduct="1", reason="x"))


def test_target_sessions_are_for_plans_of_volunteers(book: Book) -> None:
    book.add(registered())
    plan = {"title": "x", "target_sessions": 12}
    book.refuses(
        event("document.filed", document="annual_plan", **plan), "data.target_sessions", "volunteer_plan"
    )
    book.add(event("document.filed", document="volunteer_plan", **plan))


def test_nothing_is_logged_before_it_happened(book: Book) -> None:
    book.add(registered())
    book.refuses(held(time="2018-01-20T16:00:01+08:00"), "time", "还没有到")
    book.refuses(held(time="2018-01-20T08:00:00.000001Z"), "time", "还没有到")
    book.refuses(held(time="2018-01-21"), "time", "还没有到")
    book.add(
        held(time="2018-01-20T16:00:00+08:00"), held(time="2018-01-20T08:00:00Z", kinds=["party_lecture"])
    )


def test_only_the_program_reminds(book: Book) -> None:
    said = event(
        "reminder.sent", channel="mail", items=[{"clause": "1.1", "due": "2017-05-01"}], period="2017-05"
    )
    book.add(registered())
    book.refuses(said, "type", "只由程序")
    book.add(said, by=Recorder("taizhang", "system"))


def test_everything_wrong_is_told_at_once(book: Book) -> None:
    book.add(registered())
    said = held(kinds=["x", "y"], attendees=["m8", "m9"], lecturer="m7", time="2019-01-01")
    assert [field for _, field in book.fields(said)] == [
        "time", "data.kinds[0]", "data.kinds[1]", "data.lecturer", "data.attendees[0]", "data.attendees[1]",
    ]  # fmt: skip


def test_earlier_lines_count(book: Book) -> None:
    first = held(attendees=["m1"])
    assert (
        book.add(
            registered(), joined(), first, corrected(first, data=first["data"] | {"topic": "y"})
        ).appended
        == 4
    )


def test_later_lines_do_not_count(book: Book) -> None:
    assert book.fields(held(), registered()) == [(1, "subject")]


class TestNoCascades:
    """A line that is itself bad excuses those that refer to what it would have put there."""

    def test_subject(self, book: Book) -> None:
        bad = registered(kind="committe")
        assert book.fields(
            bad, held(), joined(), held(attendees=["m1"]), registered("wj-01/b1"), held("wj-01/b1")
        ) == [(1, "data.kind")]

    def test_subject_of_a_line_with_an_unknown_type(self, book: Book) -> None:
        assert book.fields({**registered(), "type": "organization.registred"}, held()) == [(1, "type")]

    def test_subject_of_a_line_that_is_no_json(self, book: Book) -> None:
        raw = b'{"id":"x","type":"organization.registered","subject":"wj-01","data":{"name":"a" "kind":"branch"}}'
        assert book.fields(raw, held()) == [(1, "")]

    def test_branch_without_unit(self, book: Book) -> None:
        assert book.fields(registered("wj-01/b1"), held("wj-01/b1")) == [(1, "subject")]

    def test_member(self, book: Book) -> None:
        book.add(registered())
        assert book.fields(
            joined(leader="yes"), held(attendees=["m1"]), left(), joined("m2", time="2019-01-01"), left("m2")
        ) == [(1, "data.leader"), (4, "time")]

    def test_leaving(self, book: Book) -> None:
        book.add(registered(), joined())
        assert book.fields(left(reason="moved"), joined()) == [(1, "data.reason")]

    def test_request_and_finding(self, book: Book) -> None:
        book.add(registered())
        assert book.fields(
            event("request.issued", request="r1", title="", due_on="2017-05-01"),
            event("request.answered", request="r1"),
            event("finding.raised", finding="f1", text="x", due_on="5月1日"),
            event("finding.rectified", finding="f1"),
        ) == [(1, "data.title"), (3, "data.due_on")]

    def test_record(self, book: Book) -> None:
        book.add(registered())
        bad = held(topic="")
        assert book.fields(bad, retracted(bad), corrected(bad, data={}), event("claim.reviewed", record=bad["id"],
                           verdict="accepted")) == [(1, "data.topic")]  # fmt: skip

    def test_retraction(self, book: Book) -> None:
        request = event("request.issued", request="r1", title="x", due_on="2017-05-01")
        book.add(registered(), request)
        bad = retracted(request)
        del bad["data"]["reason"]
        assert book.fields(bad, {**request, "id": "again"}) == [(1, "data.reason")]

    def test_correction_of_a_joining(self, book: Book) -> None:
        entry = joined("m1")
        book.add(registered(), entry)
        bad = corrected(entry, data={"member": "m2", "leader": 1})
        assert book.fields(bad, held(attendees=["m2"])) == [(1, "data.data.leader")]

    def test_an_excuse_goes_one_way(self, book: Book) -> None:
        """What a refused line would have put there is no reason why something is there already."""
        request = event("request.issued", request="r1", title="x", due_on="2017-05-01")
        assert book.fields(
            registered(), joined(), request,
            registered(kind="unit"), joined(leader="yes"),
            {**request, "id": "r", "data": {**request["data"], "title": ""}},
            registered(name="又一次"), joined(time="2017-02-01T00:00:00+08:00"), {**request, "id": "again"},
        ) == [(4, "data.kind"), (5, "data.leader"), (6, "data.title"), (7, "subject"), (8, "data.member"),
              (9, "data.request")]  # fmt: skip

    def test_a_subject_of_another_bad_line_is_registered_once(self, book: Book) -> None:
        assert book.fields(registered(), {**held(), "type": "activity.hold"}, registered(name="又一次")) == [
            (2, "type"), (3, "subject"),
        ]  # fmt: skip

    def test_a_refused_leaving_is_no_reason_why_nobody_is_there(self, book: Book) -> None:
        book.add(registered())
        assert book.fields(left(reason="moved"), held(attendees=["m1"])) == [
            (1, "data.reason"), (2, "data.attendees[0]"),
        ]  # fmt: skip

    def test_what_is_wrong_by_itself_is_still_told(self, book: Book) -> None:
        assert book.fields(registered(kind="x"), held(topic=""), held("wj-02"), held(kinds=["x"])) == [
            (1, "data.kind"), (2, "data.topic"), (3, "subject"), (4, "data.kinds[0]"),
        ]  # fmt: skip


def test_forty_bad_lines_report_forty_problems(book: Book) -> None:
    good = [registered(), joined()]
    bad: list[object] = []
    for number in range(8):
        bad += [
            registered(f"wj-{number}-x", kind="unit"),
            held(f"wj-{number}-x", kinds=[]),
            b'{"not json"',
            joined(f"n{number}", leader="yes"),
            held(attendees=[f"n{number}", f"k{number}"]),
        ]
    rest = [held(f"wj-{number}-x") for number in range(8)] + [left(f"n{number}") for number in range(8)]
    problems = book.problems(*good, *bad, *rest)
    assert [problem.line for problem in problems] == list(range(3, 43))
    assert all(str(problem.text) for problem in problems)
    assert book.store.size() == 0


def test_a_line_with_a_wrong_form_is_told_its_wrong_codes_too(book: Book) -> None:
    book.add(registered())
    problems = book.problems(held(kinds=["party_lectur"], study_hours="2.333"))
    assert [problem.field for problem in problems] == ["data.study_hours", "data.kinds[0]"]
    problems = book.problems(held(kinds="party_lectur"))
    assert [problem.field for problem in problems] == ["data.kinds"]


@pytest.mark.parametrize("odd", [{}, {"a": 1}, [], [["x"]], 1, 2.5, True, None, ""], ids=repr)
def test_a_value_of_any_form_in_any_place_is_taken_or_refused_in_words(book: Book, odd: object) -> None:
    book.add(registered(), joined(), held(event_id="there"))
    refused = 0
    for good in (
        held(),
        joined("m2"),
        corrected(held(event_id="there")),
        registered("wj-01/b1", kind="branch"),
    ):
        lines = [good | {name: odd} for name in good]
        lines += [good | {"data": good["data"] | {name: odd}} for name in good["data"]]
        for said in lines:
            with suppress(Refused):
                book.add(said)
                continue
            refused += 1
    assert refused >= 28
