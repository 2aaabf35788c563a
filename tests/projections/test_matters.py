"""What stands on the assessors' list, when it comes there and when it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from projections.delays import first_day, is_first_entry, lags_of, summary
from projections.records import Records
from projections.review_items import Kind, Matter, Standards, matters, may_be_returned, standards
from rubric.catalog import RubricCatalog

UNIT = "wj-07"
WANTED = standards(RubricCatalog(), 15)


class Book:
    """A unit's stream, written down without a ledger."""

    def __init__(self) -> None:
        self.records = Records(UNIT)
        self.size = 0

    def add(
        self,
        type_: str,
        day: str,
        recorded: str | None = None,
        *,
        subject: str = UNIT,
        id_: str = "",
        **data: Any,
    ) -> str:
        self.size += 1
        event_id = id_ or f"e{self.size}"
        self.records.apply(
            {
                "specversion": "1.0",
                "id": event_id,
                "source": "/tests",
                "type": type_,
                "subject": subject,
                "time": f"{day}T10:00:00+08:00",
                "data": data,
                "sequence": f"{self.size:012d}",
                "recordedtime": f"{recorded or day}T06:00:00.000000Z",
                "authtype": "user",
                "authid": "li",
            }
        )
        return event_id

    def review(self, record: str, verdict: str, day: str = "2017-08-01") -> None:
        self.add("claim.reviewed", day, record=record, verdict=verdict)

    def found(self, kind: Kind, wanted: Standards = WANTED) -> list[Matter]:
        return [matter for matter in matters(self.records, wanted) if matter.kind is kind]

    def ids(self, kind: Kind, wanted: Standards = WANTED) -> list[str]:
        return [matter.record.id for matter in self.found(kind, wanted)]


@pytest.fixture
def book() -> Book:
    book = Book()
    book.add("organization.registered", "2017-01-01", name="示范支部", kind="branch", id_="unit")
    return book


def held(book: Book, day: str, recorded: str | None = None, *kinds: str, **more: Any) -> str:
    return book.add(
        "activity.held", day, recorded, kinds=list(kinds or ["party_lecture"]), topic="学习", **more
    )


def test_claims_are_what_a_bonus_clause_reads(book: Book) -> None:
    honor = book.add("honor.received", "2017-03-01", honor="role_model", level="city", title="典型")
    message = book.add("publication.made", "2017-03-02", outlet="wujin_education_wechat", title="微信")
    book.add("publication.made", "2017-03-03", outlet="wujin_education_site", title="信息")
    feature = book.add(
        "publication.made", "2017-03-04", outlet="wujin_education_site", title="特色", feature=True
    )
    held(book, "2017-03-05")
    assert book.ids(Kind.CLAIM) == [honor, message, feature]
    book.review(honor, "accepted")
    book.review(message, "returned")
    book.add("record.retracted", "2017-08-02", record=feature, reason="误录")
    assert book.ids(Kind.CLAIM) == []
    assert [(matter.record.id, matter.about) for matter in book.found(Kind.REVIEWED)] == [
        (honor, "accepted"),
        (message, "returned"),
    ]


def test_late_is_later_than_the_setting_by_the_corrected_day(book: Book) -> None:
    held(book, "2017-03-01", "2017-03-16")
    late = held(book, "2017-04-01", "2017-04-17")
    assert book.ids(Kind.LATE) == [late]
    assert book.ids(Kind.LATE, standards(RubricCatalog(), 16)) == []
    book.add("record.corrected", "2017-05-01", record=late, reason="日期", time="2017-04-16T10:00:00+08:00")
    assert book.ids(Kind.LATE) == []
    # When a ledger begins its roster is entered at once: no lateness of the unit's.
    book.add("member.joined", "2015-01-01", "2017-01-05", member="m1")
    assert book.ids(Kind.LATE) == []


def test_first_entries_of_a_unit_are_late_only_from_when_it_came_into_the_ledger() -> None:
    book = Book()
    book.add(
        "organization.registered", "2017-01-01", "2017-11-01", name="示范支部", kind="branch", id_="unit"
    )
    begun, kept = held(book, "2017-03-01", "2017-11-03"), held(book, "2017-04-01", "2017-11-20")
    usual = held(book, "2017-11-02", "2017-12-20")
    assert book.ids(Kind.LATE) == [kept, usual]
    first = first_day(book.records, ())
    assert [
        each for each in (begun, kept, usual) if is_first_entry(book.records.by_id[each], first, 15, ())
    ] == [begun]


def test_doubles_leave_the_list_when_one_of_the_two_does(book: Book) -> None:
    first = held(book, "2017-03-01", None, "party_lecture", "study_session")
    second = held(book, "2017-03-01", None, "study_session", "party_lecture")
    third = held(book, "2017-03-01", None, "study_session")
    held(book, "2017-03-01", None, "party_lecture", subject=f"{UNIT}/b1")
    assert [(each.record.id, each.about) for each in book.found(Kind.DOUBLE)] == [
        (second, first),
        (third, first),
    ]
    book.review(second, "accepted")
    assert book.ids(Kind.DOUBLE) == [third]
    book.review(third, "returned")
    assert book.ids(Kind.DOUBLE) == []
    book.review(second, "returned", "2017-08-02")
    fourth = held(book, "2017-03-01", None, "study_session")
    book.add("record.retracted", "2017-08-03", record=first, reason="误录")
    assert book.ids(Kind.DOUBLE) == [], "nothing is left that the fourth may double"
    fifth = held(book, "2017-03-01", None, "study_session")
    assert [(each.record.id, each.about) for each in book.found(Kind.DOUBLE)] == [(fifth, fourth)]


def test_what_the_units_own_word_spares_it(book: Book) -> None:
    def said() -> list[tuple[str, str]]:
        return [(matter.record.id, matter.about) for matter in book.found(Kind.DECLARED)]

    branch = book.add(
        "organization.registered", "2017-01-01", subject=f"{UNIT}/b1", name="一支部", kind="branch",
        has_groups=False, has_committee=False, term_ends_on="2017-06-30",
    )  # fmt: skip
    assert said() == [(branch, "no_committee no_groups")]
    book.review(branch, "accepted")
    again = book.add(
        "organization.changed", "2017-02-01", subject=f"{UNIT}/b1", has_groups=False, name="新名"
    )
    assert said() == [], f"{again} says nothing new"
    later = book.add("organization.changed", "2017-03-01", subject=f"{UNIT}/b1", term_ends_on="2019-06-30")
    kind = book.add("organization.changed", "2017-03-02", kind="committee")
    exempt = book.add("member.joined", "2017-03-03", member="m1", exempt_from_study=True)
    book.add("member.changed", "2017-03-04", member="m1", leader=True, exempt_from_study=True)
    other = book.add("member.joined", "2017-03-05", member="m2")
    changed = book.add("member.changed", "2017-03-06", member="m2", exempt_from_study=True)
    spared = book.add("condition.declared", "2017-03-07", condition="union_sound", value="not_applicable")
    book.add("condition.declared", "2017-03-08", condition="women_sound", value="yes")
    put_off = book.add("election.postponed", "2017-03-09", until="2018-06-30", approved_by="区委教育工委")
    assert said() == [
        (later, "term"),
        (kind, "kind"),
        (exempt, "exempt"),
        (changed, "exempt"),
        (spared, "not_applicable"),
        (put_off, "postponed"),
    ], other
    book.review(changed, "returned")
    once_more = book.add("member.changed", "2017-03-10", member="m2", exempt_from_study=True)
    assert once_more in book.ids(Kind.DECLARED), "the returned word was no word"


def test_a_unit_whose_registration_was_returned_is_still_what_it_was(book: Book) -> None:
    book.review("unit", "returned")
    kind = book.add("organization.changed", "2017-09-02", kind="committee")
    assert book.ids(Kind.DECLARED) == [kind]


def test_corrected_after_its_review_it_comes_back(book: Book) -> None:
    honor = book.add("honor.received", "2017-03-01", honor="role_model", level="district", title="典型")
    book.review(honor, "accepted")
    data = {"honor": "role_model", "level": "city", "title": "典型"}
    book.add("record.corrected", "2017-08-02", record=honor, reason="级别", data=data)
    assert (book.ids(Kind.AGAIN), book.ids(Kind.CLAIM), book.ids(Kind.REVIEWED)) == ([honor], [], [])
    book.review(honor, "accepted", "2017-08-03")
    assert (book.ids(Kind.AGAIN), book.ids(Kind.REVIEWED)) == ([], [honor])


def test_what_was_asked_waits_until_it_is_answered(book: Book) -> None:
    request = book.add("request.issued", "2017-03-01", request="r1", title="报名册", due_on="2017-03-20")
    finding = book.add("finding.raised", "2017-03-02", finding="f1", text="缺页", due_on="2017-03-25")
    assert [(each.record.id, each.about, each.due) for each in book.found(Kind.ASKED)] == [
        (request, "r1", "2017-03-20"),
        (finding, "f1", "2017-03-25"),
    ]
    answer = book.add("request.answered", "2017-03-10", request="r1")
    assert book.ids(Kind.ASKED) == [finding]
    book.review(answer, "returned")
    assert book.ids(Kind.ASKED) == [request, finding]


def test_an_appeal_waits_for_its_answer(book: Book) -> None:
    filing = book.add("appeal.filed", "2017-08-01", appeal="a1", clause="10.1", reason="材料齐")
    assert [(each.record.id, each.about) for each in book.found(Kind.APPEAL)] == [(filing, "10.1")]
    book.add("appeal.decided", "2017-08-02", appeal="a1", verdict="upheld", reason="属实")
    assert book.ids(Kind.APPEAL) == []


def test_what_may_be_returned(book: Book) -> None:
    joining = book.add("member.joined", "2017-03-03", member="m1", exempt_from_study=True)
    change = book.add("member.changed", "2017-03-06", member="m1", exempt_from_study=True)
    by_id = book.records.by_id
    assert [may_be_returned(by_id[each]) for each in ("unit", joining, change)] == [False, True, True]


def test_standards_have_a_name_that_says_what_they_are() -> None:
    assert WANTED.label != standards(RubricCatalog(), 16).label
    assert WANTED.label != standards(RubricCatalog([]), 15).label


def test_lags(book: Book) -> None:
    assert summary(lags_of(book.records.by_id.values(), ())).entries == 0
    for days in (1, 1, 4, 4, 4, 8, 9, 16, 17, 31):
        held(book, "2017-03-01", f"2017-03-{1 + days:02d}" if days < 31 else "2017-04-01")
    retracted = held(book, "2017-03-01", "2017-09-01")
    book.add("record.retracted", "2017-09-02", record=retracted, reason="误录")
    found = summary(lags_of(book.records.by_id.values(), ()))
    assert (found.entries, found.median, found.ninth, found.longest) == (10, 4, 17, 31)
    assert found.steps == (0, 2, 3, 2, 2, 1)
    assert lags_of([book.records.by_id["unit"]], ()) == [], "a registration is no work of the year"
