"""The data of every event type (contract §3), as pydantic checks it: unknown fields and other types refused.

Which type has which, and what else is known of a type, stands in `types.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, FailFast, Field, with_config
from typing_extensions import TypedDict

from ledger.events.fields import (
    Amount,
    Attendees,
    Attribute,
    Base64,
    Bytes,
    Day,
    Deduction,
    Figure,
    Filename,
    Hours,
    Identifier,
    Key,
    MediaType,
    NonEmpty,
    Ordinal,
    PackedFile,
    RecordedTime,
    RubricId,
    Sessions,
    Sha256,
    Subject,
    Time,
    UnitId,
    Year,
)

STRICT = ConfigDict(extra="forbid", strict=True)

UnitKind = Literal["committee", "general_branch", "branch"]


LeavingReason = Literal["transferred", "deceased", "withdrew", "removed", "expelled", "other"]


@with_config(STRICT)
class Envelope(TypedDict):
    """What a client sends around `data`; the data are checked by type."""

    specversion: Literal["1.0"]
    id: Identifier
    source: Attribute
    type: str
    subject: Subject
    time: Time
    data: dict[str, Any]
    datacontenttype: NotRequired[Attribute]


@with_config(STRICT)
class EnvelopeWithoutSubject(TypedDict):
    """The same for an event about the ledger itself."""

    specversion: Literal["1.0"]
    id: Identifier
    source: Attribute
    type: str
    time: Time
    data: dict[str, Any]
    datacontenttype: NotRequired[Attribute]


@with_config(STRICT)
class OrganizationRegistered(TypedDict):
    name: NonEmpty
    kind: UnitKind
    secretary: NotRequired[Key]
    has_committee: NotRequired[bool]
    has_groups: NotRequired[bool]
    term_ends_on: NotRequired[Day]
    tags: NotRequired[list[Key]]
    group: NotRequired[NonEmpty]


@with_config(STRICT)
class OrganizationChanged(TypedDict):
    name: NotRequired[NonEmpty]
    kind: NotRequired[UnitKind]
    secretary: NotRequired[Key]
    has_committee: NotRequired[bool]
    has_groups: NotRequired[bool]
    term_ends_on: NotRequired[Day]
    tags: NotRequired[list[Key]]
    group: NotRequired[NonEmpty]


@with_config(STRICT)
class OrganizationClosed(TypedDict):
    reason: NotRequired[NonEmpty]
    merged_into: NotRequired[UnitId]


@with_config(STRICT)
class MemberJoined(TypedDict):
    member: Key
    leader: NotRequired[bool]
    exempt_from_study: NotRequired[bool]
    roles: NotRequired[list[Key]]


@with_config(STRICT)
class MemberChanged(TypedDict):
    member: Key
    leader: NotRequired[bool]
    exempt_from_study: NotRequired[bool]
    roles: NotRequired[list[Key]]


@with_config(STRICT)
class MemberLeft(TypedDict):
    member: Key
    reason: NotRequired[LeavingReason]


@with_config(STRICT)
class ActivityHeld(TypedDict):
    kinds: Annotated[list[str], Field(min_length=1), FailFast()]
    topic: NonEmpty
    study_hours: NotRequired[Hours]
    lecturer: NotRequired[Key]
    attendees: NotRequired[Attendees]
    for_year: NotRequired[Year]


@with_config(STRICT)
class DocumentFiled(TypedDict):
    document: str
    title: NonEmpty
    for_year: NotRequired[Year]
    target_sessions: NotRequired[Sessions]


@with_config(STRICT)
class PublicationMade(TypedDict):
    outlet: str
    title: NonEmpty
    url: NotRequired[NonEmpty]
    feature: NotRequired[bool]


@with_config(STRICT)
class HonorReceived(TypedDict):
    honor: str
    level: str
    title: NonEmpty
    work: NotRequired[Key]
    for_year: NotRequired[Year]


@with_config(STRICT)
class ConditionDeclared(TypedDict):
    condition: str
    value: Literal["yes", "no", "not_applicable"]


@with_config(STRICT)
class RequestIssued(TypedDict):
    request: Key
    title: NonEmpty
    due_on: Day
    category: NotRequired[str]


@with_config(STRICT)
class RequestAnswered(TypedDict):
    request: Key


@with_config(STRICT)
class FindingRaised(TypedDict):
    finding: Key
    text: NonEmpty
    due_on: Day
    category: NotRequired[str]


@with_config(STRICT)
class FindingRectified(TypedDict):
    finding: Key
    text: NotRequired[NonEmpty]


@with_config(STRICT)
class JudgementPassed(TypedDict):
    clause: str
    deduct: Deduction
    reason: NonEmpty
    for_year: NotRequired[Year]
    rubric: NotRequired[NonEmpty]


@with_config(STRICT)
class FigureReported(TypedDict):
    figure: str
    value: Figure
    at: NotRequired[NonEmpty]
    source: NotRequired[NonEmpty]


@with_config(STRICT)
class CaseConfirmed(TypedDict):
    case: str
    count: NotRequired[Ordinal]
    points: NotRequired[Deduction]
    member: NotRequired[Key]
    reason: NonEmpty
    for_year: NotRequired[Year]


@with_config(STRICT)
class RatingGiven(TypedDict):
    rating: str
    rater: Key
    grade: NotRequired[NonEmpty]
    value: NotRequired[Figure]
    for_year: NotRequired[Year]


@with_config(STRICT)
class ClaimReviewed(TypedDict):
    record: Identifier
    verdict: Literal["accepted", "returned"]
    reason: NotRequired[NonEmpty]


@with_config(STRICT)
class ElectionHeld(TypedDict):
    next_term_ends_on: Day


@with_config(STRICT)
class ElectionPostponed(TypedDict):
    until: Day
    approved_by: NonEmpty


@with_config(STRICT)
class TransferStarted(TypedDict):
    member: Key
    valid_until: Day


@with_config(STRICT)
class TransferCompleted(TypedDict):
    member: Key


@with_config(STRICT)
class EvidenceAttached(TypedDict):
    record: Identifier
    sha256: Sha256
    media_type: MediaType
    bytes: Bytes
    filename: Filename


@with_config(STRICT)
class RecordCorrected(TypedDict):
    record: Identifier
    reason: NonEmpty
    time: NotRequired[Time]
    data: NotRequired[dict[str, Any]]
    subject: NotRequired[Subject]


@with_config(STRICT)
class RecordRetracted(TypedDict):
    record: Identifier
    reason: NonEmpty


@with_config(STRICT)
class AppealFiled(TypedDict):
    appeal: Key
    clause: str
    reason: NonEmpty
    for_year: NotRequired[Year]
    rubric: NotRequired[NonEmpty]


@with_config(STRICT)
class AppealDecided(TypedDict):
    appeal: Key
    verdict: Literal["upheld", "rejected"]
    reason: NonEmpty


@with_config(STRICT)
class SignedIndicator(TypedDict):
    no: Ordinal
    score: Amount
    advice: NotRequired[Amount]


@with_config(STRICT)
class ScoreSigned(TypedDict):
    for_year: Year
    rubric: NonEmpty
    rubric_version: Ordinal
    rubric_sha256: NotRequired[Sha256]
    """Of the rubric's file, to the letter: always written now, and not there in what was signed before it was."""
    as_of: Day
    score: Amount
    floor: Amount
    ceiling: Amount
    bonus: Amount
    indicators: Annotated[list[SignedIndicator], Field(min_length=1)]
    grade: NotRequired[NonEmpty]
    """Under a rubric with grades: which one was signed."""
    sequence: Ordinal
    supersedes: NotRequired[Identifier]
    reason: NotRequired[NonEmpty]


@with_config(STRICT)
class ScoreCountersigned(TypedDict):
    signing: Identifier
    reason: NotRequired[NonEmpty]


@with_config(STRICT)
class ResultPublished(TypedDict):
    signing: Identifier
    starts_on: Day
    ends_on: Day


@with_config(STRICT)
class ResultConfirmed(TypedDict):
    signing: Identifier


@with_config(STRICT)
class ReminderItem(TypedDict):
    clause: str
    due: Day
    subject: NotRequired[Subject]


@with_config(STRICT)
class ReminderSent(TypedDict):
    channel: NonEmpty
    items: list[ReminderItem]
    period: NotRequired[NonEmpty]


@with_config(STRICT)
class AnchorRecorded(TypedDict):
    kind: Literal["timestamp", "witness", "key"]
    authority: NonEmpty
    checkpoint: NonEmpty
    token: NotRequired[Base64]


@with_config(STRICT)
class CheckpointSeen(TypedDict):
    log: NonEmpty
    checkpoint: NonEmpty


@with_config(STRICT)
class LossAccepted(TypedDict):
    log: NonEmpty
    seen: NonEmpty
    accepted: NonEmpty
    reason: NonEmpty


@with_config(STRICT)
class ClockConfirmed(TypedDict):
    clock: RecordedTime
    last: RecordedTime
    reason: NotRequired[NonEmpty]


@with_config(STRICT)
class RubricInstalled(TypedDict):
    rubric: RubricId
    version: Ordinal
    sha256: Sha256
    file: PackedFile
    replaces: NotRequired[RubricId]
    beside: NotRequired[bool]
    reason: NotRequired[NonEmpty]


@with_config(STRICT)
class RubricWithdrawn(TypedDict):
    rubric: RubricId
    version: NotRequired[Ordinal]
    reason: NonEmpty
