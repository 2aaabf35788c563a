"""通报: the district by exception: who needs help with what, which clauses many units miss. Never a ranking. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ledger.json_object import JsonObject
from projections.year_columns import UnitYear
from rubric.schema import Rubric
from taizhang.documents.reports.dates import long_day, quarter_of
from taizhang.language.i18n import _
from taizhang.language.labels import clause_text, kind_word, work_assessed

CLAUSES_SHOWN = 12
_BANDS = ((Decimal(95), None), (Decimal(90), Decimal(95)), (Decimal(80), Decimal(90)), (None, Decimal(80)))


@dataclass(frozen=True, slots=True)
class Band:
    """How many units have a score between two bounds (the lower included)."""

    label: str
    units: int


@dataclass(frozen=True, slots=True)
class ClauseBar:
    """In how many units a clause is overdue or missed."""

    clause: str
    text: str
    overdue: int
    missed: int

    @property
    def label(self) -> str:
        """What its bar is called."""
        return f"{self.clause} {self.text}"

    @property
    def units(self) -> int:
        """Both together."""
        return self.overdue + self.missed


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that needs help: what can still be made good, and how much is past."""

    unit: str
    name: str
    kind: str
    forecast: str
    score: str
    ceiling: str
    awaiting: str
    overdue: tuple[str, ...]
    behind: int
    missed: int


@dataclass(frozen=True, slots=True)
class Before:
    """What the last bulletin counted: at the end of the quarter before."""

    day: date
    without_overdue: int
    overdue_items: int


def before_of(years: Sequence[UnitYear], day: date) -> Before:
    """Return what was so on *day*, by every unit's year as of it."""
    return Before(
        day,
        sum(not each.overdue for each in years),
        sum(len(each.overdue) for each in years),
    )


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The district on a day."""

    district: str
    rubric_title: str
    year: int
    day: date
    printed_on: date
    units: int
    without_overdue: int
    overdue_items: int
    missed_items: int
    bands: tuple[Band, ...]
    clauses: tuple[ClauseBar, ...]
    lines: tuple[UnitLine, ...]
    before: Before | None = None
    grades: tuple[Band, ...] = ()
    """How many units would get each grade by today's points; none under a rubric without grades."""
    work: str = ""
    """What is assessed: 党建工作, or nothing where the rubric's title does not say so."""

    @property
    def compared(self) -> str:
        """What has changed since the last bulletin; empty for the year's first."""
        if self.before is None:
            return ""
        return _(
            "与上一次（{day}）相比：没有逾期事项的单位由 {fine_then} 个到 {fine} 个，"
            "逾期由 {overdue_then} 项到 {overdue} 项。",
            day=long_day(self.before.day),
            fine_then=self.before.without_overdue,
            fine=self.without_overdue,
            overdue_then=self.before.overdue_items,
            overdue=self.overdue_items,
        )

    @property
    def title(self) -> str:
        """What the bulletin is called."""
        return _(
            "{year} 年第{quarter}季度{work}情况通报",
            year=self.day.year,
            quarter=quarter_of(self.day),
            work=self.work or _("工作"),
        )

    @property
    def opening(self) -> str:
        """How the district stands."""
        return _(
            "截至 {day}，全区 {units} 个直属党组织：{fine} 个没有逾期事项；逾期、还可以补做的共 {overdue} 项；"
            "期限已过、台账里没有记录的共 {missed} 项，当时开展过的，现在补录照样算。",
            day=long_day(self.day),
            units=self.units,
            fine=self.without_overdue,
            overdue=self.overdue_items,
            missed=self.missed_items,
        )


def bulletin(
    board: Sequence[JsonObject],
    shortfalls: Sequence[JsonObject],
    rubric: Rubric,
    *,
    day: date,
    printed_on: date,
    district: str,
    grace_days: int = 0,
    before: Before | None = None,
    grades: Sequence[str] = (),
) -> Bulletin:
    """Return the bulletin; *board* and *shortfalls* are the lists of those two commands, under *rubric*.

    What is missed is told of once it has been for longer than *grace_days*. *before* is what the last one counted;
    *grades* what each unit's points come to today, where the rubric has grades.
    """
    shortfalls = [
        each for each in shortfalls if each["status"] != "missed" or each["days_left"] < -grace_days
    ]
    by_unit: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for each in shortfalls:
        by_unit[each["unit"]].append(each)
    lines = tuple(
        _line(row, by_unit[row["unit"]])
        for row in board
        if any(each["status"] == "overdue" for each in by_unit[row["unit"]])
    )
    return Bulletin(
        district or _("区委教育工委"),
        rubric.title,
        rubric.year,
        day,
        printed_on,
        len(board),
        len(board) - len(lines),
        sum(row["overdue"] for row in board),
        sum(_missed(by_unit[row["unit"]]) for row in board),
        tuple(bands_of([row["forecast"] for row in board])),
        tuple(_bars(shortfalls, rubric)),
        lines,
        before,
        tuple(grade_bands(grades, rubric.grades)),
        work_assessed(rubric),
    )


def grade_bands(grades: Sequence[str], known: Sequence[str]) -> list[Band]:
    """Return how many units have each of the *known* grades, from the best down."""
    return [Band(grade, sum(each == grade for each in grades)) for grade in known]


def bands_of(scores: Sequence[str]) -> list[Band]:
    """Return how many of *scores* (decimal strings) lie in each band."""
    amounts = [Decimal(score) for score in scores]
    return [_band(amounts, lowest, below) for lowest, below in _BANDS]


def _band(scores: Sequence[Decimal], lowest: Decimal | None, below: Decimal | None) -> Band:
    found = sum((lowest is None or score >= lowest) and (below is None or score < below) for score in scores)
    if below is None:
        label = _("{lowest} 分以上", lowest=lowest)
    elif lowest is None:
        label = _("不到 {below} 分", below=below)
    else:
        label = _("{lowest} 至 {below} 分", lowest=lowest, below=below)
    return Band(label, found)


def _bars(shortfalls: Sequence[JsonObject], rubric: Rubric) -> list[ClauseBar]:
    counts: dict[str, Counter[str]] = {}
    worst: dict[tuple[str, str], str] = {}
    for each in shortfalls:
        if each["status"] in ("overdue", "missed"):
            key = each["clause"], each["unit"]
            worst[key] = "missed" if "missed" in (each["status"], worst.get(key)) else "overdue"
    for (clause, _unit), status in worst.items():
        counts.setdefault(clause, Counter())[status] += 1
    clauses = {clause.id: clause for clause in rubric.clauses}
    bars = [
        ClauseBar(
            clause,
            clause_text(clauses[clause].item, rubric.texts[clause]),
            count["overdue"],
            count["missed"],
        )
        for clause, count in counts.items()
        if clause in clauses
    ]
    bars.sort(key=lambda bar: (-bar.units, list(clauses).index(bar.clause)))
    return bars[:CLAUSES_SHOWN]


def _line(row: JsonObject, shortfalls: Sequence[JsonObject]) -> UnitLine:
    overdue = dict.fromkeys(each["clause"] for each in shortfalls if each["status"] == "overdue")
    return UnitLine(
        row["unit"],
        row["name"],
        kind_word(row["kind"]),
        row["forecast"],
        row["score"],
        row["ceiling"],
        row["awaiting"],
        tuple(overdue),
        len({each["clause"] for each in shortfalls if each["status"] == "behind"}),
        _missed(shortfalls),
    )


def _missed(shortfalls: Sequence[dict[str, object]]) -> int:
    """How many clauses have a day without a record."""
    return len({each["clause"] for each in shortfalls if each["status"] == "missed"})


def quarter_before(day: date) -> date:
    """Return the last day of the quarter before that of *day*."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
