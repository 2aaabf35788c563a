"""What is missing, by due date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os.path import commonprefix

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.labels import days_left, status_line
from taizhang.cli.render.layout import hanging, heading, indented, stacked
from taizhang.language.i18n import _


def shortfalls(document: JsonObject, as_of: str) -> RenderableType:
    """Draw the document of `shortfalls` (contract §6)."""
    found = document["shortfalls"]
    if not found:
        return Line(_("截至 {day} 没有欠缺，未来 30 天内也没有到期的。", day=as_of), style="green")
    units = len({shortfall["unit"] for shortfall in found})
    title = heading(
        _("截至 {day} 的欠缺", day=as_of), _("{count} 项，{units} 个单位", count=len(found), units=units)
    )
    return stacked([title, *shortfall_rows(found)])


def shortfall_rows(found: Sequence[JsonObject], own: str | None = None) -> Iterator[RenderableType]:
    """Draw what is short: first what can still be done, by due date, then what is past, a line a clause.

    Each has status, due day and how far off it is, then why; *own* is not named again.
    """
    ahead = [shortfall for shortfall in found if shortfall["status"] != "missed"]
    for shortfall in ahead:
        yield _first_line([shortfall], own)
        yield indented(hanging(Line("→ ", style="dim"), shortfall["because"]), 4)
    past: dict[tuple[str, str], list[JsonObject]] = {}
    for shortfall in found:
        if shortfall["status"] == "missed":
            past.setdefault((shortfall["clause"], shortfall["subject"]), []).append(shortfall)
    if ahead and past:
        yield Line(_("  以下期限已过，台账里没有记录；当时开展过的，现在补录照样算："), style="dim")
    for group in past.values():
        yield _first_line(group, own)
        yield indented(hanging(Line("→ ", style="dim"), _together([each["because"] for each in group])), 4)


def _together(reasons: Sequence[str]) -> str:
    """Say several reasons that end alike as one: 一月、二月未开展“统一活动日”."""
    reasons = list(dict.fromkeys(reasons))
    ending = len(commonprefix([reason[::-1] for reason in reasons]))  # noqa: RUF071  # texts, not paths
    # An English word is not to be cut in two: Janu, Febr-uary.
    while ending and any(_cuts_a_word(reason, len(reason) - ending) for reason in reasons):
        ending -= 1
    if len(reasons) == 1 or not ending:
        return _("；").join(reasons)
    heads = [reason[: len(reason) - ending] for reason in reasons]
    return _("、").join(heads) + reasons[0][len(heads[0]) :]


def _cuts_a_word(text: str, place: int) -> bool:
    around = text[max(place - 1, 0) : place + 1]
    return len(around) == 2 and around.isascii() and around.isalnum()


def _first_line(group: Sequence[JsonObject], own: str | None) -> Line:
    """Draw the status, the clause, whom it concerns, and when it was or is due."""
    first, last = group[0], group[-1]
    line = Line("  ")
    line.append_text(status_line(first["status"]))
    line.append(f"  {first['clause']}", style="bold")
    if first["subject"] != own:
        line.append(f"  {first['subject']}", style="bold")
    if len(group) > 1:
        line.append(
            "  "
            + _("{count} 次，期限 {first} 至 {last}", count=len(group), first=first["due"], last=last["due"])
        )
        return line
    if first["due"]:
        line.append("  " + _("期限 {due}", due=first["due"]))
    left = days_left(first["days_left"]) if first["status"] != "missed" else ""
    if left:
        line.append(f"  {left}", style="bold" if first["days_left"] < 0 else "")
    return line
