"""Members' study hours against the pace line, those who lack most first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from projections.records import Record
from projections.rules.study_total import MemberHours, StudyTotalRule
from projections.scorecard import Scorecard
from rubric.amounts import decimal_text, rounded
from taizhang.language.event_labels import NameOf

SHOWN = 12
"""Members on the page before somebody asks for all: a committee has hundreds."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member; `reached` and `pace` are hundredths of what he needs, for the bar."""

    name: str
    subject: str
    hours: str
    required: str
    expected: str
    lacking: str
    """Hours that are still to be earned in the year, "" for none."""
    exempt: bool
    behind: bool
    done: bool
    reached: int
    pace: int


@dataclass(frozen=True, slots=True)
class Study:
    """The members of a unit's tree; `clause` asks for the hours."""

    clause: str
    rows: list[MemberRow]
    members: int
    behind: int
    done: int
    branches: list[str]
    """The branches that members are in, by their names, where there are several."""
    branch: str
    """The one that is looked at, "" for all."""
    nobodys: list[Record]
    """Activities whose hours are credited to nobody: no one said who was there, or the roster came later."""


def asks_hours(card: Scorecard) -> bool:
    """Whether the card's rubric asks for study hours at all."""
    return any(isinstance(rule, StudyTotalRule) for rule in card.evaluation.rule_set.rules)


def study_of(card: Scorecard, name_of: NameOf, *, everybody: bool, branch: str = "") -> Study | None:
    """Return the study hours on the card's day; None where the rubric asks for none, or nobody is registered."""
    rules = (rule for rule in card.evaluation.rule_set.rules if isinstance(rule, StudyTotalRule))
    rule = next(rules, None)
    if rule is None:
        return None
    found = rule.listed(card.facts, card.day)
    if not found:
        return None
    rows = [_row(member, rule, card, name_of) for member in found]
    # Among equals the roster's order stays.
    rows.sort(key=lambda row: (row.exempt, -Decimal(row.lacking or 0)))
    branches = list(dict.fromkeys(row.subject for row in sorted(rows, key=lambda row: row.subject)))
    if branch:
        rows = [row for row in rows if row.subject == branch]
    return Study(
        rule.clause.id,
        rows if everybody else rows[:SHOWN],
        len(rows),
        sum(row.behind for row in rows),
        sum(row.done for row in rows),
        branches if len(branches) > 1 else [],
        branch,
        [
            record
            for record in card.facts.study_activities[card.rubric.year]
            if record.day <= card.day and not record.data.get("attendees")
        ],
    )


def _row(member: MemberHours, rule: StudyTotalRule, card: Scorecard, name_of: NameOf) -> MemberRow:
    required = rounded(member.required_twelfths, 12)
    expected = rule.expected(member, card.day)
    exempt = member.presence.exempt
    lacking = max(0, required - member.hours)
    return MemberRow(
        name=name_of(member.presence.member),
        subject=name_of(member.presence.subject),
        hours=decimal_text(member.hours),
        required=decimal_text(required),
        expected=decimal_text(expected),
        lacking=decimal_text(lacking) if lacking and not exempt else "",
        exempt=exempt,
        behind=not exempt and not member.reached and member.hours < expected,
        done=not exempt and member.reached,
        reached=min(100, 100 * member.hours // required) if required else 100,
        pace=min(100, 100 * expected // required) if required else 0,
    )
