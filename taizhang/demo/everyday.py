"""The rest of a year's book, which no clause asks for: evidence to hand, and ordinary study and service."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_in_month
from taizhang.demo.wording import TOPICS

_MONTHS = (2, 3, 3, 3, 4, 5, 6, 6, 6, 9, 9, 9, 10, 11, 12, 12, 12)
# Kinds of which no clause asks for a single one: what the unit left undone stays undone.
_KINDS = (
    "two_studies_one_action",
    "two_studies_one_action",
    "study_session",
    "study_session",
    "study_session",
)
_FILES = (
    ("image/jpeg", "现场照片.jpg"),
    ("application/pdf", "会议记录.pdf"),
    ("application/pdf", "签到表.pdf"),
)


def attach_evidence(book: Book, records: Sequence[Draft], share: float = 0.06) -> None:
    """Attach a file to a few records: evidence is optional (domain.md), and only its hash is in the ledger."""
    for record in records:
        if not book.maybe(share if book.unit.kind != "branch" else share / 2) or book.is_thick():
            continue
        record.settle()
        media_type, name = book.chance.choice(_FILES)
        digest = hashlib.sha256(f"{book.unit.id} {record.serial} {book.chance.random()}".encode()).hexdigest()
        minutes = book.chance.randint(2, 14)
        # In the same sitting as the entry, right after it.
        book.note(
            "evidence.attached",
            record.subject,
            record.recorded,
            {
                "sha256": digest,
                "media_type": media_type,
                "bytes": book.chance.randint(40_000, 4_000_000),
                "filename": f"{record.recorded:%m%d}-{minutes:02d}{name}",
            },
            by=record.by,
            recorded=record.recorded,
            target=record,
        )


def fill_the_book(book: Book) -> list[Draft]:
    """Note ordinary gatherings until the book is as thick as such a unit's is; return them."""
    more = []
    # Study in December, doubles, mending, reviews and evidence are still to come.
    missing = round(book.unit.events / 1.12) - len(book.drafts)
    for number in range(max(0, missing)):
        month = _MONTHS[number % len(_MONTHS)]
        day = workday_in_month(date(book.year, month, book.chance.randint(2, 29 if month % 3 == 0 else 27)))
        alive = [s for s in book.gathering_subjects() if book.exists_on(s, day)]
        subject = book.chance.choice(alive)
        kind = book.chance.choice(_KINDS)
        day = book.free_day(subject, kind, day)
        some = [person for person in book.who_comes(subject, day) if book.maybe(0.7)]
        hours = "1" if kind == "study_session" and book.habit.name == "diligent" else None
        more.append(
            book.hold(
                subject,
                at(day, 15, book.chance.choice((0, 20, 40))),
                [kind],
                book.chance.choice(TOPICS[kind]),
                hours=hours,
                attending=some or None,
            )
        )
    return more
