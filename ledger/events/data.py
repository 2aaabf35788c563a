"""Every event type and its data (contract §3), as pydantic checks it: unknown fields and other types refused."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, NotRequired, get_type_hints

from pydantic import ConfigDict, Discriminator, FailFast, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from ledger.events.fields import (
    Amount,
    Attendees,
    Attribute,
    Base64,
    Bytes,
    Day,
    Deduction,
    Filename,
    Hours,
    Identifier,
    Key,
    MediaType,
    NonEmpty,
    Ordinal,
    RecordedTime,
    Required,
    SequenceText,
    Sessions,
    Sha256,
    Subject,
    Time,
    UnitId,
    Year,
)

_STRICT = ConfigDict(extra="forbid", strict=True)

UnitKind = Literal["committee", "general_branch", "branch"]


LeavingReason = Literal["transferred", "deceased", "withdrew", "removed", "expelled", "other"]


@with_config(_STRICT)
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


@with_config(_STRICT)
class EnvelopeWithoutSubject(TypedDict):
    """The same for an event about the ledger itself."""

    specversion: Literal["1.0"]
    id: Identifier
    source: Attribute
    type: str
    time: Time
    data: dict[str, Any]
    datacontenttype: NotRequired[Attribute]


@with_config(_STRICT)
class OrganizationRegistered(TypedDict):
    name: NonEmpty
    kind: UnitKind
    secretary: NotRequired[Key]
    has_committee: NotRequired[bool]
    has_groups: NotRequired[bool]
    term_ends_on: NotRequired[Day]


@with_config(_STRICT)
class OrganizationChanged(TypedDict):
    name: NotRequired[NonEmpty]
    kind: NotRequired[UnitKind]
    secretary: NotRequired[Key]
    has_committee: NotRequired[bool]
    has_groups: NotRequired[bool]
    term_ends_on: NotRequired[Day]


@with_config(_STRICT)
class OrganizationClosed(TypedDict):
    reason: NotRequired[NonEmpty]
    merged_into: NotRequired[UnitId]


@with_config(_STRICT)
class MemberJoined(TypedDict):
    member: Key
    leader: NotRequired[bool]
    exempt_from_study: NotRequired[bool]


@with_config(_STRICT)
class MemberChanged(TypedDict):
    member: Key
    leader: NotRequired[bool]
    exempt_from_study: NotRequired[bool]


@with_config(_STRICT)
class MemberLeft(TypedDict):
    member: Key
    reason: NotRequired[LeavingReason]


@with_config(_STRICT)
class ActivityHeld(TypedDict):
    kinds: Annotated[list[str], Field(min_length=1), FailFast()]
    topic: NonEmpty
    study_hours: NotRequired[Hours]
    lecturer: NotRequired[Key]
    attendees: NotRequired[Attendees]
    for_year: NotRequired[Year]


@with_config(_STRICT)
class DocumentFiled(TypedDict):
    document: str
    title: NonEmpty
    for_year: NotRequired[Year]
    target_sessions: NotRequired[Sessions]


@with_config(_STRICT)
class PublicationMade(TypedDict):
    outlet: str
    title: NonEmpty
    url: NotRequired[NonEmpty]
    feature: NotRequired[bool]


@with_config(_STRICT)
class HonorReceived(TypedDict):
    honor: str
    level: str
    title: NonEmpty
    work: NotRequired[Key]
    for_year: NotRequired[Year]


@with_config(_STRICT)
class ConditionDeclared(TypedDict):
    condition: str
    value: Literal["yes", "no", "not_applicable"]


@with_config(_STRICT)
class RequestIssued(TypedDict):
    request: Key
    title: NonEmpty
    due_on: Day


@with_config(_STRICT)
class RequestAnswered(TypedDict):
    request: Key


@with_config(_STRICT)
class FindingRaised(TypedDict):
    finding: Key
    text: NonEmpty
    due_on: Day


@with_config(_STRICT)
class FindingRectified(TypedDict):
    finding: Key
    text: NotRequired[NonEmpty]


@with_config(_STRICT)
class JudgementPassed(TypedDict):
    clause: str
    deduct: Deduction
    reason: NonEmpty
    for_year: NotRequired[Year]
    rubric: NotRequired[NonEmpty]


@with_config(_STRICT)
class ClaimReviewed(TypedDict):
    record: Identifier
    verdict: Literal["accepted", "returned"]
    reason: NotRequired[NonEmpty]


@with_config(_STRICT)
class ElectionHeld(TypedDict):
    next_term_ends_on: Day


@with_config(_STRICT)
class ElectionPostponed(TypedDict):
    until: Day
    approved_by: NonEmpty


@with_config(_STRICT)
class TransferStarted(TypedDict):
    member: Key
    valid_until: Day


@with_config(_STRICT)
class TransferCompleted(TypedDict):
    member: Key


@with_config(_STRICT)
class EvidenceAttached(TypedDict):
    record: Identifier
    sha256: Sha256
    media_type: MediaType
    bytes: Bytes
    filename: Filename


@with_config(_STRICT)
class RecordCorrected(TypedDict):
    record: Identifier
    reason: NonEmpty
    time: NotRequired[Time]
    data: NotRequired[dict[str, Any]]
    subject: NotRequired[Subject]


@with_config(_STRICT)
class RecordRetracted(TypedDict):
    record: Identifier
    reason: NonEmpty


@with_config(_STRICT)
class AppealFiled(TypedDict):
    appeal: Key
    clause: str
    reason: NonEmpty
    for_year: NotRequired[Year]
    rubric: NotRequired[NonEmpty]


@with_config(_STRICT)
class AppealDecided(TypedDict):
    appeal: Key
    verdict: Literal["upheld", "rejected"]
    reason: NonEmpty


@with_config(_STRICT)
class SignedIndicator(TypedDict):
    no: Ordinal
    score: Amount
    advice: NotRequired[Amount]


@with_config(_STRICT)
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
    sequence: Ordinal
    supersedes: NotRequired[Identifier]
    reason: NotRequired[NonEmpty]


@with_config(_STRICT)
class ReminderItem(TypedDict):
    clause: str
    due: Day
    subject: NotRequired[Subject]


@with_config(_STRICT)
class ReminderSent(TypedDict):
    channel: NonEmpty
    items: list[ReminderItem]
    period: NotRequired[NonEmpty]


@with_config(_STRICT)
class AnchorRecorded(TypedDict):
    kind: Literal["timestamp", "witness", "key"]
    authority: NonEmpty
    checkpoint: NonEmpty
    token: NotRequired[Base64]


@with_config(_STRICT)
class LossAccepted(TypedDict):
    log: NonEmpty
    seen: NonEmpty
    accepted: NonEmpty
    reason: NonEmpty


@with_config(_STRICT)
class ClockConfirmed(TypedDict):
    clock: RecordedTime
    last: RecordedTime
    reason: NotRequired[NonEmpty]


_SHAPES: dict[str, type] = {
    "organization.registered": OrganizationRegistered,
    "organization.changed": OrganizationChanged,
    "organization.closed": OrganizationClosed,
    "member.joined": MemberJoined,
    "member.changed": MemberChanged,
    "member.left": MemberLeft,
    "activity.held": ActivityHeld,
    "document.filed": DocumentFiled,
    "publication.made": PublicationMade,
    "honor.received": HonorReceived,
    "condition.declared": ConditionDeclared,
    "request.issued": RequestIssued,
    "request.answered": RequestAnswered,
    "finding.raised": FindingRaised,
    "finding.rectified": FindingRectified,
    "judgement.passed": JudgementPassed,
    "claim.reviewed": ClaimReviewed,
    "election.held": ElectionHeld,
    "election.postponed": ElectionPostponed,
    "transfer.started": TransferStarted,
    "transfer.completed": TransferCompleted,
    "evidence.attached": EvidenceAttached,
    "appeal.filed": AppealFiled,
    "appeal.decided": AppealDecided,
    "score.signed": ScoreSigned,
    "record.corrected": RecordCorrected,
    "record.retracted": RecordRetracted,
    "reminder.sent": ReminderSent,
    "anchor.recorded": AnchorRecorded,
    "loss.accepted": LossAccepted,
    "clock.confirmed": ClockConfirmed,
}

SUBJECTLESS = frozenset({"anchor.recorded", "loss.accepted", "clock.confirmed"})
"""Types about the ledger itself: they have no subject, and belong to no unit."""
PROGRAM_TYPES = SUBJECTLESS | {"reminder.sent"}
"""Types that only the program itself writes (contract §3)."""

FIELDS: dict[str, tuple[str, ...]] = {name: tuple(shape.__annotations__) for name, shape in _SHAPES.items()}
"""The known data fields of each type, for naming the closest one."""
ENVELOPE_FIELDS = tuple(Envelope.__annotations__)

ENVELOPE: TypeAdapter[Any] = TypeAdapter(Envelope)
ENVELOPE_WITHOUT_SUBJECT: TypeAdapter[Any] = TypeAdapter(EnvelopeWithoutSubject)
DATA: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(shape) for name, shape in _SHAPES.items()}


def _whole_event(name: str, shape: type, more: dict[str, Any]) -> Any:
    members = {**get_type_hints(Envelope, include_extras=True), "type": Literal[name], "data": shape, **more}
    return with_config(_STRICT)(TypedDict(name, members))  # type: ignore[operator]


_NOT_FLAT = frozenset({"record.corrected", "score.signed"}) | PROGRAM_TYPES


def _flat(more: dict[str, Any]) -> TypeAdapter[Any]:
    shapes = [_whole_event(*row, more) for row in _SHAPES.items() if row[0] not in _NOT_FLAT]
    whole: Any = reduce(or_, shapes)
    return TypeAdapter(Annotated[whole, Discriminator("type")])


FLAT = _flat({})
"""Every event whose data hold no objects, straight from JSON: only for a fast yes, see `draft`."""


@cache
def stored_flat() -> TypeAdapter[Any]:
    """Return the same for stored events, with the ledger's attributes; made when first asked for (100 ms)."""
    return _flat(
        {"sequence": SequenceText, "recordedtime": RecordedTime, "authtype": Required, "authid": Required}
    )
