"""Reminders, contacts and the outbox as the JSON documents of their commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median_high

from reminders.contacts import Book, Contact, Person, Role, shown_address
from reminders.outbox import Message
from reminders.rehearsal import Rehearsal
from reminders.send import Sent
from taizhang.language.i18n import say


def remind_document(sent: Sequence[Sent], day: date) -> dict[str, object]:
    """Return what `remind` prints; items by unit (named where a message speaks of several), due day and clause."""
    return {"planned": [_message(each, day) for each in sent]}


def _message(sent: Sent, day: date) -> dict[str, object]:
    units = list(dict.fromkeys(item.unit for item in sent.items))
    items: list[dict[str, object]] = []
    for item in sorted(sent.items, key=lambda item: (item.unit, item.due, _order(item.clause), item.key)):
        told: dict[str, object] = {"unit": item.unit} if len(units) > 1 else {}
        told |= {"clause": item.clause, "due": item.due.isoformat(), "days_left": (item.due - day).days}
        items.append(told)
    document: dict[str, object] = {
        "to": shown_address(sent.person.channel, sent.person.address) if sent.person else None,
        "unit": units[0] if len(units) == 1 else None,
        "channel": sent.message.channel,
        "subject": sent.subject,
        "items": items,
        "state": sent.state.value,
    }
    if sent.problem is not None:
        document["problem"] = say(sent.problem)
    return document


def rehearsal_document(year: int, found: Rehearsal, book: Book) -> dict[str, object]:
    """Return what `remind --simulate` prints: how many messages a year brings, by role."""
    counts = found.by_person()
    people: dict[str, Role] = {}
    for contact in book.everybody():
        people.setdefault(contact.person.id, contact.role)
    roles = {}
    for role in Role:
        each = sorted(counts[person] for person, his in people.items() if his is role)
        if each:
            roles[role.value] = {
                "people": len(each),
                "fewest": each[0],
                "median": median_high(each),
                "most": each[-1],
            }
    return {"year": year, "messages": counts.total(), "days": len(found.days), "roles": roles}


def contacts_document(contacts: Sequence[Contact]) -> dict[str, object]:
    """Return what `contact list` prints."""
    return {"contacts": [contact_document(contact) for contact in contacts]}


def contact_document(contact: Contact) -> dict[str, object]:
    """Return one contact; a robot's address is a password and not shown whole."""
    person = contact.person
    return {
        "unit": contact.unit,
        "role": contact.role.value,
        "channel": person.channel,
        "address": shown_address(person.channel, person.address),
        "name": person.name,
        "language": person.language,
        "quiet": [_days(first, last) for first, last in person.quiet],
        "only_overdue": person.only_overdue,
        "weekly": person.weekly,
    }


def outbox_document(messages: Sequence[Message], people: dict[str, Person]) -> dict[str, object]:
    """Return what `outbox` prints; `to` is null when the contact was removed."""
    return {
        "messages": [
            {
                "id": message.id,
                "day": message.day.isoformat(),
                "to": _to(people.get(message.person)),
                "channel": message.channel,
                "state": message.state.value,
                "attempts": message.attempts,
                "sent_at": message.sent_at,
                "next_try": message.next_try,
                "subject": message.subject,
                "problem": say(message.problem) if message.problem else None,
            }
            for message in messages
        ]
    }


def _to(person: Person | None) -> str | None:
    return shown_address(person.channel, person.address) if person else None


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def _order(clause: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause.split("."))
