"""`judgement`: nothing is required; only an assessor's decision costs points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.text import Text
from rubric.clauses import Judgement

from ..facts import Facts
from ..requirement import Requirement
from .base import Rule


class JudgementRule(Rule):
    """A clause that people decide, with a reason, and never the program."""

    clause: Judgement

    @property
    def topics(self) -> frozenset[str]:
        return frozenset()

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return []

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        return []
