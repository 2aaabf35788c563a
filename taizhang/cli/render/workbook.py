"""What an import of a workbook did or would do: row by row, and what it counts for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.layout import Cell, heading, stacked, table
from taizhang.language.i18n import N_, _

_ROWS_SHOWN = 200
_PARTS_SHOWN = 6
_STATES = {"new": N_("新记"), "there": N_("已有"), "double": N_("重复"), "changed": N_("改过")}
_STYLES = {"new": "green", "there": "dim", "double": "yellow", "changed": "cyan"}


def workbook(document: JsonObject) -> RenderableType:
    """Draw the document of `excel import`."""
    parts: list[RenderableType] = [heading(_("{workbook} → {unit}", **_named(document)), _standing(document))]
    parts += [_sheet(sheet) for sheet in document["sheets"]]
    parts += [Line(f"! {line}", style="yellow") for line in (*document["notes"], *document["not_taken"])]
    parts += [
        Line(_("! {sheet} 第 {row} 行：{problem}", **warning), style="yellow")
        for warning in document["warnings"]
    ]
    parts += map(counts, document["counts"])
    parts.append(Line(_totals(document), style="bold"))
    return stacked(parts)


def counts(document: JsonObject) -> RenderableType:
    """Draw what events count for under one rubric."""
    before, after = document["before"], document["after"]
    line = _(
        "得分 {before} → {after}，保底 {floor_before} → {floor_after}，加分 {bonus_before} → {bonus_after}",
        before=before["score"],
        after=after["score"],
        floor_before=before["floor"],
        floor_after=after["floor"],
        bonus_before=before["bonus"],
        bonus_after=after["bonus"],
    )
    if not document["clauses"]:
        return Line(line)
    columns = [
        (_("条款"), "word"),
        (_("得分"), "number"),
        (_("保底"), "number"),
        ("", "wide"),
        (_("时段"), "text"),
    ]
    rows = [_move(move) for move in document["clauses"]]
    return stacked([heading(_("算什么分")), table(columns, rows), Line(line)])


def _move(move: JsonObject) -> list[Cell]:
    parts = [part["what"] or part["subject"] for part in move["parts"]]
    more = f" +{len(parts) - _PARTS_SHOWN}" if len(parts) > _PARTS_SHOWN else ""
    claimed = (
        _("申报 {points}", points=_signed(move["claimed"])) if move["claimed"] not in (None, "0") else ""
    )
    shown = _("、").join(parts[:_PARTS_SHOWN]) + more + claimed
    return [move["clause"], _signed(move["score"]), _signed(move["floor"]), move["text"], shown]


def _sheet(sheet: JsonObject) -> RenderableType:
    from taizhang.entry.sheets import BY_KEY

    if sheet["kind"] is None:
        return heading(sheet["name"], _("没有认出来，不读"))
    title = BY_KEY[sheet["kind"]].title
    unread = [column["header"] for column in sheet["columns"] if column["column"] is None]
    aside = _("{kind}，{rows} 行", kind=_(title), rows=len(sheet["rows"]))
    if unread:
        aside += _("；不读取的列：{columns}", columns=_("、").join(unread))
    columns = [
        (_("行"), "number"),
        ("", "word"),
        (_("日期"), "word"),
        (_("所在"), "word"),
        (_("内容"), "wide"),
    ]
    rows = list(_rows(sheet))
    drawn: list[RenderableType] = [heading(sheet["name"], aside)]
    if rows:
        drawn.append(table(columns, rows[:_ROWS_SHOWN]))
    if len(rows) > _ROWS_SHOWN:
        drawn.append(Line(_("……还有 {more} 行，用 --json 看全部", more=len(rows) - _ROWS_SHOWN), style="dim"))
    return stacked(drawn)


def _rows(sheet: JsonObject) -> Iterator[list[Cell]]:
    for row in sheet["rows"]:
        for step in row["steps"]:
            state = step["state"]
            yield [
                str(row["row"]),
                Line(_(_STATES[state]), style=_STYLES[state]),
                step["day"],
                step["subject"],
                _about(step),
            ]


def _about(step: JsonObject) -> str:
    if step["state"] == "double":
        return _("{title}（与第 {row} 行相同）", title=step["title"], row=step["same_as_row"])
    if step.get("retracted"):
        return _("{title}（已撤回，不再记）", title=step["title"])
    changes = [f"{each['word']} {each['from']} → {each['to']}" for each in step.get("differences", [])]
    return (
        _("{title}：{changes}", title=step["title"], changes=_("；").join(changes))
        if changes
        else step["title"]
    )


def _named(document: JsonObject) -> dict[str, str]:
    return {"workbook": document["workbook"], "unit": document["unit"]}


def _standing(document: dict[str, object]) -> str:
    if not document["recorded"]:
        return _("试算，什么也没有记")
    return _("已入账") if document["appended"] or document["people"] else _("都已有，没有新的要记")


def _totals(document: JsonObject) -> str:
    parts = [_("新记 {new} 条", new=document["new"])]
    if document["corrections"]:
        parts.append(_("更正 {count} 条", count=document["corrections"]))
    if document["undecided"]:
        parts.append(
            _(
                "{count} 行改过，要说明是更正（--correct）还是另一件事（--as-new）",
                count=document["undecided"],
            )
        )
    if document["there"]:
        parts.append(_("{count} 条已有", count=document["there"]))
    if document["doubles"]:
        parts.append(_("{count} 行重复", count=document["doubles"]))
    if document["people"]:
        parts.append(
            _("通讯录 {count} 人（新 {new} 人）", count=document["people"], new=document["new_people"])
        )
    left_out = sum(len(each["rows"]) for each in document["left_out"])
    if left_out:
        parts.append(_("{count} 处没有记，见上", count=left_out))
    if document["unread_sheets"]:
        parts.append(_("{count} 张表没有读取", count=len(document["unread_sheets"])))
    return _("，").join(parts)


def _signed(number: str) -> str:
    return number if number == "0" or number.startswith("-") else f"+{number}"
