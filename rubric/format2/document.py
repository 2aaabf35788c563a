"""The shape of a file of format 2: its head, its nodes, its result, its examples."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ..clauses import Code, Day, LeadDays, Marked, Model, SameAs
from ..schema import ForecastTerms
from .curves import FinePoints, Number
from .terms import For, Kind


def _place(value: Any) -> Any:
    # The keys of a file are text.
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


Place = Annotated[int, BeforeValidator(_place)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ItemId = Annotated[int, Field(ge=1, le=999)]


class NamedCode(Model):
    """A code's name, and other words that sheets and searches know it by."""

    name: Name
    also: Annotated[tuple[Name, ...], Field(strict=False)] = ()


class CodeNames(Model):
    """The codes by family; each a name, or a name with others."""

    activities: dict[Code, Name | NamedCode] = Field(default_factory=dict)
    documents: dict[Code, Name | NamedCode] = Field(default_factory=dict)
    outlets: dict[Code, Name | NamedCode] = Field(default_factory=dict)
    honors: dict[Code, Name | NamedCode] = Field(default_factory=dict)
    conditions: dict[Code, Name | NamedCode] = Field(default_factory=dict)


class NamedPeriod(Model):
    """One stretch of days with a name: a semester, a report window."""

    model_config = ConfigDict(populate_by_name=True)

    name: Name
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class LevelTerms(Model):
    """One level of honours, from the highest down."""

    code: Code
    name: Name
    counts_as: Code | None = None


class FigureTerms(Model):
    """A number that is reported: its name, its unit, its least and most, who reports it, and by when."""

    name: Name
    unit: str = ""
    min: Number = 0
    max: Number | None = None
    who: Literal["unit", "assessor"] = "unit"
    due: Day | None = None


class CaseTerms(Model):
    """A confirmed fault or merit; points: from so many to so many, where each has its own."""

    name: Name
    points: Annotated[tuple[FinePoints, FinePoints] | None, Field(strict=False)] = None


class RatingTerms(Model):
    """What raters give: letters with what they count for, or numbers from so many to so many."""

    name: Name
    scale: dict[Any, Number] | Annotated[tuple[Number, Number], Field(strict=False)]
    who: Literal["unit", "assessor"] = "assessor"
    due: Day | None = None

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the most that it can be."""
        numbers = list(self.scale.values()) if isinstance(self.scale, dict) else list(self.scale)
        return min(numbers), max(numbers)


class Spill(Model):
    """What goes on being lost beyond an item's own points: from `after` points of loss on, at most `points`."""

    after: FinePoints | None = None
    points: FinePoints


class Head(Marked):
    """Everything that stands beside `of`."""

    model_config = ConfigDict(populate_by_name=True)

    format: Literal[2]
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
    version: Annotated[int, Field(ge=1)] = 1
    year: Annotated[int, Field(ge=1950, le=2999)]
    title: Name
    reading: str | None = None
    period: Annotated[tuple[Day, Day] | None, Field(strict=False)] = None
    closes_on: Day
    judged_until: Day | None = None
    newcomer_days: Annotated[int, Field(ge=0, le=366)] = 0
    lead_days: LeadDays = (14, 5, 1)
    meant: For | None = Field(default=None, alias="for")
    main: bool = True
    periods: dict[Code, Annotated[tuple[NamedPeriod, ...], Field(min_length=1, strict=False)]] = Field(
        default_factory=dict
    )
    levels: Annotated[tuple[LevelTerms, ...], Field(strict=False)] = ()
    kinds: dict[Kind, Name] = Field(default_factory=dict)
    roles: dict[Code, Name] = Field(default_factory=dict)
    tags: dict[Code, Name] = Field(default_factory=dict)
    groups: dict[Code, Name] = Field(default_factory=dict)
    categories: dict[Code, Name] = Field(default_factory=dict)
    codes: CodeNames = CodeNames()
    figures: dict[Code, FigureTerms] = Field(default_factory=dict)
    cases: dict[Code, CaseTerms] = Field(default_factory=dict)
    ratings: dict[Code, RatingTerms] = Field(default_factory=dict)
    forecast: ForecastTerms = ForecastTerms()
    points: FinePoints | None = None
    round: Literal["exact", "half_up", 2, 1, 0] = "exact"
    """To how many decimals every item's points are rounded (half up) before they are added; `half_up`: to two."""

    @property
    def decimals(self) -> int | None:
        """To how many decimals items are rounded; None: not at all."""
        if self.round == "exact":
            return None
        return 2 if self.round == "half_up" else self.round


class NodeTerms(Marked):
    """What an item says beside what it is made of."""

    model_config = ConfigDict(populate_by_name=True)

    id: ItemId | Name | None = None
    title: str = ""
    content: str = ""
    criteria: str = ""
    text: str = ""
    points: FinePoints | None = None
    start: Literal["full", "zero"] = "full"
    combine: Literal["sum", "weighted", "mean", "max"] = "sum"
    weight: Number = 1
    cap: FinePoints | None = None
    floor: FinePoints = 0
    spill: Spill | None = None
    meant: For | None = Field(default=None, alias="for")
    otherwise: Literal["drop", "full", "rescale"] = Field(default="drop", alias="else")
    bonus: bool = False
    scored_by: Name | None = None
    """The office that scores it."""
    reading: str | None = None
    lead_days: Annotated[LeadDays | None, Field(strict=False)] = None


class RuleTerms(Marked):
    """What a rule says beside its measure and its curve."""

    id: Annotated[str, Field(pattern=r"^[0-9]{1,3}\.[0-9]{1,3}$")] | None = None
    text: str = ""
    item: str | None = None
    reading: str | None = None
    lead_days: Annotated[LeadDays | None, Field(strict=False)] = None
    same_as: SameAs | None = None


class Example(Model):
    """What a file says of itself: these events, seen on that day, come to this."""

    name: Name
    unit: dict[str, Any] = Field(default_factory=dict)
    events: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = ()
    as_of: Day
    expect: Annotated[dict[Any, Any], Field(min_length=1)]


class TestTerms(Model):
    """When a grade is held down: below or above a number, and to which grade at most."""

    below: Number | None = None
    above: Number | None = None
    grade: Name

    @model_validator(mode="after")
    def _one_side(self) -> TestTerms:
        if (self.below is None) == (self.above is None):
            raise PydanticCustomError("one_side", "either below or above is needed")
        return self


class ResultTerms(Model):
    """What the points come to: grades by points, what holds a grade down, how many may have one, what a place earns."""

    grades: Annotated[
        tuple[Annotated[tuple[str, Number], Field(strict=False)], ...], Field(strict=False)
    ] = ()
    at_most: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = ()
    quotas: Annotated[
        tuple[Annotated[tuple[str, Number], Field(strict=False)], ...], Field(strict=False)
    ] = ()
    group: bool = False
    prizes: dict[Place, Number] = Field(default_factory=dict)
    """By place: what it earns."""

    @model_validator(mode="after")
    def _falling(self) -> ResultTerms:
        ends = [start for _, start in self.grades]
        if ends != sorted(set(ends), reverse=True):
            raise PydanticCustomError("grades_fall", "grades go from the best down")
        prizes = list(self.prizes.values())
        if (
            any(place < 1 for place in self.prizes)
            or list(self.prizes) != sorted(self.prizes)
            or prizes != sorted(prizes, reverse=True)
        ):
            raise PydanticCustomError("prizes_fall", "prizes go from the first place down")
        return self


def year_of(year: int, period: tuple[date, date] | None) -> tuple[date, date]:
    """Return the first and last day of a rubric year."""
    return period or (date(year, 1, 1), date(year, 12, 31))
