"""`count`: what is there. So much for each honour, publication or activity, beyond a quota, by level or by outlet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.events.types import types_with_topics
from ledger.text import Text
from rubric.clauses import Code, Day, Model, Tiers
from rubric.format2.curves import BEYOND, Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.format2.terms import FAMILY_OF, Where
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import next_month, number_at_pace
from ..gatherings import counted_once
from ..records import Record, place
from ..requirement import Requirement, Status, next_change
from ..rules.base import listed
from ..rules.measured import MeasuredRule, NumberRule
from ..rules.tiers import TiersRule

SomeCodes = Code | Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]


class CountedTerms(Model):
    """Which records are counted: of one family, one code or several."""

    activity: SomeCodes | None = None
    document: SomeCodes | None = None
    outlet: SomeCodes | None = None
    honor: SomeCodes | None = None
    where: Where = Where()
    window: Annotated[tuple[Day, Day] | None, Field(strict=False)] = None
    scope: Literal["tree", "unit"] = "tree"

    @model_validator(mode="after")
    def _one_family(self) -> CountedTerms:
        if sum(bool(getattr(self, family)) for family in FAMILY_OF) != 1:
            raise PydanticCustomError(
                "one_family", "exactly one of activity, document, outlet, honor is needed"
            )
        return self

    @property
    def family(self) -> str:
        """Which key names the codes."""
        return next(key for key in FAMILY_OF if getattr(self, key))

    @property
    def named(self) -> tuple[str, ...]:
        """The codes."""
        codes = getattr(self, self.family)
        return (codes,) if isinstance(codes, str) else codes


class CountTerms(Model):
    """`beyond`: how many are not counted, because a quota asks for them already."""

    count: CountedTerms
    beyond: Annotated[int, Field(ge=0)] = 0
    reviewed: bool = False
    best_per: Literal["work"] | None = None


class CountTiers(Measured, Tiers):
    """Honours by level or publications by outlet, each reviewed: what format 1 calls tiers."""


class CountClause(Measured):
    """A number of things."""


class CountTiersRule(TiersRule):
    """As `tiers`; in a base item what may still come is in its ceiling."""


class CountRule(NumberRule):
    """Gatherings, publications, documents or honours of the year, each once."""

    clause: CountClause

    @property
    def topics(self) -> frozenset[str]:
        counted = self.clause.terms.count
        return frozenset(f"{counted.family}:{code}" for code in counted.named)

    def _found(self, facts: Facts, day: date) -> list[Record]:
        terms = self.clause.terms
        counted: CountedTerms = terms.count
        start, end = counted.window or (self.rubric.opens_on, self.rubric.ends_on)
        found = {
            record.id: record
            for topic in self.topics
            for record in facts.records(topic)
            if (self._of_year(record) if not counted.window else start <= record.day <= end)
            and (counted.scope == "tree" or record.subject == facts.unit)
            and self._where(record, counted.where, facts)
            and (not terms.reviewed or record.verdict(day) == "accepted")
        }
        return sorted(found.values(), key=place)

    def _of_year(self, record: Record) -> bool:
        if record.type in ("honor.received", "document.filed"):
            return record.for_year == self.rubric.year
        return self.rubric.covers(record.day)

    def _where(self, record: Record, where: Where, facts: Facts) -> bool:
        if where.feature is not None and bool(record.data.get("feature", False)) != where.feature:
            return False
        if where.level is not None:
            level = record.data.get("level")
            if where.level not in (level, self.rubric.level_counts_as.get(level)):  # type: ignore[arg-type]
                return False
        if where.lecturer == "secretary":
            return record.data.get("lecturer") is not None and record.data["lecturer"] == facts.secretary(
                record.day
            )
        return True

    def _things(self, found: Iterable[Record]) -> int:
        works = self.clause.terms.best_per
        things = {
            ("work", record.data["work"]) if works and record.data.get("work") else counted_once(record)
            for record in found
        }
        return len(things)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        found = self._found(facts, day)
        last = self.rubric.closes_on
        beyond: int = self.clause.terms.beyond
        things = self._things(found)
        now = max(things - beyond, 0)
        worlds = Worlds(now, now, BEYOND if day <= last else now)
        status = Status.MET if self.clause.curve.points(now) and self.clause.gains else self.settled(worlds)
        if self.clause.gains and not now and day <= last:
            status = Status.OPEN
        start, end = self.clause.terms.count.window or (self.rubric.opens_on, self.rubric.ends_on)
        comes_to = number_at_pace(self.rubric.forecast, things, day, start, end)
        part = self.counted(worlds, about=(things, comes_to), expected=max(comes_to - beyond, 0))
        turns = next_change(day, last)
        if comes_to != things:
            turns = min(turns, next_month(day))
        return [Requirement(facts.unit, status, None, 0, found, turns, part)]

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        counted = self.clause.terms.count
        families: dict[str, Any] = FAMILY_OF
        names = [Text("“{name}”", name=self.name(families[counted.family], code)) for code in counted.named]
        found = requirements[0].records
        if not found:
            return [Text("{names}：还没有计入的记录", names=names)]
        number = requirements[0].part.worlds.now
        return [Text("{names}：计 {count} 次（{days}）", names=names, count=int(number), days=listed(found))]


def _clause(terms: CountTerms, common: Common) -> Measured:
    curve, counted = common["curve"], terms.count
    plain = common["gains"] and not terms.beyond and not counted.window and counted.where.level is None
    if plain and curve.table is not None and curve.by == "level" and counted.family == "honor":
        return CountTiers.model_construct(
            **{**common, "max": 0},
            honor=counted.named,
            tiers=dict(curve.table),
            best_per_work=terms.best_per == "work",
        )
    if plain and curve.cap is None and counted.family == "outlet" and terms.reviewed:
        points = dict(curve.table) if curve.by == "outlet" else dict.fromkeys(counted.named, curve.each)
        if None not in points.values():
            return CountTiers.model_construct(
                **{**common, "max": 0}, outlet=points, feature=bool(counted.where.feature)
            )
    return CountClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> Any:
    return CountTiersRule(clause, rubric) if isinstance(clause, CountTiers) else CountRule(clause, rubric)


def _codes(terms: CountTerms) -> Codes:
    family = terms.count.family
    for place_, code in enumerate(terms.count.named):
        yield (family, place_), FAMILY_OF[family], code
    if terms.count.where.level:
        yield ("where", "level"), "levels", terms.count.where.level


MEASURE = Measure(
    key="count",
    terms=CountTerms,
    counts=msgid("做到了多少：活动、材料、刊发、荣誉的次数；beyond 以外的部分，或按级别、按媒体分别计"),
    counts_en="what is there: activities, documents, publications, honours; beyond a quota, by level or by outlet",
    sentence="获市、区、局级表彰的优秀项目，分别得2分、1分、0.5分",
    line="{count: {honor: project}, reviewed: true, gain: {table: {city: 2, district: 1, bureau: 0.5}, by: level}}",
    events=types_with_topics("activity", "document", "outlet", "honor"),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
)
__all__ = ["MEASURE", "MeasuredRule"]
