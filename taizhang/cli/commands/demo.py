"""The demonstration: a district lives through its year up to a day in September, then the dashboard opens on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import orjson
import typer

from ledger.text import Text
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.app.ledger import OpenLedger

DEMO_STORE = "sqlite:///taizhang-demo.db"
_DEMO_SOURCE = "urn:taizhang:demo"

HELP = N_(
    "演示：一个区的大半年逐日记入新台账，在浏览器里打开。\n\n"
    "各单位从年初走到 2017-09-20。\n\n"
    "不写 --store 时用工作文件夹里的 taizhang-demo.db，上次的演示会被替换（有人添加过记录的除外）。\n\n"
    "没有终端时不开服务：自检一遍主要页面就结束。\n\n"
    "例：taizhang demo\n例：taizhang demo --units 5 --store sqlite:///试用.db\n"
    "例：taizhang demo --units 1000 --seed 7 --jsonl 大区.jsonl"
)


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("demo", help=HELP)(demo)


def demo(
    ctx: typer.Context,
    units: Annotated[int, typer.Option("--units", metavar="N", min=1, help=N_("多少个单位，默认 80"))] = 80,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", help=N_("随机种子，相同则结果相同，默认 2017"))
    ] = 2017,
    jsonl: Annotated[
        str | None,
        typer.Option(
            "--jsonl", metavar="FILE|-", help=N_("只把事件按单位写成 JSONL 文件，不建台账，用于压力测试")
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", metavar="P", min=0, max=65535, help=N_("网页服务的端口，默认 8000"))
    ] = 8000,
) -> None:
    """Live through a district's year."""
    call: Invocation = ctx.obj
    if jsonl is not None:
        _write(call, units, seed, jsonl)
    else:
        _live(call, units, seed, port)


def _write(call: Invocation, units: int, seed: int, name: str) -> None:
    from taizhang.demo import generate_by_unit, write_jsonl

    with _target(name) as file, meter(_("生成"), None, not call.json) as progress:
        events = write_jsonl(generate_by_unit(units, seed), file, progress)
    if name == "-":
        return
    if call.json:
        print_json({"file": name, "units": units, "seed": seed, "events": events})
    else:
        print(_("已把 {events} 条事件写入 {file}", events=events, file=name))


@contextmanager
def _target(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdout.buffer
        return
    with Path(name).open("wb") as file:
        yield file


def _live(call: Invocation, units: int, seed: int, port: int) -> None:
    from taizhang.startup.open_ledger import open_ledger

    url = call.store_url if call.store_chosen else DEMO_STORE
    made = _made(call, url, units, seed)
    with open_ledger(url) as session:
        document = _document(session, url) | made
        if call.json or not sys.stdout.isatty():
            document["checked"] = check_health(session, url)
            if call.json:
                print_json(document)
                return
        _introduce(document, session)
        if sys.stdout.isatty():
            _open_dashboard(session, url, port)


def _made(call: Invocation, url: str, units: int, seed: int) -> dict[str, object]:
    """Make the demo ledger, unless there is one that somebody has added to; return what was done."""
    from taizhang.app.store_url import sqlite_path
    from taizhang.demo import SHOWN_DAY, generate, live
    from taizhang.demo.accounts import keep_demo_accounts
    from taizhang.demo.contacts import keep_demo_contacts
    from taizhang.demo.directory import keep_demo_people
    from taizhang.startup.open_ledger import open_ledger

    if not call.store_chosen and _former_is_in_use(url):
        if not call.json:
            path = str(sqlite_path(url))
            complain([_("上次的演示里有人添加过记录，接着用它；要重新开始，请删除 {path}", path=path)])
        return {"kept": True}
    with open_ledger(url, new=True, durable=False) as session:
        if session.store.size():
            raise Failure(Text("台账 {url} 不是空的；演示要用新的台账，请换一个 --store", url=url), "--store")
        entries = [entry for entry in generate(units, seed) if entry.recorded.date() <= SHOWN_DAY]
        total = sum(len(entry.events) for entry in entries)
        if not call.json:
            complain([_("逐日记入 {events} 条事件：{url}", events=total, url=url)])
        with meter(_("2017 年"), total, not call.json) as progress:
            lived = live(session.store, entries, progress=progress)
        session.keep_settings(session.settings.model_copy(update={"demo_today": SHOWN_DAY}))
        keep_demo_accounts(session.store, session.clock())
        keep_demo_contacts(session.store)
        keep_demo_people(session.store)
    return {"kept": False, "units": units, "seed": seed, "warnings": lived.warnings}


def _document(session: OpenLedger, url: str) -> dict[str, object]:
    from taizhang.demo import SHOWN_DAY, SHOWN_UNIT
    from taizhang.demo.accounts import AUDITOR, OPERATOR, PASSWORD
    from taizhang.demo.organization import OFFICE

    return {
        "store": url,
        "events": session.store.size(),
        "unit": SHOWN_UNIT,
        "as_of": SHOWN_DAY.isoformat(),
        "accounts": [SHOWN_UNIT, OFFICE, AUDITOR, OPERATOR],
        "password": PASSWORD,
    }


def _introduce(document: dict[str, object], session: OpenLedger) -> None:
    """Say what there is to see, for whom, and how to come in."""
    from taizhang.demo.accounts import AUDITOR, OPERATOR, PASSWORD
    from taizhang.demo.organization import OFFICE

    unit = document["unit"]
    print(
        _(
            "演示台账 {url}：{units} 个单位，今天是 {day}。",
            url=document["store"],
            units=len(session.store.units()),
            day=document["as_of"],
        )
    )
    print(_("账号（密码都是 {password}）：", password=PASSWORD))
    for name, sees in (
        (unit, _("书记：自己的单位 /units/{unit}，记一笔 /log", unit=unit)),
        (OFFICE, _("考核人员：全区一览 /board，审核 /review")),
        (AUDITOR, _("监督检查：查证 /audit")),
        (OPERATOR, _("系统管理员：管理 /admin")),
    ):
        print(f"  {name!s:<12} {sees}")
    print(_("也可以在命令行里看：taizhang score {unit} --store {url}", unit=unit, url=document["store"]))


def _open_dashboard(session: OpenLedger, url: str, port: int) -> None:
    """Serve the demo until Ctrl-C, and show it in a browser where there is one."""
    import webbrowser

    from taizhang.web.server import CannotListen, address_of, listen, run, server_for

    host = "127.0.0.1"
    try:
        bound = listen(host, port)
    except CannotListen:
        bound = listen(host, 0)
    with bound:
        address = address_of(host, bound)

        def ready() -> None:
            print(_("台账在 {address} （Ctrl-C 停止）", address=address))
            webbrowser.open(address)

        run(server_for(session, _options(url, address)), bound, ready)


def check_health(session: OpenLedger, url: str) -> list[str]:
    """Start the dashboard, open its main pages as the demo's accounts, and return their addresses.

    Raises Failure when one of them does not answer as it should.
    """
    import httpx

    from taizhang.demo import SHOWN_UNIT
    from taizhang.demo.accounts import AUDITOR, OPERATOR, PASSWORD
    from taizhang.demo.organization import OFFICE
    from taizhang.web.server import address_of, listen, running

    checked = []
    with listen("127.0.0.1", 0) as bound, running(session, _options(url, address_of("", bound)), bound):
        address = address_of("", bound)
        for name, page in (
            ("", "/healthz"),
            (SHOWN_UNIT, f"/units/{SHOWN_UNIT}"),
            (OFFICE, "/board"),
            (OFFICE, "/review"),
            (AUDITOR, "/audit"),
            (OPERATOR, "/admin"),
        ):
            with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
                if name:
                    client.post("/login", data={"name": name, "password": PASSWORD})
                answer = client.get(page)
            if answer.status_code != httpx.codes.OK or answer.url.path != page:
                raise Failure(
                    Text("{page} 没有正常打开（状态 {status}）", page=page, status=answer.status_code)
                )
            checked.append(page)
    return checked


def _options(url: str, address: str) -> Any:
    from taizhang.app.store_url import evidence_folder
    from taizhang.web.http.options import Options

    return Options(base_url=address, evidence=evidence_folder(url, None))


def _former_is_in_use(url: str) -> bool:
    """Remove the ledger of an earlier demo, unless somebody has added to it: then return True.

    Raises Failure when it is none of ours.
    """
    from taizhang.app.store_url import sqlite_path
    from taizhang.startup.open_ledger import open_ledger

    path = sqlite_path(url)
    if not path.exists():
        return False
    with open_ledger(url, new=True) as session:
        ours = all(orjson.loads(body)["source"].startswith(_DEMO_SOURCE) for body in session.store.export())
        if not ours:
            if session.settings.demo_today is not None:
                return True
            raise Failure(
                Text("{path} 里有不是演示生成的记录，不会替换它；请用 --store 另选一个", path=str(path)),
                "--store",
            )
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return False
