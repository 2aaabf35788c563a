"""Every event type, one row each: its data and what is to know of it. Everything else asks the row (contract §3).

A new type is a row here, a data model in `data.py`, a label, a permission and, where people enter it, a form; the
tests of `tests/ledger/test_type_rows.py` say what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import Discriminator, TypeAdapter, with_config
from typing_extensions import TypedDict

from ledger.events import data
from ledger.events.data import STRICT, Envelope, EnvelopeWithoutSubject
from ledger.events.fields import RecordedTime, Required, SequenceText


@dataclass(frozen=True, slots=True)
class Codes:
    """A data field that holds a code of the rubrics (`many`: a list of them), and the family the codes are of.

    *family* is a field of `ledger.vocabulary.Vocabulary`; *apart* a field that tells two with the same code apart.
    """

    field: str
    family: Literal[
        "activities", "documents", "outlets", "honors", "conditions", "figures", "cases", "ratings"
    ]
    many: bool = False
    apart: str = ""


@dataclass(frozen=True, eq=False)
class EventType:
    """What is known of one type of event."""

    name: str
    data: type
    """The data model: a TypedDict that pydantic checks."""
    codes: Codes | None = None
    """Of what a rubric has codes for; two such events with the same code on one day are probably one."""
    names_clause: bool = False
    """Its data name a clause of a rubric (`clause`)."""
    puts: str = ""
    """What it puts there, or takes away, for later events to refer to: a data field, or ``subject``."""
    refers: bool = False
    """Later events rest on it: after its correction or retraction the unit's state is folded again."""
    answers: str = ""
    """The type it answers; both name the matter in the same data field, `key`."""
    key: str = ""
    """The data field that names the matter which is asked or answered."""
    looks_back: bool = False
    """It is about another record (`data.record`) and rests on nothing else."""
    changes: bool = False
    """It corrects or retracts the record it is about."""
    correctable: bool = True
    """A correction, retraction or review may name it."""
    mendable: bool = True
    """A correction may change it; else it is taken back, and recorded anew."""
    movable: bool = True
    """A correction may move it to another branch."""
    reviewable: bool = True
    """A review may name it."""
    taken_when_closed: bool = False
    """A closed unit's tree still takes it (contract §2)."""
    topic: str = ""
    """What a rule that reads it asks the facts for; ``topic:field`` where it is one of many that the field tells apart.

    ``*``: any rule may depend on it.
    """
    lived: bool = False
    """What a unit does in its year and then records: how late it did is counted."""
    inspects: bool = False
    """By it somebody from outside shows that he looked."""
    in_book: bool = False
    """A ledger of paper holds it beside what was lived: what was asked, and who was on his way."""
    settles: bool = False
    """It settles what a year comes to: its proof lies in the package of the year."""
    counts_after_closing: bool = False
    """It may count for a year though it occurred after the year's closing day."""
    by_program: bool = False
    """Only the program itself writes it (contract §3)."""
    has_subject: bool = True
    """False: it is about the ledger itself, and belongs to no unit."""
    brings_codes: bool = False
    """Which codes and clauses the events after it may name depends on it."""
    flat: bool = True
    """Its data hold no objects: it may be read straight from JSON (see `flat`)."""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The data fields, for naming the closest one."""
        return tuple(self.data.__annotations__)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What checks the data and brings them into stored form."""
        return TypeAdapter(self.data)

    @cached_property
    def envelope(self) -> TypeAdapter[Any]:
        """What checks the attributes around the data."""
        return ENVELOPE if self.has_subject else ENVELOPE_WITHOUT_SUBJECT


_ROWS = (
    EventType(
        "organization.registered", data.OrganizationRegistered,
        topic="*", puts="subject", refers=True, movable=False,
    ),
    EventType("organization.changed", data.OrganizationChanged, topic="*", movable=False),
    EventType("organization.closed", data.OrganizationClosed, topic="*", refers=True, movable=False),
    EventType("member.joined", data.MemberJoined, topic="members", puts="member", refers=True),
    EventType("member.changed", data.MemberChanged, topic="members"),
    EventType(
        "member.left", data.MemberLeft,
        topic="members", puts="member", refers=True, taken_when_closed=True,
    ),
    EventType(
        "activity.held", data.ActivityHeld,
        topic="activity:kinds", codes=Codes("kinds", "activities", many=True), lived=True,
    ),
    EventType(
        "document.filed", data.DocumentFiled,
        topic="document:document", codes=Codes("document", "documents"), lived=True,
    ),
    EventType(
        "publication.made", data.PublicationMade,
        topic="outlet:outlet", codes=Codes("outlet", "outlets"), lived=True,
    ),
    EventType(
        "honor.received", data.HonorReceived,
        topic="honor:honor", codes=Codes("honor", "honors"), lived=True,
    ),
    EventType(
        "condition.declared", data.ConditionDeclared,
        topic="condition:condition", codes=Codes("condition", "conditions"), lived=True,
    ),
    EventType(
        "request.issued", data.RequestIssued,
        topic="request", inspects=True, in_book=True, puts="request", key="request", refers=True,
    ),
    EventType(
        "request.answered", data.RequestAnswered, topic="request", counts_after_closing=True,
        key="request", answers="request.issued", lived=True, taken_when_closed=True,
    ),
    EventType(
        "finding.raised", data.FindingRaised,
        topic="finding", inspects=True, in_book=True, puts="finding", key="finding", refers=True,
    ),
    EventType(
        "finding.rectified", data.FindingRectified, topic="finding", counts_after_closing=True,
        key="finding", answers="finding.raised", lived=True, taken_when_closed=True,
    ),
    EventType(
        "figure.reported", data.FigureReported,
        topic="figure:figure", codes=Codes("figure", "figures", apart="at"),
    ),
    EventType(
        "case.confirmed", data.CaseConfirmed,
        topic="case:case", codes=Codes("case", "cases", apart="reason"),
    ),
    EventType(
        "rating.given", data.RatingGiven,
        topic="rating:rating", codes=Codes("rating", "ratings", apart="rater"),
    ),
    EventType(
        "judgement.passed", data.JudgementPassed,
        topic="judgement:clause", inspects=True, settles=True, counts_after_closing=True,
        names_clause=True, taken_when_closed=True,
    ),
    EventType(
        "claim.reviewed", data.ClaimReviewed, looks_back=True, correctable=False, taken_when_closed=True
    ),
    EventType("election.held", data.ElectionHeld, topic="election", lived=True),
    EventType("election.postponed", data.ElectionPostponed, topic="election", lived=True),
    EventType("transfer.started", data.TransferStarted, in_book=True),
    EventType("transfer.completed", data.TransferCompleted, in_book=True, taken_when_closed=True),
    EventType("evidence.attached", data.EvidenceAttached, looks_back=True, taken_when_closed=True),
    EventType(
        "appeal.filed", data.AppealFiled, settles=True,
        names_clause=True, puts="appeal", key="appeal", refers=True, movable=False, reviewable=False,
        taken_when_closed=True,
    ),
    EventType(
        "appeal.decided", data.AppealDecided, settles=True,
        key="appeal", answers="appeal.filed", refers=True, movable=False, reviewable=False, taken_when_closed=True,
    ),
    EventType(
        "score.signed", data.ScoreSigned, settles=True,
        refers=True, mendable=False, reviewable=False, taken_when_closed=True, flat=False,
    ),
    *(
        EventType(name, model, settles=True, refers=True, mendable=False, reviewable=False, taken_when_closed=True)
        for name, model in (
            ("score.countersigned", data.ScoreCountersigned),
            ("result.published", data.ResultPublished),
            ("result.confirmed", data.ResultConfirmed),
        )
    ),
    EventType(
        "record.corrected", data.RecordCorrected,
        looks_back=True, changes=True, correctable=False, taken_when_closed=True, flat=False,
    ),
    EventType(
        "record.retracted", data.RecordRetracted,
        looks_back=True, changes=True, correctable=False, taken_when_closed=True,
    ),
    *(
        EventType(
            name, model,
            has_subject=False, correctable=False, taken_when_closed=True, brings_codes=True, flat=False,
        )
        for name, model in (
            ("rubric.installed", data.RubricInstalled),
            ("rubric.withdrawn", data.RubricWithdrawn),
        )
    ),
    EventType("reminder.sent", data.ReminderSent, by_program=True, taken_when_closed=True, flat=False),
    *(
        EventType(
            name, model,
            has_subject=False, by_program=True, correctable=False, taken_when_closed=True, flat=False,
        )
        for name, model in (
            ("anchor.recorded", data.AnchorRecorded),
            ("loss.accepted", data.LossAccepted),
            ("checkpoint.seen", data.CheckpointSeen),
            ("clock.confirmed", data.ClockConfirmed),
        )
    ),
)  # fmt: skip

EVENT_TYPES: dict[str, EventType] = {row.name: row for row in _ROWS}
"""Every type by its name, in the contract's order."""

_UNKNOWN = EventType("", dict, correctable=False)


def type_of(name: str) -> EventType:
    """Return the row of a type; one that has nothing in it for a name that is no type."""
    return EVENT_TYPES.get(name, _UNKNOWN)


def types_with_topics(*topics: str) -> tuple[str, ...]:
    """Return the types that move rules which ask the facts for any of *topics*, in the contract's order."""
    return tuple(name for name, row in EVENT_TYPES.items() if row.topic.partition(":")[0] in topics)


ENVELOPE_FIELDS = tuple(Envelope.__annotations__)
ENVELOPE: TypeAdapter[Any] = TypeAdapter(Envelope)
ENVELOPE_WITHOUT_SUBJECT: TypeAdapter[object] = TypeAdapter(EnvelopeWithoutSubject)


def _whole_event(row: EventType, more: dict[str, object]) -> object:
    members = {
        **get_type_hints(Envelope, include_extras=True), "type": Literal[row.name], "data": row.data, **more,
    }  # fmt: skip
    return with_config(STRICT)(TypedDict(row.name, members))  # type: ignore[operator]


def _flat(more: dict[str, object]) -> TypeAdapter[object]:
    whole: Any = reduce(or_, [_whole_event(row, more) for row in _ROWS if row.flat])
    return TypeAdapter(Annotated[whole, Discriminator("type")])


@cache
def flat() -> TypeAdapter[Any]:
    """Return every event whose data hold no objects, straight from JSON: only for a fast yes, see `draft`.

    Made when first asked for (50 ms): who asks for figures reads no line.
    """
    return _flat({})


@cache
def stored_flat() -> TypeAdapter[Any]:
    """Return the same for stored events, with the ledger's attributes; made when first asked for (100 ms)."""
    return _flat(
        {"sequence": SequenceText, "recordedtime": RecordedTime, "authtype": Required, "authid": Required}
    )
