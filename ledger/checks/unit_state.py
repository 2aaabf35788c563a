"""What one unit's stream amounts to, as far as later events may refer to it.

Kept in memory and moved event by event; no append grows with the unit's history. Only a correction or retraction
of what later events refer to (`EventType.refers`) folds the stream again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from ledger.checks.duplicate_key import Alike, Likeness, likenesses
from ledger.events.event import ClientEvent, day_of
from ledger.events.types import type_of
from ledger.json_object import JsonObject

Standing = tuple[str, JsonObject, str]
"""Time, data and subject that stand of a record."""
Similar = tuple[Alike, str]
"""What two events have in common, and the id of the earlier one."""
FindRecord = Callable[[str], ClientEvent | None]
AllEvents = Callable[[], Iterable[ClientEvent]]


class UnitState:
    """The state of one unit's tree after the events applied so far."""

    __slots__ = (
        "appeals", "closed", "confirmed", "corrected", "countersigned", "decided", "findings", "joined", "last",
        "likenesses", "present", "requests", "retracted", "signings", "study", "subjects",
    )  # fmt: skip

    def __init__(self) -> None:
        self.last = 0
        """Sequence of the last event applied; kept by the owner."""
        self.subjects: dict[str, date] = {}
        """Registered subjects, with the day of their registration."""
        self.closed: dict[str, date] = {}
        """Closed subjects, with the first day on which they are."""
        self.joined: set[str] = set()
        """Members who ever joined the tree."""
        self.present: dict[str, str] = {}
        """Members who are in the tree now, by ledger order, each with the subject he is in."""
        self.requests: set[str] = set()
        self.findings: set[str] = set()
        self.appeals: dict[str, tuple[str, int, str]] = {}
        """Clause, year and rubric (empty: the main one) of each appeal, by its key."""
        self.decided: set[str] = set()
        """Keys of the appeals that are decided."""
        self.signings: dict[tuple[int, str], str] = {}
        """The signing that stands, by the year whose score it fixes, and the rubric."""
        self.countersigned: set[str] = set()
        """Signings that bear a second signature."""
        self.confirmed: set[str] = set()
        """Signings that the unit has confirmed to have seen."""
        self.likenesses: dict[Likeness, str | tuple[str, ...]] = {}
        """Ids of the events that a later one may be a probable duplicate of."""
        self.study: dict[date, dict[str, int]] = {}
        """Study hours of each day's records, in hundredths, by id."""
        self.corrected: dict[str, Standing] = {}
        """What stands of the corrected records, by id."""
        self.retracted: set[str] = set()

    def weight(self) -> int:
        """Return about how many entries this holds, for bounding the memory of many registers."""
        return (
            8
            + len(self.likenesses)
            + len(self.joined)
            + len(self.requests)
            + len(self.findings)
            + len(self.appeals)
            + 2 * len(self.study)
        )

    def in_force(self, record: ClientEvent) -> Standing:
        """Return time, data and subject of *record* as corrected so far."""
        return self.corrected.get(record["id"]) or (record["time"], record["data"], record.get("subject", ""))

    def apply(self, event: ClientEvent, find: FindRecord, events: AllEvents) -> Similar | None:
        """Move on by *event*, which fits (or was restored); returns the probable duplicate it meets, if any.

        *find* gives a record named by it; *events* gives the unit's whole stream, *event* included.
        """
        kind = event["type"]
        row = type_of(kind)
        if row.codes is not None:
            similar = None
            event_id = event["id"]
            kept = self.likenesses
            day = day_of(event["time"])
            if "study_hours" in event["data"]:
                self._add_study(day, event_id, event["data"])
            for like in likenesses(kind, event["subject"], day, event["data"]):
                there = kept.get(like.other)
                if there is not None and there != event_id:
                    similar = similar or (like, there if isinstance(there, str) else there[0])
                if like.own in kept:
                    self._add_likeness(like.own, event_id)
                else:
                    kept[like.own] = event_id
            return similar
        if row.changes:
            self._apply_change(event, find, events)
        else:
            self._put(kind, event.get("subject", ""), event["time"], event["data"], event["id"])
        return None

    def _put(self, kind: str, subject: str, time: str, data: JsonObject, event_id: str) -> None:
        if type_of(kind).codes is not None:
            self._put_likenesses(kind, subject, day_of(time), data, event_id)
        elif kind == "organization.registered":
            self.subjects[subject] = day_of(time)
        elif kind == "organization.closed":
            day = day_of(time)
            self.closed[subject] = min(day, self.closed.get(subject, day))
        elif kind == "member.joined":
            self.joined.add(data["member"])
            self.present[data["member"]] = subject
        elif kind == "member.left":
            self.present.pop(data["member"], None)
        else:
            self._put_oversight(kind, time, data, event_id)

    def _put_oversight(self, kind: str, time: str, data: JsonObject, event_id: str) -> None:
        if kind == "request.issued":
            self.requests.add(data["request"])
        elif kind == "finding.raised":
            self.findings.add(data["finding"])
        elif kind == "appeal.filed":
            year = data.get("for_year", day_of(time).year)
            self.appeals[data["appeal"]] = (data["clause"], year, data.get("rubric", ""))
        elif kind == "appeal.decided":
            self.decided.add(data["appeal"])
        elif kind == "score.signed":
            # The one that it supersedes may have been made under another rubric: that which was the main one then.
            superseded = [key for key, there in self.signings.items() if there == data.get("supersedes")]
            for key in superseded:
                del self.signings[key]
            self.signings[data["for_year"], data["rubric"]] = event_id
        elif kind == "score.countersigned":
            self.countersigned.add(data["signing"])
        elif kind == "result.confirmed":
            self.confirmed.add(data["signing"])

    def _apply_change(self, event: ClientEvent, find: FindRecord, events: AllEvents) -> None:
        record = find(event["data"]["record"])
        if record is None or "subject" not in record:
            return
        row = type_of(record["type"])
        if row.refers:
            self.rebuild(events())
            return
        kind, record_id = record["type"], record["id"]
        standing = self.in_force(record)
        if record_id not in self.retracted:
            self._drop_likenesses(kind, standing, record_id)
        if event["type"] == "record.retracted":
            self.retracted.add(record_id)
            return
        time, data, subject = self.corrected[record_id] = corrected(standing, event["data"])
        if record_id not in self.retracted and row.codes is not None:
            self._put_likenesses(kind, subject, day_of(time), data, record_id)

    def _put_likenesses(self, kind: str, subject: str, day: date, data: JsonObject, event_id: str) -> None:
        if "study_hours" in data:
            self._add_study(day, event_id, data)
        for like in likenesses(kind, subject, day, data):
            self._add_likeness(like.own, event_id)

    def _drop_likenesses(self, kind: str, standing: Standing, event_id: str) -> None:
        time, data, subject = standing
        day = day_of(time)
        self.study.get(day, {}).pop(event_id, None)
        for like in likenesses(kind, subject, day, data):
            self._remove_likeness(like.own, event_id)

    def _add_study(self, day: date, event_id: str, data: JsonObject) -> None:
        # At most two decimals (contract §2). Without attendees nobody is credited.
        if "attendees" not in data:
            return
        self.study.setdefault(day, {})[event_id] = round(float(data["study_hours"]) * 100)

    def _add_likeness(self, like: Likeness, event_id: str) -> None:
        there = self.likenesses.get(like)
        if there is None:
            self.likenesses[like] = event_id
        elif isinstance(there, str):
            if there != event_id:
                self.likenesses[like] = (there, event_id)
        elif event_id not in there:
            self.likenesses[like] = (*there, event_id)

    def _remove_likeness(self, like: Likeness, event_id: str) -> None:
        there = self.likenesses.get(like)
        if there == event_id:
            del self.likenesses[like]
        elif isinstance(there, tuple):
            rest = tuple(other for other in there if other != event_id)
            self.likenesses[like] = rest if len(rest) > 1 else rest[0]

    def rebuild(self, events: Iterable[ClientEvent]) -> None:
        """Become what the whole stream *events* amounts to."""
        last = self.last
        self.__init__()  # type: ignore[misc]
        self.last = last
        records: dict[str, ClientEvent] = {}
        for event in events:
            records[event["id"]] = event
            kind = event["type"]
            if kind == "record.retracted":
                self.retracted.add(event["data"]["record"])
            elif kind == "record.corrected":
                record = records.get(event["data"]["record"])
                if record is not None:
                    self.corrected[record["id"]] = corrected(self.in_force(record), event["data"])
        for record_id, record in records.items():
            if record_id not in self.retracted:
                time, data, subject = self.in_force(record)
                self._put(record["type"], subject, time, data, record_id)


def corrected(standing: Standing, correction: JsonObject) -> Standing:
    """Return time, data and subject as the data of a correction leave them (contract §3: each replaces the whole)."""
    time, data, subject = standing
    return correction.get("time", time), correction.get("data", data), correction.get("subject", subject)
