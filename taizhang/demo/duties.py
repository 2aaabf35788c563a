"""What the unit itself must do in the year beside the regular gatherings (seed, indicators 2, 5, 6, 15, 18 to 25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_from
from taizhang.demo.wording import TOPICS

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """An activity of the year: when it is customary, and how often at most by those who do much."""

    kind: str
    first: MonthDay
    last: MonthDay
    times: int = 1
    for_award: bool = False
    """Not a duty but something that a unit may strive for."""


DUTIES = (
    Duty("ideology_work", (3, 6), (11, 24), 2),
    Duty("reading_campus", (4, 10), (5, 26), 2),
    Duty("moral_lecture_hall", (3, 13), (11, 24), 2),
    Duty("rule_of_law_education", (5, 8), (12, 6), 2),
    Duty("mass_organization_activity", (3, 6), (6, 2), 3),
    Duty("congress_19_study", (10, 18), (12, 8), 3),
    Duty("two_studies_one_action", (3, 1), (12, 12), 5),
    Duty("three_big_one_real", (3, 20), (10, 27), 2),
    Duty("work_style_campaign", (4, 5), (11, 17), 2),
    Duty("brand_building", (3, 20), (11, 24), 2),
    Duty("standard_branch_creation", (4, 10), (11, 10), 2),
    Duty("special_branch_creation", (5, 8), (12, 1), 1, for_award=True),
    Duty("micro_lecture", (4, 17), (11, 30), 3),
    Duty("democratic_life_meeting", (12, 11), (12, 28), 1),
)


def do_duties(book: Book) -> None:
    """Note the unit's activities of the year, on days of their own or on a unified activity day."""
    _party_work_meetings(book)
    _secretary_lecture(book)
    for duty in DUTIES:
        if not (book.maybe(book.habit.applies_for_awards) if duty.for_award else book.does_duty()):
            continue
        few = book.unit.kind == "branch" or book.habit.name == "careless"
        for time in range(book.chance.randint(1, max(1, duty.times // 2 if few else duty.times))):
            _do(book, duty, time)
    _study_of_the_whole_unit(book)
    if book.unit.kind != "branch" and book.maybe(0.5):
        day = book.workday_between((4, 10), (10, 27))
        chosen = book.chance.sample(book.roster.present(book.unit.id, day), 5)
        book.hold(
            book.unit.id,
            at(day, 9),
            ["external_training"],
            _topic(book, "external_training"),
            hours="4",
            attending=[person for person in chosen if not person.retired] or chosen,
        )


def _topic(book: Book, kind: str) -> str:
    return book.chance.choice(TOPICS[kind])


def _do(book: Book, duty: Duty, time: int) -> None:
    """Do one duty; a unit without branches often does it on its unified activity day."""
    day = book.workday_between(duty.first, duty.last)
    unified = _unified_day_of_unit(book, day.month)
    on_unified_day = unified is not None and (duty.first <= _month_day(unified) <= duty.last)
    each_branch = duty.kind == "standard_branch_creation" and bool(book.branches)
    if (
        unified is not None
        and on_unified_day
        and not each_branch
        and book.maybe(0.6)
        and duty.kind not in unified.data["kinds"]
    ):
        unified.data["kinds"].append(duty.kind)
        return
    topics = TOPICS[duty.kind]
    topic = topics[time % len(topics)] if duty.kind == "congress_19_study" else book.chance.choice(topics)
    hours = None
    if duty.kind in ("congress_19_study", "two_studies_one_action") and book.habit.name != "careless":
        hours = book.chance.choice(("1", "1.5"))
    subject = book.unit.id
    if (
        duty.kind in ("micro_lecture", "standard_branch_creation", "special_branch_creation")
        and book.branches
    ):
        subject = book.chance.choice([s for s in book.branches if book.exists_on(s, day)])
    if duty.kind == "standard_branch_creation" and time == 0:
        # It is asked of every branch: the others hold theirs in the same days.
        for branch in (each for each in book.branches if each != subject and book.exists_on(each, day)):
            own = book.free_day(branch, duty.kind, day)
            book.hold(branch, book.afternoon(own), [duty.kind], topic)
    day = book.free_day(subject, duty.kind, day)
    counted = hours is not None or duty.kind == "micro_lecture"
    comers = book.who_comes(subject, day) if counted else None
    kinds = [duty.kind]
    if duty.kind == "micro_lecture" and book.maybe(0.2):
        kinds.append("party_lecture")
    book.hold(subject, book.afternoon(day), kinds, topic, hours=hours, attending=comers)


def _month_day(draft: Draft) -> MonthDay:
    return (draft.occurred.month, draft.occurred.day)


def _unified_day_of_unit(book: Book, month: int) -> Draft | None:
    return book.unified_days.get((book.unit.id, month))


def _party_work_meetings(book: Book) -> None:
    """Note the quarterly meetings; the third quarter's is the one that gets missed."""
    habit = book.habit
    for quarter, (earliest, last) in enumerate(
        (((2, 13), (3, 28)), ((4, 10), (6, 27)), ((7, 3), (9, 27)), ((10, 10), (12, 27))), start=1
    ):
        share = habit.misses_party_work_meeting_in_summer if quarter == 3 else habit.misses_party_work_meeting
        first = (9, 4) if quarter == 3 and book.maybe(0.7) else earliest
        if book.maybe(share) and not (quarter < 3 and book.story.does_first_half):
            continue
        times = 2 if book.unit.kind == "committee" and habit.name != "careless" and quarter != 3 else 1
        for _ in range(times):
            day = book.workday_between(first, last)
            if book.story.does_first_half and quarter == 3:
                day = workday_from(date(book.year, 9, 26))
            kinds = ["party_work_meeting"]
            if book.unit.kind == "branch" and book.has_committee[book.unit.id]:
                kinds.append("committee_meeting")
            leaders = book.roster.leaders(book.unit.id, day)
            book.hold(
                book.unit.id,
                book.afternoon(day),
                kinds,
                _topic(book, "party_work_meeting"),
                attending=leaders or None,
            )


def _secretary_lecture(book: Book) -> None:
    """Note the lecture that the unit's secretary owes (6.4); a careless unit lets another one speak."""
    day = book.workday_between((3, 6), (7, 5) if book.maybe(0.6) else (11, 24))
    secretary = book.roster.secretary_on(day)
    if not book.does_duty():
        others = [person for person in book.roster.leaders(book.unit.id, day) if person is not secretary]
        if not others:
            return
        secretary = others[0]
    book.hold(
        book.unit.id,
        book.afternoon(day),
        ["party_lecture"],
        _topic(book, "party_lecture"),
        hours="1.5",
        lecturer=secretary,
        attending=book.who_comes(book.unit.id, day),
    )


def _study_of_the_whole_unit(book: Book) -> None:
    """Note the study days of the whole unit: in term, and for the diligent before the autumn term."""
    habit = book.habit
    windows = (((3, 6), (4, 28)), ((5, 4), (6, 23)), ((9, 11), (11, 17)))
    for first, last in windows[: habit.sessions_a_year]:
        day = book.workday_between(first, last)
        comers = book.who_comes(book.unit.id, day)
        topic, hours = _topic(book, "study_session"), book.chance.choice(habit.session_hours)
        book.hold(book.unit.id, book.afternoon(day), ["study_session"], topic, hours=hours, attending=comers)
    if habit.summer_training_hours:
        day = workday_from(date(book.year, 8, book.chance.randint(24, 30)))
        comers = book.who_comes(book.unit.id, day)
        hours = str(habit.summer_training_hours)
        topic = "暑期党员集中学习培训"
        book.hold(book.unit.id, at(day, 9), ["study_session"], topic, hours=hours, attending=comers)
