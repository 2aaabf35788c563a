"""The sheet on which a unit's year is signed: what is computed, what is to be signed, what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.event import ClientEvent
from ledger.json_object import JsonObject
from ledger.problem import Problem
from ledger.text import Text
from projections.records import Record
from projections.scorecard import Scorecard
from projections.signing import signed
from projections.year_columns import UnitYear
from projections.year_table import unit_year
from rubric.amounts import Amount, decimal_text, hundredths
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current
from taizhang.web.http import make_events as making
from taizhang.web.pages.review.unit_view import card_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator: its points in full, as computed, and as typed (decimal strings)."""

    no: int
    title: str
    points: str
    advice: str
    typed: str
    bonus: bool
    problem: Text | None = None

    @property
    def differs(self) -> bool:
        """Whether another figure is to be signed than was computed."""
        return self.problem is None and hundredths(self.typed) != hundredths(self.advice)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be signed, and what it rests on."""

    unit: str
    name: str
    rubric: Rubric
    as_of: str
    total: dict[str, str]
    """The computed totals, as a scorecard shows them."""
    figures: list[Figure]
    position: int
    """The ledger's last sequence when this was computed."""
    last: int
    """That of the unit."""
    open: list[str]
    """What is not settled yet, in words."""
    standing: Record | None
    score: str
    """The sum to be signed, without bonus, as the rubric adds up."""
    bonus: str
    """The bonus to be signed."""
    grade_advice: str = ""
    """What the computed points come to, under a rubric with grades."""
    grade_because: tuple[str, ...] = ()
    """Why, in words."""
    grade: str = ""
    """The grade to be signed."""

    @property
    def differs(self) -> bool:
        """Whether any figure, or the grade, differs from the computed one."""
        return self.grade != self.grade_advice or any(figure.differs for figure in self.figures)

    @property
    def grades(self) -> list[tuple[str, str]]:
        """The grades to choose from."""
        return [(each, each) for each in self.rubric.grades]

    @property
    def adds_up(self) -> bool:
        """Whether the sum is that of the indicators: not where the rubric weights, caps or spills over."""
        of_figures = sum(hundredths(each.typed) for each in self.figures if each.problem is None)
        return of_figures == hundredths(self.score) + hundredths(self.bonus)


def sheet(
    session: OpenLedger,
    unit: str,
    rubric: Rubric,
    waiting: int,
    typed: dict[int, str] | None = None,
    grade: str = "",
) -> Sheet:
    """Return the sheet of a unit's year; *typed* are the figures by indicator, where somebody typed others.

    *grade* is the one chosen; what the rubric has not is as if none was.

    *waiting* is how many matters of the unit wait for an assessor. Raises NotScored.
    """
    with session.store.read() as work:
        position = session.store.size()
        records = session.projections.records(session.store, unit)
        card = card_of(session, unit, rubric)
        document = card.as_json(current())
        advised = {"grade": "", **document.get("result", {"because": []})}
        figures = [_figure(each, rubric, typed or {}) for each in document["indicators"]]
        score, bonus = card.evaluation.added_up(_amounts(figures, card))
        return Sheet(
            unit,
            document["name"],
            rubric,
            document["as_of"],
            document["total"],
            figures,
            position,
            work.last_sequence(unit),
            still_open(unit_year(card), rubric, session.clock.today(), waiting),
            signed(records, rubric.year, rubric=rubric),
            decimal_text(score),
            decimal_text(bonus),
            advised["grade"],
            tuple(advised["because"]),
            grade if grade in rubric.grades else advised["grade"],
        )


def _amounts(figures: Sequence[Figure], card: Scorecard) -> dict[int, Amount]:
    """Return what is to be signed of each indicator: exact where it is what was computed, which is shown rounded."""
    exact = {number: totals.score for number, _results, totals in card.evaluation.indicators()}
    return {each.no: hundredths(each.typed) if each.differs else exact[each.no] for each in figures}


def _figure(indicator: JsonObject, rubric: Rubric, typed: dict[int, str]) -> Figure:
    advice: str = indicator["score"]
    said = typed.get(indicator["no"], advice).strip()
    return Figure(
        indicator["no"],
        indicator["title"],
        indicator["points"],
        advice,
        said,
        indicator["no"] in rubric.bonus_indicators,
        _problem(said, indicator["points"]),
    )


def _problem(said: str, points: str) -> Text | None:
    try:
        amount = hundredths(said) if len(said) <= 12 else -1
    except ValueError:
        amount = -1
    if 0 <= amount <= hundredths(points):
        return None
    return Text("应是 0 到 {points} 之间的数，最多两位小数", points=points)


def still_open(year: UnitYear, rubric: Rubric, today: date, waiting: int) -> list[str]:
    """Return what is not settled yet of a unit's year, in words; *waiting* is how many matters wait for an assessor."""
    undecided = sum(appeal.decision is None for appeal in year.result.appeals)
    said = []
    if today <= rubric.closes_on:
        said.append(_("{year} 年度到 {day} 才结束", year=rubric.year, day=rubric.closes_on))
    if year.awaiting:
        said.append(_("{count} 条考核条款待评定", count=year.awaiting))
    if year.unsettled:
        said.append(_("{count} 条考核条款还没有定论（待完成、落后、逾期或未得分）", count=year.unsettled))
    if waiting:
        said.append(_("{count} 件事等着审核", count=waiting))
    if undecided:
        said.append(_("{count} 件申诉还没有答复", count=undecided))
    return said


def problems_of(found: Sheet, reason: str, aware: bool, last: int) -> list[Problem]:
    """Return what stands in the way of signing; *last* is the unit's last sequence when the form was shown."""
    problems = [
        Problem(f"score-{each.no}", Text("指标 {no}：{problem}", no=each.no, problem=each.problem))
        for each in found.figures
        if each.problem is not None
    ]
    if found.rubric.is_provisional:
        problems.append(
            Problem("last", Text("{year} 年度的考核细则还没有安装，暂算的分不能签字", year=found.rubric.year))
        )
    if found.last != last:
        problems.append(
            Problem("last", Text("核对之后这个单位又有了新记录，已按新记录重算；请重新核对再签字"))
        )
    if not reason and (found.differs or found.standing is not None):
        text = (
            Text("改签要写明理由") if found.standing is not None else Text("签的数与算得的不同，请写明理由")
        )
        problems.append(Problem("reason", text))
    if found.open and not aware:
        problems.append(Problem("aware", Text("还有没办完的事；要现在签字，请勾选“仍要签字”")))
    return problems


def signing(session: OpenLedger, found: Sheet, reason: str, id_: str) -> ClientEvent:
    """Return the event *id_* that signs *found*."""
    figures: list[dict[str, object]] = []
    for each in found.figures:
        figure: dict[str, object] = {"no": each.no, "score": decimal_text(hundredths(each.typed))}
        figures.append(figure | {"advice": each.advice} if each.differs else figure)
    data: dict[str, object] = {
        "for_year": found.rubric.year,
        "rubric": found.rubric.id,
        "rubric_version": found.rubric.version,
        "rubric_sha256": found.rubric.sha256,
        "as_of": found.as_of,
        "score": found.score,
        "floor": found.total["floor"],
        "ceiling": found.total["ceiling"],
        "bonus": found.bonus,
        "indicators": figures,
        **({"grade": found.grade} if found.grade else {}),
        "sequence": found.position,
    }
    if reason:
        data["reason"] = reason
    if found.standing is not None:
        data["supersedes"] = found.standing.id
    return making.made("score.signed", found.unit, data, now=session.clock(), id_=id_)


def typed_figures(numbers: Sequence[int], scores: Sequence[str], advices: Sequence[str]) -> dict[int, str]:
    """Return the figures that were typed; those left as they were computed follow a new computation."""
    return {
        number: score
        for number, score, advice in zip(numbers, scores, advices, strict=False)
        if score.strip() != advice.strip()
    }
