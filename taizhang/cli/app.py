"""The program `taizhang`: its commands and the options that all of them take."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.main import get_command

from ledger.problem import NoLedger
from ledger.text import Text
from taizhang.app.settings import DEFAULT_STORE, Settings
from taizhang.cli.commands import accounts as account_commands
from taizhang.cli.commands import anchors as anchor_commands
from taizhang.cli.commands import archive as archive_command
from taizhang.cli.commands import audit as audit_command
from taizhang.cli.commands import backup as backup_commands
from taizhang.cli.commands import calendar as calendar_commands
from taizhang.cli.commands import calibration as calibration_command
from taizhang.cli.commands import contacts as contact_commands
from taizhang.cli.commands import demo as demo_command
from taizhang.cli.commands import doctor as doctor_command
from taizhang.cli.commands import evidence as evidence_commands
from taizhang.cli.commands import excel as excel_commands
from taizhang.cli.commands import ledger as ledger_commands
from taizhang.cli.commands import ledgers as ledgers_command
from taizhang.cli.commands import people as people_commands
from taizhang.cli.commands import proofs as proof_commands
from taizhang.cli.commands import records as record_commands
from taizhang.cli.commands import reminders as reminder_commands
from taizhang.cli.commands import reports as report_commands
from taizhang.cli.commands import restore as restore_command
from taizhang.cli.commands import rubrics as rubric_commands
from taizhang.cli.commands import scores as score_commands
from taizhang.cli.commands import serve as serve_command
from taizhang.cli.commands import verify as verify_command
from taizhang.cli.commands import witnessed as witnessed_command
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain
from taizhang.cli.program import Command, Program
from taizhang.language.i18n import N_, _

HELP = N_(
    "台账：一次录入，处处计分。党建工作事件只增不改，随时按当年的考核细则算出得分。\n\n"
    "例：taizhang import 三月.jsonl\n例：taizhang score wj-01\n例：taizhang shortfalls --json"
)


class SpokenTyper(typer.Typer):
    """Typer whose every command speaks the reader's language."""

    def command(self, name: str | None = None, **settings: Any) -> Any:
        """Return a decorator that adds a command."""
        return super().command(name, cls=Command, **settings)


def build() -> Any:
    """Return the command tree."""
    app = SpokenTyper(cls=Program, help=HELP, rich_markup_mode="rich", pretty_exceptions_enable=False)
    app.callback()(_options)
    for group in (
        account_commands,
        anchor_commands,
        archive_command,
        audit_command,
        backup_commands,
        calendar_commands,
        calibration_command,
        contact_commands,
        demo_command,
        doctor_command,
        evidence_commands,
        excel_commands,
        ledger_commands,
        ledgers_command,
        people_commands,
        proof_commands,
        record_commands,
        reminder_commands,
        report_commands,
        restore_command,
        rubric_commands,
        score_commands,
        serve_command,
        verify_command,
        witnessed_command,
    ):
        group.register(app)
    return get_command(app)


def _only_version(asked: bool) -> None:
    from taizhang import __version__

    if asked:
        print(f"taizhang {__version__}")
        raise typer.Exit


def _options(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store", metavar="URL", help=N_("台账在哪里：sqlite:///文件；也可用环境变量 TAIZHANG_STORE")
        ),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="NAME", help=N_("同一处的另一个台账，见 taizhang ledgers list")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("标准输出只有一个 JSON 文档"))] = False,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="LANG", help=N_("语言：zh-CN 或 en；也可用环境变量 TAIZHANG_LANG")),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help=N_("谁在录入，默认是登录名"))] = None,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_only_version, help=N_("只显示程序的版本")),
    ] = False,
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", help=N_("机器的时钟没有错，尽管与台账最后的入账时间相差很远"))
    ] = False,
) -> None:
    from taizhang.app.installation import Installation

    chosen = store if store is not None else Settings().store
    first = DEFAULT_STORE if chosen is None else chosen
    address = first if ledger is None else Installation(first).address(ledger)
    if ledger is not None and ctx.invoked_subcommand != "restore":
        _require_file(address, ledger)
    ctx.obj = Invocation(
        store_url=address,
        first_url=first,
        json=as_json,
        by=by,
        store_chosen=chosen is not None,
    )
    if clock_is_right:
        _answer_for_the_clock(ctx.obj)


def _require_file(address: str, ledger: str) -> None:
    """Raise NoLedger where a name was mistyped: no command makes one of several ledgers but `ledgers add`."""
    from taizhang.app.store_url import is_postgres, sqlite_path

    if not is_postgres(address) and not sqlite_path(address).exists():
        raise NoLedger(Text("没有台账“{name}”；要建立的话用 taizhang ledgers add", name=ledger))


def _answer_for_the_clock(call: Invocation) -> None:
    """Record that who calls answers for the clock, where it is in doubt; a ledger that is not there has no doubts."""
    from taizhang.proofs.clock import confirm_clock

    with suppress(NoLedger), call.ledger() as session:
        if confirm_clock(session.store, session.clock(), by=call.recorder().name):
            complain([_("已记入：{by} 确认机器的时钟没有错。", by=call.recorder().name)])
