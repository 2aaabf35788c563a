"""Every unit's totals: no ranking, but a mark where somebody needs help."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.labels import MARKS
from taizhang.cli.render.layout import heading, stacked, table
from taizhang.language.i18n import _


def board(document: JsonObject) -> RenderableType:
    """Draw the document of `board` (contract §6)."""
    units = document["units"]
    if not units:
        return Line(_("台账里还没有单位；先用 taizhang import 导入事件。"))
    columns = [
        (_("单位"), "word"),
        (_("名称"), "wide"),
        (_("得分"), "number"),
        (_("预计"), "number"),
        (_("保底"), "number"),
        (_("最高"), "number"),
        (_("加分"), "number"),
        (_("逾期"), "number"),
        (_("无记录"), "number"),
    ]
    title = heading(_("各单位得分"), _("截至 {day}", day=document["as_of"]))
    return stacked([title, table(columns, map(_row, units)), Line(_summary(units))])


def _row(unit: JsonObject) -> list[str | Line]:
    return [
        unit["unit"],
        unit["name"],
        Line(unit["score"], style="bold"),
        unit["forecast"],
        unit["floor"],
        unit["ceiling"],
        unit["bonus"],
        _count(unit["overdue"], "overdue"),
        _count(unit["missed"], "missed"),
    ]


def _count(number: int, status: str) -> Line:
    if not number:
        return Line("·", style="dim")
    mark, style = MARKS[status]
    return Line(f"{mark} {number}", style=style)


def _summary(units: list[dict[str, object]]) -> str:
    return _(
        "{units} 个单位：{overdue} 个有逾期，{missed} 个有过期无记录的，{fine} 个都没有",
        units=len(units),
        overdue=sum(1 for unit in units if unit["overdue"]),
        missed=sum(1 for unit in units if unit["missed"]),
        fine=sum(1 for unit in units if not unit["overdue"] and not unit["missed"]),
    )
