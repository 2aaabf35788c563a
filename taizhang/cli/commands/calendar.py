"""Commands on days: due days as a calendar, notices of days off, lead days of clauses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.cli.failures import Failure, UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.cli.parameters import AsOf, Unit
from taizhang.cli.program import Command, Group
from taizhang.cli.values import day_or_none
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.app.ledger import OpenLedger


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("export", cls=Command, help=EXPORT_HELP)(export)
    group.command("feed", cls=Command, help=FEED_HELP)(feed)
    group.command("notice", cls=Command, help=NOTICE_HELP)(notice)
    group.command("leads", cls=Command, help=LEADS_HELP)(leads)
    app.add_typer(group, name="calendar")


GROUP_HELP = N_(
    "日历：期限的日历文件和订阅地址、放假调休、提前天数。\n\n"
    "例：taizhang calendar export wj-01 > 期限.ics\n例：taizhang calendar feed wj-01"
)
EXPORT_HELP = N_(
    "一个单位的全部期限和现在的状态，做成日历文件（.ics），写到标准输出。\n\n"
    "例：taizhang calendar export wj-01 > 期限.ics"
)


def export(ctx: typer.Context, unit: Unit, as_of: AsOf = None) -> None:
    """Print a unit's calendar."""
    from taizhang.app.installation import settings_of
    from taizhang.documents.calendar import unit_calendar
    from taizhang.jobs.reminders import links_of

    call: Invocation = ctx.obj
    asked = day_or_none(as_of)
    with call.ledger() as session:
        content = unit_calendar(session, links_of(settings_of(call.store_url)), unit, asked)
    if call.json:
        print_json({"unit": unit, "calendar": content.decode()})
    else:
        from taizhang.cli.output import write_bytes

        write_bytes([content.rstrip(b"\n")])


FEED_HELP = N_(
    "一个单位的私密订阅地址：手机和电脑的日历订阅它，期限和状态自动更新。知道地址的人都看得到，泄露了就换一个。\n\n"
    "例：taizhang calendar feed wj-01\n例：taizhang calendar feed wj-01 --renew\n"
    "例：taizhang calendar feed wj-01 --revoke"
)


def feed(
    ctx: typer.Context,
    unit: Unit,
    renew: Annotated[bool, typer.Option("--renew", help=N_("换一个新地址，旧的作废"))] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help=N_("作废，不再有地址"))] = False,
) -> None:
    """Show, renew or revoke a unit's calendar address."""
    from reminders.store import feeds
    from taizhang.app.installation import settings_of
    from taizhang.jobs.reminders import links_of

    call: Invocation = ctx.obj
    if renew and revoke:
        raise UsageMistake(Text("--renew 和 --revoke 只写一个"), "--revoke")
    with call.ledger() as session:
        session.require_unit(unit)
        with session.store.write() as work:
            if revoke:
                was_open = feeds.revoke_feed(work.connection, unit)
                token = None
            else:
                token = None if renew else feeds.feed_token(work.connection, unit)
                token = token or feeds.make_feed(work.connection, unit, session.clock())
    address = links_of(settings_of(call.store_url)).feed(token) if token else None
    if call.json:
        print_json({"unit": unit, "address": address})
    elif address:
        print(address)
    else:
        print(_("已作废") if was_open else _("{unit} 本来就没有订阅地址", unit=unit))


NOTICE_HELP = N_(
    "载入一年的放假调休安排。程序自带到 2026 年；以后各年的通知每年公布后载入一次，没载入前按周末推算（暂定）。\n\n"
    "文件每行一天或一段：2027-01-01 休、2027-02-05..2027-02-11 休、2027-02-14 班。\n\n"
    "例：taizhang calendar notice 2027 2027放假.txt"
)


def notice(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="YEAR", min=1950, max=2999, help=N_("哪一年的安排"))],
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("写着放假和调休上班日子的文件"))],
) -> None:
    """Load a year's days off."""
    from reminders.notices import parse_notice
    from reminders.store import calendar

    call: Invocation = ctx.obj
    try:
        text = Path(file).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(Text("“{file}”不是 UTF-8 文字文件；请另存为 UTF-8", file=file), file) from None
    days = parse_notice(text, year)
    with call.ledger() as session, session.store.write() as work:
        calendar.keep_notice(work.connection, year, days)
    off = sum(not worked for worked in days.values())
    if call.json:
        print_json({"year": year, "off": off, "worked": len(days) - off})
    else:
        print(_("{year} 年：放假 {off} 天，调休上班 {worked} 天", year=year, off=off, worked=len(days) - off))


LEADS_HELP = N_(
    "一条提前几天提醒；默认 14、5、1 天，细则里可以写 lead_days，这里设的优先。\n\n"
    "例：taizhang calendar leads 1.1 30,14,5\n例：taizhang calendar leads 1.1 default"
)


def leads(
    ctx: typer.Context,
    clause: Annotated[str, typer.Argument(metavar="CLAUSE", help=N_("条款，如 2.1"))],
    days: Annotated[
        str, typer.Argument(metavar="DAYS|default", help=N_("天数，用逗号隔开；default 恢复默认"))
    ],
) -> None:
    """Set the lead days of a clause."""
    from reminders.store import calendar

    call: Invocation = ctx.obj
    chosen = None if days == "default" else _days(days)
    with call.ledger() as session:
        _require_clause(session, clause)
        with session.store.write() as work:
            calendar.keep_leads(work.connection, clause, chosen)
    if call.json:
        print_json({"clause": clause, "lead_days": list(chosen) if chosen else None})
    elif chosen:
        print(_("{clause} 提前 {days} 天提醒", clause=clause, days=_("、").join(map(str, chosen))))
    else:
        print(_("{clause} 恢复默认的提醒天数", clause=clause))


def _days(text: str) -> tuple[int, ...]:
    parts = text.replace("，", ",").split(",")
    if not all(part.strip().isascii() and part.strip().isdigit() and int(part) <= 365 for part in parts):
        raise UsageMistake(Text("“{given}”应是 0 到 365 的天数，用逗号隔开，如 30,14,5", given=text), "DAYS")
    return tuple(sorted({int(part) for part in parts}, reverse=True))


def _require_clause(session: OpenLedger, clause: str) -> None:
    known = {each.id for rubric in session.shelf.all for each in rubric.clauses}
    if clause not in known:
        raise Failure(Text("已安装的考核细则里没有“{clause}”这一条", clause=clause), "CLAUSE")
