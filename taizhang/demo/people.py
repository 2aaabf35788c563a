"""Who is in the unit: the roster at New Year, who leads, who is exempt, who comes, moves, leaves and returns."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.json_object import JsonObject
from taizhang.demo.book import Book
from taizhang.demo.draft import Draft
from taizhang.demo.roster import Person, Stay
from taizhang.demo.school_year import at, workday_from, workday_in_month

_LEADERS = {"committee": (7, 11), "general_branch": (5, 7), "branch": (2, 3)}


def gather(book: Book) -> None:
    """Fill the roster as of New Year; branches that exist then have their members, the retired theirs."""
    unit, chance, year = book.unit, book.chance, book.year
    new_year = date(year, 1, 1)
    homes = [subject for subject in book.gathering_subjects() if book.exists_on(subject, new_year)]
    serving_homes = homes[:-1] or homes
    people = book.roster.people
    for number in range(1, unit.members + 1):
        retired = number > unit.members - unit.retired
        # Some retired teachers stay in the branch of their old department.
        home = serving_homes[number % len(serving_homes)]
        if retired and not book.maybe(0.3):
            home = homes[-1]
        person = Person(f"m{unit.number:02d}-{number:03d}", retired, [Stay(home, new_year)])
        if retired and book.maybe(0.45):
            person.exempt_since = new_year
        people.append(person)
    for person in people[: chance.randint(*_LEADERS[unit.kind])]:
        person.leader_since = new_year
    for subject in homes:
        members = [person for person in people if person.stays[0].subject == subject]
        # The unit's own leaders come first in the roster and so on the committees of their branches.
        for person in members[: min(len(members), chance.choice((3, 3, 5)))]:
            person.on_committee = True
    book.roster.secretaries.append((new_year, people[0]))
    if not unit.shown and book.maybe(0.2):
        since = workday_from(date(year, 8, chance.randint(18, 28)))
        book.roster.secretaries.append((since, people[1]))
        people[0].leader_until = since + timedelta(days=chance.randint(20, 60))


def enter_roster(book: Book) -> None:
    """Enter the roster of New Year: one append by the unit's clerk."""
    new_year = at(date(book.year, 1, 1), 0)
    for person in book.roster.people:
        book.note(
            "member.joined",
            person.stays[0].subject,
            new_year,
            _joining(person, new_year.date()),
            by=book.unit.id,
            recorded=book.opened,
            whole_day=True,
        )


def move(book: Book) -> None:
    """Note who comes, moves, leaves, returns, retires, begins or stops to lead within the year."""
    people = book.roster.people
    settled = [p for p in people if p.leader_since == date.max and not p.on_committee]
    book.chance.shuffle(settled)
    moves = _moves_to_branches_set_up_or_closed(book)
    settled = [person for person in settled if person not in moves]
    _some_leave(book, settled)
    if book.maybe(0.12) and settled:
        _leave_and_return(book, settled.pop())
    if len(book.branches) > 1 and settled and book.maybe(0.5):
        _move_inside(book, settled.pop())
    if book.maybe(0.4) and settled:
        person = settled.pop()
        if person.exempt_since == date.max:
            day = book.workday_between((2, 20), (11, 25))
            person.exempt_since = day
            _change(book, person, day, {"exempt_from_study": True})
    for person in people:
        if person.leader_until != date.max:
            _change(book, person, person.leader_until, {"leader": False})
    if book.maybe(0.25):
        person = people[min(len(people) - 1, 12)]
        if person.leader_since == date.max and person.stays[-1].until == date.max:
            person.leader_since = workday_from(date(book.year, 9, 4))
            _change(book, person, person.leader_since, {"leader": True})
    _newcomers(book)


def _joining(person: Person, day: date) -> JsonObject:
    data: JsonObject = {"member": person.key}
    if person.leads_on(day):
        data["leader"] = True
    if person.exempt_on(day):
        data["exempt_from_study"] = True
    return data


def _change(book: Book, person: Person, day: date, flags: dict[str, bool]) -> None:
    subject = person.branch_on(day)
    if subject is not None:
        book.note(
            "member.changed",
            subject,
            at(day, 0),
            {"member": person.key, **flags},
            whole_day=True,
            by=book.unit.id,
            needs=[person.came_this_year] if person.came_this_year else [],
        )


def _leave(book: Book, person: Person, day: date, reason: str | None, after: list[Draft]) -> Draft:
    stay = person.stays[-1]
    stay.until = day
    data = {"member": person.key} | ({"reason": reason} if reason else {})
    return book.note(
        "member.left", stay.subject, at(day, 0), data, whole_day=True, by=book.unit.id, needs=after
    )


def _join(book: Book, person: Person, day: date, subject: str, after: list[Draft]) -> Draft:
    person.stays.append(Stay(subject, day))
    return book.note(
        "member.joined",
        subject,
        at(day, 0),
        _joining(person, day),
        whole_day=True,
        by=book.unit.id,
        needs=after,
    )


def _moves_to_branches_set_up_or_closed(book: Book) -> list[Person]:
    """Move whole groups on the day on which a branch opens or closes; leaving and joining on one day."""
    moved: list[Person] = []
    for subject, (first, closed) in book.life.items():
        day = first if first != date.min else closed
        members = book.roster.present(book.unit.id, day - timedelta(days=1))
        if closed != date.max:
            group = [person for person in members if person.branch_on(day - timedelta(days=1)) == subject]
        else:
            group = [
                p for p in members if not p.retired and p.leader_since == date.max and not p.on_committee
            ][:8]
            for person in group[:3]:
                person.on_committee = True
        target = book.branches[0] if closed != date.max else subject
        for person in group:
            left = _leave(book, person, day, "transferred", [])
            _join(book, person, day, target, [left])
        moved += group
    return moved


def _move_inside(book: Book, person: Person) -> None:
    day = workday_from(date(book.year, 8, book.chance.randint(21, 31)))
    here = person.branch_on(day)
    others = [s for s in book.branches[:-1] if s != here and book.exists_on(s, day) and s not in book.life]
    if others:
        left = _leave(book, person, day, "transferred", [])
        _join(book, person, day, book.chance.choice(others), [left])


def _some_leave(book: Book, settled: list[Person]) -> None:
    """Let one to three in a hundred leave: most move to another school, with their papers (介绍信)."""
    for _ in range(_few(book, 0.02)):
        if len(settled) < 2:
            return
        person = settled.pop()
        day = workday_in_month(
            date(book.year, book.chance.choice((2, 8, 8, 8, 10)), book.chance.randint(16, 27))
        )
        if person.retired:
            _leave(book, person, day, "deceased", [])
        elif book.maybe(0.04):
            _leave(book, person, day, "expelled", [])
        else:
            needs = _transfer(book, person, day)
            _leave(
                book, person, day, book.chance.choice(("transferred", "transferred", "other", None)), needs
            )


def _transfer(book: Book, person: Person, leaves: date) -> list[Draft]:
    started_on = workday_in_month(leaves - timedelta(days=book.chance.randint(0, 12)))
    valid_until = started_on + timedelta(days=book.chance.choice((30, 60, 90)))
    subject = person.stays[-1].subject
    data = {"member": person.key, "valid_until": valid_until.isoformat()}
    started = book.note("transfer.started", subject, at(started_on, 10), data, by=book.unit.id)
    done_after = book.chance.randint(5, 28) if book.maybe(0.8) else book.chance.randint(95, 130)
    done_on = workday_from(started_on + timedelta(days=done_after))
    if done_on <= book.last_day - timedelta(days=20) and book.maybe(0.9):
        book.note(
            "transfer.completed",
            subject,
            at(done_on, 15),
            {"member": person.key},
            by=book.unit.id,
            needs=[started],
        )
    return [started]


def _leave_and_return(book: Book, person: Person) -> None:
    """Lend a member to another school for the spring term: he comes back in autumn and joins anew."""
    gone = workday_from(date(book.year, 2, book.chance.randint(13, 24)))
    back = workday_from(date(book.year, 8, book.chance.randint(25, 30)))
    home = person.stays[0].subject
    left = _leave(book, person, gone, "other", [])
    if book.exists_on(home, back):
        _join(book, person, back, home, [left])


def _newcomers(book: Book) -> None:
    count = _few(book, 0.025)
    people = book.roster.people
    for number in range(len(people) + 1, len(people) + count + 1):
        month, first, last = book.chance.choice(
            ((3, 1, 20), (8, 20, 30), (9, 1, 15), (9, 1, 15), (11, 5, 25))
        )
        day = workday_in_month(date(book.year, month, book.chance.randint(first, last)))
        homes = [s for s in book.gathering_subjects() if book.exists_on(s, day) and s not in book.life]
        person = Person(f"m{book.unit.number:02d}-{number:03d}", False, [])
        person.came_this_year = _join(
            book, person, day, (homes[:-1] or homes)[number % max(1, len(homes) - 1)], []
        )
        people.append(person)


def _few(book: Book, share: float) -> int:
    """Return about *share* of the unit's members, rounded up or down by chance."""
    whole, part = divmod(book.unit.members * share, 1)
    return int(whole) + (1 if book.maybe(part) else 0)
