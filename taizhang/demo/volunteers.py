"""Volunteer service against the unit's own plan (seed, indicator 22)."""

from __future__ import annotations

from datetime import date

from taizhang.demo.book import Book
from taizhang.demo.papers import plan_volunteering
from taizhang.demo.school_year import at, workday_until
from taizhang.demo.wording import TOPICS

_MONTHS = (3, 4, 5, 6, 9, 10, 11, 12)


def serve(book: Book) -> None:
    """Note the plan and as many sessions as the unit's habit has of it, spread over the two terms."""
    planned = plan_volunteering(book)
    target = planned[0] if planned else 3
    sessions = round(target * book.chance.uniform(*book.habit.volunteers_of_plan))
    for number in range(sessions):
        month = _MONTHS[number * len(_MONTHS) // max(1, sessions)]
        day = date(book.year, month, book.chance.randint(2, 27))
        if book.maybe(0.6):
            day = workday_until(day)
        alive = [s for s in book.branches if book.exists_on(s, day)]
        subject = book.chance.choice(alive) if alive and book.maybe(0.5) else book.unit.id
        day = book.free_day(subject, "volunteer_service", day)
        present = book.roster.present(subject, day)
        helpers = [person for person in present if not person.retired][: book.chance.randint(3, 15)]
        topic = book.chance.choice(TOPICS["volunteer_service"])
        book.hold(
            subject, at(day, 9 if day.weekday() >= 5 else 15), ["volunteer_service"], topic, attending=helpers
        )
