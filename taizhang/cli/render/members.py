"""Members' study hours against what each of them needs."""

from __future__ import annotations

from decimal import Decimal

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.bars import share_bar
from taizhang.cli.render.layout import heading, stacked, table
from taizhang.language.i18n import _


def members(document: JsonObject, unit: str, as_of: str) -> RenderableType:
    """Draw the document of `members` (contract §6)."""
    found = document["members"]
    if not found:
        return Line(_("{unit} 在 {day} 没有党员。", unit=unit, day=as_of))
    columns = [
        (_("党员"), "word"),
        (_("所在"), "word"),
        (_("学时"), "number"),
        (_("应达"), "number"),
        (_("按进度"), "number"),
        ("", "word"),
        ("", "word"),
    ]
    title = heading(_("{unit} 的党员学时", unit=unit), _("截至 {day}", day=as_of))
    return stacked([title, table(columns, map(_row, found)), Line(_summary(found))])


def _row(member: JsonObject) -> list[str | Line]:
    if member["exempt"]:
        standing, bar = Line(_("– 免学"), style="dim"), Line("")
    else:
        bar = share_bar(member["hours"], member["required"], member["expected"])
        standing = _standing(member)
    return [
        member["member"],
        member["subject"],
        member["hours"],
        member["required"],
        member["expected"],
        bar,
        standing,
    ]


def _standing(member: JsonObject) -> Line:
    hours = Decimal(member["hours"])
    if hours >= Decimal(member["required"]):
        return Line(_("✓ 已达到"), style="green")
    if hours >= Decimal(member["expected"]):
        return Line(_("○ 跟得上"), style="cyan")
    return Line(_("◐ 落后"), style="yellow")


def _summary(found: list[JsonObject]) -> str:
    counted = [member for member in found if not member["exempt"]]
    reached = sum(Decimal(member["hours"]) >= Decimal(member["required"]) for member in counted)
    behind = sum(Decimal(member["hours"]) < Decimal(member["expected"]) for member in counted)
    return _(
        "{count} 人计入：{reached} 人已达到，{behind} 人落后于进度",
        count=len(counted),
        reached=reached,
        behind=behind,
    )
