"""The scorecard of a unit: the score first, then what is missing by due date, then every clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.bars import score_bar
from taizhang.cli.render.labels import clause_text, kind_word, status_line, status_style
from taizhang.cli.render.layout import hanging, heading, indented, stacked
from taizhang.cli.render.shortfalls import shortfall_rows
from taizhang.cli.render.wrapping import Paragraph
from taizhang.language.i18n import _

BAR_CELLS = 50
JOINED = " · "


@dataclass(frozen=True, slots=True)
class SectionHeading:
    """A section of the rubric: the document does not hold them, the rubric does."""

    title: str
    points: str
    indicators: tuple[int, ...]


def scorecard(card: dict[str, object], sections: Sequence[SectionHeading]) -> RenderableType:
    """Draw the document of `score` (contract §6)."""
    return stacked([*_head(card), *_missing(card), *_sections(card, sections)])


def _head(card: JsonObject) -> Iterator[RenderableType]:
    from taizhang.language.outlook import outlook_parts, outlook_sentence

    total = card["total"]
    yield Line(f"{card['name']}", style="bold")
    facts = [card["unit"], kind_word(card["kind"]), f"{card['rubric']} v{card['rubric_version']}"]
    facts.append(_("截至 {day}", day=card["as_of"]))
    if card["known_at"]:
        facts.append(_("按 {instant} 时的记录", instant=card["known_at"]))
    facts.append(_("{events} 条事件", events=card["events"]))
    yield Line(JOINED.join(facts), style="dim")
    yield Line()
    parts = outlook_parts(total)
    ahead = Line(_("得分") if parts.is_decided else _("预计年底得分"), style="bold")
    ahead.append(f" {total['forecast']}", style="bold green")
    ahead.append(f" / {total['full']}", style="dim")
    ahead.append("  ")
    points = (total["forecast"], total["floor"], total["ceiling"], total["full"])
    ahead.append_text(score_bar(*points, BAR_CELLS, total["awaiting"]))
    yield ahead
    yield Paragraph(outlook_sentence(total))
    today = Line(_("今天得分 {score} · 加分 {bonus}", score=total["score"], bonus=total["bonus"]))
    if total["claimed"] != total["bonus"]:
        today.append(_("（申报 {claimed}，未退回的都算在内）", claimed=total["claimed"]), style="dim")
    yield today
    if "result" in card:
        reasons = _("；").join(card["result"]["because"])
        if "grade" in card["result"]:
            grade = card["result"]["grade"]
            reasons = _("{grade}（{reasons}）", grade=grade, reasons=reasons)
        if reasons:
            yield Paragraph(_("照今天的分：{result}", result=reasons))
    yield Line(
        _(
            "█ 已确定 {secured}  ▒ 待评定 {awaiting}  ▓ 预计再得 {expected}  ░ 还可争取 {winnable}  · 已失去 {lost}",
            **asdict(parts),
        ),
        style="dim",
    )


def _missing(card: JsonObject) -> Iterator[RenderableType]:
    yield Line()
    shortfalls = card["shortfalls"]
    if not shortfalls:
        yield Line(_("目前没有欠缺。"), style="green")
        return
    yield heading(_("欠缺"), _("{count} 项，按期限先后", count=len(shortfalls)))
    # The unit itself needs no naming on its own card.
    yield from shortfall_rows(shortfalls, own=card["unit"])


def _sections(card: JsonObject, sections: Sequence[SectionHeading]) -> Iterator[RenderableType]:
    indicators = {indicator["no"]: indicator for indicator in card["indicators"]}
    for section in sections:
        yield Line()
        yield heading(section.title, _("{points} 分", points=section.points))
        for number in section.indicators:
            if number in indicators:
                yield from _indicator(indicators[number])


def _indicator(indicator: JsonObject) -> Iterator[RenderableType]:
    lead = Line(f" {indicator['no']:>2}  ", style="bold")
    yield hanging(lead, f"{indicator['title']}  {_indicator_score(indicator)}", "bold")
    for clause in indicator["clauses"]:
        yield indented(_clause(clause), 5)


def _indicator_score(indicator: dict[str, object]) -> str:
    score, points = indicator["score"], indicator["points"]
    if indicator["floor"] == indicator["ceiling"] == score:
        return f"{score}/{points}"
    return f"{score}/{points} ({indicator['floor']}–{indicator['ceiling']})"


def _clause(clause: JsonObject) -> RenderableType:
    lead = Line(f"{clause['id']:<5}", style="bold")
    status = _bonus(clause) if "points" in clause else _status(clause)
    parts: list[RenderableType] = [status, Paragraph(_clause_text(clause))]
    if clause["because"]:
        parts.append(hanging(Line("→ ", style="dim"), clause["because"], "dim"))
    return hanging(lead, stacked(parts))


def _bonus(clause: dict[str, object]) -> Line:
    line = Line(
        "＋ " + _("加 {points} 分", points=clause["points"]),
        style="dim" if clause["points"] == "0" else "green",
    )
    if clause["claimed"] != clause["points"]:
        line.append(JOINED + _("申报 {claimed} 分", claimed=clause["claimed"]), style="yellow")
    return line


def _status(clause: JsonObject) -> Line:
    status = status_line(clause["status"])
    facts = []
    if "gain" in clause:
        facts.append(_("得 {points} 分", points=clause["gain"]))
    if clause["loss"] != "0":
        facts.append(_("扣 {loss} 分", loss=clause["loss"]))
    if clause["judged"] != "0":
        facts.append(_("其中评定扣 {judged} 分", judged=clause["judged"]))
    if clause["due"] and clause["status"] not in ("met", "not_applicable", "judged"):
        facts.append(_("期限 {due}", due=clause["due"]))
    if facts:
        status.append("  " + JOINED.join(facts), style=status_style(clause["status"]))
    return status


def _clause_text(clause: JsonObject) -> str:
    return clause_text(clause.get("item"), clause["text"])
