"""The demonstration: a district lives through a year in a fresh ledger, then its board and one scorecard."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from ledger.text import Text
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.location import sqlite_path
from taizhang.session import Session, open_session
from taizhang.terminal.progress import meter
from taizhang.wording import N_, _, current

DEMO_STORE = "sqlite:///taizhang-demo.db"
_DEMO_SOURCE = "urn:taizhang:demo"

HELP = N_(
    "演示：一个区的各单位走完 2017 年，逐日记入一个新台账，然后显示 2017-09-20 的得分一览和一张得分卡。\n\n"
    "不写 --store 时用工作文件夹里的 taizhang-demo.db，上次的演示会被替换。\n\n"
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
) -> None:
    """Live through a district's year."""
    call: Invocation = ctx.obj
    if jsonl is not None:
        _write(call, units, seed, jsonl)
    else:
        _live(call, units, seed)


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


def _live(call: Invocation, units: int, seed: int) -> None:
    from taizhang.demo import SHOWN_DAY, SHOWN_UNIT, generate, live

    url = call.store_url if call.store_chosen else DEMO_STORE
    if not call.store_chosen:
        _remove_former(url)
    with open_session(url, durable=False) as session:
        if session.store.size():
            raise Failure(Text("台账 {url} 不是空的；演示要用新的台账，请换一个 --store", url=url), "--store")
        entries = list(generate(units, seed))
        total = sum(len(entry.events) for entry in entries)
        if not call.json:
            complain([_("逐日记入 {events} 条事件：{url}", events=total, url=url)])
        with meter(_("2017 年"), total, not call.json) as progress:
            lived = live(session.store, entries, progress=progress)
        if call.json:
            document = {"store": url, "units": units, "seed": seed, "events": lived.events}
            day = SHOWN_DAY.isoformat()
            print_json(document | {"warnings": lived.warnings, "unit": SHOWN_UNIT, "as_of": day})
        else:
            _show(session, url)


def _show(session: Session, url: str) -> None:
    from taizhang.cli.score_commands import sections_of
    from taizhang.demo import SHOWN_DAY, SHOWN_UNIT
    from taizhang.terminal.board import board
    from taizhang.terminal.console import stdout_console
    from taizhang.terminal.scorecard import scorecard

    console = stdout_console()
    totals = session.projections.board(session.store, SHOWN_DAY)
    console.print(board(totals.as_json(current())))
    card = session.projections.score(session.store, SHOWN_UNIT, SHOWN_DAY)
    console.print(scorecard(card.as_json(current()), sections_of(card.rubric)))
    print()
    print(_("接着看：taizhang shortfalls --as-of {day} --store {url}", day=SHOWN_DAY.isoformat(), url=url))


def _remove_former(url: str) -> None:
    """Remove the ledger of an earlier demo, and nothing else: not one that somebody has added to."""
    path = sqlite_path(url)
    if not path.exists():
        return
    with open_session(url) as session:
        ours = all(orjson.loads(body)["source"].startswith(_DEMO_SOURCE) for body in session.store.export())
    if not ours:
        raise Failure(
            Text("{path} 里有不是演示生成的记录，不会替换它；请用 --store 另选一个", path=str(path)),
            "--store",
        )
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
