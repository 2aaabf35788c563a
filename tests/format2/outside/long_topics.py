"""`long_topics`: activities whose topic is long. No clause of anybody's: it shows that a measure is one file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from ledger.text import Text
from projections.facts import Facts
from projections.requirement import NEVER, Requirement
from projections.rules.measured import NumberRule
from rubric.clauses import Model
from rubric.format2.curves import Worlds
from rubric.format2.measures import Measure, Measured, no_codes


class WordsTerms(Model):
    """Longer topics than `more_than` characters are counted."""

    long_topics: Literal["activity"]
    more_than: int = 10


class WordsRule(NumberRule):
    """Counts activities whose topic is long."""

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({"activity:talk"})

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        found = [
            record
            for record in facts.records("activity:talk")
            if len(record.data["topic"]) > self.clause.terms.more_than
        ]
        now = len(found)
        worlds = Worlds(now, now, 99)
        return [Requirement(facts.unit, self.settled(worlds), None, 0, found, NEVER, self.counted(worlds))]

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        return [Text("{count}", count=len(requirements[0].records))]


MEASURE = Measure(
    key="long_topics",
    terms=WordsTerms,
    counts="题目长的活动",
    counts_en="activities with a long topic",
    sentence="题目过长的每次扣1分",
    line="{long_topics: activity, lose: {each: 1}}",
    events=("activity.held",),
    clause=lambda _terms, common: Measured.model_construct(**common),
    evaluator=WordsRule,
    codes=no_codes,
    shapes=("each", "flat"),
)
