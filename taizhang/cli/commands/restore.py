"""`restore`: an export or a backup into an empty ledger, held to what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.commands.backup import PassphraseFile, passphrase
from taizhang.cli.commands.ledger import line_count, opened_lines, tell_absent
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _, say

if TYPE_CHECKING:
    from ledger.signing.checkpoint import Checkpoint
    from ledger.signing.key_file import KeyFile

RESTORE_HELP = N_(
    "把备份或导出的文件恢复到一个空台账里，一字不差。\n\n"
    "序号、录入时间、根哈希与原来完全一致。\n\n"
    "恢复的内容会与已知的最后检查点对照（密钥旁的，和 --against 给出的）：缺了事件、或内容不同，就什么也不恢复，"
    "并说明缺哪些。\n\n"
    "--trial 只演练一遍，什么也不动：每年至少做一次，才知道备份用得上。\n\n"
    "例：taizhang restore /mnt/备份 --trial\n"
    "例：taizhang restore 备份.jsonl --store sqlite:///新台账.db\n"
    "例：taizhang restore /mnt/备份 --against 2017-06-30.checkpoint"
)


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("restore", help=RESTORE_HELP)(restore)


def restore(
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|DIR|-", help=N_("导出的 JSONL 文件，或备份的文件夹；- 表示标准输入")),
    ],
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="CHECKPOINT", help=N_("保存在别处的检查点文件，可以写多次")),
    ] = None,
    accept_missing: Annotated[
        bool, typer.Option("--accept-missing", help=N_("明知缺少检查点里有的事件，也要恢复"))
    ] = False,
    passphrase_file: PassphraseFile = None,
    trial: Annotated[
        bool,
        typer.Option("--trial", help=N_("只演练：把备份恢复到临时的地方，核对，与现在的台账对照，然后删去")),
    ] = False,
) -> None:
    """Bring an export or a backup back."""
    from ledger.signing.key_file import KeyFile
    from taizhang.app.store_url import key_path

    call: Invocation = ctx.obj
    if trial:
        _try(call, source, against or [], passphrase(passphrase_file))
        return
    key_file = KeyFile(key_path(call.store_url, Settings().key))
    known = _known(key_file, against or [])
    if source != "-" and Path(source).is_dir():
        _restore_backup(call, Path(source), key_file, known, accept_missing, passphrase(passphrase_file))
    else:
        _restore_export(call, source, known, accept_missing)


def _try(call: Invocation, source: str, against: list[Path], secret: str | None) -> None:
    """Make a drill of it: nothing of the ledger is touched."""
    from ledger.events.event import recorded_text
    from ledger.signing.checkpoint import read_checkpoint
    from taizhang.app.clock import Clock
    from taizhang.app.store_url import is_postgres, sqlite_path
    from taizhang.backup.folder import chosen_backup, made_at
    from taizhang.backup.trial import try_restore

    if not Path(source).is_dir():
        raise UsageMistake(Text("演练要给出备份的文件夹，不是导出的文件"), "--trial")
    shelf, backup = chosen_backup(Path(source), secret)
    known = [(path.name, read_checkpoint(path.read_bytes())[0]) for path in against]
    begun = monotonic()
    with call.ledger() as session:
        place = session.log.key_file.path if is_postgres(call.store_url) else sqlite_path(call.store_url)
        beside = place.absolute().parent
        done = try_restore(session, shelf, backup, beside, known=known, now=Clock()())
    seconds = round(monotonic() - begun, 1)
    if call.json:
        print_json(
            {
                "trial": True, "backup": str(done.backup), "made_at": recorded_text(made_at(done.backup)),
                "events": done.events, "root": done.root, "evidence": done.evidence, "accounts": done.accounts,
                "later": done.later, "seconds": seconds,
            }
        )  # fmt: skip
        return
    print(
        _("备份 {name} 恢复得出来：{events} 条事件、{evidence} 个附件、{accounts} 个账号，都核对过，与台账相同。",
          name=done.backup.name, events=done.events, evidence=done.evidence, accounts=done.accounts)
    )  # fmt: skip
    after = _("备份之后台账又有 {later} 条事件。", later=done.later)
    print(after, _("演练用了 {seconds} 秒，恢复出来的已删去。", seconds=seconds))


def _known(key_file: KeyFile, against: list[Path]) -> list[tuple[str, Checkpoint]]:
    from ledger.signing.checkpoint import read_checkpoint

    beside = key_file.last_checkpoint()
    found = [] if beside is None else [(key_file.checkpoint_path.name, beside)]
    found += [(path.name, path.read_bytes()) for path in against]
    return [(name, read_checkpoint(content)[0]) for name, content in found]


def _restore_export(
    call: Invocation, source: str, known: list[tuple[str, Checkpoint]], accept_missing: bool
) -> None:
    from ledger.signing.expecting import Expected
    from ledger.store.log import give_name
    from taizhang.evidence.files import noting_digests

    expected = Expected(known, accept_missing)
    attached: set[str] = set()
    with (
        opened_lines(source) as lines,
        call.ledger(new=True, or_nothing=True) as session,
        meter(_("恢复"), line_count(source, call), not call.json) as progress,
    ):
        done = session.store.restore(noting_digests(expected.reading(lines), attached), progress=progress)
        if expected.ledger is not None:
            with session.store.write() as work:
                give_name(work.connection, expected.ledger)
    tell_absent(call, attached)
    _tell(call, done.events, done.root, expected.missing)


def _restore_backup(
    call: Invocation,
    source: Path,
    key_file: KeyFile,
    known: list[tuple[str, Checkpoint]],
    accept_missing: bool,
    secret: str | None,
) -> None:
    from taizhang.app.clock import Clock
    from taizhang.app.store_url import evidence_folder
    from taizhang.backup.folder import chosen_backup
    from taizhang.backup.restoring import Target, restore_backup
    from taizhang.evidence.files import evidence_digests

    shelf, backup = chosen_backup(source, secret)
    done = restore_backup(
        shelf,
        backup,
        Target(call.store_url, key_file, evidence_folder(call.store_url, Settings().evidence)),
        known=known,
        accept_missing=accept_missing,
        now=Clock()(),
    )
    complain(map(say, done.warnings))
    with call.ledger() as session:
        tell_absent(call, evidence_digests(session.store))
    _tell(call, done.events, done.root, done.missing, done.operators)


def _tell(
    call: Invocation,
    events: int,
    root: str,
    missing: tuple[int, int] | None,
    operators: Sequence[str] = (),
) -> None:
    if missing is not None:
        first, last = missing
        complain(
            [_("注意：第 {first} 至 {last} 号事件没有恢复，它们在已知的检查点里。", first=first, last=last)]
        )
    if call.json:
        document: dict[str, object] = {"events": events, "root": root}
        if missing is not None:
            document["missing"] = list(missing)
        if operators:
            document["operators"] = list(operators)
        print_json(document)
        return
    print(_("已恢复 {events} 条事件。", events=events))
    print(_("根哈希 {root}", root=root))
    if operators:
        print(
            _("可以管理这个台账的账号：{names}。有不认识的，请先停用再启动服务。", names="、".join(operators))
        )
