"""`witnessed`: the witness's side. Whose checkpoints were cosigned here, and going on when one lost events."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.app.ledger import OpenLedger


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("witnessed", help=WITNESSED_HELP)(witnessed)


WITNESSED_HELP = N_(
    "见证方用：为哪些台账作过见证，见过多少条事件。\n\n"
    "对方如实丢了事件（如只能恢复较早的备份），见证方会一直拒绝。查明原因之后，用 --accept-loss 写上对方现在的检查点"
    "（由对方的 taizhang checkpoint 打印），从那里继续；这件事连同理由永远留在见证方的台账里，审计报告会列出。\n\n"
    "例：taizhang witnessed\n例：taizhang witnessed --accept-loss 对方.checkpoint --reason 硬盘损坏，备份到昨天为止"
)


def witnessed(
    ctx: typer.Context,
    accept_loss: Annotated[
        Path | None,
        typer.Option("--accept-loss", metavar="CHECKPOINT", help=N_("对方现在的检查点，从它继续作见证")),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=N_("为什么接受"))] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="VKEY", help=N_("对方的公钥；也可用 TAIZHANG_WITNESS_FOR")),
    ] = None,
) -> None:
    """List what was cosigned for others; go on from a loss."""
    call: Invocation = ctx.obj
    if (accept_loss is None) != (reason is None):
        raise UsageMistake(Text("--accept-loss 和 --reason 要一起写"), "--reason")
    with call.ledger() as session:
        if accept_loss is not None and reason is not None:
            _accept(session, call, accept_loss, reason, key or [])
        _show(session, call)


def _accept(session: OpenLedger, call: Invocation, file: Path, reason: str, keys: list[str]) -> None:
    from ledger.signing.note import VerifierKey
    from taizhang.proofs.losses import accept_loss

    trusted = [VerifierKey.parse(each) for each in [*Settings().witness_for, *keys]]
    seen, accepted = accept_loss(
        session.store, file.read_bytes(), trusted, reason, by=call.recorder().name, now=session.clock()
    )
    complain(
        [
            _(
                "注意：以前为 {log} 见证过 {seen} 条事件，现在从它的 {size} 条继续；这件事和理由已记入台账，不能撤回。",
                log=accepted.origin,
                seen=seen,
                size=accepted.size,
            )
        ]
    )


def _show(session: OpenLedger, call: Invocation) -> None:
    from ledger.events.event import instant_of
    from ledger.signing import rows
    from taizhang.accounts.called import people_called
    from taizhang.language.labels import instant_text
    from taizhang.proofs.losses import losses_of

    with session.store.read() as work:
        seen = rows.all_seen(work.connection)
        losses = losses_of(session.store.stream(""))
        called = people_called(work.connection)
    if call.json:
        print_json(
            {
                "logs": [{"log": each.origin, "size": each.size, "seen_at": each.seen_at} for each in seen],
                "accepted_losses": [asdict(each) for each in losses],
            }
        )
        return
    for each in seen:
        print(
            _(
                "{when}  {log}：见过 {size} 条事件",
                when=instant_text(instant_of(each.seen_at)),
                log=each.origin,
                size=each.size,
            )
        )
    for loss in losses:
        print(
            _("{when}  {by} 接受了 {log} 的缺失：见过 {seen} 条，从 {size} 条继续；理由：{reason}",
              when=instant_text(loss.instant), by=called.get(loss.by, loss.by), log=loss.log,
              seen=loss.seen, size=loss.accepted, reason=loss.reason)
        )  # fmt: skip
    if not seen:
        print(_("还没有为别的台账作过见证。"))
