"""People and their places at units."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import orjson

from ledger.store.sql import Connection

from ..contacts import Book, Contact, Person, Role, reach

_PERSON = "person, channel, address, name, language, quiet, only_overdue, secret, token, weekly"
_SELECT = (
    "SELECT c.unit, c.role, p.person, p.channel, p.address, p.name, p.language, p.quiet, p.only_overdue, p.secret,"
    " p.token, p.weekly FROM reminder_contacts c JOIN reminder_people p ON p.person = c.person"
)
_ORDER = " ORDER BY c.unit, c.role, p.channel, p.address"


def new_person(channel: str, address: str, name: str = "") -> Person:
    """Return a person who is not known yet, with an id and a token of his own."""
    return Person(secrets.token_hex(8), channel, address, name, token=secrets.token_urlsafe(24))


def find_person(connection: Connection, channel: str, address: str) -> Person | None:
    """Return the person behind an address, however it is spelt; None when nobody has it."""
    return _one(connection, "channel = ? AND reach = ?", channel, reach(channel, address))


def person_with_token(connection: Connection, token: str) -> Person | None:
    """Return the person whose unsubscribing page *token* opens."""
    return _one(connection, "token = ?", token)


def person_with_id(connection: Connection, person: str) -> Person | None:
    """Return a person; None when he was removed."""
    return _one(connection, "person = ?", person)


def _one(connection: Connection, condition: str, *values: str) -> Person | None:
    row = connection.execute(
        f"SELECT {_PERSON} FROM reminder_people WHERE {condition}",  # noqa: S608 - our own words
        values,
    ).fetchone()
    return _person(row) if row else None


def keep_person(connection: Connection, person: Person) -> None:
    """Write a person over what was known of him."""
    quiet = orjson.dumps([[first.isoformat(), last.isoformat()] for first, last in person.quiet]).decode()
    connection.execute(
        f"INSERT INTO reminder_people ({_PERSON}, reach) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own
        " ON CONFLICT (person) DO UPDATE SET name = excluded.name, language = excluded.language,"
        " quiet = excluded.quiet, only_overdue = excluded.only_overdue, secret = excluded.secret,"
        " weekly = excluded.weekly",
        (
            person.id, person.channel, person.address, person.name, person.language, quiet,
            int(person.only_overdue), person.secret, person.token, int(person.weekly),
            reach(person.channel, person.address),
        ),
    )  # fmt: skip


def subscribe(connection: Connection, person: str, *, only_overdue: bool) -> None:
    """Set whether a person hears only of what is past its due day."""
    connection.execute(
        "UPDATE reminder_people SET only_overdue = ? WHERE person = ?", (int(only_overdue), person)
    )


def set_rhythm(connection: Connection, person: str, *, weekly: bool) -> None:
    """Set whether a person gets a weekly digest, or hears as it comes."""
    connection.execute("UPDATE reminder_people SET weekly = ? WHERE person = ?", (int(weekly), person))


def keep_contact(connection: Connection, unit: str, person: str, role: Role) -> None:
    """Give a person a place at a unit; that he has it already changes nothing."""
    connection.execute(
        "INSERT INTO reminder_contacts (unit, person, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (unit, person, role.value),
    )


def remove_contacts(connection: Connection, unit: str, person: str, role: Role | None = None) -> int:
    """Take a person's places at a unit (or the one named); who has none left is forgotten. Return how many."""
    removed = connection.execute(
        "DELETE FROM reminder_contacts WHERE unit = ? AND person = ? AND (? = '' OR role = ?)",
        (unit, person, role or "", role or ""),
    ).rowcount
    connection.execute(
        "DELETE FROM reminder_people WHERE person = ?"
        " AND NOT EXISTS (SELECT 1 FROM reminder_contacts WHERE reminder_contacts.person = reminder_people.person)",
        (person,),
    )
    connection.execute(
        "DELETE FROM reminder_failing WHERE person = ?"
        " AND NOT EXISTS (SELECT 1 FROM reminder_people WHERE reminder_people.person = reminder_failing.person)",
        (person,),
    )
    return removed


def contacts(connection: Connection, unit: str | None = None) -> list[Contact]:
    """Return the contacts of one unit, those of its branches among them, or of all, by unit, role and address."""
    if unit is None:
        rows = connection.execute(_SELECT + _ORDER).fetchall()
    else:
        own = " WHERE c.unit = ? OR substr(c.unit, 1, ?) = ?"
        rows = connection.execute(_SELECT + own + _ORDER, (unit, len(unit) + 1, f"{unit}/")).fetchall()
    people: dict[str, Person] = {}
    found = []
    for unit_id, role, *values in rows:
        person = people.setdefault(values[0], _person(values))
        found.append(Contact(unit_id, Role(role), person))
    return found


def book(connection: Connection) -> Book:
    """Return all contacts."""
    return Book(contacts(connection))


def _person(row: Any) -> Person:
    person, channel, address, name, language, quiet, only_overdue, secret, token, weekly = row
    days = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in orjson.loads(quiet))
    return Person(
        person, channel, address, name, language, days, bool(only_overdue), secret, token, bool(weekly)
    )
