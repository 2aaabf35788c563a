"""汇总表: every unit's year by indicators, of signed figures or of the advice, and says which. Pure.

By unit id; a place stands beside it only where the operator allows ranking. The year's 通报 is made of the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.json_object import JsonObject
from projections.results import Stage
from projections.year_columns import UnitYear
from rubric.amounts import Amount, decimal_text, hundredths
from rubric.schema import Rubric
from taizhang.documents.reports.bulletin import Band, bands_of, grade_bands
from taizhang.documents.reports.dates import long_day
from taizhang.language.i18n import _
from taizhang.language.labels import kind_word, work_assessed
from taizhang.language.result_labels import stage_word


@dataclass(frozen=True, slots=True)
class Column:
    """One indicator."""

    number: int
    title: str
    points: str
    bonus: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: its points by indicator, base, bonus, both together; texts are empty where nothing is signed."""

    unit: str
    name: str
    kind: str
    cells: tuple[str, ...]
    base: str
    bonus: str
    total: str
    grade: str
    place: str
    stage: str
    is_final: bool
    note: str
    """What is to be known of it: that it was signed again after it had been published."""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The table of a district's year."""

    district: str
    rubric_title: str
    year: int
    day: date
    printed_on: date
    signed: bool
    """Whether the figures are those that assessors signed; else the advice, worked out of the records."""
    ranked: bool
    graded: bool
    """Whether the rubric gives grades."""
    work: str
    """What is assessed: 党建工作, or nothing where the rubric's title does not say so."""
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """What the table is called."""
        return _("{year} 年度{work}考核汇总表", year=self.year, work=self.work)

    @property
    def which(self) -> str:
        """Which figures stand in it, and as of when."""
        if not self.signed:
            return _(
                "参考数：按截至 {day} 的记录算得，没有经考核人员签字，不是考核结果。", day=long_day(self.day)
            )
        without = len(self.lines) - len(self.with_figures)
        final = sum(line.is_final for line in self.lines)
        said = _(
            "签定数：截至 {day}，{units} 个单位中已签字 {signed} 个，公示期满已定 {final} 个。",
            day=long_day(self.day),
            units=len(self.lines),
            signed=len(self.with_figures),
            final=final,
        )
        return said + (_("未签字的 {count} 个不填数。", count=without) if without else "")

    @property
    def grade_word(self) -> str:
        """What stands above the grades: advice is named as such."""
        return _("等次") if self.signed else _("参考等次")

    @property
    def with_figures(self) -> list[Line]:
        """The lines that have figures."""
        return [line for line in self.lines if line.total]

    @property
    def mean(self) -> str:
        """The mean of the totals, rounded; empty where there is none."""
        found = [hundredths(line.total) for line in self.with_figures]
        return decimal_text((2 * sum(found) + len(found)) // (2 * len(found))) if found else ""


@dataclass(frozen=True, slots=True)
class YearBulletin:
    """The year's 通报: made of signed figures alone."""

    table: ResultTable
    bands: tuple[Band, ...]
    grades: tuple[Band, ...] = ()
    """How many units got each grade; none under a rubric without grades."""

    @property
    def title(self) -> str:
        """What it is called."""
        return _("{year} 年度{work}考核结果通报", year=self.table.year, work=self.table.work)

    @property
    def lines(self) -> list[Line]:
        """The units whose results are final."""
        return [line for line in self.table.lines if line.is_final]

    @property
    def waiting(self) -> list[Line]:
        """The units whose results are not."""
        return [line for line in self.table.lines if not line.is_final]

    @property
    def opening(self) -> str:
        """How the district's year ended."""
        table = self.table
        return _(
            "{year} 年度全区 {units} 个直属党组织参加考核；截至 {day}，公示期满、结果已定的 {final} 个。",
            year=table.year,
            units=len(table.lines),
            day=long_day(table.day),
            final=len(self.lines),
        )


def result_table(
    years: Sequence[UnitYear],
    rubric: Rubric,
    *,
    signed: bool,
    two_signatures: bool,
    ranked: bool,
    day: date,
    printed_on: date,
    district: str,
) -> ResultTable:
    """Return the table of *years*, the units of a year under *rubric*."""
    totals = [_total(each, signed=signed) for each in years]
    known = sorted((each for each in totals if each is not None), reverse=True)
    lines = [
        _line(each, rubric, total, signed=signed, two_signatures=two_signatures,
              place=str(known.index(total) + 1) if ranked and total is not None else "")
        for each, total in zip(years, totals, strict=True)
    ]  # fmt: skip
    columns = [
        Column(
            number,
            words.title,
            decimal_text(rubric.points_of(number)),
            number in rubric.bonus_indicators,
        )
        for number, words in rubric.words.items()
    ]
    return ResultTable(
        district or _("区委教育工委"),
        rubric.title,
        rubric.year,
        day,
        printed_on,
        signed,
        ranked,
        bool(rubric.grades),
        work_assessed(rubric),
        tuple(columns),
        tuple(lines),
    )


def year_bulletin(table: ResultTable, grades: Sequence[str] = ()) -> YearBulletin:
    """Return the 通报 of a table of signed figures; *grades*: those that the rubric gives."""
    final = [line for line in table.lines if line.is_final]
    by_grade = grade_bands([line.grade for line in final], grades)
    return YearBulletin(table, tuple(bands_of([line.base for line in final])), tuple(by_grade))


def _total(year: UnitYear, *, signed: bool) -> Amount | None:
    if not signed:
        return year.score + year.bonus
    signing = year.result.signing
    return hundredths(signing.data["score"]) + hundredths(signing.data["bonus"]) if signing else None


def _line(
    year: UnitYear,
    rubric: Rubric,
    total: Amount | None,
    *,
    signed: bool,
    two_signatures: bool,
    place: str,
) -> Line:
    stage = year.result.stage(two_signatures=two_signatures)
    signing = year.result.signing
    if signed:
        data: JsonObject = signing.data if signing else {"indicators": [], "score": "", "bonus": ""}
        figures = {each["no"]: each["score"] for each in data["indicators"]}
        base, bonus, grade = data["score"], data["bonus"], data.get("grade", "")
    else:
        figures = {number: decimal_text(points) for number, points in year.figures.items()}
        base, bonus, grade = decimal_text(year.score), decimal_text(year.bonus), year.grade
    return Line(
        year.unit,
        year.name,
        kind_word(year.kind),
        tuple(figures.get(number, "") for number in rubric.words),
        base,
        bonus,
        "" if total is None else decimal_text(total),
        grade,
        place,
        stage_word(stage),
        stage is Stage.FINAL,
        _("公示后改签") if year.result.changed_since else "",
    )
