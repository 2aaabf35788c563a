"""News, features and honours: the reporting duty and the bonus points (seed, indicators 14, 26 to 28)."""

from __future__ import annotations

from datetime import date

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.school_year import at, workday_until
from taizhang.demo.wording import FEATURES, HONORS, LEVELS, NEWS, ROLE_MODEL_NEWS

_SITE = "wujin_education_site"
_BONUS_OUTLETS = (
    # outlet, feature, weight
    ("wujin_education_wechat", False, 6),
    ("city_party_wechat", False, 2),
    ("provincial_party_wechat", False, 1),
    ("bureau_wechat", True, 3),
    ("wujin_daily", True, 2),
    ("changzhou_daily", True, 1),
    (_SITE, True, 3),
    ("bureau_wechat", False, 2),
)
# The same work climbs from level to level in the course of the year.
_CLIMB = ("bureau", "district", "city", "province", "national")


def publish(book: Book) -> list[Draft]:
    """Note the year's publications; return those that claim bonus points."""
    wanted = round(book.unit.news_asked * book.chance.uniform(*book.habit.news_of_target))
    for number in range(wanted):
        _publish(book, _news_day(book, number, wanted), _SITE, book.chance.choice(NEWS), feature=False)
    claims = []
    weights = [weight for _, _, weight in _BONUS_OUTLETS]
    for _ in range(_claims(book)):
        outlet, feature, _weight = book.chance.choices(_BONUS_OUTLETS, weights)[0]
        wording = FEATURES if feature else (ROLE_MODEL_NEWS if outlet == "wujin_education_wechat" else NEWS)
        day = book.workday_between((2, 20), (12, 15))
        claims.append(_publish(book, day, outlet, book.chance.choice(wording), feature=feature))
    return claims


def win_honors(book: Book) -> list[Draft]:
    """Note the year's honours; a work that is honoured on several levels keeps its key."""
    claims: list[Draft] = []
    for number in range(1, _claims(book) + 1):
        honor = book.chance.choice(tuple(HONORS))
        title = book.chance.choice(HONORS[honor])
        lowest = book.chance.choices(range(5), (8, 7, 4, 1, 0.2))[0]
        climbs = book.maybe(0.35) and lowest < _CLIMB.index("city")
        levels = _CLIMB[lowest : lowest + (2 if climbs else 1)]
        month = book.chance.randint(3, 8)
        for step, level in enumerate(levels):
            day = book.workday_between((month + 2 * step, 1), (month + 2 * step + 1, 28))
            data: dict[str, object] = {
                "honor": honor,
                "level": level,
                "title": f"{title}（{LEVELS[level]}级）",
            }
            if honor != "conference_exchange" and (len(levels) > 1 or book.maybe(0.5)):
                data["work"] = f"work-{number}"
            claims.append(book.note("honor.received", book.unit.id, at(day, 0), data, whole_day=True))
    return claims


def _claims(book: Book) -> int:
    few, many = book.habit.honors
    if book.unit.kind == "branch":
        few, many = min(few, 1), (few + many) // 3 + 1
    return book.chance.randint(few, many)


def _news_day(book: Book, number: int, wanted: int) -> date:
    """Return a day on which news is sent: evenly through the school year, in the shown unit's case too slowly."""
    by_shown_day = book.story.news_by_the_shown_day
    if by_shown_day is not None:
        if number < by_shown_day:
            return book.workday_between((2, 20), (6, 27))
        return book.workday_between((9, 22), (12, 20))
    months = (2, 3, 3, 4, 4, 5, 5, 6, 9, 9, 10, 10, 11, 11, 12, 12)
    month = months[number * len(months) // max(1, wanted)]
    return workday_until(date(book.year, month, book.chance.randint(6, 28)))


def _publish(book: Book, day: date, outlet: str, wording: str, *, feature: bool) -> Draft:
    day = book.free_day(book.unit.id, outlet, day)
    school = book.unit.name.removeprefix("武进区")
    data: dict[str, object] = {"outlet": outlet, "title": wording.format(school=school)}
    if book.maybe(0.4):
        data["url"] = f"https://news.example.org/{book.year}/{book.unit.id}/{len(book.drafts)}.html"
    if feature:
        data["feature"] = True
    subject = book.unit.id
    alive = [s for s in book.branches if book.exists_on(s, day)]
    if alive and book.maybe(0.2):
        subject = book.chance.choice(alive)
    return book.note("publication.made", subject, at(day, book.chance.randint(9, 17)), data)
