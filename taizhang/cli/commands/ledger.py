"""Commands on the ledger as a whole: import, export, rebuild."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from taizhang.app.settings import Settings
from taizhang.cli.failures import Report, Status
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json, write_bytes
from taizhang.cli.parameters import MaybeUnit
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from ledger.store.protocol import Appended, Line

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
File = Annotated[str, typer.Argument(metavar="FILE|-", help=N_("JSONL 文件，每行一个事件；- 表示标准输入"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    add = app.command
    add("import", help=IMPORT_HELP)(import_)
    add("export", help=EXPORT_HELP)(export)
    add("rebuild", help=REBUILD_HELP)(rebuild)


IMPORT_HELP = N_(
    "导入一个 JSONL 文件：要么全部入账，要么一条也不入。\n\n"
    "同一编号、内容相同的事件会跳过；有错的行全部列出，写明行号、字段、错在哪里、怎样才对。\n\n"
    "例：taizhang import 三月.jsonl\n例：taizhang import - < 三月.jsonl"
)


def import_(ctx: typer.Context, file: File) -> None:
    """Append a JSONL file, all or nothing."""
    from taizhang.documents.append_result import appended_json
    from taizhang.evidence.files import noting_digests
    from taizhang.jobs.checkpoints import signed_after

    call: Invocation = ctx.obj
    attached: set[str] = set()
    with (
        opened_lines(file) as lines,
        call.ledger(new=True, or_nothing=True) as session,
        signed_after(session),
        meter(_("导入"), line_count(file, call), not call.json) as progress,
    ):
        noted = noting_digests(lines, attached)
        done = session.store.append(noted, by=call.recorder(), now=session.clock(), progress=progress)
    tell_absent(call, attached)
    if call.json:
        print_json(appended_json(done))
        return
    print(_("已导入 {appended} 条，跳过 {skipped} 条已有的。", appended=done.appended, skipped=done.skipped))
    if done.warnings:
        print(_("请核对 {count} 处可能的重复：", count=len(done.warnings)))
        for line in Report(Status.DONE, done.warnings).lines():
            print(f"  {line}")


EXPORT_HELP = N_(
    "按顺序输出全部事件，每行一个，与存储的一字不差。\n\n"
    "写上单位编号，就只输出那个单位的。\n\n"
    "例：taizhang export > 备份.jsonl\n例：taizhang export wj-01"
)


def export(ctx: typer.Context, unit: MaybeUnit = None) -> None:
    """Print the stored bytes, one event a line."""
    call: Invocation = ctx.obj
    with call.ledger() as session:
        if unit is not None:
            session.require_unit(unit)
        write_bytes(session.store.export(unit))


REBUILD_HELP = N_("从事件重新算出全部得分；事件本身不动。\n\n例：taizhang rebuild")


def rebuild(ctx: typer.Context) -> None:
    """Make every projection anew."""
    from ledger.store.log import mend_subtrees

    call: Invocation = ctx.obj
    with call.ledger() as session:
        today = session.clock.today()
        with meter(_("重算"), len(session.store.units()), not call.json) as progress:
            units = session.projections.rebuild(session.store, today, progress)
        mend_subtrees(session.store)
        events = session.store.size()
    if call.json:
        print_json({"units": units, "events": events})
        return
    print(_("已从 {events} 条事件重新算出 {units} 个单位。", events=events, units=units))


@contextmanager
def opened_lines(name: str) -> Iterator[Iterator[Line]]:
    """Open a JSONL file, or standard input for "-", and give its lines with their numbers."""
    if name == "-":
        yield _lines(sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield _lines(file)


def line_count(name: str, call: Invocation) -> int | None:
    """Return what a progress bar measures against; None where none is shown or the end is not known."""
    if name == "-" or call.json or not sys.stderr.isatty() or not Path(name).is_file():
        return None
    with Path(name).open("rb") as file:
        return sum(1 for _line in file)


def _lines(file: BinaryIO) -> Iterator[Line]:
    for number, line in enumerate(file, 1):
        # Editors on Windows put a mark before the first line; blank lines at the end are no events.
        content = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
        stripped = content.strip()
        if stripped:
            yield number, stripped


def tell_absent(call: Invocation, attached: set[str]) -> None:
    """Say on standard error of how many files among *attached* only the SHA-256 is here."""
    from taizhang.app.store_url import evidence_folder
    from taizhang.evidence.files import absent_files

    folder = evidence_folder(call.store_url, Settings().evidence)
    if absent := absent_files(folder, attached):
        text = _("有 {count} 个附件的文件不在这里（{folder}），台账里只有它们的 SHA-256；请把文件放进这个文件夹，"
                 "或在记录的“附件”页上重新附上", count=len(absent), folder=folder)  # fmt: skip
        complain([text])


def show_warnings(done: Appended, as_json: bool) -> None:
    """Tell the warnings of an append that is not itself the result, on standard error."""
    if not as_json:
        complain(Report(Status.DONE, done.warnings).lines())
