"""Reads scenario files into events and expectations; the form is told in README.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.amounts import exact, shown
from tests.oracle.history import SHANGHAI, instant

HERE = Path(__file__).parent
SHEET_PATH = HERE.parent / "rubric" / "clauses-2017.yaml"
UNIT = "wj-01"
LINE = re.compile(
    r"(?P<day>\S+)\s+(?P<type>[a-z_.]+)(?::(?P<key>\S+))?(?P<words>(?:\s+[^\s{]\S*)*)\s*(?P<data>\{.*\})?"
)
MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{2})-(\d{2})")

KEY_FIELD = {
    "activity.held": "kinds", "document.filed": "document", "publication.made": "outlet",
    "honor.received": "honor", "condition.declared": "condition", "judgement.passed": "clause",
    "request.issued": "request", "request.answered": "request", "finding.raised": "finding",
    "finding.rectified": "finding", "member.joined": "member", "member.changed": "member", "member.left": "member",
    "claim.reviewed": "record", "record.corrected": "record", "record.retracted": "record",
    "evidence.attached": "record", "transfer.started": "member", "transfer.completed": "member",
}  # fmt: skip
FILLED_IN: dict[str, dict[str, Any]] = {
    "organization.registered": {"name": "第一支部", "kind": "branch"},
    "activity.held": {"topic": "按计划开展"},
    "document.filed": {"title": "材料"},
    "publication.made": {"title": "信息"},
    "honor.received": {"title": "荣誉"},
    "request.issued": {"title": "报送材料"},
    "finding.raised": {"text": "问题"},
    "judgement.passed": {"reason": "检查认定"},
    "record.corrected": {"reason": "笔误"},
    "record.retracted": {"reason": "重复登记"},
    "election.postponed": {"approved_by": "区委教育工委"},
}

Event = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """What was appended when, and what is expected of it."""

    file: str
    name: str
    unit: str
    appends: list[tuple[datetime, list[Event]]]
    expectations: list[dict[str, Any]]


def plain(value: Any) -> Any:
    """YAML's dates as ISO text, all the way down: what JSON would carry."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def days_of(text: str) -> list[str]:
    """`2017-01..06-08` is the 8th of each month from January to June."""
    months = MONTHS.fullmatch(text)
    if months is None:
        return [text]
    year, first, last, day = months.groups()
    return [f"{year}-{month:02d}-{day}" for month in range(int(first), int(last) + 1)]


def time_of(day: str) -> str:
    """A bare day is that day's start in Shanghai."""
    return day if "T" in day else f"{day}T00:00:00+08:00"


def evening_of(day: str) -> datetime:
    """When something of that day is recorded: at eight in the evening, or at the instant that is given."""
    return instant(day) if "T" in day else instant(f"{day}T20:00:00+08:00")


def events_of(line: str, number: int) -> Iterator[tuple[datetime, Event]]:
    """The events of one line, with when they were recorded at the earliest."""
    parts = LINE.fullmatch(line)
    if parts is None:
        raise ValueError(f"not an event line: {line}")
    words = parts["words"].split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    subjects = [word for word in words if "=" not in word] or [UNIT]
    data = dict(FILLED_IN.get(parts["type"], {}))
    if parts["key"]:
        field = KEY_FIELD[parts["type"]]
        data[field] = parts["key"].split("+") if field == "kinds" else parts["key"]
    said = plain(yaml.safe_load(parts["data"])) if parts["data"] else {}
    data.update(said)
    if isinstance(data.get("value"), bool):  # YAML reads a bare yes or no as a truth value
        data["value"] = "yes" if data["value"] else "no"
    for day in days_of(parts["day"]):
        local_day = instant(time_of(day)).astimezone(SHANGHAI).date().isoformat()
        recorded = max(evening_of(options.get("recorded", local_day)), instant(time_of(day)))
        identifier = options.get("id", f"line-{number}")
        if day != parts["day"]:
            identifier += f"-{day[5:7]}"
        if parts["type"] == "publication.made" and "title" not in said:
            data = {**data, "title": f"信息 {identifier}"}  # as one title, they would be one item
        event = {"specversion": "1.0", "id": identifier, "source": "/cases", "type": parts["type"]}
        yield recorded, {**event, "subject": subjects[0], "time": time_of(day), "data": data}


def registration(unit: dict[str, Any]) -> tuple[datetime, Event]:
    """The registration that a scenario's header stands for."""
    since = str(unit.get("since", "2017-01-01"))
    data = {"name": "示范学校党支部", "kind": "branch"}
    data.update(plain({key: value for key, value in unit.items() if key != "since"}))
    event = {
        "specversion": "1.0",
        "id": "registration",
        "source": "/cases",
        "type": "organization.registered",
    }
    return evening_of(since), {**event, "subject": UNIT, "time": time_of(since), "data": data}


def scenario_of(raw: dict[str, Any], file: str) -> Scenario:
    """One scenario; lines recorded at one instant are one append."""
    timed = [] if raw.get("unit") is False else [registration(raw.get("unit") or {})]
    for number, line in enumerate(raw.get("events", "").splitlines(), start=1):
        text = line.split("  #")[0].strip()
        if text:
            timed.extend(events_of(text, number))
    appends: list[tuple[datetime, list[Event]]] = []
    clock: datetime | None = None
    for recorded, event in timed:
        clock = recorded if clock is None else max(clock, recorded)
        if not appends or appends[-1][0] != clock:
            appends.append((clock, []))
        appends[-1][1].append(event)
    expectations = [{**one, "known_at": plain(one.get("known_at"))} for one in raw["expect"]]
    return Scenario(file, raw["name"], UNIT, appends, expectations)


def all_scenarios() -> list[Scenario]:
    """Every scenario of every file, in order."""
    found: list[Scenario] = []
    for path in sorted(HERE.glob("*.yaml")):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(scenario_of(one, path.stem) for one in raw)
    return found


@cache
def sheet_2017() -> dict[str, Any]:
    """The clause sheet of 2017."""
    sheet = yaml.safe_load(SHEET_PATH.read_text(encoding="utf-8"))
    assert isinstance(sheet, dict)
    return sheet


def stored(appends: list[tuple[datetime, list[Event]]]) -> list[Event]:
    """The events as a ledger would have stored them: with a sequence, and a recorded time that only goes forward."""
    found: list[Event] = []
    last: datetime | None = None
    for now, events in appends:
        last = now if last is None else max(now, last + timedelta(microseconds=1))
        recorded = last.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for event in events:
            kept = {**event, "data": with_quantities_as_text(event["data"])}
            found.append({**kept, "sequence": f"{len(found) + 1:012d}", "recordedtime": recorded})
    return found


def with_quantities_as_text(data: dict[str, Any]) -> dict[str, Any]:
    """Contract §2: quantities are kept as decimal strings without trailing zeros."""
    kept = dict(data)
    for name in ("study_hours", "deduct"):
        if name in kept:
            kept[name] = shown(exact(kept[name]))
    if isinstance(kept.get("data"), dict):
        kept["data"] = with_quantities_as_text(kept["data"])
    return kept
