"""Rubrics for reading: which are installed, and one of them with the source's words and what each clause asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.cli.render.labels import clause_text
from taizhang.cli.render.layout import hanging, heading, indented, stacked, table
from taizhang.cli.render.wrapping import Paragraph
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rubric.clauses import ClauseBase
    from rubric.schema import Indicator, Rubric

RULES = {
    "once": N_("至少一次"),
    "all_of": N_("缺一不可"),
    "every_period": N_("每期都要"),
    "total": N_("累计达标"),
    "each_item": N_("逐件办结"),
    "condition": N_("情况申明"),
    "election": N_("按期换届"),
    "award": N_("做到得分"),
    "judgement": N_("人工评定"),
    "tiers": N_("分级加分"),
}


def rubric_list(rubrics: Sequence[Rubric]) -> RenderableType:
    """Draw the installed rubrics."""
    columns = [
        ("ID", "word"),
        (_("版本"), "number"),
        (_("年度"), "number"),
        (_("截止"), "word"),
        (_("名称"), "wide"),
    ]
    rows = [
        [each.id, str(each.version), str(each.year), each.closes_on.isoformat(), each.title]
        for each in rubrics
    ]
    return table(columns, rows)


def rubric_page(rubric: Rubric) -> RenderableType:
    """Draw one rubric: every indicator with its words and its clauses."""
    return stacked(_page(rubric))


def _page(rubric: Rubric) -> Iterator[RenderableType]:
    from rubric.amounts import decimal_text

    yield Paragraph(rubric.title, "bold")
    closing = _("{year} 年度，{day} 截止", year=rubric.year, day=rubric.closes_on)
    yield Line(f"{rubric.id} v{rubric.version} · {closing}", style="dim")
    for section in rubric.sections:
        yield Line()
        yield heading(section.title, _("{points} 分", points=decimal_text(section.points)))
        for number in section.indicators:
            yield from _indicator(rubric, rubric.words[number])


def _indicator(rubric: Rubric, words: Indicator) -> Iterator[RenderableType]:
    from rubric.amounts import decimal_text

    points = _("{points} 分", points=decimal_text(rubric.points_of(words.no)))
    yield Line()
    yield hanging(Line(f" {words.no:>2}  ", style="bold"), f"{words.title}  {points}", "bold")
    for title, text in ((_("考核内容"), words.content), (_("评分标准"), words.criteria)):
        if text:
            yield indented(hanging(Line(f"{title}  ", style="dim"), text), 5)
    for clause in rubric.indicator_clauses[words.no]:
        yield indented(hanging(Line(f"{clause.id:<6}", style="cyan"), stacked(_clause(rubric, clause))), 5)


def _clause(rubric: Rubric, clause: Any) -> Iterator[RenderableType]:
    from rubric.format2.measures import Measured, measures

    yield Paragraph(clause_text(clause.item, rubric.texts[clause.id]))
    if isinstance(clause, Measured):
        yield Paragraph(_(measures()[clause.rule_key].counts), "dim")
        yield hanging(Line(("zero_if  " if clause.vetoes else ""), style="dim"), clause.said, "dim")
        if clause.reading:
            yield hanging(Line(_("读法") + "  ", style="dim"), clause.reading, "dim")
        return
    facts = [_(RULES.get(clause.rule, clause.rule)), *_amounts(clause), *_dates(rubric, clause)]
    yield Line(" · ".join(facts), style="dim")
    if clause.reading:
        yield hanging(Line(_("读法") + "  ", style="dim"), clause.reading, "dim")


def _amounts(clause: ClauseBase) -> Iterator[str]:
    from rubric.amounts import decimal_text

    if clause.max:
        yield _("最多扣 {points} 分", points=decimal_text(clause.max))
    per_miss = getattr(clause, "per_miss", None)
    if per_miss:
        yield _("每缺一次扣 {points} 分", points=decimal_text(per_miss))


def _dates(rubric: Rubric, clause: Any) -> Iterator[str]:
    due = getattr(clause, "due", None)
    expected = getattr(clause, "expected_by", None)
    if isinstance(expected, date):
        yield _("应在 {day} 前", day=expected)
    if isinstance(due, date):
        yield _("期限 {due}", due=due)
    elif clause.rule not in ("judgement", "tiers", "each_item", "election", "every_period"):
        yield _("期限 {due}", due=rubric.ends_on)
    if clause.lead_days:
        yield _("提前 {days} 天提醒", days=_("、").join(map(str, clause.lead_days)))
