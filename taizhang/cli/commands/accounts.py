"""Commands on accounts, for who has the machine and not yet a browser: add, list, link, disable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.program import Command, Group
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from taizhang.accounts.roles import Role

Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("账号，如 wj-01 或 zhang.wei"))]
DEFAULT_ADDRESS = "http://127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("add", cls=Command, help=ADD_HELP)(add)
    group.command("list", cls=Command, help=LIST_HELP)(list_)
    group.command("link", cls=Command, help=LINK_HELP)(link)
    group.command("disable", cls=Command, help=DISABLE_HELP)(disable)
    app.add_typer(group, name="account")


GROUP_HELP = N_(
    "账号：谁能登录网页，以什么角色。\n\n"
    "平时在网页的“管理”里做；进不去的时候用这些命令。\n\n"
    "例：taizhang account list\n例：taizhang account link operator"
)
ADD_HELP = N_(
    "建一个账号，打印一次性链接；本人打开链接设密码。\n\n"
    "角色：secretary 党组织书记、assessor 考核人员、auditor 监督检查人员、leader 分管领导、operator 系统管理员。\n\n"
    "例：taizhang account add zhang.wei --role secretary --title 张伟 --unit wj-01"
)


def add(
    ctx: typer.Context,
    name: Name,
    role: Annotated[
        str,
        typer.Option("--role", metavar="ROLE", help=N_("secretary、assessor、auditor、leader 或 operator")),
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=N_("称呼：姓名或职务"))],
    units: Annotated[
        list[str] | None, typer.Option("--unit", metavar="UNIT", help=N_("书记负责的单位，可以写多次"))
    ] = None,
) -> None:
    """Make an account and print its one-time link."""
    from taizhang.accounts import entry
    from taizhang.accounts.account import Account
    from taizhang.app.clock import Clock

    call: Invocation = ctx.obj
    account = Account(name, _role(role), title, frozenset(units or ()))
    with call.ledger() as session:
        token = entry.create_account(session.store, account, now=Clock()(), by=call.recorder().name)
    _tell_link(call, name, token)


def _role(text: str) -> Role:
    from taizhang.accounts.roles import Role

    try:
        return Role(text)
    except ValueError:
        known = [role.value for role in Role]
        problem = Text("没有“{role}”这个角色；可用的有 {known}", role=text, known=known)
        raise UsageMistake(problem, "--role") from None


LIST_HELP = N_("所有账号：角色、单位、能不能登录、最近何时用过。\n\n例：taizhang account list --json")


def list_(ctx: typer.Context) -> None:
    """List the accounts."""
    from taizhang.accounts import administration
    from taizhang.app.clock import Clock

    call: Invocation = ctx.obj
    with call.ledger() as session:
        lines = administration.all_accounts(session.store, now=Clock()())
    document = {
        "accounts": [
            {
                "name": line.account.name,
                "role": line.account.role.value,
                "title": line.account.display_name,
                "units": sorted(line.account.units),
                "active": line.account.active,
                "has_password": line.has_password,
                "seen_at": line.use.seen_at,
            }
            for line in lines
        ]
    }

    def drawing() -> RenderableType:
        from taizhang.cli.render.accounts import accounts

        return accounts(lines)

    show(document, call.json, drawing)


LINK_HELP = N_(
    "给一个账号新的一次性链接，用来设密码；以前的链接作废。\n\n"
    "手机丢了、备用码也没有了的，加 --second-factor-off 关掉他的两步验证。\n\n"
    "例：taizhang account link operator"
)


def link(
    ctx: typer.Context,
    name: Name,
    second_factor_off: Annotated[
        bool, typer.Option("--second-factor-off", help=N_("同时关掉他的两步验证"))
    ] = False,
) -> None:
    """Print a new one-time link."""
    from taizhang.accounts import administration, second_factor
    from taizhang.app.clock import Clock

    call: Invocation = ctx.obj
    with call.ledger() as session:
        if second_factor_off:
            second_factor.forget(session.store, name, by=call.recorder().name, now=Clock()())
        token = administration.invite(session.store, name, by=call.recorder().name, now=Clock()())
    _tell_link(call, name, token)


DISABLE_HELP = N_(
    "停用一个账号：立刻退出，不能再登录，令牌也失效；记过的事仍在。\n\n例：taizhang account disable zhang.wei"
)


def disable(ctx: typer.Context, name: Name) -> None:
    """Let an account in no more."""
    from taizhang.accounts import administration, entry
    from taizhang.app.clock import Clock

    call: Invocation = ctx.obj
    now = Clock()()
    with call.ledger() as session:
        account = administration.one_account(session.store, name, now=now).account
        gone = replace(account, active=False)
        entry.change_account(session.store, gone, now=now, by=call.recorder().name)
    if call.json:
        print_json({"name": name, "active": False})
    else:
        print(_("账号 {name} 已停用。", name=name))


def _tell_link(call: Invocation, name: str, token: str) -> None:
    from taizhang.app.installation import path_of

    base = (Settings().base_url or DEFAULT_ADDRESS).rstrip("/")
    address = f"{base}{path_of(call.store_url)}/welcome/{token}"
    if call.json:
        print_json({"name": name, "link": address})
    else:
        print(_("请让 {name} 打开这个链接设密码（只用一次）：", name=name))
        print(address)
