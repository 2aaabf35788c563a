"""Commands on one record: its history, its correction, its retraction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from ledger.text import Text
from taizhang.cli.commands.ledger import show_warnings
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.parameters import EventId, Reason
from taizhang.cli.values import json_object, setting
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ledger.events.event import ClientEvent
    from taizhang.app.ledger import OpenLedger


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("history", help=HISTORY_HELP)(history)
    app.command("correct", help=CORRECT_HELP)(correct)
    app.command("retract", help=RETRACT_HELP)(retract)


HISTORY_HELP = N_(
    "一条记录的来龙去脉：谁在何时为何改过。\n\n"
    "从最初怎么写的，到每次更正、撤回、审核和附件。\n\n例：taizhang history wj-01-2017-0042"
)


def history(ctx: typer.Context, event_id: EventId) -> None:
    """Show a record, its corrections, reviews and evidence."""
    from ledger.history import record_history
    from taizhang.accounts.called import people_called

    call: Invocation = ctx.obj
    with call.ledger() as session:
        found = record_history(session.store, event_id)
        with session.store.read() as work:
            called = people_called(work.connection)

    def drawing() -> RenderableType:
        from taizhang.cli.render.history import history as draw

        return draw(found, called)

    show(found.as_json(), call.json, drawing)


CORRECT_HELP = N_(
    "更正一条记录：原记录不动，追加一条更正。\n\n"
    "从现在起按更正后的计分。\n\n"
    "--data 整个替换内容；--set 只改其中几项，其余照旧。\n\n"
    "例：taizhang correct wj-01-2017-0042 --reason 日期写错 --time 2017-03-16\n"
    "例：taizhang correct wj-01-2017-0042 --reason 漏记学时 --set study_hours=2.5"
)


def correct(
    ctx: typer.Context,
    event_id: EventId,
    reason: Reason,
    time: Annotated[
        str | None, typer.Option("--time", metavar="TIME", help=N_("正确的时间，或只写日期"))
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="JSON|@FILE", help=N_("正确的全部内容，JSON 或 @文件名"))
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=N_("只改一项，可以写多次"))
    ] = None,
    dropped: Annotated[
        list[str] | None, typer.Option("--unset", metavar="KEY", help=N_("去掉一项，可以写多次"))
    ] = None,
) -> None:
    """Append the correction of a record."""
    from ledger.events.corrections import correction
    from ledger.history import record_history
    from taizhang.jobs.checkpoints import signed_after

    if time is None and data is None and not changes and not dropped:
        raise UsageMistake(Text("要更正什么？请写 --time、--data、--set 或 --unset"), "--data")
    if data is not None and (changes or dropped):
        raise UsageMistake(Text("--data 已经整个替换内容，不能再写 --set 或 --unset"), "--data")
    whole = json_object(data, "--data") if data is not None else None
    settings = dict(map(setting, changes or []))
    call: Invocation = ctx.obj
    with call.ledger() as session, signed_after(session):
        found = record_history(session.store, event_id)
        if settings or dropped:
            strange = next((key for key in dropped or [] if key not in found.data), None)
            if strange is not None:
                raise UsageMistake(
                    Text(
                        "记录里没有“{key}”这一项，去不掉；有的是 {known}",
                        key=strange,
                        known=sorted(found.data),
                    ),
                    "--unset",
                )
            kept = {key: value for key, value in found.data.items() if key not in (dropped or [])}
            whole = kept | settings
        instant = session.clock()
        event = correction(found.record, reason=reason, now=instant, time=time, data=whole)
        done = _append(session, call, event, instant)
    if not call.json:
        print(_("已更正 {record}（更正编号 {id}）。", record=event_id, id=done))


RETRACT_HELP = N_(
    "撤回一条记录：原记录仍可查看，但不再计入。\n\n"
    "撤回从现在起生效，不能取消。\n\n"
    "例：taizhang retract wj-01-2017-0042 --reason 重复录入"
)


def retract(ctx: typer.Context, event_id: EventId, reason: Reason) -> None:
    """Append the retraction of a record."""
    from ledger.events.corrections import retraction
    from ledger.history import record_history
    from taizhang.jobs.checkpoints import signed_after

    call: Invocation = ctx.obj
    with call.ledger() as session, signed_after(session):
        found = record_history(session.store, event_id)
        instant = session.clock()
        event = retraction(found.record, reason=reason, now=instant)
        done = _append(session, call, event, instant)
    if not call.json:
        print(_("已撤回 {record}（撤回编号 {id}）。", record=event_id, id=done))


def _append(session: OpenLedger, call: Invocation, event: ClientEvent, instant: datetime) -> str:
    """Append the event and return its id; with --json that is printed too."""
    from taizhang.documents.append_result import appended_json

    # A decimal fraction is sent as a string: the ledger keeps it so anyway, and no float gets a say.
    line = orjson.dumps(event, default=str)
    done = session.store.append([(None, line)], by=call.recorder(), now=instant)
    show_warnings(done, call.json)
    if call.json:
        print_json(appended_json(done) | {"id": event["id"]})
    return event["id"]
