"""Appeals: one a clause and year, decided once. Signings: figures that add up, each over the one that stands."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.problem import Broken
from tests.ledger.support import Book, corrected, event, open_store, registered, retracted


def filed(key: str = "a1", clause: str = "1.1", **more: Any) -> dict[str, Any]:
    return event("appeal.filed", appeal=key, clause=clause, reason="计划已按时报送", **more)


def decided(key: str = "a1", verdict: str = "rejected", **more: Any) -> dict[str, Any]:
    return event("appeal.decided", appeal=key, verdict=verdict, reason="未见报送记录", **more)


def signed(*, subject: str = "wj-01", time: str = "2018-01-20", **changes: Any) -> dict[str, Any]:
    data = {
        "for_year": 2017,
        "rubric": "wujin-2017",
        "rubric_version": 1,
        "rubric_sha256": "2017" * 16,
        "as_of": "2018-01-20",
        "score": "93.5",
        "floor": "90",
        "ceiling": "95",
        "bonus": "1.5",
        "indicators": [{"no": 1, "score": "93.5"}, {"no": 26, "score": "1.5"}],
        "sequence": 1,
    }
    return event("score.signed", subject, time=time, **(data | changes))


def review(record: dict[str, Any], verdict: str = "returned") -> dict[str, Any]:
    return event("claim.reviewed", record=record["id"], verdict=verdict)


class TestFiling:
    def test_one_a_clause_and_year(self, book: Book) -> None:
        book.add(registered(), filed())
        book.refuses(filed("a2"), "data.clause", "只能申诉一次")
        book.refuses(filed("a1", "2.1"), "data.appeal", "已被使用")
        book.refuses(filed("a2", time="2018-01-10", for_year=2017), "data.clause", "a1")
        book.add(filed("a2", "2.1"), filed("a3", for_year=2016), filed("a4", time="2018-01-10"))

    def test_a_bonus_clause_too_but_none_that_is_not_there(self, book: Book) -> None:
        book.add(registered(), filed(clause="26.1"))
        book.refuses(filed("a2", "9.9"), "data.clause", "条款")

    def test_the_unit_files_it(self, book: Book) -> None:
        book.add(registered(), registered("wj-01/b1"), registered("wj-02"))
        said = filed()
        book.refuses({**said, "subject": "wj-01/b1"}, "subject", "由单位提出")
        # Another unit's appeals are its own.
        book.add(said, {**filed(), "subject": "wj-02"})

    def test_withdrawn_it_was_never_there(self, book: Book) -> None:
        first = filed()
        book.add(registered(), first, retracted(first))
        book.refuses(decided(), "data.appeal", "请核对")
        book.add(filed())

    def test_mended_until_it_is_decided(self, book: Book) -> None:
        first, other = filed(), filed("a2", "2.1")
        book.add(registered(), first, other)
        book.refuses(corrected(first, data=first["data"] | {"clause": "2.1"}), "data.data.clause", "a2")
        book.refuses(corrected(first, data=first["data"] | {"appeal": "a2"}), "data.data.appeal", "已被使用")
        book.add(corrected(first, data=first["data"] | {"reason": "另有依据"}))
        decision = decided()
        book.add(decision)
        book.refuses(corrected(first, data=first["data"]), "data.record", "已有处理结果")
        book.refuses(retracted(first), "data.record", "已有处理结果")
        book.add(retracted(decision), retracted(first))

    def test_its_year_follows_a_corrected_day(self, book: Book) -> None:
        earlier, later = filed(time="2016-12-30"), filed("a2", time="2017-01-02")
        book.add(registered(), earlier, later)
        book.refuses(corrected(later, to_time="2016-12-31"), "data.time", "2016")
        book.add(retracted(earlier), corrected(later, to_time="2016-12-31"), filed("a3"))


class TestDecision:
    def test_needs_an_appeal_and_is_the_only_one(self, book: Book) -> None:
        book.add(registered(), filed())
        book.refuses(decided("a2"), "data.appeal", "a1")
        first = decided()
        book.add(first)
        book.refuses(decided(verdict="upheld"), "data.appeal", "已有处理结果")
        book.add(corrected(first, data=first["data"] | {"verdict": "upheld"}))
        book.add(retracted(first), decided(verdict="upheld"))

    def test_corrected_to_another_appeal(self, book: Book) -> None:
        first = decided()
        book.add(registered(), filed(), filed("a2", "2.1"), filed("a3", "26.1"), first, decided("a2"))
        book.refuses(corrected(first, data=first["data"] | {"appeal": "a2"}), "data.data.appeal", "已有处理")
        book.refuses(corrected(first, data=first["data"] | {"appeal": "a9"}), "data.data.appeal", "a9")
        book.add(corrected(first, data=first["data"] | {"appeal": "a3"}), decided("a1"))
        book.refuses(decided("a3"), "data.appeal", "已有处理结果")


class TestSigning:
    def test_figures_add_up(self, book: Book) -> None:
        book.add(registered())
        book.refuses(signed(score="93"), "data.score", "94.5")
        book.refuses(signed(floor="95.01"), "data.floor", "高于")
        twice = [{"no": 1, "score": "90"}, {"no": 1, "score": "5"}]
        book.refuses(signed(indicators=twice), "data.indicators[1].no", "两次")
        book.add(signed())

    def test_it_rests_on_what_is_there(self, book: Book) -> None:
        book.add(registered())
        book.refuses(signed(sequence=2), "data.sequence", "到第 1 号")
        book.refuses(signed(as_of="2018-01-21"), "data.as_of", "晚于")
        book.refuses(signed(rubric_version=2), "data.rubric", "wujin-2017@1")
        book.refuses(signed(rubric_sha256="0" * 64), "data.rubric_sha256", "不是同一份")
        book.refuses(signed(subject="wj-02"), "subject", "没有登记")
        book.refuses(signed(time="2018-02-01"), "time", "还没有到")
        book.add(registered("wj-01/b1"), signed(sequence=2))

    def test_it_is_the_units(self, book: Book) -> None:
        book.add(registered(), registered("wj-01/b1"))
        book.refuses(signed(subject="wj-01/b1"), "subject", "按单位")

    def test_other_figures_than_the_advice_need_a_reason(self, book: Book) -> None:
        book.add(registered())
        indicators = [{"no": 1, "score": "93.5", "advice": "92"}, {"no": 26, "score": "1.5", "advice": "1.5"}]
        book.refuses(signed(indicators=indicators), "data.reason", "指标 1 ")
        book.add(signed(indicators=indicators, reason="申诉成立"))

    def test_signed_again_it_names_what_it_supersedes_and_why(self, book: Book) -> None:
        first = signed()
        book.add(registered(), first, signed(for_year=2016, as_of="2017-01-31"))
        book.refuses(signed(), "data.supersedes", first["id"])
        book.refuses(signed(supersedes="nowhere", reason="x"), "data.supersedes", first["id"])
        book.refuses(signed(supersedes=first["id"]), "data.reason", "理由")
        book.refuses(signed(for_year=2015, supersedes=first["id"], reason="x"), "data.supersedes", "2015")
        second = signed(supersedes=first["id"], reason="补报材料已核")
        book.add(second)
        book.refuses(signed(supersedes=first["id"], reason="x"), "data.supersedes", second["id"])

    def test_only_the_one_that_stands_is_taken_back(self, book: Book) -> None:
        first = signed()
        second = signed(supersedes=first["id"], reason="补报材料已核")
        book.add(registered(), first, second)
        book.refuses(retracted(first), "data.record", second["id"])
        book.add(retracted(second))
        book.refuses(signed(), "data.supersedes", first["id"])
        book.add(retracted(first), signed())

    def test_it_is_not_corrected(self, book: Book) -> None:
        first = signed()
        book.add(registered(), first)
        book.refuses(corrected(first, data=first["data"]), "data.record", "不能更正")
        book.refuses(corrected(first, to_time="2018-01-19"), "data.record", "不能更正")


def test_none_of_them_is_reviewed(book: Book) -> None:
    events = filed(), decided(), signed()
    book.add(registered(), *events)
    for each in events:
        book.refuses(review(each), "data.record", "不经审核")


def test_a_bad_line_is_not_blamed_on_those_that_follow(book: Book) -> None:
    first = signed()
    book.add(registered(), first, filed("a0", "2.1"))
    again = signed(supersedes=first["id"])
    withdrawn = retracted(first)
    del withdrawn["data"]["reason"]
    assert book.fields(filed("a1", "9.9"), decided("a1")) == [(1, "data.clause")]
    assert book.fields(again, signed(supersedes=again["id"], reason="x")) == [(1, "data.reason")]
    assert book.fields(withdrawn, signed()) == [(1, "data.reason")]
    raw = b'{"id":"x","type":"appeal.filed","subject":"wj-01","data":{"appeal":"a7" "clause":"1.1"}}'
    assert book.fields(raw, decided("a7")) == [(1, "")]


def test_they_are_verified_and_restored(book: Book, tmp_path: Any) -> None:
    first = signed()
    book.add(registered(), filed(), decided(), first, signed(supersedes=first["id"], reason="x", sequence=4))
    whole = book.store.verify()
    with open_store(tmp_path / "copy.db") as copy:
        assert copy.restore([(None, body) for body in book.store.export()]).root == whole.root
        assert copy.verify() == whole


@pytest.mark.parametrize("bad", [signed(sequence=9), decided("a9"), signed(supersedes="nowhere", reason="x")])
def test_verify_finds_what_no_append_lets_in(book: Book, tmp_path: Any, bad: dict[str, Any]) -> None:
    book.add(registered())
    stored = {
        **bad, "sequence": "000000000002", "recordedtime": "2018-01-20T09:00:00.000000Z",
        "authtype": "user", "authid": "li",
    }  # fmt: skip
    stored["time"] = f"{stored['time']}T00:00:00+08:00"
    from ledger.merkle.canonical import canonical_bytes

    with open_store(tmp_path / "copy.db") as copy:
        copy.restore([(None, body) for body in [*book.store.export(), canonical_bytes(stored)]])
        with pytest.raises(Broken) as broken:
            copy.verify()
    assert broken.value.sequence == 2
