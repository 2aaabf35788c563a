"""`condition`: met when the latest declaration of the year is yes or not applicable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import Condition

from ..facts import Facts
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from .base import NOT_ASKED, Rule, by_when


class ConditionRule(Rule):
    """One requirement for all the clause's conditions together."""

    clause: Condition

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(f"condition:{code}" for code in self.clause.all_of)

    def _latest(self, code: str, facts: Facts) -> Record | None:
        declarations = facts.records(f"condition:{code}")
        return next((record for record in reversed(declarations) if self.rubric.covers(record.day)), None)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        latest = {code: self._latest(code, facts) for code in self.clause.all_of}
        holds = {"yes", "not_applicable"} if self.clause.allow_not_applicable else {"yes"}
        lacking = tuple(
            code for code, record in latest.items() if record is None or record.data["value"] not in holds
        )
        records = tuple(record for record in latest.values() if record is not None)
        due = self.rubric.ends_on
        if not self.applies(facts, facts.unit, due):
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, due, 0, records, NEVER, lacking)]
        if not lacking:
            return [Requirement(facts.unit, Status.MET, due, 0, records, NEVER, lacking)]
        status = unmet_status(day, due, due)
        missing = len(lacking) * HUNDRED
        return [Requirement(facts.unit, status, due, missing, records, next_change(day, due), lacking)]

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        if requirement.status is Status.NOT_APPLICABLE:
            return [NOT_ASKED]
        if requirement.status is Status.MET:
            return [
                Text(
                    "“{name}”已申报{value}（{day}）",
                    name=self.name("conditions", record.data["condition"]),
                    value=Text("做到") if record.data["value"] == "yes" else Text("不适用"),
                    day=record.day,
                )
                for record in requirement.records
            ]
        names = [Text("“{name}”", name=self.name("conditions", code)) for code in requirement.part]
        return [Text("尚未申报做到：{names}；{deadline}", names=names, deadline=by_when(requirement, day))]
