"""The closed part of a rubric: the rule kinds a clause can have, each with its parameters.

The models say what a clause asks for; `projections/rules` holds one evaluator for each. Keys are those of the
clause sheet (contract §5), and every amount is kept in hundredths.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from .amounts import hundredths
from .periods import PeriodKind

UnitKind = Literal["committee", "general_branch", "branch"]
Level = Literal["national", "province", "city", "district", "bureau"]
Scope = Literal["tree", "unit", "each_branch"]
Advice = Literal["late_answers", "transfers", "without_evidence", "late_entries", "monthly_spread"]


def _points(value: Any) -> Any:
    try:
        return hundredths(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("points", "a number with at most two decimals is needed") from None


def _day(value: Any) -> Any:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a date such as YYYY-MM-DD is needed")


Points = Annotated[int, BeforeValidator(_points), Field(ge=0)]
Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
EventType = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z]+$", max_length=64)]
SameAs = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}/[0-9]{1,3}\.[0-9]{1,3}$")]
"""A clause of another rubric: ``RUBRIC/CLAUSE``."""
LeadDays = Annotated[tuple[Annotated[int, Field(ge=0, le=365)], ...], Field(strict=False)]


class Model(BaseModel):
    """Frozen, and nothing unknown passes: a misspelt key is a mistake, not a comment."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True, defer_build=True
    )


class Marked(Model):
    """Something that may be bound to its year, and in a draft may wait for a person to decide."""

    tied_to_year: str | None = None
    decide: str | None = None


class Need(Model):
    """Which records satisfy something, and by when. Exactly one of the four code families is named."""

    activity: Code | None = None
    document: Code | None = None
    outlet: Code | None = None
    honor: Code | None = None
    lecturer: Literal["secretary"] | None = None
    feature: bool | None = None
    for_year: bool = False
    window: Annotated[tuple[Day, Day] | None, Field(strict=False)] = None
    n: Annotated[int, Field(ge=1)] = 1
    expected_by: Day | None = None
    due: Day | None = None
    final: Day | None = None

    @model_validator(mode="after")
    def _one_family(self) -> Need:
        named = [family for family in ("activity", "document", "outlet", "honor") if getattr(self, family)]
        # Study hours are summed over all activities, so a total may name no code at all.
        if len(named) > 1 or (not named and not isinstance(self, Total)):
            raise PydanticCustomError(
                "one_family", "exactly one of activity, document, outlet, honor is needed"
            )
        return self


class ClauseBase(Marked):
    """What every clause has, whatever its rule. `text` may be left out where it repeats the clause before it."""

    id: Annotated[str, Field(pattern=r"^[0-9]{1,3}\.[0-9]{1,3}$")]
    points: Points
    max: Points = 0
    text: str = ""
    item: str | None = None
    reading: str | None = None
    suggested: Points | None = None
    lead_days: Annotated[LeadDays | None, Field(strict=False)] = None
    """How many days before it is due or expected reminders are written; None: as the rubric's head says."""
    same_as: SameAs | None = None
    """The clause of a superior's rubric that asks the same: figures of the two may be put together."""

    @property
    def indicator(self) -> int:
        """The number of the indicator the clause belongs to."""
        return int(self.id.partition(".")[0])


class Once(ClauseBase, Need):
    """At least n matching records in the window."""

    rule: Literal["once"]
    scope: Scope = "tree"
    unit_counts: bool = False
    """Under `each_branch`: what the whole unit did with all its members counts for every branch."""


class Award(ClauseBase, Need):
    """Points inside the base that are earned rather than lost."""

    rule: Literal["award"]
    scope: Literal["tree", "unit"] = "tree"


class AllOf(ClauseBase):
    """Several needs, one loss."""

    rule: Literal["all_of"]
    needs: Annotated[tuple[Need, ...], Field(min_length=1, strict=False)]
    scope: Literal["tree", "unit"] = "tree"


class EveryPeriod(ClauseBase):
    """Something in each month, quarter or half; each missed period loses `per_miss`, up to the maximum."""

    rule: Literal["every_period"]
    period: PeriodKind
    activity: Code
    per_miss: Points
    scope: Scope = "tree"
    applies_if: Literal["has_committee", "has_groups"] | None = None
    attended_by: Literal["every_leader"] | None = None
    unit_counts: bool = False
    """Under `each_branch`: what the whole unit did with all its members counts for every branch."""


class Total(ClauseBase, Need):
    """A sum or count against a threshold, all or nothing."""

    rule: Literal["total"]
    measure: Literal["study_hours", "count"]
    threshold: Points | dict[UnitKind, Points] | Literal["target_sessions"]
    target_document: Code = "volunteer_plan"  # the one document that carries target_sessions (contract §3)
    per: Literal["member"] | None = None
    pace: bool = False
    prorate: bool = False
    """A unit registered in the year owes the months' share of the threshold."""
    scope: Literal["tree", "unit"] = "tree"


class EachItem(ClauseBase):
    """Each request or finding on its own."""

    rule: Literal["each_item"]
    item: Literal["request", "finding"]
    per_miss: Points
    due: Literal["due_on"] = "due_on"
    final: Literal["closing", "due_on"] = "due_on"


class Condition(ClauseBase):
    """Declared conditions, all of which must hold (or, where that is allowed, be declared not applicable)."""

    rule: Literal["condition"]
    all_of: Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]
    allow_not_applicable: bool = True


class Election(ClauseBase):
    """The term in force must be renewed, or its end postponed with approval, before it runs out."""

    rule: Literal["election"]
    scope: Literal["unit"] = "unit"


class Evidence(Model):
    """Records of the year that are laid before whoever judges; they move no point."""

    activities: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    documents: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    types: Annotated[tuple[EventType, ...], Field(strict=False)] = ()


class Judgement(ClauseBase):
    """An assessor's decision only; `evidence` and `advice` are what he is shown."""

    rule: Literal["judgement"]
    evidence: Evidence = Evidence()
    advice: Annotated[tuple[Advice, ...], Field(strict=False)] = ()


class Tiers(ClauseBase):
    """Bonus points for each honour by its level, or for each publication by its outlet."""

    rule: Literal["tiers"]
    honor: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    tiers: dict[Level, Points] = Field(default_factory=dict)
    outlet: dict[Code, Points] = Field(default_factory=dict)
    best_per_work: bool = False
    feature: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Tiers:
        if bool(self.honor) == bool(self.outlet) or bool(self.honor) != bool(self.tiers):
            raise PydanticCustomError("tiers_source", "either honor with tiers or outlet is needed")
        return self


Clause = Annotated[
    Once | Award | AllOf | EveryPeriod | Total | EachItem | Condition | Election | Judgement | Tiers,
    Field(discriminator="rule"),
]
