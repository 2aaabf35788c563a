"""`serve`: the dashboard, until it is told to stop."""

from __future__ import annotations

import gc
from contextlib import ExitStack, closing, nullcontext
from datetime import timedelta
from socket import socket
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain
from taizhang.language.i18n import N_, _, say

if TYPE_CHECKING:
    from ledger.store.protocol import Store
    from taizhang.app.ledger import OpenLedger
    from taizhang.proofs.witness_app import Witness
    from taizhang.web.http.options import Options

JOBS_BEGIN_IN = timedelta(seconds=3)
"""The port is opened first: what runs by itself is not waited for by anybody."""
HELP = N_(
    "在浏览器里用台账：开一个网页服务，直到按 Ctrl-C 停止。\n\n"
    "第一次运行会打印一个一次性链接，用它设置系统管理员的密码。\n\n"
    "例：taizhang serve --new\n例：taizhang serve --host 0.0.0.0 --port 8080"
)

Host = Annotated[str, typer.Option("--host", metavar="H", help=N_("在哪个地址上听，默认只给本机 127.0.0.1"))]
Port = Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help=N_("端口，默认 8000"))]


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("serve", help=HELP)(serve)


WitnessFor = Annotated[
    list[str] | None,
    typer.Option(
        "--witness-for",
        metavar="VKEY",
        help=N_("为持有这个公钥的台账作见证（网址后加 /witness），可以写多次；也可用 TAIZHANG_WITNESS_FOR"),
    ),
]


New = Annotated[bool, typer.Option("--new", help=N_("那里还没有台账，就建立一个空的；头一次运行时用"))]


def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    witness_for: WitnessFor = None,
    new: New = False,
) -> None:
    """Run the dashboard."""
    from taizhang.app.installation import settings_of
    from taizhang.app.store_url import evidence_folder

    call: Invocation = ctx.obj
    # What a server is made of is loaded once and stays: looking for cycles in it takes a tenth of the start.
    gc.disable()
    from reminders.ticker import ticking
    from taizhang.app.log_lines import to_standard_error
    from taizhang.health.checkup import Checkup
    from taizhang.jobs.board_rows import kept_rows_job
    from taizhang.jobs.checkpoints import signing
    from taizhang.jobs.invitations import invitations_job
    from taizhang.jobs.ledgers import ledgers_jobs
    from taizhang.jobs.nightly import nightly_job
    from taizhang.jobs.reminders import reminder_job
    from taizhang.jobs.uploads import uploads_job
    from taizhang.jobs.watch import watch_job
    from taizhang.jobs.year_tables import year_tables_job
    from taizhang.startup.open_ledgers import OpenLedgers
    from taizhang.web.http.options import Options
    from taizhang.web.server import address_of, run, server_for

    to_standard_error()
    # A ledger that has a server to itself is at that server's own address.
    settings = settings_of(call.store_url).model_copy(update={"base_url": Settings().base_url})
    with ExitStack() as stack:
        session = _first(call, stack, new=new)
        bound = stack.enter_context(_listening(host, port))
        base_url = (settings.base_url or address_of(host, bound)).rstrip("/")
        options = Options(
            base_url=base_url,
            evidence=evidence_folder(call.store_url, settings.evidence),
            trusted_proxies=settings.trusted_proxies,
            hosts=settings.hosts,
        )
        if isinstance(session, Text):
            _serve_others(call, session, options, bound)
            return
        witness = _witness(session, [*settings.witness_for, *(witness_for or [])])

        def ready() -> None:
            gc.freeze()
            gc.enable()
            complain([_("台账在 {address} （Ctrl-C 停止）", address=base_url)])
            if witness is not None:
                complain([_("见证公钥 {vkey}", vkey=str(witness.key.verifier))])
            invite_operator(session, base_url)

        # Of several ledgers the first is served with all others, any other by itself.
        others = OpenLedgers(call.installation) if call.store_url == call.first_url else None
        jobs = [
            kept_rows_job(session),
            year_tables_job(session),
            uploads_job(session),
            reminder_job(session, settings),
            invitations_job(session, settings),
            nightly_job(session, settings),
            watch_job(session, settings, Checkup(session, options.evidence)),
        ]
        if others is not None:
            jobs += ledgers_jobs(session, others, settings)
        with (
            closing(others) if others is not None else nullcontext(),
            signing(session) as checkpoints,
            ticking([*jobs, checkpoints], session.jobs, begins_in=JOBS_BEGIN_IN),
        ):
            run(server_for(session, options, witness, others), bound, ready)


def _first(call: Invocation, stack: ExitStack, *, new: bool) -> OpenLedger | Text:
    """Open the ledger; where it cannot be opened and others stand with it, return why not. Raises StoreError."""
    from ledger.problem import NoLedger, StoreError
    from taizhang.startup.ledgers import names

    try:
        return stack.enter_context(call.ledger(new=new))
    except NoLedger:
        raise
    except StoreError as error:
        if new or call.store_url != call.first_url:
            raise
        try:
            others = names(call.installation)
        except StoreError:
            others = []
        if not others:
            raise
        return error.text


def _serve_others(call: Invocation, why: Text, options: Options, bound: socket) -> None:
    """Serve the ledgers beside a first one that cannot be opened; opened again it is at the next start."""
    from reminders.ticker import ticking
    from taizhang.jobs.ledgers import ledgers_jobs
    from taizhang.startup.open_ledgers import OpenLedgers
    from taizhang.web.server import run, server_for

    def ready() -> None:
        complain([_("第一个台账现在打不开：{problem}", problem=say(why))])
        complain([_("其余台账在 {address}/l/（Ctrl-C 停止）", address=options.base_url)])

    with (
        closing(OpenLedgers(call.installation)) as others,
        ticking(ledgers_jobs(None, others, Settings()), begins_in=JOBS_BEGIN_IN),
    ):
        run(server_for(why, options, None, others), bound, ready)


def _listening(host: str, port: int) -> socket:
    from taizhang.web.server import CannotListen, listen

    try:
        return listen(host, port)
    except CannotListen as error:
        raise Failure(error.text, "--port") from None


def _witness(session: OpenLedger, vkeys: list[str]) -> Witness | None:
    """Return the witness for the ledgers of *vkeys*, None when there are none. Raises Failure."""
    if not vkeys:
        return None
    from ledger.merkle.proof_error import ProofError
    from ledger.signing.note import VerifierKey
    from taizhang.proofs.log_of_logs import record_seen
    from taizhang.proofs.witness_app import Witness, witness_key

    key = witness_key(session.log.key_file.path, session.log.origin)
    trusted = []
    for vkey in vkeys:
        try:
            trusted.append(VerifierKey.parse(vkey))
        except ProofError as error:
            raise Failure(
                Text(
                    "--witness-for 或 TAIZHANG_WITNESS_FOR 里的“{vkey}”：{problem}",
                    vkey=vkey[:80],
                    problem=error.text,
                ),
                "--witness-for",
            ) from None
    return Witness(session.store, key, trusted, session.clock, record_seen)


def invite_operator(session: OpenLedger, base_url: str) -> None:
    """Print a one-time link for the first operator, as long as there is none who can come in."""
    token = first_operators_link(session.store)
    if token is not None:
        complain([_("还没有系统管理员：请打开 {link} 设置密码", link=f"{base_url}/welcome/{token}")])


def first_operators_link(store: Store) -> str | None:
    """Return the token of a link that makes the first operator; None when one can come in already."""
    from taizhang.accounts import entry
    from taizhang.accounts import store as accounts
    from taizhang.accounts.account import Account
    from taizhang.accounts.roles import Role
    from taizhang.app.clock import Clock

    now = Clock()()
    with store.read() as work:
        if accounts.any_operator(work.connection):
            return None
        known = accounts.find(work.connection, "operator")
    if known is None:
        first = Account("operator", Role.OPERATOR, _("系统管理员"))
        return entry.create_account(store, first, now=now, by="taizhang serve")
    return entry.invite(store, known.name, now=now, by="taizhang serve")
