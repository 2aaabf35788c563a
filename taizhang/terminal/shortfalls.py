"""What is missing, by due date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.terminal.layout import hanging, heading, indented, stacked
from taizhang.terminal.words import days_left, status_line
from taizhang.wording import _


def shortfalls(document: dict[str, Any], as_of: str) -> RenderableType:
    """Draw the document of `shortfalls` (contract §6)."""
    found = document["shortfalls"]
    if not found:
        return Line(_("截至 {day} 没有欠缺，未来 30 天内也没有到期的。", day=as_of), style="green")
    units = len({shortfall["unit"] for shortfall in found})
    title = heading(
        _("截至 {day} 的欠缺", day=as_of), _("{count} 项，{units} 个单位", count=len(found), units=units)
    )
    return stacked([title, *shortfall_rows(found)])


def shortfall_rows(found: Sequence[dict[str, Any]], own: str | None = None) -> Iterator[RenderableType]:
    """Draw each shortfall: status, due day and how far off it is, then why; *own* is not named again."""
    for shortfall in found:
        line = Line("  ")
        line.append_text(status_line(shortfall["status"]))
        line.append(f"  {shortfall['clause']}", style="bold")
        if shortfall["subject"] != own:
            line.append(f"  {shortfall['subject']}", style="bold")
        if shortfall["due"]:
            line.append("  " + _("期限 {due}", due=shortfall["due"]))
        left = days_left(shortfall["days_left"])
        if left:
            line.append(f"  {left}", style="bold" if shortfall["days_left"] < 0 else "")
        yield line
        yield indented(hanging(Line("→ ", style="dim"), shortfall["because"]), 4)
