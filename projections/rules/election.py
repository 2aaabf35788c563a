"""`election`: the term in force must be renewed, or its end postponed with approval, before it runs out.

Clause 7.1's reading: an election or postponement on or before the last day of the term in force satisfies it;
neither a late election nor a later change of the date undoes the miss of the year in which the term ran out.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import Election

from ..facts import Facts
from ..forecast import Ratio, months_left
from ..records import Record, place
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from .base import NOT_ASKED, Rule, by_when


@dataclass(frozen=True, slots=True)
class Term:
    """A term in force: its last day, the record it rests on, and the record that replaced it, if any."""

    ends_on: date
    source: Record
    successor: Record | None


def terms_of(facts: Facts, subject: str | None = None) -> list[Term]:
    """Return the terms of the unit, or of a *subject* of its tree, in the order in which they came into force."""
    subject = subject or facts.unit
    records = [record for record in facts.records("election") if record.subject == subject]
    records += [record for record in facts.organization(subject).records if "term_ends_on" in record.data]
    chain = sorted(records, key=place)
    return [
        Term(_end_set_by(record), record, chain[index + 1] if index + 1 < len(chain) else None)
        for index, record in enumerate(chain)
    ]


def _end_set_by(record: Record) -> date:
    data = record.data
    for field in ("next_term_ends_on", "until", "term_ends_on"):
        if field in data:
            return date.fromisoformat(data[field])
    raise AssertionError(f"{record.type} sets no term")


class ElectionRule(Rule):
    """A requirement for each term that ends in the year, and for one that ran out before and was not renewed."""

    clause: Election

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({"election"})

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return self.of_subject(facts.unit, facts, day)

    def of_subject(self, subject: str, facts: Facts, day: date) -> list[Requirement]:
        """Return what the terms of *subject* came to."""
        found = []
        for term in terms_of(facts, subject):
            requirement = self._requirement(term, subject, facts, day)
            if requirement is not None:
                found.append(requirement)
        return found

    def _requirement(self, term: Term, unit: str, facts: Facts, day: date) -> Requirement | None:
        due, successor = term.ends_on, term.successor
        if due > self.rubric.ends_on:
            return None
        if successor is not None and successor.day < self.rubric.opens_on:
            return None  # renewed before the year began: nothing of it is left in this year
        if not self.applies(facts, unit, due):
            return Requirement(unit, Status.NOT_APPLICABLE, due, 0, (term.source,), NEVER, term)
        if successor is not None and successor.day <= due:
            if successor.type.startswith("organization."):
                return None  # another date before the term ran out: it was not this term that mattered
            return Requirement(unit, Status.MET, due, 0, (term.source, successor), NEVER, term)
        status = unmet_status(day, due, due)
        return Requirement(unit, status, due, HUNDRED, (term.source,), next_change(day, due), term)

    def thing_of(self, requirement: Requirement) -> Hashable:
        return requirement.due

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        return months_left(day, self.rubric.opens_on, requirement.part.ends_on)

    @property
    def counted_in(self) -> Text:
        return Text("届")

    def part_words(self, requirement: Requirement) -> Text | None:
        return Text("{due} 届满的任期", due=requirement.part.ends_on)

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        words = []
        for requirement in requirements:
            term: Term = requirement.part
            successor = term.successor
            if requirement.status is Status.NOT_APPLICABLE:
                words.append(Text("任期 {due} 届满：{why}", due=term.ends_on, why=NOT_ASKED))
            elif requirement.status is Status.MET and successor is not None:
                words.append(
                    Text("任期 {due} 届满，已于 {day} 换届", due=term.ends_on, day=successor.day)
                    if successor.type == "election.held"
                    else Text("任期 {due} 届满，已于 {day} 经同意延期", due=term.ends_on, day=successor.day)
                )
            elif requirement.status is Status.MISSED:
                words.append(
                    Text(
                        "任期已于 {due} 届满，台账里没有届满前换届或经同意延期的记录；当时办过的，现在补录照样算",
                        due=term.ends_on,
                    )
                )
            else:
                words.append(
                    Text(
                        "任期 {due} 届满，届时须已换届或经同意延期；{deadline}",
                        due=term.ends_on,
                        deadline=by_when(requirement, day),
                    )
                )
        return words or [Text("本年度没有届满的任期")]
