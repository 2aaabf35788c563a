"""The unit and its branches: registered at New Year, some set up, closed or changed within the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.names import branch_names
from taizhang.demo.school_year import at, workday_from

OFFICE = "assessor-1"
"""The account in the district office that registers units."""


@dataclass(slots=True)
class Structure:
    """The registrations that later events of the unit may correct or follow."""

    unit: Draft
    term_ends_on: date


def choose_structure(book: Book) -> None:
    """Settle which branches exist when, and which have committees and groups; before anyone joins one."""
    unit, chance, year = book.unit, book.chance, book.year
    if book.branches and book.maybe(0.12):
        # A branch is given up in the summer holidays; its members move to the first one.
        book.life[book.branches[-2]] = (date.min, date(year, 8, 25 + chance.randint(0, 5)))
    elif unit.branches >= 4 and book.maybe(0.12):
        book.life[book.branches[-2]] = (workday_from(date(year, 9, 1 + chance.randint(0, 9))), date.max)
    for subject in (unit.id, *book.branches):
        large = unit.kind == "committee" or book.maybe(0.75)
        book.has_committee[subject] = large if subject != unit.id else unit.members >= 14
        # Beside its committee and its members' meetings, a small branch has no groups.
        book.has_groups[subject] = book.maybe(0.55) if subject != unit.id else unit.members >= 30


def register(book: Book) -> Structure:
    """Register the unit and the branches that exist at New Year: one append by the district office."""
    unit, year = book.unit, book.year
    new_year = at(date(year, 1, 1), 0)
    recorded = book.opened - timedelta(days=1, minutes=book.chance.randint(1, 90))
    term_ends_on = _term(book)
    data: dict[str, object] = {
        "name": unit.name,
        "kind": unit.kind,
        "secretary": book.roster.secretaries[0][1].key,
    }
    if unit.kind == "branch":
        data |= {"has_committee": book.has_committee[unit.id], "has_groups": book.has_groups[unit.id]}
    wrong_term = unit.kind != "committee" and not unit.shown and term_ends_on.year > year and book.maybe(0.08)
    right = data | {"term_ends_on": term_ends_on.isoformat()}
    if wrong_term:
        data["term_ends_on"] = term_ends_on.replace(year=year).isoformat()
    else:
        data = right
    registered = book.note(
        "organization.registered", unit.id, new_year, data, by=OFFICE, recorded=recorded, whole_day=True
    )
    if wrong_term:
        book.note_at_once(
            "record.corrected",
            unit.id,
            at(workday_from(date(year, 2, 20)), 9, book.chance.randrange(60)),
            {"reason": "任期届满日期录入有误，以换届批复为准", "data": right},
            by=OFFICE,
            target=registered,
        )
        registered.touched = True
    names = branch_names(unit.kind, unit.branches) if book.branches else []
    for subject, name in zip(book.branches, names, strict=True):
        first, _ = book.life.get(subject, (date.min, date.max))
        members = [person for person in book.roster.people if person.stays[0].subject == subject]
        branch: dict[str, object] = {
            "name": f"{unit.name.removesuffix('党委').removesuffix('党总支')}{name}",
            "kind": "branch",
            "has_committee": book.has_committee[subject],
            "has_groups": book.has_groups[subject],
        }
        if members:
            branch["secretary"] = members[0].key
        if first == date.min:
            book.note(
                "organization.registered",
                subject,
                new_year,
                branch,
                by=OFFICE,
                recorded=recorded,
                whole_day=True,
            )
        else:
            founded = book.note_at_once(
                "organization.registered", subject, at(first, 9, 5), branch, by=OFFICE
            )
            book.founded[subject] = founded
    return Structure(registered, term_ends_on)


def change(book: Book) -> None:
    """Note what changes in the year: secretaries, groups given up, branches closed."""
    roster = book.roster
    for since, person in roster.secretaries[1:]:
        book.note(
            "organization.changed",
            book.unit.id,
            at(since, 8),
            {"secretary": person.key},
            whole_day=True,
            needs=[person.came_this_year] if person.came_this_year else [],
        )
    for subject in book.gathering_subjects():
        if book.has_groups[subject] and book.maybe(0.04):
            day = book.workday_between((3, 1), (11, 20))
            if not book.exists_on(subject, day):
                continue  # a branch founded later begins as it is
            book.note("organization.changed", subject, at(day, 0), {"has_groups": False}, whole_day=True)
            book.groups_given_up[subject] = day
    for subject, (_, closed) in book.life.items():
        if closed != date.max:
            book.note(
                "organization.closed",
                subject,
                at(closed, 0),
                {"reason": "支部调整，党员并入其他支部"},
                whole_day=True,
                by=book.unit.id,
            )


def elect(book: Book, structure: Structure) -> None:
    """Note the elections of the year: in time, late, put off with consent, or not at all."""
    unit, year, ends = book.unit, book.year, structure.term_ends_on
    years = 3 if unit.kind == "branch" else 5
    if ends.year != year:
        return
    careful = {"diligent": 0.9, "average": 0.65, "careless": 0.3}[book.habit.name]
    draw = book.chance.random()
    next_term = date(year + years, ends.month, 28)
    if draw < careful:
        day = workday_from(ends - timedelta(days=book.chance.randint(6, 25)))
        book.note("election.held", unit.id, at(day, 14), {"next_term_ends_on": next_term.isoformat()})
    elif draw < careful + 0.5 * (1 - careful):
        day = workday_from(ends - timedelta(days=book.chance.randint(8, 20)))
        put_off = ends + timedelta(days=180)
        book.note(
            "election.postponed",
            unit.id,
            at(day, 10),
            {"until": put_off.isoformat(), "approved_by": "区委教育工委"},
        )
    elif draw < careful + 0.8 * (1 - careful) and ends < date(year, 11, 1):
        day = workday_from(ends + timedelta(days=book.chance.randint(15, 45)))
        book.note("election.held", unit.id, at(day, 14), {"next_term_ends_on": next_term.isoformat()})


def _term(book: Book) -> date:
    """Return the last day of the term in force: within the year for every fourth unit."""
    number, year = book.unit.number, book.year
    if number % 4 == 3:
        return date(year, 5 + number // 4 % 8, 28)
    return date(year + 1 + number % 3, 3 + number % 9, 28)
