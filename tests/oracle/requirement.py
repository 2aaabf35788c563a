"""A requirement and its status on a day: the table of contract §5."""

from dataclasses import dataclass, field
from datetime import date

from tests.oracle.history import Record

IN_SCORE = {"unearned", "overdue", "missed"}
IN_FLOOR = {"open", "behind", "unearned", "overdue", "missed"}
IN_CEILING = {"missed"}
WORST_FIRST = ["missed", "overdue", "unearned", "behind", "open", "awaiting", "met", "not_applicable"]


@dataclass
class Requirement:
    """One thing asked. `group` is what is lost once: the period, the item; `missing` is how much is lacking."""

    subject: str
    due: date
    final: date
    satisfied: bool
    group: str = ""
    applicable: bool = True
    award: bool = False
    behind: bool = False
    missing: str = "1"
    expected_by: date | None = None
    records: list[Record] = field(default_factory=list)

    def status(self, day: date) -> str:
        """Its status on the day."""
        if not self.applicable:
            return "not_applicable"
        if self.satisfied:
            return "met"
        if day > self.final:
            return "missed"
        if self.award:
            return "unearned"
        if day > self.due:
            return "overdue"
        return "behind" if self.behind else "open"
