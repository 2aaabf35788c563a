"""What is known of a unit: contract §1 (as of, known at) and §3 (corrections, retractions, reviews)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Event = dict[str, Any]
Sheet = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
ABOUT_RECORDS = {"record.corrected", "record.retracted", "claim.reviewed"}
ANSWERS = {"request.answered", "finding.rectified"}


def instant(text: str) -> datetime:
    """An RFC 3339 time as an instant."""
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))


def day_of(text: str) -> date:
    """The day in Asia/Shanghai of an RFC 3339 time."""
    return instant(text).astimezone(SHANGHAI).date()


def as_date(value: Any) -> date:
    """A date out of YAML or out of an event."""
    return value if isinstance(value, date) else date.fromisoformat(value)


@dataclass(frozen=True)
class Record:
    """An event with what later events corrected in it."""

    id: str
    type: str
    subject: str
    day: date
    sequence: int
    data: dict[str, Any]
    retracted: bool
    verdict: str | None

    @property
    def place(self) -> tuple[date, int]:
        """ "Latest" and "first" go by day, then by sequence."""
        return (self.day, self.sequence)

    @property
    def for_year(self) -> int:
        """The year it is meant for: by default the year in which it occurred."""
        return int(self.data.get("for_year", self.day.year))


@dataclass(frozen=True)
class Known:
    """A unit as of a day: `records` are those that count, by day and sequence; `events` is how many there are."""

    unit: str
    sheet: Sheet
    as_of: date
    cutoff: date
    records: list[Record]
    events: int

    @property
    def year(self) -> int:
        return int(self.sheet["year"])

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)

    @property
    def closing(self) -> date:
        return as_date(self.sheet["closes_on"])

    @property
    def judged_until(self) -> date:
        return as_date(self.sheet["judged_until"])

    @property
    def reference_day(self) -> date:
        """The earlier of the day and the year's last day."""
        return min(self.as_of, self.last_day)

    @property
    def newcomer_days(self) -> int:
        return max(1, int(self.sheet.get("newcomer_days", 0)))

    def of(self, *types: str) -> list[Record]:
        """The records of these types, by day and sequence."""
        return [record for record in self.records if record.type in types]


def stream(events: Iterable[Event], unit: str, known_at: str | None) -> list[Event]:
    """The events of the unit's tree that the ledger had recorded by then, in ledger order."""
    chosen = [event for event in events if event["subject"].split("/")[0] == unit]
    if known_at is not None:
        chosen = [event for event in chosen if instant(event["recordedtime"]) <= instant(known_at)]
    return sorted(chosen, key=lambda event: int(event["sequence"]))


def record_of(event: Event, known: list[Event], as_of: date) -> Record:
    """The event with its last correction of `time` and of `data`, its retraction, its latest review by the day."""
    time, data, subject = event["time"], event["data"], event["subject"]
    retracted = False
    reviews: list[tuple[date, int, str]] = []
    for other in known:
        if other["type"] not in ABOUT_RECORDS or other["data"]["record"] != event["id"]:
            continue
        if other["type"] == "record.corrected":
            time = other["data"].get("time", time)
            data = other["data"].get("data", data)
            subject = other["data"].get("subject", subject)
        elif other["type"] == "record.retracted":
            retracted = True
        elif day_of(other["time"]) <= as_of:
            reviews.append((day_of(other["time"]), int(other["sequence"]), other["data"]["verdict"]))
    verdict = max(reviews)[2] if reviews else None
    return Record(
        event["id"],
        event["type"],
        subject,
        day_of(time),
        int(event["sequence"]),
        data,
        retracted,
        verdict,
    )


def counts(record: Record, unit: str) -> bool:
    """Retracted and returned records do not count; but a returned registration still registers the unit."""
    if record.retracted:
        return False
    if record.type == "organization.registered" and record.subject == unit:
        return True
    return record.verdict != "returned"


def last_day_of(record: Record, sheet: Sheet) -> date:
    """Until when a record of its type may have occurred: people judge and answer after the closing day."""
    if record.type == "judgement.passed":
        return as_date(sheet["judged_until"])
    return date.max if record.type in ANSWERS else as_date(sheet["closes_on"])


def read(events: Iterable[Event], sheet: Sheet, unit: str, as_of: date, known_at: str | None) -> Known:
    """The unit as of a day and known at an instant. ValueError when it was not registered by then."""
    known = stream(events, unit, known_at)
    cutoff = min(as_of, as_date(sheet["closes_on"]))
    everything = [record_of(event, known, as_of) for event in known]
    records = [
        record
        for record in everything
        if record.type not in ABOUT_RECORDS
        and record.day <= min(as_of, last_day_of(record, sheet))
        and counts(record, unit)
    ]
    records.sort(key=lambda record: record.place)
    last = date(int(sheet["year"]), 12, 31)
    registrations = [one for one in records if one.type == "organization.registered" and one.subject == unit]
    if not any(one.day <= last for one in registrations):
        raise ValueError(f"{unit} was not registered by {min(cutoff, last)}")
    number = sum(1 for record in everything if record.day <= as_of)
    return Known(unit, sheet, as_of, cutoff, records, number)
