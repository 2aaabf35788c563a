"""Who was a member when, and how many hours he studied: contract §5 (study hours of a member)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.amounts import exact, shown
from tests.oracle.history import Event, Known, Record, Sheet, read


@dataclass(frozen=True)
class Membership:
    """Where a member is, and since when he has been in the tree without a break."""

    member: str
    subject: str
    since: date


def all_members(known: Known) -> list[str]:
    """Everyone who ever joined the tree."""
    return sorted({record.data["member"] for record in known.of("member.joined")})


def membership(known: Known, member: str, day: date) -> Membership | None:
    """His membership on that day: present from the joining day on, gone from the leaving day on."""
    subject: str | None = None
    since: date | None = None
    left_on: date | None = None
    for record in known.of("member.joined", "member.left"):
        if record.data["member"] != member or record.day > day:
            continue
        if record.type == "member.left":
            # A leaving whose joining was returned finds nobody who could leave.
            if subject is not None:
                subject, left_on = None, record.day
            continue
        # Joining on the day of leaving is a move inside the tree, no new joining.
        if since is None or (subject is None and left_on != record.day):
            since = record.day
        subject = record.subject
    if subject is None or since is None:
        return None
    return Membership(member, subject, since)


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


def hours(known: Known, member: str) -> Fraction:
    """The hours of the year's activities that he attended."""
    attended_ones = [record for record in study_activities(known) if attended(known, record, member)]
    return sum((exact(record.data["study_hours"]) for record in attended_ones), Fraction(0))


def required(known: Known, there: Membership, threshold: Fraction) -> Fraction:
    """What he needs: who joined the tree in the year needs a part of it."""
    if there.since.year == known.year:
        return threshold * (13 - there.since.month) / 12
    return threshold


def elapsed_part(known: Known) -> Fraction:
    """The part of the year that is over by the day, that day included."""
    days_in_year = (known.last_day - known.first_day).days + 1
    days = (known.as_of - known.first_day).days + 1
    return Fraction(min(max(days, 0), days_in_year), days_in_year)


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
        is_exempt = exempt(known, there.member)
        needs = Fraction(0) if is_exempt else required(known, there, study_threshold(sheet))
        rows.append(
            {
                "member": there.member,
                "subject": there.subject,
                "hours": shown(hours(known, there.member)),
                "required": shown(needs),
                "expected": shown(needs * elapsed_part(known)),
                "exempt": is_exempt,
            }
        )
    return sorted(rows, key=lambda row: (row["subject"], row["member"]))
