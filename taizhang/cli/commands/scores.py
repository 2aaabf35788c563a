"""Commands that ask for figures: score, board, shortfalls, members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from taizhang.cli.commands.ledger import opened_lines
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import show
from taizhang.cli.parameters import AsOf, MaybeUnit, RubricId, Unit
from taizhang.cli.render.console import stderr_console
from taizhang.cli.render.progress import meter
from taizhang.cli.values import day_or_none, instant_or_none
from taizhang.language.i18n import N_, _, current, say

if TYPE_CHECKING:
    from datetime import date

    from rich.console import RenderableType

    from rubric.schema import Rubric
    from taizhang.app.ledger import OpenLedger

KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at", metavar="K", help=N_("只看台账在这一时刻之前录入的，如 2017-07-01T09:00:00+08:00")
    ),
]
Supposing = Annotated[
    str | None,
    typer.Option(
        "--if", metavar="FILE|-", help=N_("假如再录入这个 JSONL 文件里的事件，会是怎样；什么都不入账")
    ),
]
Everything = Annotated[
    bool, typer.Option("--all", help=N_("今年还没有做到、还能做的全部列出，不只是 30 天内到期的"))
]


def say_if_provisional(call: Invocation, rubric: Rubric | None) -> None:
    """Tell on standard error when nobody has installed the *rubric* of the figures; a JSON document says it itself."""
    from projections.missing_years import without_rubric

    if rubric is not None and rubric.is_provisional and not call.json:
        stderr_console().print(say(without_rubric(rubric)), highlight=False)


def _say_missing_years(call: Invocation, session: OpenLedger, day: date) -> None:
    """Tell on standard error for which units the year has no rubric of its own; a JSON document says it itself."""
    if call.json:
        return
    with session.store.read() as work:
        for found in session.projections.missing_years(work, day):
            stderr_console().print(say(found.text()), highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("score", help=SCORE_HELP)(score)
    app.command("board", help=BOARD_HELP)(board)
    app.command("shortfalls", help=SHORTFALLS_HELP)(shortfalls)
    app.command("members", help=MEMBERS_HELP)(members)


SCORE_HELP = N_(
    "一个单位的得分卡：得多少分，欠缺什么，为什么。\n\n"
    "得分之外还有保底与最高，欠缺的何时到期，每一条的理由。\n\n"
    "例：taizhang score wj-01\n例：taizhang score wj-01 --as-of 2017-06-30\n"
    "例：taizhang score wj-01 --known-at 2017-07-01T09:00:00+08:00\n"
    "例：taizhang score wj-01 --if 打算.jsonl"
)


def score(
    ctx: typer.Context,
    unit: Unit,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rubric: RubricId = None,
    supposing: Supposing = None,
) -> None:
    """Show the scorecard of a unit."""
    call: Invocation = ctx.obj
    chosen, instant = day_or_none(as_of), instant_or_none(known_at)
    if supposing is not None and instant is not None:
        raise typer.BadParameter(_("--if 和 --known-at 不能同时用"), param_hint="--if")
    with call.ledger() as session:
        day = chosen or session.clock.today()
        if supposing is None:
            card = session.projections.score(session.store, unit, day, instant, rubric)
        else:
            from taizhang.entry.supposing import supposed_events

            with opened_lines(supposing) as lines:
                events = supposed_events(session, unit, lines, call.recorder().name)
            card = session.projections.score_if(session.store, unit, events, day, rubric)
        document = card.as_json(current())
    say_if_provisional(call, card.rubric)

    def drawing() -> RenderableType:
        from taizhang.cli.render.scorecard import scorecard

        return scorecard(document, sections_of(card.rubric))

    show(document, call.json, drawing)


BOARD_HELP = N_(
    "所有单位的得分一览，标出逾期和过期无记录的。\n\n按单位编号排列。\n\n例：taizhang board --as-of 2017-09-20"
)


def board(ctx: typer.Context, as_of: AsOf = None, rubric: RubricId = None) -> None:
    """Show every unit's totals."""
    call: Invocation = ctx.obj
    chosen = day_or_none(as_of)
    with (
        call.ledger() as session,
        meter(_("计算"), len(session.store.units()), not call.json) as progress,
    ):
        day = chosen or session.clock.today()
        document = session.projections.board(session.store, day, rubric, progress).as_json(current())
        if rubric is None:
            _say_missing_years(call, session, day)

    def drawing() -> RenderableType:
        from taizhang.cli.render.board import board as draw

        return draw(document)

    show(document, call.json, drawing)


SHORTFALLS_HELP = N_(
    "还欠缺什么、何时到期，按期限先后列出。\n\n"
    "包括未得分、落后、逾期、过期无记录的，以及 30 天内到期的。\n\n"
    "例：taizhang shortfalls\n例：taizhang shortfalls wj-01 --as-of 2017-06-30"
)


def shortfalls(
    ctx: typer.Context,
    unit: MaybeUnit = None,
    as_of: AsOf = None,
    rubric: RubricId = None,
    everything: Everything = False,
) -> None:
    """Show what is missing, by due date."""
    call: Invocation = ctx.obj
    chosen = day_or_none(as_of)
    with call.ledger() as session:
        day = chosen or session.clock.today()
        total = len(session.store.units()) if unit is None else 1
        with meter(_("计算"), total, not call.json) as progress:
            found = session.projections.shortfalls(
                session.store, unit, day, progress, rubric, everything=everything
            )
        document = found.as_json(current())
        if rubric is None:
            _say_missing_years(call, session, day)

    def drawing() -> RenderableType:
        from taizhang.cli.render.shortfalls import shortfalls as draw

        return draw(document, day.isoformat())

    show(document, call.json, drawing)


MEMBERS_HELP = N_("每名党员的集中学习学时：已有、应达、按进度应有多少。\n\n例：taizhang members wj-01")


def members(ctx: typer.Context, unit: Unit, as_of: AsOf = None, rubric: RubricId = None) -> None:
    """Show the study hours of a unit's members."""
    call: Invocation = ctx.obj
    chosen = day_or_none(as_of)
    with call.ledger() as session:
        day = chosen or session.clock.today()
        document = session.projections.members(session.store, unit, day, rubric).as_json(current())

    def drawing() -> RenderableType:
        from taizhang.cli.render.members import members as draw

        return draw(document, unit, day.isoformat())

    show(document, call.json, drawing)


def sections_of(rubric: Rubric) -> list[Any]:
    """Return the section headings of a rubric, as the scorecard draws them."""
    from rubric.amounts import decimal_text
    from taizhang.cli.render.scorecard import SectionHeading

    return [
        SectionHeading(section.title, decimal_text(section.points), section.indicators)
        for section in rubric.sections
    ]
