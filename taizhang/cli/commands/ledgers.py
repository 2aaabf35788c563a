"""Commands on the ledgers that stand together: a city's districts, each with its own office, rubric, key and order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.errors import TaizhangError
from ledger.json_object import JsonObject
from ledger.problem import Problem
from ledger.text import Text
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.program import Command, Group
from taizhang.language.i18n import N_, _, say

if TYPE_CHECKING:
    from ledger.store.postgres.nodes import Node
    from taizhang.app.installation import Installation
    from taizhang.startup.ledgers import Told

Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("台账的名称，如 xinbei"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("init", cls=Command, help=INIT_HELP)(init)
    group.command("add", cls=Command, help=ADD_HELP)(add)
    group.command("list", cls=Command, help=LIST_HELP)(list_)
    group.command("board", cls=Command, help=BOARD_HELP)(board)
    group.command("move", cls=Command, help=MOVE_HELP)(move)
    group.command("distribute", cls=Command, help=DISTRIBUTE_HELP)(distribute)
    group.command("witness", cls=Command, help=WITNESS_HELP)(witness)
    group.command("close", cls=Command, help=CLOSE_HELP)(close)
    app.add_typer(group, name="ledgers")


GROUP_HELP = N_(
    "同一处的几个台账，如一个市的各区。\n\n"
    "各有自己的账号、细则、密钥和顺序。--store 指的是第一个台账；其余的和它放在一起，"
    "命令里用 --ledger NAME 指定，网页在 /l/NAME/ 下面。\n\n"
    "例：taizhang ledgers add xinbei\n例：taizhang board --ledger xinbei"
)
INIT_HELP = N_(
    "把第一个台账所在的数据库准备成 Citus 集群的协调节点；此后新建的台账各放在一个节点上。\n\n"
    "每个节点都要先装好 Citus 扩展并建好同名数据库。再运行一次不改动已有的。\n\n"
    "例：taizhang ledgers init --node db1:5432 --node db2:5432"
)
DISTRIBUTE_HELP = N_(
    "把协调节点上的一个台账整个搬到节点上去；写入的人等到搬完。\n\n例：taizhang ledgers distribute xinbei"
)
ADD_HELP = N_("建一个新的空台账。\n\n例：taizhang ledgers add xinbei")
LIST_HELP = N_(
    "列出各个台账：多少条事件，能不能用。\n\n例：taizhang ledgers list\n例：taizhang ledgers list --json"
)
BOARD_HELP = N_(
    "各个台账的汇总：多少单位、预计低于标准的、逾期、无记录、待评定。\n\n"
    "只看各台账留下的汇总，不排名；早于一天的会写明。--fresh 现在就重新汇总。\n\n"
    "例：taizhang ledgers board\n例：taizhang ledgers board --fresh --json"
)
MOVE_HELP = N_(
    "把一个台账搬到另一处：这里停用，逐条复制、核对，那里接着用。\n\n"
    "中断了就再运行一次；密钥、检查点和附件一起带去。\n\n"
    "在 Citus 集群里用 --node 换一个节点：边写边搬，只在最后停一下。\n\n"
    "例：taizhang ledgers move xinbei --to postgresql://ledger@db/city\n"
    "例：taizhang ledgers move xinbei --node db2:5432"
)
WITNESS_HELP = N_(
    "第一个台账现在就看一遍其余各个台账，记下见到的检查点。\n\n"
    "服务运行时每小时自动做；此后可用 prove --through 经它证明。\n\n例：taizhang ledgers witness"
)
CLOSE_HELP = N_(
    "停用一个台账：谁也不能再记入，原有的照常可以查看、核对、导出。\n\n"
    "例：taizhang ledgers close xinbei --reason 区划调整\n例：taizhang ledgers close xinbei --reopen"
)


def init(
    ctx: typer.Context,
    node: Annotated[
        list[str] | None,
        typer.Option("--node", metavar="HOST:PORT", help=N_("要加入集群的节点，可以写多次")),
    ] = None,
) -> None:
    """Prepare the database of the first ledger for ledgers on several nodes."""
    from taizhang.startup import ledger_nodes

    call: Invocation = ctx.obj
    nodes = ledger_nodes.prepare(call.installation, [_node(each) for each in node or ()])
    if call.json:
        print_json({"nodes": list(map(str, nodes))})
        return
    if nodes:
        print(_("可以放台账的节点：{nodes}", nodes=" ".join(map(str, nodes))))
    else:
        print(_("还没有可以放台账的节点；请用 --node 加入。"))


def distribute(ctx: typer.Context, name: Name) -> None:
    """Bring a ledger from the coordinator to a node."""
    from taizhang.startup import ledger_nodes

    call: Invocation = ctx.obj
    _require(_installation(call), name)
    _tell_placed(call, name, ledger_nodes.distribute(call.installation, name))


def _tell_placed(call: Invocation, name: str, node: Node) -> None:
    if call.json:
        print_json({"ledger": name, "node": str(node)})
        return
    print(_("台账 {name} 现在在节点 {node} 上。", name=name, node=str(node)))


def _node(said: str) -> Node:
    from ledger.store.postgres.nodes import Node

    host, colon, port = said.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Failure(Text("“{said}”不是节点；请写成 主机:端口，如 db1:5432", said=said), "--node")
    return Node(host.strip("[]"), int(port))


def add(ctx: typer.Context, name: Name) -> None:
    """Make a new ledger."""
    from taizhang.startup import ledgers

    call: Invocation = ctx.obj
    ledgers.add(_installation(call), name)
    if call.json:
        print_json({"ledger": name})
        return
    print(_("已建立台账 {name}；网页在 /l/{name}/，命令里写 --ledger {name}。", name=name))


def list_(ctx: typer.Context) -> None:
    """List the ledgers."""
    from taizhang.startup import ledgers

    call: Invocation = ctx.obj
    here = call.installation
    others = ledgers.names(here)
    if not others:
        _installation(call)
    found = ledgers.tell_all(here, ["", *others])
    show({"ledgers": [_as_json(each) for each in found]}, call.json, lambda: _drawn(found))


def _drawn(found: Sequence[Told]) -> Any:
    from taizhang.cli.render.ledgers import ledgers as drawn

    return drawn(found)


def board(
    ctx: typer.Context,
    fresh: Annotated[bool, typer.Option("--fresh", help=N_("现在就重新汇总"))] = False,
) -> None:
    """Show the summaries of the ledgers."""
    from dataclasses import asdict

    from projections.summary import by_clause
    from taizhang.app.ledger_summaries import summaries
    from taizhang.cli.render.ledgers import board as drawn
    from taizhang.jobs.board_rows import renew_rows
    from taizhang.startup import ledgers
    from taizhang.startup.open_ledger import open_ledger
    from taizhang.startup.summaries import keep_summary

    call: Invocation = ctx.obj
    here = call.installation
    problems = []
    with open_ledger(here.first) as first:
        for name in ledgers.names(here) if fresh else ():
            try:
                with open_ledger(here.address(name)) as ledger:
                    renew_rows(ledger)
                    keep_summary(first, name, ledger)
            except TaizhangError as error:
                problems.append(Problem(name, Text("{name}：{problem}", name=name, problem=error.text)))
        with first.store.read() as work:
            found = summaries(work.connection)
        now = first.clock()
    clauses = by_clause(summary for each in found for summary in each.rubrics)
    document = {"ledgers": [each.as_json(now) for each in found], "clauses": list(map(asdict, clauses))}
    show(document, call.json, lambda: drawn(found, now))
    if problems:
        raise Failure(Text("有的台账没有看成"), problems=problems)


def move(
    ctx: typer.Context,
    name: Name,
    to: Annotated[str, typer.Option("--to", metavar="URL", help=N_("那一处第一个台账的位置"))] = "",
    node: Annotated[
        str, typer.Option("--node", metavar="HOST:PORT", help=N_("同一个 Citus 集群里的另一个节点"))
    ] = "",
) -> None:
    """Move a ledger to another installation, or to another node of the same one."""
    from taizhang.app.installation import Installation
    from taizhang.backup.move_ledger import move_ledger
    from taizhang.cli.render.progress import meter
    from taizhang.startup import ledgers

    call: Invocation = ctx.obj
    if bool(to) == bool(node):
        raise Failure(Text("请写搬到哪里：--to 另一处，或 --node 另一个节点"), "--to")
    if node:
        from taizhang.startup import ledger_nodes

        target = _node(node)
        _require(_installation(call), name)
        _tell_placed(call, name, ledger_nodes.move(call.installation, name, target))
        return
    here, there = _installation(call), Installation(to)
    _require(here, name)
    if there.address(name) == here.address(name):
        raise Failure(Text("目标就是这个台账本身；请写另一个位置"), "--to")
    events = ledgers.tell(here, name).events
    with meter(_("复制"), events, not call.json) as progress:
        done = move_ledger(here, name, there, progress)
    if call.json:
        print_json({"ledger": name, "events": done.events, "root": done.root})
        return
    print(_("已搬走 {events} 条事件，这里不再记入；核对无误后可以删去。", events=done.events))
    print(_("根哈希 {root}", root=done.root))


def witness(ctx: typer.Context) -> None:
    """Let the first ledger see the checkpoints of the others."""
    from taizhang.proofs.log_of_logs import see
    from taizhang.startup import ledgers
    from taizhang.startup.open_ledger import open_ledger

    call: Invocation = ctx.obj
    here = call.installation
    seen: dict[str, int] = {}
    problems = []
    with open_ledger(here.first) as first:
        for name in ledgers.names(here):
            try:
                with open_ledger(here.address(name)) as ledger:
                    size = see(first.log, ledger.log, first.clock(), at_once=True)
            except TaizhangError as error:
                problems.append(Problem(name, Text("{name}：{problem}", name=name, problem=error.text)))
                continue
            if size is not None:
                seen[name] = size
    if call.json:
        print_json({"seen": [{"ledger": name, "events": size} for name, size in seen.items()]})
    else:
        for name, size in seen.items():
            print(_("{name}：见到 {size} 条事件的检查点。", name=name, size=size))
        if not seen and not problems:
            print(_("没有新的检查点。"))
    if problems:
        raise Failure(Text("有的台账没有看成"), problems=problems)


def close(
    ctx: typer.Context,
    name: Name,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("为什么停用"))] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help=N_("重新启用"))] = False,
) -> None:
    """Close a ledger, or open it again."""
    from taizhang.startup import ledgers

    call: Invocation = ctx.obj
    _require(_installation(call), name)
    if reopen:
        ledgers.reopen(call.installation, name)
    else:
        ledgers.close(call.installation, name, reason or _("已停用"))
    if call.json:
        print_json({"ledger": name, "closed": not reopen})
        return
    print(_("台账 {name} 已重新启用。", name=name) if reopen else _("台账 {name} 已停用。", name=name))


def _installation(call: Invocation) -> Installation:
    """Return the ledgers that stand together. Raises NoLedger where the first of them is not there."""
    from taizhang.startup.open_ledger import open_ledger

    with open_ledger(call.installation.first):
        return call.installation


def _require(here: Installation, name: str) -> None:
    from taizhang.startup import ledgers

    known = ledgers.names(here)
    if name not in known:
        raise Failure(Text("没有台账“{name}”；有：{known}", name=name, known=known or ["—"]), "NAME")


def _as_json(told: Told) -> JsonObject:
    from taizhang.startup.ledgers import State

    return {
        "ledger": told.name or None,
        "state": told.state.value,
        "name": told.origin,
        "events": None if told.state is State.BROKEN else told.events,
        **({} if told.node is None else {"node": told.node}),
        "reason": None if told.reason is None else say(told.reason),
    }
