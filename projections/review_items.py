"""What an assessor should look at in a unit's records: claims, late entries, doubles, declarations, questions.

Pure: all of a unit's records in, one `Matter` out for each thing to look at, in ledger order. A record that was
reviewed is off the list until it is corrected afterwards. Nothing here says that something is wrong, only that
somebody should look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.checks.duplicate_key import likenesses
from ledger.events.types import EVENT_TYPES, type_of
from ledger.intake.clock_guard import Confirmation
from rubric.catalog import RubricCatalog
from rubric.clauses import Tiers
from rubric.schema import Rubric

from .appeals import appeals
from .delays import first_day, is_late
from .records import Record, Records, place
from .signing import SIGNED, signings


class Kind(StrEnum):
    """Why a record stands on the list."""

    CLAIM = "claim"
    """It earns bonus points once it is accepted."""
    LATE = "late"
    """It was recorded more than so many days after it happened, or after the unit came into the ledger."""
    DOUBLE = "double"
    """Another record of the same subject, type, day and code was there before: perhaps it is the same thing."""
    DECLARED = "declared"
    """The unit's own word spares it something."""
    AGAIN = "again"
    """It was reviewed, and corrected after that."""
    APPEAL = "appeal"
    """An appeal that waits for its answer."""
    ASKED = "asked"
    """A request or finding that waits for the unit."""
    RECTIFIED = "rectified"
    """The unit says that a finding is rectified: an assessor looks again (复查), and closes it or returns it."""
    ANSWERED = "answered"
    """A request or finding that the unit has answered."""
    ANSWER = "answer"
    """The answer itself, as long as it is not returned."""
    REVIEWED = "reviewed"
    """It was reviewed, and stands as it was then."""
    SIGNED = "signed"
    """The signing of a year that stands."""


WAITING = (Kind.CLAIM, Kind.LATE, Kind.DOUBLE, Kind.DECLARED, Kind.AGAIN, Kind.RECTIFIED, Kind.APPEAL)
"""What waits for an assessor."""


@dataclass(frozen=True, slots=True)
class Standards:
    """What is looked for: entries later than `late_days` by the `clocks`, and the claims of the installed rubrics."""

    late_days: int
    claims: frozenset[tuple[str, str, bool]]
    """Type, code, and whether only a featured publication (特色报道) is one."""
    clocks: Sequence[Confirmation] = ()
    """Who answered for the clock: lateness is counted from what is known since."""
    rubrics: Sequence[Rubric] = ()
    """By which rows say what they are about and worth."""

    def is_claim(self, record: Record) -> bool:
        """Say whether some bonus clause reads *record*."""
        code = record.data.get("honor") or record.data.get("outlet")
        if (record.type, code, False) in self.claims:
            return True
        return (record.type, code, True) in self.claims and bool(record.data.get("feature"))

    @property
    def label(self) -> str:
        """Name these standards: kept matters hold for one label."""
        claims = ",".join(f"{code}{'*' if featured else ''}" for _, code, featured in sorted(self.claims))
        # Whoever answers for the clock may change how late entries were, of every unit.
        clock = f"/{self.clocks[-1].sequence}" if self.clocks else ""
        rubrics = ",".join(rubric.basis for rubric in self.rubrics)
        # Lateness is counted from the unit's first day since the second form of these lists.
        return f"2/{self.late_days}/{claims}{clock}/{rubrics}"


def standards(shelf: RubricCatalog, late_days: int, clocks: Sequence[Confirmation] = ()) -> Standards:
    """Return the standards of the rubrics on *shelf*."""
    found = set()
    for rubric in shelf.all:
        for clause in rubric.clauses:
            if isinstance(clause, Tiers):
                found |= {("honor.received", code, False) for code in clause.honor}
                found |= {("publication.made", code, bool(clause.feature)) for code in clause.outlet}
    return Standards(late_days, frozenset(found), clocks, tuple(shelf.all))


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to look at."""

    kind: Kind
    record: Record
    about: str = ""
    """The record it may double; what is declared, words joined by a space; the clause; the verdict that
    stands; the year that is signed."""
    due: str = ""
    """Until when the unit has time (ISO date), where it is asked for something."""

    @property
    def since(self) -> str:
        """The sequence of the event that put it where it is: the last review of what was reviewed, else the record."""
        reviews = self.record.reviews
        if self.kind is Kind.REVIEWED and reviews:
            return max(sequence for _, sequence, _ in reviews)
        return self.record.sequence


def matters(records: Records, wanted: Standards) -> list[Matter]:
    """Return what there is to look at among a unit's records, in ledger order: of each kind a record stands once."""
    live = [record for record in records.by_id.values() if not record.retracted]
    live.sort(key=lambda record: record.sequence)
    found = [
        *_of_each(live, wanted, first_day(records, wanted.clocks)),
        *(_doubles(live)),
        *(_declared(records, live)),
        *(Matter(Kind.APPEAL, each.filing, each.clause) for each in appeals(records) if not each.decision),
        *(_asked(live)),
        *(_signed(records)),
    ]
    return sorted(found, key=lambda matter: (matter.since, matter.kind))


def is_reviewed(record: Record) -> bool:
    """Say whether somebody has looked at the record as it is now."""
    if not record.reviews:
        return False
    return record.corrected is None or record.corrected < max(sequence for _, sequence, _ in record.reviews)


def _of_each(live: list[Record], wanted: Standards, first: date) -> Iterator[Matter]:
    for record in live:
        if record.reviews:
            verdict = record.verdict(date.max) or ""
            yield Matter(Kind.REVIEWED if is_reviewed(record) else Kind.AGAIN, record, verdict)
            continue
        if wanted.is_claim(record):
            yield Matter(Kind.CLAIM, record)
        if record.type == "finding.rectified":
            yield Matter(Kind.RECTIFIED, record, record.data["finding"])
        if type_of(record.type).lived and is_late(record, first, wanted.late_days, wanted.clocks):
            yield Matter(Kind.LATE, record)


def _doubles(live: list[Record]) -> Iterator[Matter]:
    """Yield each record that may double an earlier one, until one of the two is returned or the later is accepted.

    A record with several codes may double several: it is told once, beside the first of them.
    """
    first: dict[object, str] = {}
    for record in live:
        if _counts_no_more(record):
            continue
        keys = likenesses(record.type, record.subject, record.day, record.data)
        alike = [first.get(key.other, record.id) for key in keys]
        for key in keys:
            first.setdefault(key.own, record.id)
        earlier = next((other for other in alike if other != record.id), None)
        if earlier is not None and not is_reviewed(record):
            yield Matter(Kind.DOUBLE, record, earlier)


def _declared(records: Records, live: list[Record]) -> Iterator[Matter]:
    """Yield each record by which the unit's own word newly spares it something."""
    said: dict[tuple[str, str], Any] = {}
    for record in sorted(live, key=place):
        if _counts_no_more(record) and not _always_counts(record, records.unit):
            continue
        about = [
            word for word, field, spares in DECLARATIONS.get(record.type, ()) if spares(record, field, said)
        ]
        for _, field, _spares in DECLARATIONS.get(record.type, ()):
            if field in record.data:
                said[_owner(record), field] = record.data[field]
        if about and not record.reviews:
            yield Matter(Kind.DECLARED, record, " ".join(about))


def _owner(record: Record) -> str:
    """Return whose flag it is: the subject's, or the member's."""
    member: str | None = record.data.get("member")
    return record.subject if member is None else f"member {member}"


Said = dict[tuple[str, str], Any]


def _newly_without(record: Record, field: str, said: Said) -> bool:
    return record.data.get(field) is False and said.get((_owner(record), field), True) is not False


def _newly_set(record: Record, field: str, said: Said) -> bool:
    return record.data.get(field) is True and said.get((_owner(record), field), False) is not True


def _changed(record: Record, field: str, said: Said) -> bool:
    before = said.get((_owner(record), field))
    return before is not None and field in record.data and record.data[field] != before


def _put_off(record: Record, field: str, said: Said) -> bool:
    before = said.get((_owner(record), field))
    return before is not None and record.data.get(field, "") > before


def _not_applicable(record: Record, field: str, said: Said) -> bool:
    return bool(record.data.get(field) == "not_applicable")


def _always(record: Record, field: str, said: Said) -> bool:
    return True


_OF_ORGANIZATIONS = (
    ("no_committee", "has_committee", _newly_without),
    ("no_groups", "has_groups", _newly_without),
    ("kind", "kind", _changed),
    ("term", "term_ends_on", _put_off),
)
_OF_MEMBERS = (("exempt", "exempt_from_study", _newly_set),)
DECLARATIONS = {
    "organization.registered": _OF_ORGANIZATIONS,
    "organization.changed": _OF_ORGANIZATIONS,
    "member.joined": _OF_MEMBERS,
    "member.changed": _OF_MEMBERS,
    "condition.declared": (("not_applicable", "value", _not_applicable),),
    "election.postponed": (("postponed", "until", _always),),
}


def _signed(records: Records) -> Iterator[Matter]:
    """Yield the signing that stands of each year and rubric."""
    years = {record.data["for_year"] for record in records.by_id.values() if record.type == SIGNED}
    for year in sorted(years):
        standing = {signing.data["rubric"]: signing for signing in signings(records, year)}
        for signing in standing.values():
            yield Matter(Kind.SIGNED, signing, str(year))


def _asked(live: list[Record]) -> Iterator[Matter]:
    """Yield each request and finding, and each answer; all about the key that they share."""
    answered = set()
    for record in live:
        field = ANSWERS.get(record.type)
        if field is not None and not _counts_no_more(record):
            answered.add((record.type, record.data[field]))
            yield Matter(Kind.ANSWER, record, record.data[field])
    for record in live:
        answer = ASKED.get(record.type)
        if answer is not None:
            key = record.data[ANSWERS[answer]]
            kind = Kind.ANSWERED if (answer, key) in answered else Kind.ASKED
            yield Matter(kind, record, key, record.data["due_on"])


ANSWERS = {name: row.key for name, row in EVENT_TYPES.items() if row.answers and row.lived}
"""What a unit answers with, and the field that names the matter. An appeal is answered by who decides it."""
ASKED = {EVENT_TYPES[answer].answers: answer for answer in ANSWERS}


def _counts_no_more(record: Record) -> bool:
    return record.verdict(date.max) == "returned"


def _always_counts(record: Record, unit: str) -> bool:
    """A unit whose registration was returned is still what it was registered as."""
    return record.type == "organization.registered" and record.subject == unit


def may_be_returned(record: Record) -> bool:
    """Say whether returning *record* does what returning means: it counts no more.

    A registration that counts no more would take its branch out of what is asked of the unit: it is corrected, or a
    finding is raised.
    """
    return record.type != "organization.registered"
