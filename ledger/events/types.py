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
    lived: bool = False
    """What a unit does in its year and then records: how late it did is counted."""
    by_program: bool = False
    """Only the program itself writes it (contract §3)."""
    has_subject: bool = True
    """False: it is about the ledger itself, and belongs to no unit."""
    flat: bool = True
    """Its data hold no objects: it may be read straight from JSON (see `FLAT`)."""

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
    EventType("organization.registered", data.OrganizationRegistered, puts="subject", refers=True, movable=False),
    EventType("organization.changed", data.OrganizationChanged, movable=False),
    EventType("organization.closed", data.OrganizationClosed, refers=True, movable=False),
    EventType("member.joined", data.MemberJoined, puts="member", refers=True),
    EventType("member.changed", data.MemberChanged),
    EventType("member.left", data.MemberLeft, puts="member", refers=True, taken_when_closed=True),
    EventType("activity.held", data.ActivityHeld, codes=Codes("kinds", "activities", many=True), lived=True),
    EventType("document.filed", data.DocumentFiled, codes=Codes("document", "documents"), lived=True),
    EventType("publication.made", data.PublicationMade, codes=Codes("outlet", "outlets"), lived=True),
    EventType("honor.received", data.HonorReceived, codes=Codes("honor", "honors"), lived=True),
    EventType("condition.declared", data.ConditionDeclared, codes=Codes("condition", "conditions"), lived=True),
    EventType("request.issued", data.RequestIssued, puts="request", key="request", refers=True),
    EventType(
        "request.answered", data.RequestAnswered,
        key="request", answers="request.issued", lived=True, taken_when_closed=True,
    ),
    EventType("finding.raised", data.FindingRaised, puts="finding", key="finding", refers=True),
    EventType(
        "finding.rectified", data.FindingRectified,
        key="finding", answers="finding.raised", lived=True, taken_when_closed=True,
    ),
    EventType("figure.reported", data.FigureReported, codes=Codes("figure", "figures", apart="at")),
    EventType("case.confirmed", data.CaseConfirmed, codes=Codes("case", "cases", apart="reason")),
    EventType("rating.given", data.RatingGiven, codes=Codes("rating", "ratings", apart="rater")),
    EventType("judgement.passed", data.JudgementPassed, names_clause=True, taken_when_closed=True),
    EventType(
        "claim.reviewed", data.ClaimReviewed, looks_back=True, correctable=False, taken_when_closed=True
    ),
    EventType("election.held", data.ElectionHeld, lived=True),
    EventType("election.postponed", data.ElectionPostponed, lived=True),
    EventType("transfer.started", data.TransferStarted),
    EventType("transfer.completed", data.TransferCompleted, taken_when_closed=True),
    EventType("evidence.attached", data.EvidenceAttached, looks_back=True, taken_when_closed=True),
    EventType(
        "appeal.filed", data.AppealFiled,
        names_clause=True, puts="appeal", key="appeal", refers=True, movable=False, reviewable=False,
        taken_when_closed=True,
    ),
    EventType(
        "appeal.decided", data.AppealDecided,
        key="appeal", answers="appeal.filed", refers=True, movable=False, reviewable=False, taken_when_closed=True,
    ),
    EventType(
        "score.signed", data.ScoreSigned,
        refers=True, mendable=False, reviewable=False, taken_when_closed=True, flat=False,
    ),
    *(
        EventType(name, model, refers=True, mendable=False, reviewable=False, taken_when_closed=True)
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
        EventType(name, model, has_subject=False, correctable=False, taken_when_closed=True, flat=False)
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


ENVELOPE_FIELDS = tuple(Envelope.__annotations__)
ENVELOPE: TypeAdapter[Any] = TypeAdapter(Envelope)
ENVELOPE_WITHOUT_SUBJECT: TypeAdapter[Any] = TypeAdapter(EnvelopeWithoutSubject)


def _whole_event(row: EventType, more: dict[str, Any]) -> Any:
    members = {
        **get_type_hints(Envelope, include_extras=True), "type": Literal[row.name], "data": row.data, **more,
    }  # fmt: skip
    return with_config(STRICT)(TypedDict(row.name, members))  # type: ignore[operator]


def _flat(more: dict[str, Any]) -> TypeAdapter[Any]:
    whole: Any = reduce(or_, [_whole_event(row, more) for row in _ROWS if row.flat])
    return TypeAdapter(Annotated[whole, Discriminator("type")])


FLAT = _flat({})
"""Every event whose data hold no objects, straight from JSON: only for a fast yes, see `draft`."""


@cache
def stored_flat() -> TypeAdapter[Any]:
    """Return the same for stored events, with the ledger's attributes; made when first asked for (100 ms)."""
    return _flat(
        {"sequence": SequenceText, "recordedtime": RecordedTime, "authtype": Required, "authid": Required}
    )
