"""Valid events of 2017 for any number of units: always the same, made quickly, in the client's form as bytes.

Units take turns, event by event, as in a real ledger, so that a unit's stream lies scattered over the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

HISTORY_KNOWN = datetime(2017, 12, 1, 4, tzinfo=UTC)
"""Clock at which a whole history is imported; its last events happened the day before."""
APPEND_CLOCK = datetime(2017, 12, 10, tzinfo=UTC)
"""Clock of the first single append; each is a minute later than the one before."""
TODAY = date(2017, 12, 10)

_FIRST_DAY = date(2017, 1, 6)
_LAST_DAY = date(2017, 11, 30)
_DAYS = [
    (_FIRST_DAY + timedelta(days=offset)).isoformat() for offset in range((_LAST_DAY - _FIRST_DAY).days + 1)
]
_KINDS = (
    '"unified_activity_day"',
    '"committee_meeting"',
    '"group_meeting"',
    '"study_session","two_studies_one_action"',
    '"member_meeting"',
    '"party_lecture"',
    '"party_work_meeting"',
    '"volunteer_service"',
    '"unified_activity_day","study_session"',
    '"organizational_life_meeting"',
    '"ideology_work"',
    '"reading_campus"',
    '"moral_lecture_hall"',
    '"rule_of_law_education"',
    '"micro_lecture"',
    '"mass_organization_activity"',
    '"work_style_campaign","three_big_one_real"',
    '"brand_building"',
    '"standard_branch_creation"',
)
_DOCUMENTS = (
    "annual_plan",
    "unit_plan_with_party_work",
    "two_responsibilities",
    "one_post_two_duties",
    "ideology_duty",
    "research_report",
    "volunteer_plan",
    "top_ten_method_application",
    "dues_record",
)
_OUTLETS = (
    "wujin_education_site",
    "wujin_education_wechat",
    "bureau_wechat",
    "changzhou_daily",
    "wujin_daily",
)
_WORDS = "深入学习贯彻全国高校思想政治工作会议精神，交流学习体会，部署本阶段党员教育与志愿服务工作"


def unit_name(number: int) -> str:
    """Return the id of the *number*-th unit: u00012."""
    return f"u{number:05d}"


def history(units: int, events_each: int) -> Iterator[bytes]:
    """Yield *events_each* events for each of *units* units, in ledger order, the units taking turns."""
    for place in range(events_each):
        for unit in range(units):
            yield _event(unit, place, events_each)


def history_of(unit: int, events_each: int) -> Iterator[bytes]:
    """Yield one unit's part of `history`."""
    for place in range(events_each):
        yield _event(unit, place, events_each)


def appends(units: int, start: int, count: int) -> list[bytes]:
    """Return *count* further events for units that have a history, the units taking turns; *start*: made before."""
    return [
        _ordinary(
            unit_name(number % units), f"n{number}", number // units, f"2017-12-{number // units % 9 + 1:02d}"
        )
        for number in range(start, start + count)
    ]


def members_of(events_each: int) -> int:
    """Return how many members a unit with so many events has."""
    return min(20, events_each // 5)


def _event(number: int, place: int, events_each: int) -> bytes:
    unit = unit_name(number)
    branches = 2 if number % 4 == 0 and events_each >= 40 else 0
    members = members_of(events_each)
    identifier = f"{unit}-{place}"
    if place == 0:
        kind = "general_branch" if branches else "branch"
        return _written(
            identifier,
            "organization.registered",
            unit,
            "2017-01-01T09:00:00+08:00",
            f'"name":"武进区第{number}中学党组织","kind":"{kind}","has_committee":true,"has_groups":true,'
            f'"secretary":"m0","term_ends_on":"2019-06-30"',
        )
    if place <= branches:
        return _written(
            identifier,
            "organization.registered",
            f"{unit}/b{place}",
            "2017-01-02T09:00:00+08:00",
            f'"name":"第{place}支部","kind":"branch","has_committee":true,"has_groups":false',
        )
    member = place - branches - 1
    if member < members:
        home = f"{unit}/b{member % branches + 1}" if branches else unit
        leader = "true" if member < 2 else "false"
        return _written(
            identifier,
            "member.joined",
            home,
            "2017-01-03T10:00:00+08:00",
            f'"member":"m{member}","leader":{leader},"exempt_from_study":false',
        )
    before = branches + 1 + members
    day = _DAYS[(place - before) * len(_DAYS) // (events_each - before)]
    subject = unit if not branches or place % 3 == 0 else f"{unit}/b{place % 3}"
    return _ordinary(subject, identifier, place + number, day)


def _ordinary(subject: str, identifier: str, turn: int, day: str) -> bytes:
    """Return what units log day by day: of twenty events three publications, two documents, else activities."""
    time = f"{day}T{8 + turn % 10:02d}:{turn * 7 % 60:02d}:00+08:00"
    sort = turn % 20
    if sort in (4, 11, 17):
        outlet = _OUTLETS[turn // 20 % len(_OUTLETS)]
        data = (
            f'"outlet":"{outlet}","title":"党建专题报道之{turn}：{_WORDS[: 12 + turn % 20]}",'
            f'"url":"https://news.example.cn/2017/{identifier}.html"'
        )
        return _written(identifier, "publication.made", subject, time, data)
    if sort in (2, 13):
        document = _DOCUMENTS[turn // 10 % len(_DOCUMENTS)]
        target = ',"target_sessions":6' if document == "volunteer_plan" else ""
        data = f'"document":"{document}","title":"2017年{_WORDS[: 10 + turn % 25]}材料{turn}"{target}'
        return _written(identifier, "document.filed", subject, time, data)
    kinds = _KINDS[turn % len(_KINDS)]
    data = (
        f'"kinds":[{kinds}],"topic":"第{turn}次：{_WORDS[: 14 + turn % 30]}",'
        f'"study_hours":{("1", "1.5", "2", "0.5")[turn % 4]},"lecturer":"m0","attendees":"all"'
    )
    return _written(identifier, "activity.held", subject, time, data)


def _written(identifier: str, kind: str, subject: str, time: str, data: str) -> bytes:
    return (
        f'{{"specversion":"1.0","id":"{identifier}","source":"/school-office/desk-1","type":"{kind}",'
        f'"subject":"{subject}","time":"{time}","datacontenttype":"application/json","data":{{{data}}}}}'
    ).encode()
