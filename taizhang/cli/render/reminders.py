"""Reminders, contacts and the outbox, drawn."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.layout import heading, indented, stacked, table
from taizhang.language.i18n import _

_STYLES = {
    "planned": "cyan",
    "claimed": "cyan",
    "sent": "green",
    "failed": "bold red",
    "unknown": "bold yellow",
    "obsolete": "dim",
}


def state_line(state: str) -> Line:
    """Return the word of a message's state, in its colour."""
    from taizhang.language.reminder_labels import STATES

    return Line(_(STATES[state]), style=_STYLES[state])


def reminders(document: JsonObject, day: str) -> RenderableType:
    """Draw the document of `remind`."""
    planned = document["planned"]
    if not planned:
        return Line(_("{day} 没有要发的提醒。", day=day))
    parts: list[RenderableType] = [heading(_("{day} 的提醒", day=day), _("{count} 封", count=len(planned)))]
    for message in planned:
        line = Line("  ")
        line.append_text(state_line(message["state"]))
        line.append(f"  {message['to'] or '–'}", style="bold")
        parts += [line, indented(Line(message["subject"]), 4)]
        dues = [f"{item['clause']} {item['due']}" for item in message["items"]]
        parts.append(indented(Line(_("、").join(dues), style="dim"), 4))
        if "problem" in message:
            parts.append(indented(Line(message["problem"], style="red"), 4))
    return stacked(parts)


def rehearsal(document: JsonObject) -> RenderableType:
    """Draw the document of `remind --simulate`."""
    from taizhang.language.reminder_labels import ROLES

    columns = [
        (_("谁"), "word"),
        (_("人数"), "number"),
        (_("最少"), "number"),
        (_("中位数"), "number"),
        (_("最多"), "number"),
    ]
    rows = [
        [_(ROLES[role]), *(str(found[key]) for key in ("people", "fewest", "median", "most"))]
        for role, found in document["roles"].items()
    ]
    return stacked(
        [
            heading(
                _("{year} 年的提醒", year=document["year"]),
                _("{days} 天里共 {count} 封", days=document["days"], count=document["messages"]),
            ),
            table(columns, rows),
            Line(
                _("按台账现在的记录推算；还没到的日子，按以后什么都不再记来算，是最多的情况。"), style="dim"
            ),
        ]
    )


def contacts(document: JsonObject) -> RenderableType:
    """Draw the document of `contact list`."""
    found = document["contacts"]
    if not found:
        return Line(_("还没有联系人；用 taizhang contact add 单位 --email 地址 添加。"))
    columns = [
        (_("单位"), "word"),
        (_("谁"), "word"),
        (_("渠道"), "word"),
        (_("地址"), "wide"),
        (_("说明"), "wide"),
    ]
    return stacked([heading(_("联系人")), table(columns, map(_contact, found))])


def _contact(contact: JsonObject) -> list[str | Line]:
    from taizhang.language.reminder_labels import ROLES

    notes = [contact["name"]] if contact["name"] else []
    if contact["only_overdue"]:
        notes.append(_("只收逾期"))
    if not contact["weekly"]:
        notes.append(_("随时发"))
    notes += [_("免打扰 {days}", days=days) for days in contact["quiet"]]
    if contact["language"] != "zh-CN":
        notes.append(contact["language"])
    unit = _("全部") if contact["unit"] == "*" else contact["unit"]
    role = ROLES[contact["role"]]
    return [unit, _(role), contact["channel"], contact["address"], _("、").join(notes)]


def outbox(document: JsonObject) -> RenderableType:
    """Draw the document of `outbox`."""
    found = document["messages"]
    if not found:
        return Line(_("发件箱里没有这样的消息。"))
    parts: list[RenderableType] = [heading(_("发件箱"), _("{count} 封", count=len(found)))]
    for message in found:
        line = Line("  ")
        line.append_text(state_line(message["state"]))
        line.append(f"  {message['day']}  {message['to'] or _('（联系人已删除）')}", style="bold")
        line.append(f"  {message['id']}", style="dim")
        parts.append(line)
        if message["subject"]:
            parts.append(indented(Line(message["subject"]), 4))
        if message["problem"]:
            parts.append(indented(Line(message["problem"], style="red"), 4))
    if any(message["state"] == "unknown" for message in found):
        parts.append(
            Line(_("“不明”的可能已经送达；问过收件人，确要重发再用 taizhang outbox --resend 编号。"))
        )
    return stacked(parts)
