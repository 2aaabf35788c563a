"""Reviews of claims: what earns a bonus is looked at by an assessor, a few other records are sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.oversight import office_hour, responsible_assessor
from taizhang.demo.school_year import at, workday_from

_RETURNED = ("缺少表彰文件，请补充", "级别与证书不符", "不属于党建类荣誉", "未见刊发链接或版面")
_RETURNED_ACTIVITY = ("活动主题与所选类别不符", "内容过于简单，请补充说明")


def review_claims(book: Book, claims: Sequence[Draft]) -> None:
    """Review the bonus claims: accepted or returned, some returned and then accepted; the last ones in January."""
    for claim in claims:
        if book.maybe(0.08):
            continue
        verdict = "accepted" if book.maybe(0.82) else "returned"
        first = _review(book, claim, verdict, _when(book, claim), _RETURNED)
        if verdict == "returned" and book.maybe(0.4):
            # Two verdicts on one day happen: the later one stands.
            again = first.recorded + (timedelta(hours=1) if book.maybe(0.3) else timedelta(days=3))
            _review(book, claim, "accepted", again, ())


def return_some(book: Book, records: Sequence[Draft]) -> None:
    """Send back about one in a hundred of the ordinary records (no study hours hang on those)."""
    for record in records:
        if not record.touched and book.maybe(0.008):
            record.touched = True
            first = _review(book, record, "returned", _when(book, record), _RETURNED_ACTIVITY)
            if book.maybe(0.5):
                _review(book, record, "accepted", first.recorded + timedelta(days=4), ())


def _when(book: Book, claim: Draft) -> datetime:
    """Return the instant of a review: in the week after the entry, or in the January of the year's end."""
    claim.settle()
    if book.maybe(0.5):
        day = workday_from(claim.recorded.date() + timedelta(days=book.chance.randint(1, 9)))
    else:
        day = workday_from(book.last_day - timedelta(days=book.chance.randint(0, 20)))
    return max(office_hour(book, day), claim.recorded + timedelta(minutes=15))


def _review(book: Book, claim: Draft, verdict: str, when: datetime, reasons: Sequence[str]) -> Draft:
    data: dict[str, object] = {"verdict": verdict}
    if verdict == "returned":
        data["reason"] = book.chance.choice(reasons)
    instant = (
        when if 7 <= when.hour <= 18 else at(when.date() + timedelta(days=1), 9, book.chance.randrange(60))
    )
    return book.note_at_once(
        "claim.reviewed", claim.subject, instant, data, by=responsible_assessor(book), target=claim
    )
