"""What time it is for a ledger: the real time, or in a demo ledger that time on the demo's own day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ledger.events.event import SHANGHAI


@dataclass(frozen=True, slots=True)
class Clock:
    """Called, it returns the instant; the one place of the program that reads the machine's clock."""

    demo_today: date | None = None

    def __call__(self) -> datetime:
        """Return now, with time zone."""
        now = datetime.now(UTC)
        if self.demo_today is None:
            return now
        local = now.astimezone(SHANGHAI)
        return datetime.combine(self.demo_today, local.timetz()).astimezone(UTC)

    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return self().astimezone(SHANGHAI).date()
