"""Commands for copies: backup, and copy into another store. `restore` is among the ledger's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _, say

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=N_("口令在这个文件的第一行；也可用环境变量 TAIZHANG_BACKUP_PASSPHRASE"),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("backup", help=BACKUP_HELP)(backup)
    app.command("copy", help=COPY_HELP)(copy)


BACKUP_HELP = N_(
    "备份整个台账，写的时候别人照常使用。\n\n"
    "包括事件、账号、通讯录、名册、附件和密钥；写完后逐一核对。\n\n"
    "给出口令就加密保存。--keep 只留最近几份。用 taizhang restore DIR 取回。\n\n"
    "例：taizhang backup /mnt/备份\n例：taizhang backup /mnt/备份 --passphrase-file 口令.txt --keep 14"
)


def backup(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("备份放在哪个文件夹"))],
    passphrase_file: PassphraseFile = None,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", min=1, help=N_("只留最近 N 份，更早的删去"))
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help=N_("文件夹里原来的备份不见了，也在这里重新开始"))
    ] = False,
) -> None:
    """Back the whole ledger up."""
    from taizhang.app.store_url import evidence_folder

    call: Invocation = ctx.obj
    from taizhang.backup.continuing import check_folder
    from taizhang.backup.folder import open_shelf
    from taizhang.backup.making import make_backup

    secret = passphrase(passphrase_file)
    with call.ledger() as session:
        if not new:
            check_folder(session, folder)
        shelf = open_shelf(folder, secret, create=True)
        evidence = evidence_folder(call.store_url, Settings().evidence)
        done = make_backup(session, shelf, evidence, keep=keep)
    complain(map(say, done.warnings))
    if call.json:
        print_json(
            {
                "backup": str(done.path),
                "events": done.events,
                "root": done.root,
                "evidence": done.evidence,
                "removed": done.removed,
                "warnings": list(map(say, done.warnings)),
            }
        )
        return
    print(
        _("已备份到 {path}：{events} 条事件、{evidence} 个附件，已核对。", path=done.path, events=done.events,
          evidence=done.evidence)
    )  # fmt: skip
    if done.removed:
        print(_("删去 {count} 份更早的备份。", count=done.removed))


COPY_HELP = N_(
    "把整个台账搬到另一个存储（文件或 PostgreSQL）。\n\n"
    "序号、字节、录入时间、根哈希都不变，密钥和附件也一起带去。\n\n"
    "中断了就再运行一次，从断的地方接着复制；复制完之前，新台账不能使用。\n\n"
    "例：taizhang copy --to postgresql://ledger@db/taizhang\n例：taizhang copy --to sqlite:////srv/新台账.db"
)


def copy(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help=N_("新台账的位置，必须是空的"))],
) -> None:
    """Copy the ledger into another store."""
    from taizhang.app.store_url import evidence_folder
    from taizhang.startup.open_ledger import open_ledger

    call: Invocation = ctx.obj
    from taizhang.backup.copy_ledger import copy_files, copy_ledger

    if to == call.store_url:
        raise Failure(Text("目标就是这个台账本身；请写另一个位置"), "--to")
    chosen = Settings().evidence
    with (
        call.ledger() as source,
        open_ledger(to, new=True, unfinished=True) as target,
        meter(_("复制"), source.store.size(), not call.json) as progress,
    ):
        done = copy_ledger(source, target, progress)
        copy_files(source, target, evidence_folder(call.store_url, chosen), evidence_folder(to, chosen))
        later = source.store.size() - done.events
    if later:
        complain([_("注意：复制期间原台账又有 {count} 条新事件，没有复制。", count=later)])
    if call.json:
        print_json({"events": done.events, "root": done.root})
        return
    print(_("已复制 {events} 条事件。", events=done.events))
    print(_("根哈希 {root}", root=done.root))


def passphrase(file: Path | None) -> str | None:
    """Return the passphrase of the option or of the settings, None where there is none."""
    if file is None:
        kept = Settings().backup_passphrase
        return kept.get_secret_value() if kept is not None else None
    lines = file.read_text("utf-8").splitlines()
    if not lines or not lines[0]:
        raise Failure(Text("{path} 的第一行是空的，没有口令", path=str(file)), "--passphrase-file")
    return lines[0]
