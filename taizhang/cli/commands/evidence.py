"""Commands about attached files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.evidence.leftovers import Leftover


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("leftovers", help=LEFTOVERS_HELP)(leftovers)


LEFTOVERS_HELP = N_(
    "列出或删去没有任何记录用到的附件。\n\n"
    "没提交完的表单、没入账的上传会留下这样的附件。\n\n"
    "--remove 删去其中超过 --days 天的，不能恢复。记录用到的附件从不删去，更正过、撤回了的记录也算。\n\n"
    "例：taizhang leftovers\n例：taizhang leftovers --remove --days 90"
)


def leftovers(
    ctx: typer.Context,
    remove: Annotated[bool, typer.Option("--remove", help=N_("删去超过 --days 天的"))] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, help=N_("只删存了超过 N 天的，默认 30"))
    ] = 30,
) -> None:
    """List, and remove, attached files that no record points to."""
    from ledger.events.event import SHANGHAI
    from taizhang.app.clock import Clock
    from taizhang.app.store_url import evidence_folder
    from taizhang.evidence.files import stored_files
    from taizhang.evidence.leftovers import leftovers as find
    from taizhang.evidence.leftovers import named_by
    from taizhang.evidence.leftovers import remove as delete

    call: Invocation = ctx.obj
    folder = evidence_folder(call.store_url, Settings().evidence)
    with call.ledger() as session:
        there = set(stored_files(folder))
        named = named_by(session.store.export())
        found = find(folder, named)
    if remove and there and not there & named:
        raise Failure(
            Text("{folder} 里没有一个附件是这个台账用到的，多半不是它的文件夹；什么也没有删，请核对 --store 和 "
                 "TAIZHANG_EVIDENCE", folder=str(folder)),
            "--remove",
        )  # fmt: skip
    until = Clock()() - timedelta(days=days)
    removed = [each for each in found if each.kept < until and delete(each)] if remove else []
    if call.json:
        print_json(
            {
                "leftovers": [_as_json(each, folder) for each in found if each not in removed],
                "removed": [_as_json(each, folder) for each in removed],
            }
        )
        return
    for each in found:
        print(
            _(
                "{kept}  {bytes} 字节  {file}{done}",
                kept=each.kept.astimezone(SHANGHAI).strftime("%Y-%m-%d"),
                bytes=each.bytes,
                file=each.path.relative_to(folder),
                done=_("（已删去）") if each in removed else "",
            )
        )
    if not found:
        print(_("每个附件都有记录用到。"))
    elif not remove:
        print(
            _(
                "共 {count} 个附件没有记录用到；--remove 删去其中超过 {days} 天的。",
                count=len(found),
                days=days,
            )
        )
    else:
        print(_("删去 {removed} 个，留下 {left} 个。", removed=len(removed), left=len(found) - len(removed)))


def _as_json(leftover: Leftover, folder: Path) -> dict[str, object]:
    from ledger.events.event import SHANGHAI

    return {
        "file": leftover.path.relative_to(folder).as_posix(),
        "bytes": leftover.bytes,
        "kept": leftover.kept.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
