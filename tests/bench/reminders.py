"""Planning the reminders of 10,000 units on one of the year's busiest days: 30 days before its end."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

from reminders.contacts import Role
from reminders.links import Links
from reminders.service import Reminders
from reminders.store import contacts
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import translator

from .events import HISTORY_KNOWN
from .measure import Line, at_most, milliseconds
from .product import opened
from .workshop import Workshop

LIMIT_S = 10.0
UNITS = 10_000
EVENTS_EACH = 20
BUSIEST = date(2017, 11, 27)
"""A Monday, for everybody gets a digest; thirty days before the 31st of December is the Friday after it."""


def bench(workshop: Workshop) -> list[Line]:
    """Plan a message for every unit's secretary: first with nothing looked at yet, then as the ticker leaves it."""
    units = workshop.scaled(UNITS)
    path = workshop.product(units, EVENTS_EACH)
    with opened(path) as session:
        _introduce(session)
        reminders = Reminders(
            session.store,
            session.projections,
            links=Links("http://127.0.0.1:8000"),
            channels={},
            translate=lambda _: translator("zh_CN"),
            clock=lambda: HISTORY_KNOWN + timedelta(days=14),
        )
        begun = perf_counter()
        reminders.agenda.renew(BUSIEST)
        cold = perf_counter() - begun
        begun = perf_counter()
        drafts = reminders.drafts(BUSIEST)
        planned = perf_counter() - begun
        begun = perf_counter()
        reminders.keep(drafts, BUSIEST)
        kept = perf_counter() - begun
    assert len(drafts) == units
    items = sum(len(draft.items) for draft in drafts)
    workshop.remove(path)
    return [
        Line(
            f"plan of {units:,} units",
            milliseconds(planned),
            f"{items:,} duties spoken of; into the outbox {milliseconds(kept)}",
            f"at most {LIMIT_S:g} s",
            at_most(planned + kept, LIMIT_S),
        ),
        Line(
            "every unit's duties, none looked at yet",
            milliseconds(cold),
            "the ticker does this all day long",
            f"with the plan at most {LIMIT_S:g} s",
            at_most(cold + planned + kept, LIMIT_S),
        ),
    ]


def _introduce(session: OpenLedger) -> None:
    with session.store.write() as work:
        for unit in session.store.units():
            person = contacts.new_person("email", f"{unit}@example.invalid")
            contacts.keep_person(work.connection, person)
            contacts.keep_contact(work.connection, unit, person.id, Role.SECRETARY)
