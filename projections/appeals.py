"""Appeals against clauses of a year, each with what came of it. None of this moves a score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rubric.schema import Rubric

from .records import Record, Records

FILED, DECIDED = "appeal.filed", "appeal.decided"


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal; `decision` is None while it waits."""

    filing: Record
    decision: Record | None

    @property
    def key(self) -> str:
        """The key that filing and decision share in the unit's tree."""
        key: str = self.filing.data["appeal"]
        return key

    @property
    def clause(self) -> str:
        """The clause whose figures are disputed."""
        clause: str = self.filing.data["clause"]
        return clause

    @property
    def year(self) -> int:
        """The rubric year it is about."""
        return self.filing.for_year


def appeals(
    records: Records, year: int | None = None, day: date = date.max, rubric: Rubric | None = None
) -> list[Appeal]:
    """Return the appeals filed by *day* and not withdrawn, of *year* and *rubric* where given, in ledger order."""
    live = [record for record in records.by_id.values() if not record.retracted and record.day <= day]
    decisions = {record.data["appeal"]: record for record in live if record.type == DECIDED}
    found = [
        Appeal(record, decisions.get(record.data["appeal"]))
        for record in live
        if record.type == FILED
        and (year is None or record.for_year == year)
        and (rubric is None or is_about(record, rubric))
    ]
    return sorted(found, key=lambda appeal: appeal.filing.sequence)


def is_about(record: Record, rubric: Rubric) -> bool:
    """Whether a judgement or an appeal is about *rubric*: it names it, or names none and that is a main one."""
    return bool(record.data.get("rubric", "" if rubric.is_beside else rubric.id) == rubric.id)
