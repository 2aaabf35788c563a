"""What is asked and answered, as pydantic models: they make the OpenAPI document (contract §6 for the figures)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Points = str
"""Points as a decimal string without trailing zeros."""


class Fault(BaseModel):
    """One thing that is wrong, or as a warning doubtful."""

    line: int | None = Field(description="number of the line or of the event in the array, from 1")
    field: str = Field(description="path such as data.kinds[0]; empty when the whole is meant")
    problem: str


class Problem(BaseModel):
    """RFC 9457; `errors` holds every fault."""

    type: str
    title: str
    status: int
    errors: list[Fault] | None = None


class BoardRow(BaseModel):
    """A unit's totals."""

    unit: str
    name: str
    kind: str
    rubric: str
    score: Points
    forecast: Points
    floor: Points
    ceiling: Points
    awaiting: Points
    bonus: Points
    overdue: int
    missed: int


class BoardPage(BaseModel):
    """Units by id; `next` is the `after` of the following page, null on the last."""

    as_of: str
    provisional: bool = False
    units: list[BoardRow]
    next: str | None


class Total(BaseModel):
    """The figures of a whole unit."""

    full: Points
    score: Points
    forecast: Points
    floor: Points
    ceiling: Points
    awaiting: Points
    bonus: Points
    claimed: Points


class Advice(BaseModel):
    """What is counted for whoever judges a clause: `count` of `of`, the first of the records, and in words."""

    kind: str
    count: int
    of: int
    records: list[str]
    said: str
    months: list[int] | None = None


class Clause(BaseModel):
    """A clause; a bonus clause has `points` and `claimed` in place of the losses, one that earns what it gains too."""

    id: str
    text: str
    max: Points
    status: str
    due: str | None
    records: list[str]
    advice: list[Advice]
    because: str
    item: str | None = None
    loss: Points | None = None
    forecast_loss: Points | None = None
    floor_loss: Points | None = None
    ceiling_loss: Points | None = None
    judged: Points | None = None
    gain: Points | None = None
    forecast_gain: Points | None = None
    floor_gain: Points | None = None
    ceiling_gain: Points | None = None
    points: Points | None = None
    claimed: Points | None = None


class Indicator(BaseModel):
    """An indicator with its clauses."""

    no: int
    title: str
    points: Points
    scored_by: str | None = None
    score: Points
    forecast: Points
    floor: Points
    ceiling: Points
    awaiting: Points
    clauses: list[Clause]


class Shortfall(BaseModel):
    """What is missing, by when, and why."""

    unit: str | None = None
    clause: str
    subject: str
    status: str
    due: str
    expected_by: str | None
    days_left: int
    missing: str
    stake: Points
    because: str


class Grade(BaseModel):
    """What the points come to under a rubric with grades, and why; advice until signed."""

    grade: str | None = None
    place: int | None = None
    among: int | None = None
    prize: Points | None = None
    because: list[str]


class Scorecard(BaseModel):
    """The scorecard of contract §6."""

    unit: str
    name: str
    kind: str
    closed_on: str | None = None
    rubric: str
    rubric_version: int
    provisional: bool = False
    as_of: str
    known_at: str | None
    events: int
    total: Total
    result: Grade | None = None
    indicators: list[Indicator]
    shortfalls: list[Shortfall]


class Shortfalls(BaseModel):
    """By due date."""

    provisional: bool = False
    shortfalls: list[Shortfall]


class MemberLine(BaseModel):
    """The study hours of a member."""

    member: str
    subject: str
    hours: str
    required: str
    expected: str
    exempt: bool


class Members(BaseModel):
    """Everybody in the unit's tree."""

    members: list[MemberLine]


class StoredEvent(BaseModel):
    """An event as the ledger keeps it (contract §2)."""

    model_config = ConfigDict(extra="allow")

    specversion: str
    id: str
    source: str
    type: str
    time: str
    data: dict[str, Any]
    sequence: str
    recordedtime: str
    authtype: str
    authid: str


class EventPage(BaseModel):
    """Events in ledger order; `next` is the `after` of the following page, null on the last."""

    events: list[StoredEvent]
    next: int | None


class Current(BaseModel):
    """What stands of a record now; the ledger's own events have no subject."""

    subject: str | None = None
    time: str
    data: dict[str, Any]
    retracted: bool


class History(BaseModel):
    """A record and the later events that name it."""

    model_config = ConfigDict(extra="allow")

    record: StoredEvent
    current: Current
    corrections: list[StoredEvent]
    retraction: StoredEvent | None
    reviews: list[StoredEvent]
    evidence: list[StoredEvent]


class Appended(BaseModel):
    """What an append did: stored, there already unchanged, and probable doubles."""

    appended: int
    skipped: int
    warnings: list[Fault] | None = None
