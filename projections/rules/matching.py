"""Which records satisfy a need (contract §5: window, for_year, lecturer, scope)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rubric.clauses import Need
from rubric.codes_used import Family
from rubric.format2.terms import Need2
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record

_FAMILIES: tuple[tuple[str, Family], ...] = (
    ("activity", "activities"),
    ("document", "documents"),
    ("outlet", "outlets"),
    ("honor", "honors"),
)


@dataclass(frozen=True, slots=True)
class WholeUnit:
    """Which records of a unit itself count for each of its branches (contract §5, scope `each_branch`)."""

    unit: str
    first_branch: date | None
    """The day on which the tree's first branch was registered: until then the unit was all there was."""
    unit_counts: bool

    @classmethod
    def of(cls, facts: Facts, *, unit_counts: bool) -> WholeUnit:
        """Return what counts in the tree of *facts* under a clause that says `unit_counts` or not."""
        return cls(facts.unit, facts.first_branch(), unit_counts)

    def covers(self, record: Record) -> bool:
        """Whether *record* counts for every branch."""
        if record.subject != self.unit:
            return False
        if self.first_branch is not None and record.day < self.first_branch:
            return True
        return self.unit_counts and record.data.get("attendees") == "all"


class Matcher:
    """A need with its days filled in from the rubric year: due and final default to the year's last day."""

    __slots__ = (
        "code", "due", "end", "family", "final", "level", "need", "rubric", "scope", "start", "topic", "unit_counts",
        "year",
    )  # fmt: skip

    def __init__(self, need: Need, rubric: Rubric) -> None:
        self.need = need
        self.rubric = rubric
        self.level: str | None = getattr(need, "level", None)
        self.scope: str = getattr(need, "scope", "tree")
        self.unit_counts: bool = getattr(need, "unit_counts", False)
        self.year = rubric.year
        self.due: date = need.due or rubric.ends_on
        self.final: date = need.final or self.due
        self.start, self.end = need.window or (rubric.opens_on, rubric.ends_on)
        if isinstance(need, Need2) and not need.window:
            # What comes after the last day makes nothing good; what may be made good next year counts until then.
            self.end = self.final
        self.topic, self.family, self.code = "", "activities", ""
        for key, family in _FAMILIES:
            code = getattr(need, key)
            if code:
                self.topic, self.family, self.code = f"{key}:{code}", family, code

    family: Family

    def records(self, facts: Facts, subject: str | None, whole_unit: WholeUnit | None = None) -> list[Record]:
        """Return the records that satisfy the need: of *subject* (None: of the whole tree).

        whole_unit: which records of the unit itself count for every branch, where *subject* is one.
        """
        return [
            record
            for record in facts.records(self.topic)
            if (subject is None or record.subject == subject or (whole_unit and whole_unit.covers(record)))
            and self._matches(record, facts)
        ]

    def alike(self, facts: Facts, subject: str | None, whole_unit: WholeUnit | None = None) -> list[Record]:
        """Return the same of whatever day: for whoever asks for days of his own."""
        return [
            record
            for record in facts.records(self.topic)
            if (subject is None or record.subject == subject or (whole_unit and whole_unit.covers(record)))
            and self._says(record, facts)
        ]

    def _matches(self, record: Record, facts: Facts) -> bool:
        if self.need.for_year:
            if record.for_year != self.year or record.day > self.final:
                return False
        elif not self.start <= record.day <= self.end:
            return False
        return self._says(record, facts)

    def _says(self, record: Record, facts: Facts) -> bool:
        if self.need.feature is not None and bool(record.data.get("feature", False)) != self.need.feature:
            return False
        if self.level is not None and not self._is_of_level(record):
            return False
        if self.need.lecturer == "secretary":
            lecturer = record.data.get("lecturer")
            return lecturer is not None and lecturer == facts.secretary(record.day)
        return True

    def _is_of_level(self, record: Record) -> bool:
        level = record.data.get("level")
        counted = self.rubric.level_counts_as.get(level, level)  # type: ignore[arg-type]
        return self.level in (level, counted)
