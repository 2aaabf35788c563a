"""Which record a row is about. A record answers for one row only."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from ledger.equal_text import as_compared
from ledger.events.event import day_of
from ledger.json_object import JsonObject
from ledger.text import Text

from .drafts import Draft
from .known import Known, KnownRecord, sense
from .sheet import RowReading


class Sameness(NamedTuple):
    """What tells a thing of a type from others: data fields."""

    called: tuple[str, ...] | None = None
    """What a thing is called: one of that name, dated otherwise, is the same thing with its day mended."""
    of_day: tuple[str, ...] | None = None
    """Of what there is one a day: another on that day is the same thing in other words."""


SAME: dict[str, Sameness] = {
    "document.filed": Sameness(called=("document", "title"), of_day=("document",)),
    "publication.made": Sameness(called=("outlet", "title")),
    "honor.received": Sameness(called=("honor", "level", "title")),
    "member.joined": Sameness(called=("member",)),
    "organization.registered": Sameness(called=()),
    "condition.declared": Sameness(of_day=("condition",)),
    "figure.reported": Sameness(of_day=("figure", "at")),
    "rating.given": Sameness(of_day=("rating", "rater")),
    "election.held": Sameness(of_day=()),
    "election.postponed": Sameness(of_day=()),
    "member.left": Sameness(of_day=("member",)),
    "member.changed": Sameness(of_day=("member",)),
    "organization.changed": Sameness(of_day=()),
    "organization.closed": Sameness(of_day=()),
}
_NOTHING_TELLS = Sameness()


class Matching:
    """Finds the record of each row; the order of asking is that of certainty."""

    def __init__(self, known: Known, unit: str) -> None:
        self._known = known
        self._unit = unit
        self._taken: set[str] = set()
        self._same: defaultdict[Any, list[KnownRecord]] = defaultdict(list)
        self._near: defaultdict[Any, list[KnownRecord]] = defaultdict(list)
        self._rows: defaultdict[tuple[str, int], list[KnownRecord]] = defaultdict(list)
        self._left: defaultdict[str, list[date]] = defaultdict(list)
        for record in known.records.values():
            for day in {day_of(record.first_time), record.day}:
                self._same[record.type, record.subject, day].append(record)
            for key in _near_keys(record.type, record.subject, day_of(record.time), record.data):
                self._near[key].append(record)
            if record.origin is not None:
                self._rows[record.origin].append(record)
            if record.type == "member.left" and not record.retracted:
                self._left[record.data["member"]].append(record.day)

    def knows(self, draft: Draft) -> bool:
        """Whether the record whose id the row bears is there."""
        return draft.record in self._known.records

    def same(self, draft: Draft) -> KnownRecord | None:
        """Return the record that says what the row says, as it was first or as it stands; it is taken then."""
        bears = self._known.records.get(draft.record or "")
        if bears is not None and _says(bears, draft):
            same: KnownRecord | None = bears
        elif draft.record is not None and bears is None:
            same = None
        else:
            # Also of a row that bears another record's id: it was copied, changed, and recorded as a thing of its own.
            candidates = self._same[draft.type, draft.subject, draft.moment.day]
            if not draft.dated:
                candidates = self._named(draft)
            same = next(
                (each for each in candidates if each.id not in self._taken and _says(each, draft)), None
            )
        if same is not None:
            self._taken.add(same.id)
        return same

    def about(self, draft: Draft, row: RowReading) -> KnownRecord | None:
        """Return the record that the row is about in other words, None when there is none left; it is taken then."""
        if draft.record is not None:
            found = self._known.records.get(draft.record)
        else:
            near = self._named(draft) + [each for each in self._rows[row.sheet, row.row] if _kin(each, draft)]
            found = next((each for each in near if self._may_answer(each, draft)), None)
        if found is not None:
            self._taken.add(found.id)
        return found

    def stranger(self, draft: Draft) -> Text | None:
        """Return what is wrong with the record id that a row bears, None when it may be used."""
        record = self._known.records.get(draft.record or "")
        if record is None:
            return None
        if record.type != draft.type:
            return Text("编号“{id}”在台账里是另一类记录；请核对，或清空这一格", id=record.id)
        if record.subject != draft.subject:
            return Text(
                "编号“{id}”的记录属于 {subject}；组织不能改，请撤回后另记一条",
                id=record.id,
                subject=record.subject,
            )
        if record.retracted:
            return Text("编号“{id}”的记录已经撤回，不能再改；要重新记请清空编号", id=record.id)
        return None

    def _may_answer(self, record: KnownRecord, draft: Draft) -> bool:
        if record.id in self._taken or record.retracted:
            return False
        # A stay that had ended by then is another stay.
        ended = self._left[record.data["member"]] if draft.type == "member.joined" else ()
        return not any(record.day < day <= draft.moment.day for day in ended)

    def _named(self, draft: Draft) -> list[KnownRecord]:
        keys = _near_keys(draft.type, draft.subject, draft.moment.day, draft.data)
        return [record for key in keys for record in self._near[key]]


def _says(record: KnownRecord, draft: Draft) -> bool:
    """Whether the record, as it was first or as it stands, says all that the row says."""
    if (record.type, record.subject) != (draft.type, draft.subject):
        return False
    says = sense(draft.moment.day, draft.data)
    for time, data in ((record.time, record.data), (record.first_time, record.first_data)):
        if draft.dated and day_of(time) != draft.moment.day:
            continue
        if draft.moment.clock is not None and time[11:19] != draft.moment.clock.isoformat():
            continue
        stands = sense(day_of(time), data)
        if all(stands.get(name) == says.get(name) for name in draft.covers | set(says)):
            return True
    return False


def _kin(record: KnownRecord, draft: Draft) -> bool:
    """Whether a record that came from the same row is still its record: next month other things stand there."""
    if (record.type, record.subject) != (draft.type, draft.subject):
        return False
    names = ("topic", "title", "condition", "member")
    same_name = any(
        _plain(record.data.get(name)) == _plain(draft.data[name]) for name in names if name in draft.data
    )
    return same_name or record.day == draft.moment.day


def _near_keys(kind: str, subject: str, day: Any, data: JsonObject) -> list[object]:
    keys: list[Any] = []
    if kind == "activity.held":
        keys += [(kind, subject, day, code) for code in data.get("kinds", ())]
    called, of_day = SAME.get(kind, _NOTHING_TELLS)
    if called is not None:
        keys.append((kind, subject, "named", *(_plain(data.get(name)) for name in called)))
    if of_day is not None:
        keys.append((kind, subject, day, *(data.get(name) for name in of_day)))
    return keys


def _plain(value: object) -> Any:
    return as_compared(value) if isinstance(value, str) else value
