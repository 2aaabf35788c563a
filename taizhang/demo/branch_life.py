"""The regular life of a branch: unified activity days and 三会一课, 组织生活会, 民主评议 (seed, indicators 8, 9)."""

from __future__ import annotations

from datetime import date, timedelta

from taizhang.demo.book import Book
from taizhang.demo.roster import Person
from taizhang.demo.school_year import at, is_vacation, workday_from, workday_in_month
from taizhang.demo.wording import TOPICS

_UNIFIED_DAYS = (10, 15, 20, 22, 25)


def live_branch(book: Book, subject: str) -> None:
    """Note the regular gatherings of one branch (or of a unit that is one) through the year."""
    chance = book.chance
    usual_day = chance.choice(_UNIFIED_DAYS)
    meets_members_in = chance.choice((1, 2, 3))
    lectures_in = chance.choice((2, 3))
    for month in range(1, 13):
        day = _day_in(book, subject, month, usual_day)
        if day is None:
            continue
        extra = []
        if _place_in_quarter(month) == meets_members_in and _takes_place(book, month):
            extra.append("member_meeting")
        lecture = _place_in_quarter(month) == lectures_in and _takes_place(book, month)
        if lecture:
            extra.append("party_lecture")
        _unified_day(book, subject, month, day, extra)
        _committee_meeting(book, subject, month)
        _group_meeting(book, subject, month)
    _organizational_life(book, subject)
    _appraisal(book, subject)


def _place_in_quarter(month: int) -> int:
    return (month - 1) % 3 + 1


def _day_in(book: Book, subject: str, month: int, usual: int) -> date | None:
    """Return the day of *month* on which the branch meets, None while there is no such branch."""
    wanted = {1: 12, 2: 20, 7: 3 + usual % 4}.get(month, usual) + book.chance.randint(-1, 2)
    day = workday_in_month(date(book.year, month, wanted))
    return day if book.exists_on(subject, day) else None


def _takes_place(book: Book, month: int) -> bool:
    habit = book.habit
    return not book.maybe(habit.misses_gathering_in_summer if is_vacation(month) else habit.misses_gathering)


def _unified_day(book: Book, subject: str, month: int, day: date, extra: list[str]) -> None:
    chance, habit, missed = book.chance, book.habit, book.story.missed_unified_day
    told = missed == (_number(subject), month)
    if told or not _takes_place(book, month):
        # What was to be done on that day is done on another, or not at all.
        if extra and not told:
            kinds = [kind for kind in extra if _takes_place(book, 5)]
            if kinds:
                book.hold(
                    subject,
                    book.afternoon(day),
                    kinds,
                    _topic(book, kinds[0]),
                    attending=_comers(book, subject, day),
                )
        return
    kinds = ["unified_activity_day", *extra]
    if book.has_groups[subject] and book.maybe(0.25):
        kinds.append("group_meeting")
    lecture = "party_lecture" in extra
    lecturer = chance.choice(book.roster.branch_committee(subject, day) or [None]) if lecture else None
    hours = chance.choice(habit.unified_day_hours)
    if lecture:
        hours = _add(hours, chance.choice(habit.lecture_hours))
    topic = _topic(book, "party_lecture" if lecture else "unified_activity_day")
    held = book.hold(
        subject,
        book.afternoon(day),
        kinds,
        topic,
        hours=hours,
        lecturer=lecturer,
        attending=_comers(book, subject, day),
    )
    book.unified_days[subject, month] = held


def _committee_meeting(book: Book, subject: str, month: int) -> None:
    if not book.has_committee[subject] or not _takes_place(book, month):
        return
    held = book.unified_days.get((subject, month))
    # Where the committee sits before the others come, both are entered as one gathering: in units without
    # branches that is the rule, all the more the more members there are to keep book of.
    if held is not None and book.maybe(
        0.35 + book.unit.members / 100 if book.unit.kind == "branch" else 0.08
    ):
        held.data["kinds"].append("committee_meeting")
        return
    day = workday_in_month(date(book.year, month, book.chance.randint(9 if month == 1 else 2, 26)))
    if book.exists_on(subject, day):
        kinds = ["committee_meeting"]
        sitting = book.roster.branch_committee(subject, day)
        book.hold(subject, book.afternoon(day), kinds, _topic(book, kinds[0]), attending=sitting or None)


def _group_meeting(book: Book, subject: str, month: int) -> None:
    held = book.unified_days.get((subject, month))
    if not book.has_groups[subject] or (held is not None and "group_meeting" in held.data["kinds"]):
        return
    if not _takes_place(book, month):
        return
    day = workday_in_month(date(book.year, month, book.chance.randint(10, 27)))
    if not book.exists_on(subject, day) or day >= book.groups_given_up.get(subject, date.max):
        return
    if held is not None and book.maybe(0.8 if book.unit.kind == "branch" else 0.35):
        held.data["kinds"].append("group_meeting")
        return
    book.hold(
        subject,
        book.afternoon(day),
        ["group_meeting"],
        _topic(book, "group_meeting"),
        attending=_comers(book, subject, day),
    )


def _organizational_life(book: Book, subject: str) -> None:
    for half, (first, last) in enumerate((((6, 5), (6, 28)), ((12, 4), (12, 27)))):
        day = book.workday_between(first, last)
        if not book.exists_on(subject, day) or book.maybe(book.habit.misses_gathering * 2):
            continue
        comers = _comers(book, subject, day)
        # 双重组织生活: leaders come as ordinary members; where little care is taken, one may be missing.
        absent = {p for p in book.roster.leaders(subject, day) if book.maybe(book.habit.misses_duty / 4)}
        present = set(comers) | (set(book.roster.leaders(subject, day)) - absent)
        ordered = [p for p in book.roster.present(subject, day) if p in present and p not in absent]
        kinds = ["organizational_life_meeting"]
        book.hold(subject, book.afternoon(day), kinds, TOPICS[kinds[0]][half], attending=ordered)


def _appraisal(book: Book, subject: str) -> None:
    """Note the appraisal of last year in spring, and that of this year: in December, January, or too late."""
    if book.maybe(0.35):
        day = book.workday_between((2, 15), (3, 24))
        if book.exists_on(subject, day):
            book.hold(
                subject,
                book.afternoon(day),
                ["democratic_appraisal"],
                f"{book.year - 1}年度民主评议党员",
                for_year=book.year - 1,
            )
    missed = {"diligent": 0.0, "average": 0.012, "careless": 0.08}[book.habit.name]
    if book.maybe(missed):
        return
    if book.maybe(0.3):
        day, year = book.workday_between((12, 11), (12, 28)), None
    else:
        day = workday_from(date(book.year + 1, 1, 3) + timedelta(days=book.chance.randint(0, 18)))
        year = book.year
    if book.exists_on(subject, day):
        comers = _comers(book, subject, day)
        topic = f"{book.year}年度民主评议党员"
        book.hold(subject, at(day, 14, 30), ["democratic_appraisal"], topic, attending=comers, for_year=year)


def _comers(book: Book, subject: str, day: date) -> list[Person]:
    return book.who_comes(subject, day)


def _number(subject: str) -> int:
    return int(subject.rpartition("/b")[2]) if "/" in subject else 1


def _topic(book: Book, kind: str) -> str:
    return book.chance.choice(TOPICS[kind])


def _add(hours: str, more: str) -> str:
    total = float(hours) + float(more)
    return f"{total:g}"
