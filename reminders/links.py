"""Addresses that a message leads to, on the server that people reach at `base`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Links:
    """Built on the address of the dashboard, such as ``https://ledger.example.cn``."""

    base: str

    def form(self, unit: str, clause: str, due: date, subject: str = "") -> str:
        """The form that mends a shortfall, filled in; *subject* is the branch whose shortfall it is."""
        asked = {"unit": unit, "clause": clause, "due": due.isoformat()}
        if subject not in ("", unit):
            asked["subject"] = subject
        return f"{self._base}/log?{urlencode(asked)}"

    def unit(self, unit: str) -> str:
        """A unit's page."""
        return f"{self._base}/units/{quote(unit)}"

    def members(self, unit: str) -> str:
        """A unit's page with the hours of each of its members."""
        return f"{self.unit(unit)}?members=all"

    @property
    def board(self) -> str:
        """All units."""
        return f"{self._base}/"

    def unsubscribe(self, token: str) -> str:
        """The page on which somebody gives up all but what is past its due day."""
        return f"{self._base}/reminders/unsubscribe/{quote(token)}"

    def feed(self, token: str) -> str:
        """A unit's calendar."""
        return f"{self._base}/feeds/{quote(token)}.ics"

    @property
    def _base(self) -> str:
        return self.base.rstrip("/")
