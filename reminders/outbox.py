"""A message on its way: its states, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.text import Text

LEASE = timedelta(minutes=10)
"""How long a claimed message is its sender's own. No delivery may take longer; a sender that does has died."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=2)
_WAITS_DOUBLED_MAX = 5
_TRIED_FOR, _TRIED_FOR_MAX = timedelta(days=7), timedelta(days=31)
"""RFC 5321 §4.5.4.1: at least four or five days."""


class State(StrEnum):
    """Where a message is on its way."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    """Not delivered for sure; tried again, see `next_try`."""
    UNKNOWN = "unknown"
    """Handed over, and nobody knows what became of it: the sender died, or the server fell silent."""
    OBSOLETE = "obsolete"
    """Nothing in it was unmet any more when it came to sending, or a later day's message took it up."""


@dataclass(frozen=True, slots=True)
class Message:
    """One row of the outbox."""

    id: str
    person: str
    day: date
    channel: str
    quarter: str | None
    state: State
    attempts: int
    sent_at: str | None
    subject: str
    problem: Text | None
    next_try: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the outbox is on the whole."""

    waiting: int
    """Messages that are still to be handed over."""
    oldest: str | None
    """When the oldest of them was planned, as it is recorded; None for none."""
    failed: int
    """Messages of the days looked at that did not arrive (yet)."""
    unknown: int
    """Those of which nobody knows."""


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 5 minutes, doubled each time, up to two hours."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, _WAITS_DOUBLED_MAX)), _LONGEST_WAIT)


def last_day_of_use(day: date, due: Iterable[date]) -> date:
    """Return the last day on which a message planned on *day* is worth another try by itself.

    That is as long as anything it speaks of is still to fall due, a week at least and a month at most. (What is met
    meanwhile is left out before each try, and the person's next message takes this one up.)
    """
    return min(max([day + _TRIED_FOR, *due]), day + _TRIED_FOR_MAX)
