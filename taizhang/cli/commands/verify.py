"""`verify`: everything that can be checked of the ledger, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.problem import Problem
from taizhang.app.settings import Settings
from taizhang.cli.failures import Unsound
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.cli.remedies import with_remedy
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _, say

if TYPE_CHECKING:
    from taizhang.accounts.hindsight import Hindsight

VERIFY_HELP = N_(
    "检查台账是否完好，指出第一条不符的事件。\n\n"
    "逐项写明看了什么：全部事件、数据库自身、表和触发器、签过的检查点和外部存证、考核细则、由事件算出的总分和清单、附件的文件；"
    "没有看的也写明。发现问题时以状态 1 结束。\n\n"
    "--against 与一份保存在台账之外的检查点对照；--tiles 与静态日志逐条对照；--fast 不重算总分和清单。"
    "审计人员可用 --key 写上自己手里的公钥，而不用台账里的。\n\n"
    "例：taizhang verify\n例：taizhang verify --against 2017-06-30.checkpoint\n例：taizhang verify --tiles 日志"
)


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("verify", help=VERIFY_HELP)(verify)


def verify(
    ctx: typer.Context,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="CHECKPOINT", help=N_("保存在别处的检查点文件，可以写多次")),
    ] = None,
    tiles: Annotated[Path | None, typer.Option("--tiles", metavar="DIR", help=N_("静态日志的文件夹"))] = None,
    keys: Annotated[
        list[str] | None, typer.Option("--key", metavar="VKEY", help=N_("信任的验证公钥，可以写多次"))
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            "--through",
            metavar="LEDGER",
            help=N_("与上一级台账见过的每份检查点对照：台账的名称或位置，“.”是第一个台账；可以写多次"),
        ),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help=N_("不把总分、待审清单和查证索引与事件对照，更快"))
    ] = False,
) -> None:
    """Check the whole ledger."""
    from taizhang.accounts.called import people_called
    from taizhang.accounts.hindsight import Hindsight
    from taizhang.app.store_url import evidence_folder
    from taizhang.startup.open_ledger import open_ledger

    call: Invocation = ctx.obj
    from ledger.signing.note import VerifierKey
    from taizhang.proofs.log_of_logs import kept_above
    from taizhang.proofs.looks import checked_json
    from taizhang.proofs.timestamps import read_roots
    from taizhang.proofs.verification import Beside, Outside, look_through

    settings = Settings()
    outside = Outside(
        against=[(path.name, path.read_bytes()) for path in against or []],
        keys=list(map(VerifierKey.parse, keys or [])),
        tiles=tiles,
        roots=read_roots(settings.tsa_roots),
    )
    with (
        # As it was found: what is put right at opening would not be seen.
        call.ledger(as_found=True) as session,
        meter(_("检查"), session.store.size(), not call.json) as progress,
    ):
        beside = Beside(
            session.shelf,
            session.settings.late_days,
            session.clock(),
            evidence_folder(call.store_url, settings.evidence),
        )
        for each in through or []:
            with open_ledger(call.address_of(each)) as above:
                outside = replace(outside, against=[*outside.against, *kept_above(above.log, session.log)])
        found = look_through(session.log, outside, beside, fast=fast, progress=progress)
        hindsight = Hindsight()
        called: dict[str, str] = {}
        if found.is_sound:
            hindsight.look(session.store)
            with session.store.read() as work:
                called = people_called(work.connection)
    if call.json:
        print_json(checked_json(found) | hindsight.as_json())
    else:
        for look in found.looks:
            print(f"{look.mark} {say(with_remedy(look.text, look.remedy))}")
            for fault in look.faults:
                print(f"    {say(fault.text)}")
        if found.root:
            print(_("根哈希 {root}", root=found.root))
        _tell_hindsight(hindsight, called)
    if not found.is_sound:
        raise Unsound(
            [
                Problem("" if fault.sequence is None else f"sequence {fault.sequence}", fault.text)
                for fault in found.faults()
            ]
        )


def _tell_hindsight(hindsight: Hindsight, called: Mapping[str, str]) -> None:
    """Tell what the recorders, by their accounts of today, might not have recorded."""
    if hindsight.count:
        print(
            _(
                "有 {count} 条事件，按登记人账号现在的角色和单位，本不能由他记入；请核对：",
                count=hindsight.count,
            )
        )
        for each in hindsight.told:
            print(f"  {each.sequence} {each.type} {each.subject} {called.get(each.by, each.by)} {each.id}")
    if hindsight.unknown:
        print(
            _("另有 {count} 条由没有账号的 {names} 个名字记入（如在命令行上），能不能记无从知道。",
              count=sum(hindsight.unknown.values()), names=len(hindsight.unknown))
        )  # fmt: skip
