"""Commands on reminders: remind, outbox, scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure, UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json, show
from taizhang.cli.parameters import AsOf
from taizhang.cli.render.progress import meter
from taizhang.cli.values import day_or_none
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from reminders.send import Sent
    from reminders.service import Reminders
    from taizhang.app.ledger import OpenLedger


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("remind", help=REMIND_HELP)(remind)
    app.command("outbox", help=OUTBOX_HELP)(outbox)
    app.command("scheduler", help=SCHEDULER_HELP)(scheduler)


REMIND_HELP = N_(
    "发出今天该发的提醒，每人每天一封。\n\n"
    "提醒的是快到期的、刚逾期的、新提出的要求；已做完的不提。\n\n"
    "先用 taizhang contact add 登记联系人，再用环境变量 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM 设置邮件服务器。"
    "再运行一次不会重发；上次没送达的会立刻再试。\n\n"
    "例：taizhang remind --dry-run\n例：taizhang remind --as-of 2017-03-17 --dry-run\n"
    "例：taizhang remind --simulate 2017\n例：taizhang remind --test-to me@example.cn\n例：taizhang remind --catch-up"
)


def remind(
    ctx: typer.Context,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只看会发什么，不发也不记"))] = False,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help=N_("停了几天之后：错过的合成一封，只说仍然要紧的"))
    ] = False,
    simulate: Annotated[
        int | None,
        typer.Option(
            "--simulate",
            metavar="YEAR",
            min=1950,
            max=2999,
            help=N_("只数一数：照现在的台账，这一年每人会收到几封"),
        ),
    ] = None,
    test_to: Annotated[
        str | None, typer.Option("--test-to", metavar="ADDRESS", help=N_("只发一封测试邮件到这个地址"))
    ] = None,
) -> None:
    """Send what is due now."""
    from taizhang.jobs.reminders import reminders_of

    call: Invocation = ctx.obj
    asked = day_or_none(as_of)
    settings = Settings()
    if test_to is not None:
        _test(call, settings, test_to)
        return
    if simulate is not None:
        _simulate(call, settings, simulate)
        return
    with call.ledger() as session:
        day = asked or session.clock.today()
        reminders = reminders_of(session, settings)
        _tell_standstill(reminders, day, catch_up)
        with meter(_("计算"), len(session.store.units()), not call.json) as progress:
            drafts = reminders.drafts(day, catch_up=catch_up, keep_rows=not dry_run, progress=progress)
        if dry_run:
            sent = reminders.preview(drafts, day)
        else:
            _require_mail(session, settings, [draft.person.channel for draft in drafts])
            reminders.keep(drafts, day, catch_up=catch_up)
            sent = reminders.send(day, at_once=True)
    _show(sent, day, call)


def _show(sent: Sequence[Sent], day: date, call: Invocation) -> None:
    from taizhang.documents.reminders import remind_document

    document = remind_document(sent, day)

    def drawing() -> RenderableType:
        from taizhang.cli.render.reminders import reminders as draw

        return draw(document, day.isoformat())

    show(document, call.json, drawing)


def _simulate(call: Invocation, settings: Settings, year: int) -> None:
    """Count what a year brings, so that a district knows before it turns the mails on."""
    from taizhang.documents.reminders import rehearsal_document
    from taizhang.jobs.reminders import reminders_of

    with call.ledger() as session, meter(_("计算"), 366, not call.json) as progress:
        found, book = reminders_of(session, settings).rehearse(year, progress)
    document = rehearsal_document(year, found, book)

    def drawing() -> RenderableType:
        from taizhang.cli.render.reminders import rehearsal as draw

        return draw(document)

    show(document, call.json, drawing)


def _require_mail(session: OpenLedger, settings: Settings, channels: Sequence[str]) -> None:
    """Refuse to begin when a mail is to be sent and no server is set."""
    from reminders.outbox import State
    from reminders.store import outbox as rows

    if settings.smtp_url is not None:
        return
    with session.store.read() as work:
        waiting = rows.messages(work.connection, [State.PLANNED, State.FAILED])
    if "email" in channels or any(message.channel == "email" for message in waiting):
        raise Failure(
            Text(
                "没有设置邮件服务器；请设置环境变量 TAIZHANG_SMTP_URL（如 smtp://user:pass@mail.example.cn:587?starttls=1）"
                "和 TAIZHANG_MAIL_FROM，或用 --dry-run 只看会发什么"
            ),
            "TAIZHANG_SMTP_URL",
        )


def _tell_standstill(reminders: Reminders, day: date, catch_up: bool) -> None:
    standstill = reminders.standstill(day)
    if standstill is not None and not catch_up:
        complain(
            [
                _(
                    "上次运行是 {last}，之后漏了 {count} 个工作日；用 --catch-up 把仍然要紧的合成一封补上",
                    last=standstill.last_run.isoformat(),
                    count=standstill.missed,
                )
            ]
        )


def _test(call: Invocation, settings: Settings, address: str) -> None:
    from reminders.contacts import Person, problems_of
    from reminders.delivery import Doubtful, NotDelivered
    from reminders.outbox import Message, State
    from reminders.send import Sent
    from taizhang.app.clock import Clock
    from taizhang.jobs.reminders import send_test

    problems = problems_of("email", address, "")
    if problems:
        raise UsageMistake(problems[0].text, "--test-to")
    try:
        written = send_test(settings, address, settings.lang)
    except (NotDelivered, Doubtful) as error:
        raise Failure(error.text, "--test-to") from error
    person, clock = Person("", "email", address), Clock()
    message = Message("", "", clock.today(), "email", None, State.SENT, 1, None, written.subject, None)
    _show([Sent(message, person, written.subject, (), State.SENT)], clock.today(), call)


OUTBOX_HELP = N_(
    "发件箱：发出的、没送达的、不知是否送达的；可以重发。\n\n"
    "“不明”是交给对方之后没有回音的，系统自己不会重发。\n\n"
    "例：taizhang outbox --state failed --state unknown\n例：taizhang outbox --resend 5f1c2a"
)


def outbox(
    ctx: typer.Context,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="S", help=N_("只看这种状态：planned、claimed、sent、failed、unknown、obsolete")
        ),
    ] = None,
    resend: Annotated[
        list[str] | None, typer.Option("--resend", metavar="ID", help=N_("重发这一封（编号的开头几位也行）"))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help=N_("最多列出几封，默认 50"))] = 50,
) -> None:
    """List the outbox, or send some of it again."""
    from reminders.outbox import State
    from reminders.store import contacts
    from reminders.store import outbox as rows
    from taizhang.documents.reminders import outbox_document
    from taizhang.jobs.reminders import reminders_of

    call: Invocation = ctx.obj
    known = [each.value for each in State]
    for given in state or ():
        if given not in known:
            raise UsageMistake(
                Text("没有“{given}”这种状态；可用：{known}", given=given, known=known), "--state"
            )
    settings = Settings()
    with call.ledger() as session:
        if resend:
            _plan_again(session, resend)
            _require_mail(session, settings, [])
            day = session.clock.today()
            sent = reminders_of(session, settings).send(day, at_once=True, asked_for=True)
            _show(sent, day, call)
            return
        with session.store.read() as work:
            found = rows.messages(work.connection, [State(each) for each in state or ()], limit=limit)
            people = contacts.book(work.connection).people()
        document = outbox_document(found, people)

    def drawing() -> RenderableType:
        from taizhang.cli.render.reminders import outbox as draw

        return draw(document)

    show(document, call.json, drawing)


def _plan_again(session: OpenLedger, wanted: Sequence[str]) -> None:
    """Plan the messages anew whose ids begin as *wanted* says, all or none."""
    from reminders.store import outbox as rows

    with session.store.write() as work:
        for beginning in wanted:
            found = rows.find_beginning(work.connection, beginning)
            if len(found) != 1:
                text = (
                    Text("发件箱里没有编号以“{id}”开头的消息", id=beginning)
                    if not found
                    else Text("编号以“{id}”开头的不止一封；请多写几位", id=beginning)
                )
                raise Failure(text, "--resend")
            if not rows.resend(work.connection, found[0].id):
                raise Failure(Text("“{id}”正在发送；请稍后再看", id=beginning), "--resend")


SCHEDULER_HELP = N_(
    "不开网页，只按时发提醒、存证和备份。\n\n"
    "一直运行，直到按 Ctrl-C 停止；taizhang serve 里已经带着它。\n\n"
    "停过几天再开，会把错过的合成一封补上。开几个也不会重发。\n\n例：taizhang scheduler"
)


def scheduler(ctx: typer.Context) -> None:
    """Run the ticker in the foreground."""
    import signal
    from contextlib import closing, nullcontext
    from threading import Event

    from reminders.ticker import ticking
    from taizhang.app.installation import settings_of
    from taizhang.app.log_lines import to_standard_error
    from taizhang.app.store_url import evidence_folder
    from taizhang.health.checkup import Checkup
    from taizhang.jobs.checkpoints import signing
    from taizhang.jobs.invitations import invitations_job
    from taizhang.jobs.ledgers import ledgers_jobs
    from taizhang.jobs.nightly import nightly_job
    from taizhang.jobs.reload import following
    from taizhang.jobs.reminders import reminder_job
    from taizhang.jobs.watch import watch_job
    from taizhang.startup.open_ledgers import OpenLedgers

    to_standard_error()
    call: Invocation = ctx.obj
    settings = settings_of(call.store_url)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stopped.set())
    with call.ledger() as session:
        evidence = evidence_folder(call.store_url, settings.evidence)
        jobs = [
            reminder_job(session, settings),
            invitations_job(session, settings),
            nightly_job(session, settings),
            watch_job(session, settings, Checkup(session, evidence)),
        ]
        others = OpenLedgers(call.installation) if call.store_url == call.first_url else None
        if others is not None:
            jobs += ledgers_jobs(session, others, settings)
        with (
            closing(others) if others is not None else nullcontext(),
            signing(session) as checkpoints,
            ticking([*jobs, checkpoints], session.jobs),
            following(session),
        ):
            complain([_("每 5 分钟看一次，{hour} 点以后发（Ctrl-C 停止）", hour=settings.remind_from_hour)])
            stopped.wait()
    if call.json:
        print_json({"stopped": True})
