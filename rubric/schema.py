"""A rubric as data: sections, indicators, clauses and the codes it speaks of.

The shape only. What has to agree between the parts (sums of points, references, dates) is in `check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, cast

from pydantic import Field, PrivateAttr

from .amounts import Amount
from .clauses import Clause, ClauseBase, Day, LeadDays, Level, Marked, Model, Points, Total
from .codes_used import Family, codes_used

FAMILIES: tuple[Family, ...] = ("activities", "documents", "outlets", "honors", "conditions")
ForecastRule = Literal[
    "once", "all_of", "award", "every_period", "count", "study_hours", "each_item", "condition", "election"
]
LEVELS: tuple[Level, ...] = ("national", "province", "city", "district", "bureau")


class Section(Marked):
    """A numbered block of indicators with the points the source prints for it."""

    title: str
    points: Points
    indicators: Annotated[tuple[int, ...], Field(min_length=1, strict=False)]
    bonus: bool = False


class Indicator(Marked):
    """An indicator's words: short title, 考核内容 and 评分标准, as the source has them."""

    no: Annotated[int, Field(ge=1)]
    title: str
    content: str = ""
    criteria: str = ""


class Codes(Model):
    """The Chinese name of every code, by family."""

    activities: dict[str, str] = Field(default_factory=dict)
    documents: dict[str, str] = Field(default_factory=dict)
    outlets: dict[str, str] = Field(default_factory=dict)
    honors: dict[str, str] = Field(default_factory=dict)
    conditions: dict[str, str] = Field(default_factory=dict)


Month = Annotated[int, Field(ge=1, le=24)]


class ForecastTerms(Model):
    """What the forecast supposes (see `projections.forecast`); every number with at most two decimals.

    kept, broken: how many things a unit of which nothing is known yet is supposed to have satisfied and missed.
    weights: by rule, how readily its things are missed, beside others; 1 where nothing is said.
    clause_weights: the same for single clauses, where one is known to be missed oftener or less often.
    lagging: how much of a miss it is to be behind or overdue.
    usual: by clause, the first and last month in which it is usually done (13 is the next January). Where nothing is
    said, all of its months up to `expected_by`, and from December on for what is due after the year's end.
    late: how much of the room that is left later is room at all, once those months are over.
    head_start, pace_from, pace_to: of totals, in shares of the year's threshold.
    on_pace, short: how much of a thing satisfied it is to be with a total where its line is, and how much of a miss to
    have nothing of it.
    goes_on: how much of its pace until now a number that earns is supposed to keep for the rest of the year.
    supposed: of a number that is not known yet, the share of what it can bring that it is supposed to bring.
    accepted: the share of claimed points still under review that is supposed to be accepted.
    """

    kept: Points = 3000
    broken: Points = 100
    weights: dict[ForecastRule, Points] = Field(default_factory=dict)
    clause_weights: dict[str, Points] = Field(default_factory=dict)
    lagging: Points = 50
    late: Points = 20
    usual: dict[str, Annotated[tuple[Month, Month], Field(strict=False)]] = Field(default_factory=dict)
    head_start: Points = 10
    pace_from: Points = 70
    pace_to: Points = 110
    on_pace: Points = 0
    short: Points = 0
    goes_on: Annotated[Points, Field(le=100)] = 50
    supposed: Annotated[Points, Field(le=100)] = 80
    accepted: Annotated[Points, Field(le=100)] = 90

    def weight(self, rule: str, clause: str) -> int:
        """Return the weight of a clause under *rule* (judgements have none), in hundredths."""
        weights: Mapping[str, int] = cast("Mapping[str, int]", self.weights)
        own = self.clause_weights.get(clause)
        return own if own is not None else weights.get(rule, 100)


class Rubric(Model):
    """One version of one year's rubric."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
    version: Annotated[int, Field(ge=1)] = 1
    year: Annotated[int, Field(ge=1950, le=2999)]
    title: str
    closes_on: Day
    judged_until: Day = Field(default_factory=lambda read: read["closes_on"])
    """The last day of which a judgement counts; where the file names none, the closing day."""
    newcomer_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Who or what has been there for fewer days by the end of a period owes nothing for it."""
    lead_days: LeadDays = (14, 5, 1)
    """How many days before something is due or expected somebody is told, where its clause says nothing else."""
    level_counts_as: dict[Level, Level] = Field(default_factory=dict)
    forecast: ForecastTerms = ForecastTerms()
    sections: Annotated[tuple[Section, ...], Field(min_length=1, strict=False)]
    indicators: Annotated[tuple[Indicator, ...], Field(strict=False)] = ()
    codes: Codes = Codes()
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1, strict=False)]

    _file: bytes = PrivateAttr(default=b"")
    _made_from: Rubric | None = PrivateAttr(default=None)
    _beside: bool = PrivateAttr(default=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 (hex) of the file that it was read from; empty for one that was not."""
        return sha256(self._file).hexdigest() if self._file and not self.is_provisional else ""

    @property
    def file(self) -> bytes:
        """The content of the file that it was read from; empty for one that was not."""
        return self._file

    def remember_file(self, content: bytes) -> None:
        """Keep the *content* of its file."""
        self._file = content

    @property
    def meant(self) -> Any:
        """Whom it assesses (`format2.terms.For`); None: every unit."""
        return None

    @property
    def only_beside(self) -> bool:
        """Whether it can only be scored beside another; a file of format 1 never says so."""
        return False

    @property
    def is_beside(self) -> bool:
        """Whether it is scored beside the main rubric of its year: what names no rubric is not about it."""
        return self._beside

    def beside(self) -> Rubric:
        """Return the same rubric as one that is scored beside the main one."""
        made = self.model_copy()
        made._beside = True
        return made

    @property
    def is_provisional(self) -> bool:
        """Whether nobody has installed it: it stands in for the year's own (contract §6)."""
        return self._made_from is not None

    @property
    def made_from(self) -> Rubric | None:
        """The earlier rubric that a provisional one was made from; None of one that is installed."""
        return self._made_from

    def mark_provisional(self, earlier: Rubric) -> None:
        """Say that it stands in for a year's rubric and was made from *earlier*."""
        self._made_from = earlier

    @property
    def opens_on(self) -> date:
        """The first day of the rubric year."""
        return date(self.year, 1, 1)

    @property
    def ends_on(self) -> date:
        """The last day of the rubric year; what is due without a date of its own is due then."""
        return date(self.year, 12, 31)

    def covers(self, day: date) -> bool:
        """Whether *day* lies in the rubric year."""
        return self.opens_on <= day <= self.ends_on

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of honours, from the highest down."""
        return LEVELS

    def is_by_office(self, clause: ClauseBase) -> bool:
        """Whether *clause* rests on nothing but what the office records: a unit can do nothing about it by itself."""
        return False

    @property
    def grades(self) -> tuple[str, ...]:
        """What its result calls the points, from the best down; none where it has no grades."""
        return ()

    @property
    def half_on(self) -> date:
        """The last day of the rubric year's first half."""
        return date(self.year, 6, 30)

    @property
    def label(self) -> str:
        """`id@version`, the name a scorecard and a kept row carry."""
        return f"{self.id}@{self.version}"

    @property
    def basis(self) -> str:
        """What a kept row rests on: the label, and of a provisional rubric also that of the one it was made from."""
        return f"{self.label}<{self._made_from.label}" if self._made_from else self.label

    @cached_property
    def bonus_indicators(self) -> frozenset[int]:
        """The numbers of the indicators whose points come on top of the base."""
        return frozenset(no for section in self.sections if section.bonus for no in section.indicators)

    @cached_property
    def indicator_clauses(self) -> dict[int, tuple[Clause, ...]]:
        """Each indicator's clauses, by indicator number, in the order of the sections."""
        return {
            no: tuple(clause for clause in self.clauses if clause.indicator == no)
            for section in self.sections
            for no in section.indicators
        }

    @cached_property
    def words(self) -> dict[int, Indicator]:
        """The words of every indicator; a file without them shows its first clause's text as the title."""
        given = {indicator.no: indicator for indicator in self.indicators}
        for no, clauses in self.indicator_clauses.items():
            if no not in given and clauses:
                given[no] = Indicator(no=no, title=clauses[0].text)
        return given

    @cached_property
    def texts(self) -> dict[str, str]:
        """Each clause's words by id; a clause without words repeats the one before it in its indicator."""
        texts: dict[str, str] = {}
        for clauses in self.indicator_clauses.values():
            last = ""
            for clause in clauses:
                last = clause.text or last
                texts[clause.id] = last
        return texts

    def points_of(self, indicator: int) -> int:
        """The full points of an indicator, in hundredths."""
        return self.indicator_clauses[indicator][0].points

    def tier(self, level: str, tiers: Mapping[Any, Amount]) -> Amount:
        """Return the points (hundredths) that an honour of *level* earns in *tiers*.

        `level_counts_as` decides first; a level that still has no tier of its own counts as the nearest lower
        one that has, and as nothing when there is none.
        """
        counted = self.level_counts_as.get(level, level) if level not in tiers else level  # type: ignore[call-overload]
        if counted not in self.levels:
            return 0
        return next((tiers[low] for low in self.levels[self.levels.index(counted) :] if low in tiers), 0)

    @cached_property
    def code_names(self) -> dict[Family, dict[str, str]]:
        """Every code the rubric names or uses, with its Chinese name (the code itself where none is given)."""
        names: dict[Family, dict[str, str]] = {
            family: dict(getattr(self.codes, family)) for family in FAMILIES
        }
        for family, code in self._used():
            names[family].setdefault(code, code)
        return names

    @cached_property
    def target_documents(self) -> frozenset[str]:
        """The documents that may carry `target_sessions`."""
        return frozenset(
            clause.target_document
            for clause in self.clauses
            if isinstance(clause, Total) and clause.threshold == "target_sessions"
        )

    def _used(self) -> Iterator[tuple[Family, str]]:
        for clause in self.clauses:
            for _, family, code in codes_used(clause):
                yield family, code
