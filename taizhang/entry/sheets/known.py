"""What the ledger has already, as rows are held against it: the unit's records with their first and standing words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from ledger.equal_text import as_compared
from ledger.events.event import StoredEvent, day_of
from ledger.json_object import JsonObject

from .context import Stay

_CODE_FIELDS = ("document", "outlet", "honor", "condition")
_ORGANIZATION = ("organization.registered", "organization.changed")


@dataclass(slots=True)
class KnownRecord:
    """A record: as it was first, as it stands, and the row that it came from (where one is remembered)."""

    id: str
    type: str
    subject: str
    first_time: str
    first_data: dict[str, object]
    time: str
    data: JsonObject
    retracted: bool = False
    origin: tuple[str, int] | None = None
    """The sheet and row of this workbook that it was recorded from."""

    @property
    def day(self) -> date:
        """The day it stands for now."""
        return day_of(self.time)


@dataclass
class Known:
    """The records of one unit's tree."""

    records: dict[str, KnownRecord] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[StoredEvent], origins: dict[str, tuple[str, int]] | None = None) -> Known:
        """Fold a unit's stream; *origins* are the rows of this workbook that records came from, by id."""
        known = cls()
        for event in events:
            known._take(event, (origins or {}).get(event["id"]))
        return known

    def _take(self, event: StoredEvent, origin: tuple[str, int] | None) -> None:
        kind, data = event["type"], event["data"]
        if kind in ("record.corrected", "record.retracted"):
            record = self.records.get(data["record"])
            if record is None:
                return
            if kind == "record.retracted":
                record.retracted = True
            record.time = data.get("time", record.time)
            record.data = data.get("data", record.data)
        elif kind not in ("claim.reviewed", "evidence.attached"):
            self.records[event["id"]] = KnownRecord(
                event["id"], kind, event["subject"], event["time"], data, event["time"], data, origin=origin
            )

    def only(self, subjects: Collection[str]) -> Known:
        """Return the records of some subjects alone."""
        return Known({id_: each for id_, each in self.records.items() if each.subject in subjects})

    @property
    def members(self) -> frozenset[str]:
        """Every member id that ever joined the tree."""
        return frozenset(self.roster())

    def roster(self) -> list[str]:
        """Return the same in the roster's order: as they first joined."""
        joined = (record.data["member"] for record in self.records.values() if record.type == "member.joined")
        return list(dict.fromkeys(joined))

    def homes(self) -> dict[str, str]:
        """Return where each member is by the latest word of the ledger."""
        homes: dict[str, str] = {}
        for record in sorted(self.records.values(), key=lambda record: record.day):
            if record.type == "member.joined" and not record.retracted:
                homes[record.data["member"]] = record.subject
        return homes

    def stays(self) -> tuple[Stay, ...]:
        """Return who belonged where, and when, in the order in which they were registered."""
        standing = [record for record in self.records.values() if not record.retracted]
        left = [record for record in standing if record.type == "member.left"]
        return tuple(
            Stay(joined.data["member"], joined.subject, joined.day, _left_on(joined, left))
            for joined in standing
            if joined.type == "member.joined"
        )

    def codes(self) -> set[str]:
        """Return every code that a record names."""
        found: set[str] = set()
        for record in self.records.values():
            found.update(record.data.get("kinds", ()))
            found.update(str(record.data[name]) for name in _CODE_FIELDS if name in record.data)
        return found

    def said_of(self, subject: str, day: date) -> JsonObject:
        """Return what the latest words by *day* say of an organization."""
        said: dict[str, object] = {}
        for record in sorted(self.records.values(), key=lambda record: record.day):
            is_word = record.type in _ORGANIZATION and record.subject == subject and not record.retracted
            if is_word and record.day <= day:
                said |= record.data
        return said

    def subjects(self) -> dict[str, str]:
        """Return the subjects of the tree with their names."""
        named: dict[str, str] = {}
        for record in self.records.values():
            if record.type.startswith("organization.") and not record.retracted:
                named[record.subject] = record.data.get("name") or named.get(record.subject, "")
        return named


def _left_on(joined: KnownRecord, left: Iterable[KnownRecord]) -> date | None:
    """Return the day on which the stay that began by *joined* ended."""
    stay = (joined.data["member"], joined.subject)
    days = [
        each.day for each in left if (each.data["member"], each.subject) == stay and each.day >= joined.day
    ]
    return min(days, default=None)


_DEFAULTS: dict[str, object] = {"leader": False, "exempt_from_study": False, "feature": False}
_SETS = ("kinds", "attendees")


def sense(day: date, data: dict[str, object]) -> dict[str, object]:
    """Return *data* so that equal sense is equal: defaults left out, the order of lists made one, texts as compared."""
    sensed: dict[str, object] = {}
    for name, value in data.items():
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            continue
        if name == "for_year" and value == day.year:
            continue
        if name in _SETS and isinstance(value, list):
            sensed[name] = tuple(sorted(value))
        else:
            sensed[name] = as_compared(value) if isinstance(value, str) else value
    return sensed
