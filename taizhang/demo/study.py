"""Making up for missed study in December, so that nobody who must is short of 32 hours (seed, indicator 6)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from taizhang.demo.book import Book
from taizhang.demo.roster import Person
from taizhang.demo.school_year import workday_in_month

ASKED = 3200
"""Hours a year, in hundredths."""
_LONGEST = 400
_DAYS = (5, 7, 12, 14, 18, 20, 21)


def make_up(book: Book) -> None:
    """Teach those who are short in the branches, four hours at a time, until they have what is asked."""
    if not book.maybe(book.habit.makes_up_study):
        return
    last = date(book.year, 12, 31)
    for subject in book.gathering_subjects():
        if not book.exists_on(subject, last):
            continue
        members = [p for p in book.roster.present(subject, last) if not p.exempt_on(last)]
        for day_of_month in _DAYS:
            day = workday_in_month(date(book.year, 12, day_of_month))
            short = {
                p: gap for p in members if (gap := _short(p, book.year)) > 0 and p.branch_on(day) == subject
            }
            if not short:
                break
            hours = min(_LONGEST, -(-max(short.values()) // 100) * 100)
            book.hold(
                subject,
                book.afternoon(day),
                ["study_session"],
                "集中补学：年度党员学习培训内容",
                hours=str(hours // 100),
                attending=list(short),
            )


def _short(person: Person, year: int) -> int:
    """Return how many hundredths of an hour the member lacks at least."""
    joined = person.stays[0].since
    asked = Fraction(ASKED)
    if person.came_this_year is not None and joined.year == year:
        asked = Fraction(ASKED * (13 - joined.month), 12)
    return int(-(-asked // 1)) - person.hours
