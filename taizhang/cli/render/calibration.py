"""A year's forecasts beside what it came to, month by month."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text as Line

from ledger.json_object import JsonObject
from taizhang.cli.render.layout import heading, stacked, table
from taizhang.language.i18n import _


def calibration(document: JsonObject) -> RenderableType:
    """Draw the document of `calibration`."""
    columns = [
        (_("月底"), "word"),
        (_("单位"), "number"),
        (_("预计平均差"), "number"),
        (_("得分平均差"), "number"),
        (_("预计偏高"), "number"),
    ]
    title = heading(
        _("{rubric} 的预计准不准", rubric=document["rubric"]),
        _("{units} 个单位，以 {day} 的得分为准", units=document["units"], day=document["final_day"]),
    )
    if any(month["units"] for month in document["months"]):
        said = _("每个月底只按当时已经录入的算；差是与全年得分相差多少分，偏高为负就是估低了。")
    else:
        said = _("这一年的记录都是年后才录入的，当时的预计无从知道。")
    note = Line(said, style="dim")
    return stacked([title, table(columns, map(_row, document["months"])), note])


def _row(month: JsonObject) -> list[str | Line]:
    figures = (month["forecast_error"], month["score_error"], month["bias"])
    return [month["day"], str(month["units"]), *("—" if figure is None else figure for figure in figures)]
