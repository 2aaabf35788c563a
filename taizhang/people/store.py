"""The table of people. All SQL of this room is here.

What is erased is gone from the table; nothing of it is kept for undoing. Rows stand by unit and member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from ledger.store.sql import Connection
from taizhang.people.person import Directory, Person
from taizhang.people.search import finds, search_term

_COLUMNS = "member, name, telephone, address, born_on"
_TEXTS = "name, telephone, address, born_on, sought"


def _create(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE people (unit TEXT NOT NULL, member TEXT NOT NULL, name TEXT NOT NULL, telephone TEXT NOT NULL,"
        " address TEXT NOT NULL, born_on TEXT NOT NULL, sought TEXT NOT NULL, PRIMARY KEY (unit, member))"
    )


def _forget_readings(connection: Connection) -> None:
    """Names in pinyin were kept to be looked up by; now they are read off the name."""
    connection.execute("UPDATE people SET sought = ''")


MIGRATIONS: tuple[Callable[[Any], None], ...] = (_create, _forget_readings)


def directory_of(connection: Connection, unit: str) -> Directory:
    """Return everybody of *unit*, by member id."""
    return Directory(_people(connection, unit))


def search(connection: Connection, unit: str, text: str) -> list[Person]:
    """Return who is found by *text*: part of the name, pinyin, initials or telephone; all for no text.

    A unit has hundreds of people at most: they are looked through here, and nothing of their names is kept twice.
    """
    everybody, member, term = _people(connection, unit), text.strip(), search_term(text)
    if not member:
        return list(everybody)
    return [each for each in everybody if each.member == member or (term and finds(term, each))]


def put(connection: Connection, unit: str, people: Iterable[Person]) -> None:
    """Keep *people* of *unit*, in place of what was known of them."""
    connection.executemany(
        "INSERT INTO people (unit, member, name, telephone, address, born_on, sought) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (unit, member) DO UPDATE SET name = excluded.name, telephone = excluded.telephone,"
        " address = excluded.address, born_on = excluded.born_on, sought = excluded.sought",
        [
            (
                unit,
                person.member,
                person.name,
                person.telephone,
                person.address,
                person.born_on.isoformat() if person.born_on else "",
                "",
            )
            for person in people
        ],
    )


def erase(connection: Connection, unit: str, member: str) -> bool:
    """Erase what is known of *member* of *unit*; say whether there was anything.

    The row is overwritten in its own length before it goes, so that no page of the file keeps the bytes. What the
    engine keeps beside it is emptied by `erasing`; copies that were made before keep them.
    """
    where = " WHERE unit = ? AND member = ?"
    row = connection.execute(f"SELECT {_TEXTS} FROM people{where}", (unit, member)).fetchone()  # noqa: S608
    if row is None:
        return False
    blank = ["-" * len(text.encode()) for text in row]
    connection.execute(
        f"UPDATE people SET name = ?, telephone = ?, address = ?, born_on = ?, sought = ?{where}",  # noqa: S608
        (*blank, unit, member),
    )
    connection.execute(f"DELETE FROM people{where}", (unit, member))  # noqa: S608
    return True


def units_of(connection: Connection, member: str) -> list[str]:
    """Return the units in whose directory *member* stands."""
    rows = connection.execute("SELECT unit FROM people WHERE member = ? ORDER BY unit", (member,))
    return [unit for (unit,) in rows]


def _people(connection: Connection, unit: str) -> Iterator[Person]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM people WHERE unit = ? ORDER BY member", (unit,))  # noqa: S608
    return map(_person, rows)


def _person(row: tuple[str, str, str, str, str]) -> Person:
    member, name, telephone, address, born_on = row
    return Person(member, name, telephone, address, date.fromisoformat(born_on) if born_on else None)
