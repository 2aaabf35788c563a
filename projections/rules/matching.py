"""Which records satisfy a need (contract §5: window, for_year, lecturer, scope)."""

from __future__ import annotations

from datetime import date

from rubric.clauses import Need, Scope
from rubric.codes_used import Family
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record

_FAMILIES: tuple[tuple[str, Family], ...] = (
    ("activity", "activities"),
    ("document", "documents"),
    ("outlet", "outlets"),
    ("honor", "honors"),
)


class Matcher:
    """A need with its days filled in from the rubric year: due and final default to the year's last day."""

    __slots__ = ("code", "due", "end", "family", "final", "need", "start", "topic", "year")

    def __init__(self, need: Need, rubric: Rubric) -> None:
        self.need = need
        self.year = rubric.year
        self.due: date = need.due or rubric.ends_on
        self.final: date = need.final or self.due
        self.start, self.end = need.window or (rubric.opens_on, rubric.ends_on)
        self.topic, self.family, self.code = "", "activities", ""
        for key, family in _FAMILIES:
            code = getattr(need, key)
            if code:
                self.topic, self.family, self.code = f"{key}:{code}", family, code

    family: Family

    def records(self, facts: Facts, scope: Scope, subject: str) -> list[Record]:
        """Return the records that satisfy the need; *subject* matters unless the scope is the whole tree."""
        return [
            record
            for record in facts.records(self.topic)
            if (scope == "tree" or record.subject == subject) and self._matches(record, facts)
        ]

    def _matches(self, record: Record, facts: Facts) -> bool:
        if self.need.for_year:
            if record.for_year != self.year or record.day > self.final:
                return False
        elif not self.start <= record.day <= self.end:
            return False
        if self.need.feature is not None and bool(record.data.get("feature", False)) != self.need.feature:
            return False
        if self.need.lecturer == "secretary":
            lecturer = record.data.get("lecturer")
            return lecturer is not None and lecturer == facts.secretary(record.day)
        return True
