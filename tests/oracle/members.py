"""Who was a member when, and how many hours he studied: contract §5 (study hours of a member)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.amounts import exact, shown
from tests.oracle.history import Event, Known, Record, Sheet, read
from tests.oracle.organization import registered_on


@dataclass(frozen=True)
class Membership:
    """Where a member is, and since when he has been in the tree without a break."""

    member: str
    subject: str
    since: date


def all_members(known: Known) -> list[str]:
    """Everyone who ever joined the tree."""
    return sorted({record.data["member"] for record in known.of("member.joined")})


def steps_of(known: Known, member: str) -> list[Record]:
    """What was ever recorded of the member, by day and sequence."""
    types = ("member.joined", "member.left", "member.changed")
    return [record for record in known.of(*types) if record.data["member"] == member]


def subject_on(known: Known, member: str, day: date) -> str | None:
    """Where he is at the day's end: the subject of the latest joining among his open stays."""
    open_stays: list[Record] = []
    for record in steps_of(known, member):
        if record.day > day:
            continue
        if record.type == "member.joined":
            open_stays.append(record)
        elif record.type == "member.left":
            # A stay lasts from a joining on a subject to the next leaving on that subject.
            open_stays = [stay for stay in open_stays if stay.subject != record.subject]
    return open_stays[-1].subject if open_stays else None


def unbroken_since(known: Known, member: str, day: date, holds: Callable[[date], bool]) -> date | None:
    """Since when something that holds on the day has held at the end of every day; None where it does not."""
    if not holds(day):
        return None
    since = day
    for changed in sorted(
        {record.day for record in steps_of(known, member) if record.day <= day}, reverse=True
    ):
        if not holds(changed):
            break
        since = changed
    return since


def membership(known: Known, member: str, day: date) -> Membership | None:
    """His membership on that day: present from the joining day on, gone from the leaving day on."""
    subject = subject_on(known, member, day)
    since = unbroken_since(known, member, day, lambda one: subject_on(known, member, one) is not None)
    return None if subject is None or since is None else Membership(member, subject, since)


def flag(known: Known, member: str, name: str, day: date) -> bool:
    """`leader` or `exempt_from_study` on that day: his latest joining sets both, a change those that it names."""
    value = False
    for record in known.of("member.joined", "member.changed"):
        if record.data["member"] != member or record.day > day:
            continue
        unless_named = False if record.type == "member.joined" else value
        value = record.data.get(name, unless_named)
    return value


def attended(known: Known, activity: Record, member: str) -> bool:
    """Whether the member attended: "all" is every member of the activity's subject's tree that day."""
    attendees = activity.data.get("attendees", [])
    if attendees != "all":
        return member in attendees
    there = membership(known, member, activity.day)
    return there is not None and (activity.subject == known.unit or activity.subject == there.subject)


def study_activities(known: Known) -> list[Record]:
    """The activities of the year that credit hours of study."""
    return [
        record
        for record in known.of("activity.held")
        if "study_hours" in record.data and known.first_day <= record.day <= known.last_day
    ]


def gathering_of(record: Record) -> tuple[date, frozenset[str], str]:
    """What makes several records one gathering of the tree: the day, the set of kinds, the topic."""
    return record.day, frozenset(record.data["kinds"]), record.data["topic"]


def hours_of(records: Iterable[Record]) -> Fraction:
    """Hours of gatherings: of each the largest that one of its records names."""
    largest: dict[tuple[date, frozenset[str], str], Fraction] = {}
    for record in records:
        gathering = gathering_of(record)
        largest[gathering] = max(largest.get(gathering, Fraction(0)), exact(record.data["study_hours"]))
    return sum(largest.values(), Fraction(0))


def hours(known: Known, member: str) -> Fraction:
    """The hours of the year's gatherings that credit him."""
    return hours_of(record for record in study_activities(known) if attended(known, record, member))


def owed_on(known: Known, member: str, day: date) -> bool:
    """Whether he is in the tree and not exempt at the day's end."""
    return subject_on(known, member, day) is not None and not flag(known, member, "exempt_from_study", day)


def counted(known: Known, there: Membership) -> bool:
    """Whether his hours are asked for: not exempt, and long enough here by the year's end."""
    long_enough = (known.last_day - there.since).days + 1 >= known.newcomer_days
    return long_enough and not exempt(known, there.member)


def required(known: Known, there: Membership, threshold: Fraction) -> Fraction:
    """What he needs: a twelfth for each month on whose last day (or the reference day) he is asked for hours."""
    months = 0
    for month in range(1, 13):
        next_first = date(known.year + 1, 1, 1) if month == 12 else date(known.year, month + 1, 1)
        day = min(next_first - timedelta(days=1), known.reference_day)
        months += owed_on(known, there.member, day)
    return threshold * months / 12


def elapsed_part(known: Known, start: date) -> Fraction:
    """The part of the days from the start to the year's end that is over by the reference day, both included."""
    start = max(start, known.first_day)
    days, passed = (known.last_day - start).days + 1, (known.reference_day - start).days + 1
    return Fraction(max(passed, 0), days) if days > 0 else Fraction(0)


def start_of(known: Known, there: Membership) -> date:
    """From when his pace line is drawn: the unit's registration, his joining, the end of his exemption."""
    registered = registered_on(known, known.unit)
    assert registered is not None
    starts = [registered, there.since]
    for record in steps_of(known, there.member):
        day = record.day
        before = flag(known, there.member, "exempt_from_study", day - timedelta(days=1))
        if day <= known.reference_day and before and not flag(known, there.member, "exempt_from_study", day):
            starts.append(day)
    return max(starts)


def present(known: Known) -> list[Membership]:
    """Those present in the tree on the earlier of the day and the year's last day."""
    day = min(known.as_of, known.last_day)
    found = [membership(known, member, day) for member in all_members(known)]
    return [there for there in found if there is not None]


def exempt(known: Known, member: str) -> bool:
    """Whether he need not study, on the earlier of the day and the year's last day."""
    return flag(known, member, "exempt_from_study", min(known.as_of, known.last_day))


def study_threshold(sheet: Sheet) -> Fraction:
    """The hours that the sheet asks of a member."""
    for clause in sheet["clauses"]:
        if clause.get("measure") == "study_hours":
            return exact(clause["threshold"])
    return Fraction(0)


def members(
    events: Iterable[Event], sheet: Sheet, unit: str, as_of: date, known_at: str | None = None
) -> list[dict[str, Any]]:
    """The members listed by `taizhang members`, contract §6; by subject and member."""
    known = read(events, sheet, unit, as_of, known_at)
    rows: list[dict[str, Any]] = []
    for there in present(known):
        needs = required(known, there, study_threshold(sheet)) if counted(known, there) else Fraction(0)
        rows.append(
            {
                "member": there.member,
                "subject": there.subject,
                "hours": shown(hours(known, there.member)),
                "required": shown(needs),
                "expected": shown(needs * elapsed_part(known, start_of(known, there))),
                "exempt": exempt(known, there.member),
            }
        )
    return sorted(rows, key=lambda row: (row["subject"], row["member"]))
