"""`tiers`: bonus points for each honour by its level, or for each publication by its outlet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.clauses import Tiers

from ..facts import Facts
from ..forecast import Ratio, half_up
from ..records import Record, place
from ..requirement import NO_LOSS, Loss, Requirement
from .base import SHOWN_AT_MOST, Rule, inside_quotes


class TiersRule(Rule):
    """Accepted items earn; items not returned are claimed. Points never become a loss."""

    clause: Tiers

    @property
    def topics(self) -> frozenset[str]:
        honors = {f"honor:{code}" for code in self.clause.honor}
        return frozenset(honors | {f"outlet:{code}" for code in self.clause.outlet})

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return []

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        return NO_LOSS

    def items(self, facts: Facts) -> list[Record]:
        """Return the year's items that count (returned ones are not among facts), by day and sequence."""
        found = [
            record
            for topic in self.topics
            for record in facts.records(topic)
            if self._year_of(record) == self.rubric.year
            and (not self.clause.feature or record.data.get("feature", False))
        ]
        return sorted(found, key=place)

    @staticmethod
    def _year_of(item: Record) -> int:
        return item.for_year if item.type == "honor.received" else item.day.year

    def value(self, item: Record) -> Amount:
        """Return what one item is worth, in hundredths."""
        if item.type == "publication.made":
            return self.clause.outlet[item.data["outlet"]]
        return self.rubric.tier(item.data["level"], self.clause.tiers)

    def points(self, items: Iterable[Record]) -> Amount:
        """Return the sum over *items*; those that share a work count once, at the best level."""
        total: Amount = 0
        best: dict[str, Amount] = {}
        for item in items:
            value = self.value(item)
            work = item.data.get("work") if self.clause.best_per_work else None
            if work is None:
                total += value
            else:
                best[work] = max(value, best.get(work, 0))
        return total + sum(best.values())

    def accepted(self, items: Iterable[Record], day: date) -> list[Record]:
        """Return the items whose latest review by *day* accepts them."""
        return [item for item in items if item.verdict(day) == "accepted"]

    def expected(self, accepted: Amount, claimed: Amount, day: date) -> Amount:
        """Return the points expected: what is accepted, and of what waits for review the share that is supposed."""
        if claimed <= accepted or day > self.rubric.judged_until:
            return accepted
        share = self.rubric.forecast.accepted
        return accepted + half_up(Ratio(int((claimed - accepted) * share), HUNDRED))

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        items = self.items(facts)
        if not items:
            return [Text("没有申报")]
        accepted = {item.id for item in self.accepted(items, day)}
        named = [
            Text(
                "“{title}” {points} 分（{state}）",
                title=inside_quotes(item.data["title"]),
                points=decimal_text(self.value(item)),
                state=Text("已认定") if item.id in accepted else Text("待审核"),
            )
            for item in items[:SHOWN_AT_MOST]
        ]
        words = [Text("{named}", named=named)]
        if len(items) > SHOWN_AT_MOST:
            words = [Text("{named}等 {count} 项", named=named, count=len(items))]
        works = [work for item in items if (work := item.data.get("work")) is not None]
        if self.clause.best_per_work and len(set(works)) < len(works):
            words.append(Text("同一成果多次获奖的，只按最高一次计"))
        return words
