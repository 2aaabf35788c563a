"""Commands on contacts: who is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.cli.failures import Failure, UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.parameters import MaybeUnit
from taizhang.cli.program import Command, Group
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from reminders.contacts import Role

UnitOrAll = Annotated[str, typer.Argument(metavar="UNIT", help=N_("单位编号，如 wj-01；“*”是全部单位"))]
RoleOption = Annotated[
    str,
    typer.Option("--role", metavar="R", help=N_("secretary 书记（默认）、assessor 考核人员、district 区级")),
]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=N_("邮箱地址"))]
ChannelOption = Annotated[
    str | None,
    typer.Option(
        "--channel", metavar="C", help=N_("email（默认）、wecom 企业微信、dingtalk 钉钉、feishu 飞书")
    ),
]
Address = Annotated[
    str | None, typer.Option("--address", metavar="URL", help=N_("群机器人的 Webhook 地址，从群设置里复制"))
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("add", cls=Command, help=ADD_HELP)(add)
    group.command("list", cls=Command, help=LIST_HELP)(list_)
    group.command("bounced", cls=Command, help=BOUNCED_HELP)(bounced)
    group.command("remove", cls=Command, help=REMOVE_HELP)(remove)
    app.add_typer(group, name="contact")


GROUP_HELP = N_(
    "联系人：提醒发给谁。\n\n"
    "姓名和地址只存在这里，不进台账，删除就没有了。\n\n"
    "例：taizhang contact add wj-01 --email shuji@example.cn\n例：taizhang contact list"
)
ADD_HELP = N_(
    "添加一个联系人，或改他的设置（没写的保持原样）。\n\n"
    "例：taizhang contact add wj-01 --email shuji@example.cn --name 王书记\n"
    "例：taizhang contact add '*' --role assessor --email kaohe@example.cn\n"
    "例：taizhang contact add wj-01 --email a@example.cn --quiet 2017-07-10..2017-08-20\n"
    "例：taizhang contact add wj-01 --email a@example.cn --as-it-comes\n"
    "例：taizhang contact add wj-01 --channel dingtalk --address WEBHOOK --secret SECRET"
)


def add(
    ctx: typer.Context,
    unit: UnitOrAll,
    email: Email = None,
    role: RoleOption = "secretary",
    channel: ChannelOption = None,
    address: Address = None,
    secret: Annotated[
        str | None, typer.Option("--secret", metavar="S", help=N_("机器人的加签密钥（钉钉、飞书）"))
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=N_("称呼"))] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="LANG", help=N_("写给他用哪种语言：zh-CN（默认）或 en")),
    ] = None,
    quiet: Annotated[
        list[str] | None,
        typer.Option(
            "--quiet",
            metavar="DAYS",
            help=N_("免打扰的日子，如 2017-07-10..2017-08-20，提醒会提前；写 none 清除"),
        ),
    ] = None,
    only_overdue: Annotated[
        bool | None, typer.Option("--only-overdue/--everything", help=N_("只收已过期限的，或恢复全部"))
    ] = None,
    weekly: Annotated[
        bool | None,
        typer.Option(
            "--weekly/--as-it-comes", help=N_("每周一合成一封（默认；等不到周一的当天发），或随时发")
        ),
    ] = None,
) -> None:
    """Add a contact or change his settings."""
    from reminders.contacts import EVERY_UNIT
    from taizhang.documents.reminders import contact_document
    from taizhang.entry.contact import Entered, keep_contact

    call: Invocation = ctx.obj
    chosen_channel, chosen_address = _place(email, channel, address)
    days = None if quiet is None else tuple(each for each in quiet if each != "none")
    entered = Entered(
        unit, role, chosen_channel, chosen_address, secret, name, language, days, only_overdue, weekly
    )
    with call.ledger() as session:
        contact = keep_contact(session, entered, by=call.recorder().name)
    if call.json:
        print_json(contact_document(contact))
    else:
        whose = _("全部单位") if unit == EVERY_UNIT else unit
        print(_("{unit} 的提醒会发给 {address}", unit=whose, address=chosen_address))


def _place(email: str | None, channel: str | None, address: str | None) -> tuple[str, str]:
    """Return channel and address, however they were given."""
    if email is not None and address is not None:
        raise UsageMistake(Text("--email 和 --address 只写一个"), "--address")
    chosen = channel or "email"
    if email is not None and chosen != "email":
        raise UsageMistake(Text("渠道 {channel} 要用 --address 写机器人的地址", channel=chosen), "--channel")
    given = email if email is not None else address
    if given is None:
        option = "--email" if chosen == "email" else "--address"
        raise UsageMistake(Text("要写发到哪里：{option}", option=option), option)
    return chosen, given.strip()


BOUNCED_HELP = N_(
    "标明一个邮箱的信被退了回来。\n\n"
    "当场拒收的，程序自己会标。收下以后再退的，退信到发件人的邮箱里，程序读不到；看到了就在这里标上，"
    "本人在“我的账号”里、管理员在“联系人”里都会看到。\n\n"
    "例：taizhang contact bounced zhang@example.cn --reason '550 mailbox unavailable'\n"
    "例：taizhang contact bounced zhang@example.cn --mended"
)


def bounced(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=N_("邮箱地址"))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("退信里说的原因"))] = "",
    mended: Annotated[bool, typer.Option("--mended", help=N_("又收得到了：把标记去掉"))] = False,
) -> None:
    """Mark an address whose letters came back, or take the mark back."""
    from taizhang.app.clock import Clock
    from taizhang.entry.bounce import mark_bounced, unmark

    call: Invocation = ctx.obj
    if mended and reason:
        raise UsageMistake(Text("--mended 和 --reason 只写一个"), "--mended")
    by, now = call.recorder().name, Clock()()
    with call.ledger() as session:
        if mended:
            unmark(session, address, by=by, now=now)
        else:
            mark_bounced(session, address, reason, by=by, now=now)
    if call.json:
        print_json({"address": address.strip(), "bounced": not mended})
    else:
        print(_("已去掉标记。") if mended else _("已标上；本人和管理员都会看到。"))


LIST_HELP = N_("联系人，按单位。\n\n例：taizhang contact list\n例：taizhang contact list wj-01")


def list_(ctx: typer.Context, unit: MaybeUnit = None) -> None:
    """List the contacts."""
    from reminders.store import contacts
    from taizhang.documents.reminders import contacts_document

    call: Invocation = ctx.obj
    with call.ledger() as session, session.store.read() as work:
        document = contacts_document(contacts.contacts(work.connection, unit))

    def drawing() -> RenderableType:
        from taizhang.cli.render.reminders import contacts as draw

        return draw(document)

    show(document, call.json, drawing)


def _role(text: str) -> Role:
    from reminders.contacts import Role

    known = [role.value for role in Role]
    if text not in known:
        raise UsageMistake(Text("没有“{given}”这种身份；可用：{known}", given=text, known=known), "--role")
    return Role(text)


REMOVE_HELP = N_(
    "删除一个联系人；他不再是任何单位的联系人时，姓名和地址也一并删除。\n\n"
    "例：taizhang contact remove wj-01 --email shuji@example.cn"
)


def remove(
    ctx: typer.Context,
    unit: UnitOrAll,
    email: Email = None,
    channel: ChannelOption = None,
    address: Address = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="R", help=N_("只去掉这种身份；不写就是全部"))
    ] = None,
) -> None:
    """Remove a contact."""
    from reminders.store import contacts
    from taizhang.accounts.journal import Deed, note
    from taizhang.app.clock import Clock

    call: Invocation = ctx.obj
    chosen_channel, chosen_address = _place(email, channel, address)
    chosen_role = _role(role) if role is not None else None
    with call.ledger() as session, session.store.write() as work:
        person = contacts.find_person(work.connection, chosen_channel, chosen_address)
        removed = contacts.remove_contacts(work.connection, unit, person.id, chosen_role) if person else 0
        if not removed:
            raise Failure(
                Text(
                    "{unit} 没有“{address}”这个联系人；用 taizhang contact list 查看",
                    unit=unit,
                    address=chosen_address,
                ),
                "UNIT",
            )
        detail = f"{unit} {chosen_role.value}" if chosen_role is not None else unit
        note(work.connection, Clock()(), call.recorder().name, Deed.CONTACT_REMOVED, "", detail)
    if call.json:
        print_json({"removed": removed})
    else:
        print(_("已删除 {unit} 的联系人 {address}", unit=unit, address=chosen_address))
