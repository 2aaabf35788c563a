"""A unit or branch through the days: what it was registered as, what changed, when it closed."""

from __future__ import annotations

from bisect import insort
from datetime import date
from typing import Any

from .records import Record, place


class Organization:
    """One subject's organization records, by day and sequence."""

    __slots__ = ("closed", "records", "registered", "subject")

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.records: list[Record] = []
        self.registered: date | None = None
        self.closed: date | None = None

    def add(self, record: Record) -> None:
        """Take in an organization.registered, .changed or .closed record."""
        if record.type == "organization.closed":
            self.closed = min(record.day, self.closed or record.day)
            return
        if record.type == "organization.registered":
            self.registered = record.day
        insort(self.records, record, key=place)

    def value(self, field: str, day: date, default: Any = None) -> Any:
        """Return the latest word on *field* by *day*, *default* when nobody said."""
        for record in reversed(self.records):
            if record.day <= day and field in record.data:
                return record.data[field]
        return default

    def exists(self, day: date) -> bool:
        """Whether it was registered by *day*."""
        return self.registered is not None and self.registered <= day

    def closed_by(self, due: date) -> bool:
        """Whether what falls due on *due* is no longer asked of it (contract §3, organization.closed)."""
        return self.closed is not None and self.closed <= due
