"""A unit's open duties by their due days, as the feed and the download give them."""

from __future__ import annotations

from datetime import date

from projections.requirement import Status
from reminders.deadlines import calendar_file, deadlines_of
from reminders.links import Links
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current

OPEN = frozenset({Status.OPEN, Status.BEHIND, Status.UNEARNED, Status.OVERDUE})
"""What somebody can still do something about; what is done, decided or over only fills a calendar."""


def unit_calendar(session: OpenLedger, links: Links, unit: str, day: date | None = None) -> bytes:
    """Return the iCalendar file of *unit* on *day* (today): what is open, of every rubric year open then.

    Raises NotScored.
    """
    as_of = day or session.clock.today()
    with session.store.read() as work:
        cards = session.projections.cards(work, unit, as_of)
        every = (deadline for card in cards for deadline in deadlines_of(card, links))
        deadlines = [deadline for deadline in every if deadline.status in OPEN]
        name = cards[0].facts.organization(unit).value("name", as_of, unit) if cards else unit
        title = _("{name}党建台账期限", name=name)
        return calendar_file(title, deadlines, session.clock(), current(), feed=True)
