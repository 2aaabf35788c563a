"""What bad lines would have put there or taken away: later lines are not blamed for what follows from their fault.

Forty bad lines report forty problems, not the hundred that would follow from them. Each excuse goes one way: that
something is missing is excused only by a line that would have put it there, that something is there already only by
one that would have taken it away. Only lines that could be read at all excuse anything.
"""

from __future__ import annotations

from ledger.events.event import unit_of
from ledger.events.types import EVENT_TYPES, type_of
from ledger.json_object import JsonObject

_ANY_KEYS = frozenset(row.puts for row in EVENT_TYPES.values()) - {""}
_TAKES_AWAY = "member.left"


class KnownFailures:
    """Subjects, keys and records of one append that nobody is blamed for."""

    __slots__ = ("_gone", "_put", "_records", "any")

    def __init__(self) -> None:
        self.any = False
        self._records: set[str] = set()
        self._put: set[tuple[str, str, str]] = set()
        """Unit, field and key of what might have been there; a subject's key is the subject itself."""
        self._gone: set[tuple[str, str, str]] = set()
        """The same of what might have been there no longer."""

    def excuse(self, said: dict[str, object], record: dict[str, object] | None = None) -> None:
        """Take note of a bad line; *record* is the event that it names, where there is one."""
        self.any = True
        event_id, kind = said.get("id"), said.get("type")
        if isinstance(event_id, str):
            self._records.add(event_id)
        known = isinstance(kind, str) and kind in EVENT_TYPES
        if not known:
            # Its type may be misspelt: it might have been any.
            keys = _keys(said, _ANY_KEYS)
            self._put |= keys
            self._gone |= {key for key in keys if key[1] == "member"}
        elif kind == _TAKES_AWAY:
            self._gone |= _keys(said, {"member"})
        else:
            self._put |= _keys(said, {type_of(str(kind)).puts})
        if record is not None and (not known or type_of(str(kind)).changes):
            self._excuse_change(said.get("data"), record)

    def _excuse_change(self, data: object, record: JsonObject) -> None:
        """A record that was to be mended or withdrawn might be gone, or there again, or say something else."""
        row = type_of(record["type"])
        field = row.puts or (row.key if row.refers else "")
        keys = _keys(record, {field})
        if isinstance(data, dict) and isinstance(data.get("data"), dict):
            keys |= _keys({**record, "data": data["data"]}, {field})
        self._records.add(record["id"])
        self._put |= keys
        self._gone |= keys

    def subject(self, subject: str) -> bool:
        """Say whether the subject might have been registered."""
        return self.key(unit_of(subject), "subject", subject)

    def subject_gone(self, subject: str) -> bool:
        """Say whether the subject's registration might have been withdrawn or dated otherwise."""
        return self.key_gone(unit_of(subject), "subject", subject)

    def record(self, event_id: str) -> bool:
        """Say whether the record might have been there."""
        return event_id in self._records

    def key(self, unit: str, field: str, key: str) -> bool:
        """Say whether the member, request, finding or appeal (*field*) might have been there."""
        return (unit, field, key) in self._put

    def key_gone(self, unit: str, field: str, key: str) -> bool:
        """Say whether it might have been there no longer."""
        return (unit, field, key) in self._gone

    def key_moved(self, unit: str, field: str, key: str) -> bool:
        """Say whether it might have been elsewhere: either of the two."""
        return self.key(unit, field, key) or self.key_gone(unit, field, key)


def _keys(said: dict[str, object], fields: frozenset[str] | set[str]) -> set[tuple[str, str, str]]:
    """Return what the line's *fields* name, as far as it can be read."""
    subject, data = said.get("subject"), said.get("data")
    if not isinstance(subject, str):
        return set()
    found = {("subject", subject)} if "subject" in fields else set()
    if isinstance(data, dict):
        found |= {(field, data[field]) for field in fields if isinstance(data.get(field), str)}
    return {(unit_of(subject), field, key) for field, key in found}
