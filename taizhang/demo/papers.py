"""Plans, summaries and other papers, and what the unit declares of itself (seed, indicators 1, 3, 4, 14 to 24)."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.json_object import JsonObject
from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_from
from taizhang.demo.wording import DOCUMENTS

_SPRING_PAPERS = ("annual_plan", "unit_plan_with_party_work", "two_responsibilities")
_CONDITIONS = (
    "union_sound",
    "youth_league_sound",
    "women_sound",
    "new_media_in_use",
    "party_group_chat",
    "accounts_followed",
    "daily_study",
)


def write_papers(book: Book) -> None:
    """Note the papers of the year, last year's summary among them, and the declarations of spring."""
    if book.maybe(0.3):
        day = workday_from(date(book.year, 1, book.chance.randint(10, 20)))
        _file(book, "annual_summary", day, f"{book.year - 1}年度党建工作总结", for_year=book.year - 1)
    for document in _SPRING_PAPERS:
        if book.does_duty() or book.story.does_first_half:
            late = book.maybe(0.25 if book.habit.name == "careless" else 0.06)
            _file(
                book,
                document,
                book.workday_between((4, 5), (6, 9)) if late else book.workday_between((2, 13), (3, 30)),
            )
    for document in ("one_post_two_duties", "ideology_duty"):
        if book.does_duty() and book.maybe(0.7 if book.unit.kind == "branch" else 0.95):
            _file(book, document, book.workday_between((3, 1), (4, 20)))
    _file_research(book)
    if book.maybe(book.habit.applies_for_awards):
        _file(book, "top_ten_method_application", book.workday_between((11, 1), (11, 28)))
    _file_dues_and_development(book)
    _file_summaries(book)
    _declare(book)


def plan_volunteering(book: Book) -> tuple[int, Draft] | None:
    """Note the volunteers' plan; return its target and draft, None when there is no plan."""
    if not book.does_duty() and not book.story.does_first_half:
        return None
    target = book.chance.randint(3, 5) if book.unit.kind == "branch" else book.chance.randint(6, 12)
    day = (
        book.workday_between((3, 1), (4, 24))
        if book.habit.name != "careless"
        else book.workday_between((3, 20), (6, 1))
    )
    without_target = book.habit.name == "careless" and book.maybe(0.25)
    draft = _file(book, "volunteer_plan", day, target=None if without_target else target)
    if not without_target and book.maybe(0.04):
        # A second plan is filed when the first has long been under way: the first one's target stands.
        _file(
            book,
            "volunteer_plan",
            book.workday_between((9, 11), (10, 20)),
            f"{book.year}年党员志愿服务活动计划（调整）",
            target=max(1, target - 2),
        )
    return target, draft


def _file(
    book: Book,
    document: str,
    day: date,
    title: str | None = None,
    *,
    for_year: int | None = None,
    target: int | None = None,
    subject: str | None = None,
) -> Draft:
    wording = title or book.chance.choice(DOCUMENTS[document])
    data: JsonObject = {
        "document": document,
        "title": wording.format(year=book.year, quarter="一二三四"[(day.month - 1) // 3]),
    }
    if for_year is not None:
        data["for_year"] = for_year
    if target is not None:
        data["target_sessions"] = target
    # Half of the papers carry only their day, as a client may send it (contract §2).
    whole_day = book.maybe(0.5)
    when = at(day, 0) if whole_day else at(day, book.chance.randint(9, 16), book.chance.randrange(60))
    return book.note("document.filed", subject or book.unit.id, when, data, whole_day=whole_day)


def _file_research(book: Book) -> None:
    if book.does_duty():
        _file(book, "research_report", book.workday_between((9, 11), (12, 20)))


def _file_dues_and_development(book: Book) -> None:
    for first, last in (((3, 20), (3, 30)), ((6, 19), (6, 29)), ((9, 18), (9, 28)), ((12, 18), (12, 28))):
        if book.does_duty() and (book.unit.kind != "branch" or book.maybe(0.5)):
            _file(book, "dues_record", book.workday_between(first, last))
    for _ in range(1 if book.unit.kind == "branch" else book.unit.branches // 2):
        if book.maybe(0.5):
            day = book.workday_between((3, 10), (11, 30))
            alive = [s for s in book.gathering_subjects() if book.exists_on(s, day)]
            _file(book, "development_record", day, subject=book.chance.choice(alive))
    if book.maybe(0.4):
        _file(book, "other", book.workday_between((2, 20), (12, 15)))


def _file_summaries(book: Book) -> None:
    """Note the summaries, filed from mid-December to mid-January; for the year, whenever they are filed."""
    for document in ("annual_summary", "volunteer_summary"):
        if not book.does_duty():
            continue
        if book.maybe(0.35):
            _file(book, document, book.workday_between((12, 14), (12, 28)))
        else:
            day = workday_from(date(book.year + 1, 1, 3) + timedelta(days=book.chance.randint(0, 17)))
            _file(book, document, day, for_year=book.year)


def _declare(book: Book) -> None:
    """Note the declarations; some say no in spring and yes later, a kindergarten has no youth league."""
    for condition in _CONDITIONS:
        if book.maybe(book.habit.misses_duty / 3):
            continue
        day = book.workday_between((2, 20), (3, 30))
        value = "yes" if book.maybe(book.habit.declares_yes) else "no"
        if condition == "youth_league_sound" and book.unit.kind == "branch" and book.maybe(0.3):
            value = "not_applicable"
        _declaration(book, day, condition, value)
        if value == "no" and book.maybe(0.5):
            _declaration(book, book.workday_between((5, 8), (11, 24)), condition, "yes")


def _declaration(book: Book, day: date, condition: str, value: str) -> None:
    data = {"condition": condition, "value": value}
    book.note("condition.declared", book.unit.id, at(day, 0), data, whole_day=True)
