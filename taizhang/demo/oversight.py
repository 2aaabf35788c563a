"""What the district office does to a unit: requests, findings, judgements (seed, indicators 16, 17 and 酌情)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_from
from taizhang.demo.wording import FINDINGS, JUDGEMENTS, RECTIFIED, REQUESTS

_REQUESTS_FOR = {"committee": 1.0, "general_branch": 0.85, "branch": 0.5}
ASSESSORS = tuple(f"assessor-{number}" for number in range(1, 7))


def office_hour(book: Book, day: date) -> datetime:
    """Return an instant in the office's hours on *day*, with seconds as a clock has them."""
    return at(day, book.chance.randint(8, 16), book.chance.randrange(60)) + timedelta(
        seconds=book.chance.randrange(60)
    )


def responsible_assessor(book: Book) -> str:
    """Return the account of the assessor who looks after this unit."""
    return ASSESSORS[book.unit.number % len(ASSESSORS)]


def ask_for_papers(book: Book) -> None:
    """Note the requests that reach this unit, and its answers: in time, late, or never."""
    habit, year = book.habit, book.year
    for key, title, issued, due in REQUESTS:
        told = (
            book.story.answers_late if book.story.answers_late and book.story.answers_late[0] == key else None
        )
        if not told and not book.maybe(_REQUESTS_FOR[book.unit.kind]):
            continue
        issued_on = workday_from(date(year, *issued))
        due_on = date(year + (due[0] == 1), *due)
        request = f"{year}-{key}"
        issue = book.note_at_once(
            "request.issued",
            book.unit.id,
            office_hour(book, issued_on),
            {"request": request, "title": title, "due_on": due_on.isoformat()},
            by="assessor-2",
        )
        draw = book.chance.random()
        if told:
            answered_on: date | None = due_on + timedelta(days=told[1])
        elif draw < habit.never_answers:
            answered_on = None
        elif draw < habit.never_answers + habit.answers_late:
            answered_on = due_on + timedelta(days=book.chance.randint(1, 40))
        else:
            whole = max(1, (due_on - issued_on).days - 2)
            answered_on = issued_on + timedelta(days=book.chance.randint(whole // 2, whole) + 1)
        if answered_on is not None and answered_on < book.last_day:
            _close(book, "request.answered", {"request": request}, workday_from(answered_on), issue)


def inspect(book: Book) -> None:
    """Note what visits in the year and the inspection of December find, and what the unit mends."""
    for number in range(1, book.chance.choice(book.habit.findings) + 1):
        spring = book.maybe(0.5)
        found_on = (
            book.workday_between((4, 10), (6, 9)) if spring else book.workday_between((11, 20), (12, 15))
        )
        due_on = found_on + timedelta(days=book.chance.choice((10, 14, 20)))
        finding = f"{book.year}-{number:02d}"
        alive = [s for s in book.gathering_subjects() if book.exists_on(s, found_on)]
        raised = book.note_at_once(
            "finding.raised",
            book.chance.choice([book.unit.id, *alive]),
            office_hour(book, found_on),
            {"finding": finding, "text": book.chance.choice(FINDINGS), "due_on": due_on.isoformat()},
            by=responsible_assessor(book),
        )
        if book.maybe(book.habit.rectifies_in_time):
            mended_on: date = found_on + timedelta(days=book.chance.randint(3, 9))
        elif book.maybe(0.6):
            mended_on = due_on + timedelta(days=book.chance.randint(1, 20))
        else:
            continue
        data: dict[str, object] = {"finding": finding}
        if book.maybe(0.7):
            data["text"] = book.chance.choice(RECTIFIED)
        _close(book, "finding.rectified", data, workday_from(mended_on), raised)


def judge(book: Book) -> None:
    """Note the judgements on a unit; the clauses come in turn, so that a district has them all."""
    clauses = tuple(JUDGEMENTS)
    first = book.unit.number * 5 + book.chance.randrange(3)
    for number in range(book.chance.choice(book.habit.judged)):
        clause = clauses[(first + number * 3) % len(clauses)]
        deduct, reasons = JUDGEMENTS[clause]
        data: dict[str, object] = {"clause": clause, "deduct": deduct, "reason": book.chance.choice(reasons)}
        if book.maybe(0.35):
            day = workday_from(date(book.year + 1, 1, book.chance.randint(8, 26)))
            data["for_year"] = book.year
        else:
            day = (
                book.workday_between((12, 11), (12, 29))
                if book.maybe(0.8)
                else book.workday_between((6, 12), (7, 7))
            )
        passed = book.note_at_once(
            "judgement.passed", book.unit.id, office_hour(book, day), data, by=responsible_assessor(book)
        )
        if book.maybe(0.04):
            withdrawn = passed.recorded + timedelta(days=2, hours=1)
            book.note_at_once(
                "record.retracted",
                book.unit.id,
                withdrawn,
                {"reason": "经复核，情况不属实，撤销扣分"},
                by=responsible_assessor(book),
                target=passed,
            )


def _close(book: Book, kind: str, data: dict[str, object], day: date, opened: Draft) -> None:
    """Note the answer: mostly by entering it that day, now and then some days later."""
    instant = at(day, book.chance.choice((9, 10, 13, 15, 16)), book.chance.randrange(60))
    author = book.unit.id
    if book.maybe(0.6):
        book.note_at_once(kind, opened.subject, instant, data, by=author, needs=[opened])
    else:
        book.note(kind, opened.subject, instant, data, by=author, needs=[opened])
