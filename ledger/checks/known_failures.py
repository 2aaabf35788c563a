"""What bad lines would have put there: later lines that refer to it are not blamed for their fault.

Forty bad lines report forty problems, not the hundred that would follow from them. Only lines that could be read
at all excuse anything.
"""

from __future__ import annotations

from typing import Any

from ledger.events.event import unit_of
from ledger.events.types import EVENT_TYPES, type_of


class KnownFailures:
    """Subjects, keys and records of one append that nobody is blamed for."""

    __slots__ = ("_keys", "_records", "_subjects", "any")

    def __init__(self) -> None:
        self.any = False
        self._subjects: set[str] = set()
        self._records: set[str] = set()
        self._keys: set[tuple[str, str, str]] = set()

    def excuse(self, said: dict[str, Any], record: dict[str, Any] | None = None) -> None:
        """Take note of a bad line; *record* is the event that it names, where it is a correction of one."""
        self.any = True
        event_id, subject = said.get("id"), said.get("subject")
        if isinstance(event_id, str):
            self._records.add(event_id)
        if not isinstance(subject, str):
            return
        kind = said.get("type")
        known = isinstance(kind, str) and kind in EVENT_TYPES
        fields = {type_of(str(kind)).puts} if known else {row.puts for row in EVENT_TYPES.values()}
        if "subject" in fields:
            self._subjects.add(subject)
        data = said.get("data")
        if isinstance(data, dict):
            for field in fields - {"subject", ""}:
                key = data.get(field)
                if isinstance(key, str):
                    self._keys.add((unit_of(subject), field, key))
        if record is not None and isinstance(kind, str) and type_of(kind).changes:
            self.excuse(record)
            if isinstance(data, dict) and isinstance(data.get("data"), dict):
                self.excuse({**record, "data": data["data"]})

    def subject(self, subject: str) -> bool:
        """Say whether the subject might have been registered."""
        return subject in self._subjects

    def record(self, event_id: str) -> bool:
        """Say whether the record might have been there."""
        return event_id in self._records

    def key(self, unit: str, field: str, key: str) -> bool:
        """Say whether the member, request or finding (*field*) might have been there, or not."""
        return (unit, field, key) in self._keys
