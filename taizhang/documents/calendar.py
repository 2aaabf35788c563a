"""A unit's due days with their states, as the feed and the download give them."""

from __future__ import annotations

from datetime import date

from reminders.deadlines import calendar_file, deadlines_of
from reminders.links import Links
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current


def unit_calendar(session: OpenLedger, links: Links, unit: str, day: date | None = None) -> bytes:
    """Return the iCalendar file of *unit* on *day* (today), of every rubric year open then. Raises NotScored."""
    as_of = day or session.clock.today()
    with session.store.read() as work:
        cards = session.projections.cards(work, unit, as_of)
        deadlines = [deadline for card in cards for deadline in deadlines_of(card, links)]
        name = cards[0].facts.organization(unit).value("name", as_of, unit) if cards else unit
        title = _("{name}党建台账期限", name=name)
        return calendar_file(title, deadlines, session.clock(), current(), feed=True)
