"""Commands on the directory of people, which is kept beside the ledger and can be corrected and erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure, UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.parameters import Unit
from taizhang.cli.program import Command, Group
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from taizhang.app.ledger import OpenLedger
    from taizhang.people.person import Person

Member = Annotated[str, typer.Argument(metavar="MEMBER", help=N_("党员编号，如 m-7k2fq9xa"))]
MaybeUnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="UNIT", help=N_("哪个单位的；几个单位有同一编号时要写"))
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("list", cls=Command, help=LIST_HELP)(list_)
    group.command("set", cls=Command, help=SET_HELP)(set_)
    group.command("erase", cls=Command, help=ERASE_HELP)(erase)
    app.add_typer(group, name="people")


GROUP_HELP = N_(
    "党员通讯录：姓名、电话、住址，可以改，可以抹去。\n\n"
    "这些只在通讯录里，不进台账。\n\n"
    "例：taizhang people list wj-01 --search zw\n例：taizhang people erase m-7k2fq9xa"
)
LIST_HELP = N_(
    "一个单位通讯录里的人；可以按姓名、拼音、拼音首字母或电话找。\n\n"
    "例：taizhang people list wj-01\n例：taizhang people list wj-01 --search zhangwei"
)


def list_(
    ctx: typer.Context,
    unit: Unit,
    text: Annotated[
        str, typer.Option("--search", metavar="TEXT", help=N_("姓名、拼音、首字母或电话的一部分"))
    ] = "",
) -> None:
    """List the people of a unit."""
    from taizhang.people import store

    call: Invocation = ctx.obj
    with call.ledger() as session, session.store.read() as work:
        order = session.roster_order(unit)
        found = sorted(store.search(work.connection, unit, text), key=lambda each: order(each.member))

    def drawing() -> RenderableType:
        from taizhang.cli.render.people import people

        return people(found, unit)

    show({"people": [person_json(person) for person in found]}, call.json, drawing)


SET_HELP = N_(
    "写下或更正一个人的姓名、电话、住址、出生日期；没有写的照旧。\n\n"
    "例：taizhang people set m-7k2fq9xa --telephone 13900000000\n"
    "例：taizhang people set m1 --unit wj-01 --name 张伟"
)


def set_(
    ctx: typer.Context,
    member: Member,
    unit: MaybeUnitOption = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=N_("姓名"))] = None,
    telephone: Annotated[str | None, typer.Option("--telephone", metavar="NUMBER", help=N_("电话"))] = None,
    address: Annotated[str | None, typer.Option("--address", metavar="TEXT", help=N_("住址"))] = None,
    born_on: Annotated[
        str | None, typer.Option("--born-on", metavar="D", help=N_("出生日期，如 1980-05-06"))
    ] = None,
) -> None:
    """Correct what is known of a person, or make him known."""
    from taizhang.people import store
    from taizhang.people.person import Person

    said = {"name": name, "telephone": telephone, "address": address}
    changes: dict[str, Any] = {key: value.strip() for key, value in said.items() if value is not None}
    if born_on is not None:
        changes["born_on"] = _day(born_on)
    if not changes:
        raise UsageMistake(Text("要改什么？请写 --name、--telephone、--address 或 --born-on"), "--name")
    call: Invocation = ctx.obj
    with call.ledger() as session:
        where = unit or _unit_of(session, member)
        with session.store.write() as work:
            known = store.directory_of(work.connection, where).get(member)
            if known is None and not _has_joined(work.stream(where), member):
                text = Text("{unit} 没有编号为“{member}”的党员；请核对编号", unit=where, member=member)
                raise Failure(text, member)
            person = replace(known or Person(member, ""), **changes)
            if not person.name:
                raise UsageMistake(Text("通讯录里还没有他的姓名；请写 --name"), "--name")
            store.put(work.connection, where, [person])
    if call.json:
        print_json({"unit": where, **person_json(person)})
    else:
        print(_("已记下 {name}（{unit} {member}）。", name=person.name, unit=where, member=member))


ERASE_HELP = N_(
    "抹去一个人的姓名、电话、住址：以后各处只显示编号，台账不动，验证照样通过。不能恢复。\n\n"
    "以前的备份里还有，请一并处理。\n\n例：taizhang people erase m-7k2fq9xa"
)


def erase(ctx: typer.Context, member: Member, unit: MaybeUnitOption = None) -> None:
    """Erase what is known of a person."""
    from taizhang.backup.on_demand import backups_before
    from taizhang.people.erasing import erase_person

    call: Invocation = ctx.obj
    with call.ledger() as session:
        where = unit or _unit_of(session, member)
        certain = erase_person(session.store, where, member)
        if certain is None:
            text = Text("{unit} 的通讯录里没有编号为“{member}”的人", unit=where, member=member)
            raise Failure(text, member)
    held = backups_before(Settings())
    if call.json:
        document: dict[str, object] = {
            "unit": where,
            "member": member,
            "erased": True,
            "remains": not certain,
        }
        if held is not None:
            document["backups"] = {
                "count": held.count,
                "first": held.first.isoformat(),
                "last": held.last.isoformat(),
            }
        print_json(document)
        return
    print(_("已抹去 {unit} {member} 的个人信息；以前的备份里还有，请一并处理。", unit=where, member=member))
    if held is not None:
        print(
            _("{folder} 里有 {count} 份以前的备份，从 {first} 到 {last}；每夜一份、留 {keep} 份的话，"
              "{keep} 天后才都没有。",
              folder=str(held.folder), count=held.count, first=held.first, last=held.last, keep=held.keep)
        )  # fmt: skip
    if not certain:
        print(_("数据库自己的日志里可能还留着一段时间；服务停止、或数据库整理以后就没有了。"))


def person_json(person: Person) -> dict[str, str | None]:
    """Return a person as `--json` shows him."""
    return {
        "member": person.member,
        "name": person.name,
        "telephone": person.telephone,
        "address": person.address,
        "born_on": person.born_on.isoformat() if person.born_on else None,
    }


def _unit_of(session: OpenLedger, member: str) -> str:
    from taizhang.people import store

    with session.store.read() as work:
        units = store.units_of(work.connection, member)
    if len(units) == 1:
        return units[0]
    if not units:
        raise Failure(
            Text("通讯录里没有编号为“{member}”的人；请核对编号，或写上 --unit", member=member), member
        )
    raise Failure(Text("{units} 都有编号为“{member}”的人；请写上 --unit", units=units, member=member), member)


def _has_joined(events: Any, member: str) -> bool:
    return any(event["type"] == "member.joined" and event["data"]["member"] == member for event in events)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageMistake(
            Text("“{text}”不是日期；应写成 1980-05-06 的样子", text=text), "--born-on"
        ) from None
