"""What became of a unit's year: signed, countersigned, published, objected to, confirmed, final. Pure.

A published result is open to objections (appeals) for as long as its days run. It is final on the day after the last
of them, unless an appeal that was filed by then still waits; what is filed later holds nothing up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rubric.schema import Rubric

from .appeals import Appeal, appeals
from .records import Record, Records
from .signing import signed

COUNTERSIGNED = "score.countersigned"
PUBLISHED = "result.published"
CONFIRMED = "result.confirmed"


class Stage(StrEnum):
    """How far a unit's year has come."""

    UNSIGNED = "unsigned"
    SECOND = "second"
    """Signed once, where the district asks for two signatures."""
    SIGNED = "signed"
    """Signed, and not published yet."""
    PUBLISHED = "published"
    """Published (公示); its days run, or are still to come."""
    OBJECTED = "objected"
    """Its days are over, and an objection still waits for its answer."""
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's year as of a day."""

    signing: Record | None
    """The signing that stands."""
    second: Record | None
    """The second signature under it."""
    publication: Record | None
    """The last publication of the year, of whichever signing."""
    confirmation: Record | None
    """By which the unit says that it has seen the signing that stands."""
    appeals: list[Appeal]
    day: date

    @property
    def starts_on(self) -> date | None:
        """The first day on which it is published."""
        return _day_of(self.publication, "starts_on")

    @property
    def ends_on(self) -> date | None:
        """The last day on which it is published, and objections are taken."""
        return _day_of(self.publication, "ends_on")

    @property
    def open_appeals(self) -> list[Appeal]:
        """Those that wait for an answer, and were filed while objections were taken."""
        ends = self.ends_on
        return [
            each
            for each in self.appeals
            if each.decision is None and (ends is None or each.filing.day <= ends)
        ]

    @property
    def changed_since(self) -> bool:
        """Whether another signing stands now than was published."""
        return (
            self.publication is not None
            and self.signing is not None
            and self.publication.data["signing"] != self.signing.id
        )

    def stage(self, *, two_signatures: bool) -> Stage:
        """Return how far it has come; *two_signatures*: the district asks for a second one."""
        if self.signing is None:
            return Stage.UNSIGNED
        if two_signatures and self.second is None:
            return Stage.SECOND
        ends = self.ends_on
        if ends is None:
            return Stage.SIGNED
        if self.day <= ends:
            return Stage.PUBLISHED
        return Stage.OBJECTED if self.open_appeals else Stage.FINAL

    def takes_objections(self) -> bool:
        """Whether the unit may still object: until the last day of the publication, where there is one."""
        return self.ends_on is None or self.day <= self.ends_on


def result_of(records: Records, year: int, day: date, rubric: Rubric | None = None) -> Result:
    """Return what had become of *year* by *day*: of what was signed under *rubric*, where one is named."""
    signing = signed(records, year, day, rubric)
    live = [record for record in records.by_id.values() if not record.retracted and record.day <= day]
    about = {} if signing is None else {record.type: record for record in live if _names(record, signing.id)}
    published = [
        record
        for record in live
        if record.type == PUBLISHED
        and _year_of(records, record.data["signing"]) == year
        and (rubric is None or records.by_id[record.data["signing"]].data["rubric"] == rubric.id)
    ]
    return Result(
        signing,
        about.get(COUNTERSIGNED),
        max(published, key=lambda record: record.sequence, default=None),
        about.get(CONFIRMED),
        appeals(records, year, day, rubric),
        day,
    )


def _names(record: Record, signing: str) -> bool:
    return record.type in (COUNTERSIGNED, CONFIRMED) and record.data["signing"] == signing


def _year_of(records: Records, signing: str) -> int | None:
    record = records.by_id.get(signing)
    return None if record is None else record.data.get("for_year")


def _day_of(record: Record | None, field: str) -> date | None:
    return None if record is None else date.fromisoformat(record.data[field])
