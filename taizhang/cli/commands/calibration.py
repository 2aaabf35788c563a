"""How near the forecasts came, once a year has closed: calibration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from ledger.remedy import Remedy
from ledger.text import Text
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import show
from taizhang.cli.parameters import RubricId
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rubric.catalog import RubricCatalog
    from rubric.schema import Rubric

HELP = N_(
    "考核年度截止以后：每个月底的预计，离全年得分有多远。\n\n"
    "只按当时已经录入的记录算，逐月列出预计和得分的平均误差。不写 --rubric 时是最近截止的年度。\n\n"
    "例：taizhang calibration\n例：taizhang calibration --rubric wujin-2017"
)


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("calibration", help=HELP)(calibration)


def calibration(ctx: typer.Context, rubric: RubricId = None) -> None:
    """Show how near the forecasts of a year came to its scores."""
    call: Invocation = ctx.obj
    with (
        call.ledger() as session,
        meter(_("计算"), len(session.store.units()), not call.json) as progress,
    ):
        today = session.clock.today()
        chosen = closed_rubric(session.shelf, today, rubric)
        document = session.projections.calibration(session.store, chosen, today, progress).as_json()

    def drawing() -> RenderableType:
        from taizhang.cli.render.calibration import calibration as draw

        return draw(document)

    show(document, call.json, drawing)


def closed_rubric(shelf: RubricCatalog, today: date, rubric_id: str | None) -> Rubric:
    """Return the rubric named, else that of the year that closed last. Raises NotScored and StillOpen."""
    from projections.calibration import StillOpen
    from projections.not_scored import NotScored
    from rubric.catalog import NoRubric

    try:
        if rubric_id is not None:
            return shelf.for_day(today, rubric_id)
        last = shelf.for_day(date(today.year - 1, 12, 31))
        return last if last.closes_on < today else shelf.for_day(date(today.year - 2, 12, 31))
    except NoRubric as missing:
        if rubric_id is not None:
            text = Text("没有安装“{id}”这份考核细则", id=rubric_id)
            raise NotScored(text, remedy=Remedy.LIST_RUBRICS) from missing
        raise StillOpen(Text("还没有截止的考核年度")) from missing
