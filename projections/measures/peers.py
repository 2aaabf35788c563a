"""`peers`: standing among units: a place, a share of the mean, a share of the best.

Worked out in a second stage, over what the first gave for every unit (`projections.peers`): until that is there the
clause waits, and spans all places.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from ledger.text import Text
from rubric.amounts import Amount
from rubric.clauses import Model
from rubric.format2.curves import BEYOND, Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..compared import Compared
from ..facts import Facts
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change
from ..rules.measured import NumberRule, nested, number_words
from .nested import Inner, Nested


class PeersTerms(Model):
    """`group`: among the units of the same group only."""

    peers: Nested
    take: Literal["place", "mean", "share_of_best"] = "place"
    group: bool = False


class PeersClause(Measured):
    """Standing among units."""


class PeersRule(NumberRule):
    """`place`: 1 + how many are better; `mean`, `share_of_best`: in per cent of the mean or of the best."""

    clause: PeersClause

    def __init__(self, clause: PeersClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        inner: Inner = clause.terms.peers
        self.inner = nested(self, inner.terms, inner.measure, inner.measure.key)

    @property
    def topics(self) -> frozenset[str]:
        topics: frozenset[str] = self.inner.topics
        return topics | {"peers"}

    def own(self, facts: Facts, day: date) -> tuple[Worlds | None, date]:
        """Return the first stage: the unit's own number (None: it has none), and from when on it may be another."""
        return self._own(self.inner.requirements(facts, day))

    def _own(self, requirements: Sequence[Requirement]) -> tuple[Worlds | None, date]:
        turns = min((each.changes_on for each in requirements), default=NEVER)
        if not requirements or requirements[0].status is Status.NOT_APPLICABLE:
            return None, turns
        worlds: Worlds = self.inner.numbers(requirements)
        return worlds, turns

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        inner = self.inner.requirements(facts, day)
        records = [record for each in inner for record in each.records]
        own, turns = self._own(inner)
        if own is None:
            part = self.counted(Worlds(0, 0, 0))
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, None, 0, records, turns, part)]
        compared = facts.peers.get(self.clause.id) if facts.peers is not None else None
        last = self.rubric.judged_until
        # Compared or not, it is looked at again on the same days: what is kept of either can stand for the other.
        turns = min(turns, next_change(day, last))
        return [self.requirement(facts.unit, compared, records, turns, waits=day <= last)]

    def requirement(
        self, unit: str, compared: Compared | None, records: list[Record], turns: date, *, waits: bool
    ) -> Requirement:
        """Return the second stage: what is asked of a unit that stands where *compared* says; None: not known."""
        if compared is None:
            wide = Worlds(BEYOND, 1, BEYOND) if self.clause.terms.take == "place" else Worlds(0, 0, BEYOND)
            status = Status.AWAITING if waits else Status.MET
            return Requirement(unit, status, None, 0, records, turns, self.counted(wide, known=False))
        part = self.counted(compared.worlds, about=compared.among)
        return Requirement(unit, self.settled(compared.worlds), None, 0, records, turns, part)

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        if requirement.status is Status.NOT_APPLICABLE:
            return [Text("没有可以比较的数")]
        part = requirement.part
        if not part.known:
            return [Text("要与其他单位比较，名次还没有算出")]
        named: dict[str, Any] = {"day": min(day, self.rubric.judged_until), "count": part.about}
        if self.clause.terms.take == "place":
            place = int(part.worlds.now)
            return [Text("按 {day} 各单位情况，在 {count} 个单位中列第 {place} 名", place=place, **named)]
        number = number_words(part.worlds.now)
        if self.clause.terms.take == "mean":
            return [Text("按 {day} 各单位情况，是 {count} 个单位平均数的 {number}%", number=number, **named)]
        return [Text("按 {day} 各单位情况，是 {count} 个单位中最高的 {number}%", number=number, **named)]


def percent(number: Amount, of: Amount) -> Amount:
    """Return *number* in per cent of *of*; all of it where there is nothing."""
    return Fraction(number) * 100 / of if of > 0 else Fraction(100)


def _clause(terms: PeersTerms, common: Common) -> Measured:
    return PeersClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return PeersRule(clause, rubric)


def _codes(terms: PeersTerms) -> Codes:
    inner: Inner = terms.peers
    yield from (((inner.measure.key, *path), family, code) for path, family, code in inner.codes())


MEASURE = Measure(
    key="peers",
    terms=PeersTerms,
    counts=msgid("在各单位中的位置：名次（place）、相当于平均数或第一名的百分之几（mean、share_of_best）"),
    counts_en="standing among units: the place, or per cent of the mean or of the best",
    sentence="在全市排名1-5名的依次赋予20、19、18、17、16分",
    line="{peers: {figure: posts}, take: place, gain: {table: {1: 20, 2: 19, 3: 18, 4: 17, 5: 16}, by: place}}",
    events=("figure.reported",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("table", "share", "below", "above"),
)
