"""A message on its way: its states, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.text import Text

LEASE = timedelta(minutes=10)
"""How long a claimed message is its sender's own. No delivery may take longer; a sender that does has died."""
ATTEMPTS_MAX = 8
_FIRST_WAIT = timedelta(minutes=5)


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


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts: 5 minutes, doubled each time; None: no more by itself."""
    return None if attempts >= ATTEMPTS_MAX else _FIRST_WAIT * 2 ** (attempts - 1)
