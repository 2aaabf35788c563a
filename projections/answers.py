"""What the doors are given for a question, and how contract §6 shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.json_object import JsonObject
from rubric.amounts import decimal_text, rounded

from .rules.study_total import StudyTotalRule
from .scorecard import Scorecard, Shortfall, Translate
from .totals import TotalsRow


@dataclass(frozen=True, slots=True)
class Board:
    """Every unit's totals on a day, by unit id."""

    day: date
    rubric: str
    """The id of the rubric that the rows are scored by; where it depends on the unit, that for everybody else."""
    rows: list[TotalsRow]
    made_anew: int = 0
    """How many rows were kept for other days, and had to be made anew for the answer (see `Projections.renew`)."""
    provisional: bool = False
    """Whether nobody has installed that rubric (contract §6)."""

    def as_json(self, translate: Translate) -> JsonObject:
        """Return the board as contract §6 shows it."""
        return {
            "as_of": self.day.isoformat(),
            **({"provisional": True} if self.provisional else {}),
            "units": [
                {
                    "unit": row.unit,
                    "name": row.name,
                    "kind": row.kind,
                    "rubric": row.rubric or self.rubric,
                    "score": decimal_text(row.score),
                    "forecast": decimal_text(row.forecast),
                    "floor": decimal_text(row.floor),
                    "ceiling": decimal_text(row.ceiling),
                    "awaiting": decimal_text(row.awaiting),
                    "bonus": decimal_text(row.bonus),
                    "overdue": row.overdue,
                    "missed": row.missed,
                }
                for row in self.rows
            ],
        }


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """The shortfalls of one unit or of all, by due date, of every rubric year open on the day."""

    day: date
    found: list[Shortfall]
    provisional: bool = False
    """Whether a year is among them that has no rubric of its own (contract §6)."""

    def as_json(self, translate: Translate) -> JsonObject:
        """Return the list as contract §6 shows it."""
        return {
            **({"provisional": True} if self.provisional else {}),
            "shortfalls": [{"unit": found.card.unit, **found.as_json(translate)} for found in self.found],
        }


@dataclass(frozen=True, slots=True)
class Members:
    """The study hours of everybody in a unit's tree."""

    lines: list[JsonObject]

    def as_json(self, translate: Translate) -> JsonObject:
        """Return the members as contract §6 shows them."""
        return {"members": self.lines}


def members_of(card: Scorecard) -> Members:
    """Return the study hours of everybody in the tree on the card's day (or the rubric year's last)."""
    rules = card.evaluation.rule_set.rules
    rule = next((rule for rule in rules if isinstance(rule, StudyTotalRule)), None)
    if rule is None:
        return Members([])
    return Members(
        [
            {
                "member": member.presence.member,
                "subject": member.presence.subject,
                "hours": decimal_text(member.hours),
                "required": decimal_text(rounded(member.required_twelfths, 12)),
                "expected": decimal_text(rule.expected(member, card.day)),
                "exempt": member.presence.exempt,
            }
            for member in rule.listed(card.facts, card.day)
        ]
    )
