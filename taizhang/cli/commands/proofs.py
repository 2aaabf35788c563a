"""Commands that hand out proofs: the key, checkpoints, proofs of records, the log as static files."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from ledger.signing.note import Note
    from ledger.signing.signed_log import SignedLog
    from ledger.signing.tlog_proof import TlogProof

Size = Annotated[int | None, typer.Option("--size", metavar="N", help=N_("对前 N 条事件的检查点，默认全部"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("key", help=KEY_HELP)(key)
    app.command("checkpoint", help=CHECKPOINT_HELP)(checkpoint)
    app.command("prove", help=PROVE_HELP)(prove)
    app.command("tiles", help=TILES_HELP)(tiles)


KEY_HELP = N_(
    "打印台账的验证公钥，交给审计人员和见证方。\n\n"
    "有了它，谁都能验证检查点和证明。\n\n"
    "私钥在第一次用到时生成，放在台账旁边（只有本人可读）。--rotate 换一把新的；旧公钥仍可验证旧检查点。\n\n"
    "例：taizhang key\n例：taizhang key --rotate"
)


def key(
    ctx: typer.Context,
    rotate: Annotated[bool, typer.Option("--rotate", help=N_("换一把新的私钥，并把这件事记入台账"))] = False,
) -> None:
    """Print the verifier keys."""
    call: Invocation = ctx.obj
    with call.ledger() as session:
        if rotate:
            from taizhang.proofs.anchoring import record_rotation

            record_rotation(session.log, session.clock)
        now = session.log.key().verifier
        earlier = [each for each in session.log.verifier_keys() if each != now]
    if call.json:
        print_json({"vkey": str(now), "earlier": list(map(str, earlier))})
        return
    print(now)
    if earlier:
        complain([_("以前用过的公钥（旧检查点用它们验证）："), *map(str, earlier)])


CHECKPOINT_HELP = N_(
    "打印带签名的检查点：此刻有多少条事件，根哈希是什么。\n\n"
    "请把它存到台账之外（打印、发给上级、抄在会议记录里）：以后用 verify --against 就能查出任何改动。\n\n"
    "例：taizhang checkpoint > 2017-06-30.checkpoint\n例：taizhang checkpoint --size 100"
)


def checkpoint(ctx: typer.Context, size: Size = None) -> None:
    """Print the signed checkpoint."""
    call: Invocation = ctx.obj
    with call.ledger() as session:
        note = session.log.checkpoint(size)
    if call.json:
        print_json(_checkpoint_json(note))
        return
    _print_text(str(note))


PROVE_HELP = N_(
    "证明一条记录在台账里。\n\n"
    "打印它的位置、原始字节、证明和带签名的检查点（c2sp.org/tlog-proof）。\n\n"
    "--consistency 证明台账的前 OLD 条原样是前 NEW 条的开头，其间没有改动、删去或插入。\n\n"
    "--through 经上一级台账证明：只要信上一级的检查点。\n\n"
    "例：taizhang prove lh-0001 > lh-0001.tlog-proof\n例：taizhang prove --consistency 100 250\n"
    "例：taizhang prove lh-0001 --ledger xinbei --through ."
)


def prove(
    ctx: typer.Context,
    event_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=N_("记录的编号（事件的 id）"))
    ] = None,
    size: Size = None,
    consistency: Annotated[
        tuple[int, int] | None,
        typer.Option("--consistency", metavar="OLD NEW", help=N_("证明前 OLD 条是前 NEW 条的开头")),
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            "--through",
            metavar="LEDGER",
            help=N_("经上一级台账证明：台账的名称或位置，“.”是第一个台账；几级就写几次，先写近的"),
        ),
    ] = None,
) -> None:
    """Print a proof."""
    if (event_id is None) == (consistency is None):
        raise UsageMistake(Text("请写一条记录的编号，或 --consistency 旧数 新数"), "ID")
    call: Invocation = ctx.obj
    if through and event_id is not None:
        _prove_through(call, event_id, through)
        return
    with call.ledger() as session:
        if consistency is not None:
            _prove_consistency(session.log, consistency, call.json)
        else:
            assert event_id is not None
            _prove_inclusion(session.log, event_id, size, call.json)


def _prove_inclusion(log: SignedLog, event_id: str, size: int | None, as_json: bool) -> None:
    proof = log.prove(event_id, size)
    if as_json:
        print_json(_proof_json(proof))
        return
    _print_text(str(proof))


def _prove_through(call: Invocation, event_id: str, through: Sequence[str]) -> None:
    from contextlib import ExitStack

    from ledger.signing.through import prove_through
    from taizhang.startup.open_ledger import open_ledger

    with ExitStack() as stack:
        log = stack.enter_context(call.ledger()).log
        above = [stack.enter_context(open_ledger(call.address_of(each))).log for each in through]
        proof = prove_through(log, event_id, above)
    if call.json:
        print_json({"through": [_proof_json(each) for each in proof.parts]})
        return
    _print_text(str(proof))


def _proof_json(proof: TlogProof) -> dict[str, object]:
    return {
        "index": proof.index,
        "leaf": b64encode(proof.body).decode(),
        "hashes": [b64encode(each).decode() for each in proof.path],
        "checkpoint": _checkpoint_json(proof.checkpoint),
    }


def _prove_consistency(log: SignedLog, sizes: tuple[int, int], as_json: bool) -> None:
    old, new = sizes
    if old > new:
        raise UsageMistake(Text("--consistency 先写小的数，再写大的数"), "--consistency")
    proof = log.consistency(old, new)
    if as_json:
        print_json(
            {
                "old": old,
                "new": new,
                "hashes": [b64encode(each).decode() for each in proof.path],
                "checkpoint": _checkpoint_json(proof.note),
            }
        )
        return
    _print_text(str(proof))


TILES_HELP = N_(
    "把整个日志写成静态文件，任何人都能核对。\n\n"
    "格式是 C2SP tlog-tiles，用不是我们写的程序也能核对。\n\n"
    "再次运行只写新的部分。文件夹可以放到任何网页服务器上，或交给审计人员。\n\n"
    "例：taizhang tiles 日志\n例：taizhang verify --tiles 日志"
)


def tiles(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("写到哪个文件夹"))],
) -> None:
    """Write the log as static files."""
    from ledger.signing.checkpoint import read_checkpoint
    from ledger.signing.tile_folder import TileFolder

    call: Invocation = ctx.obj
    with (
        call.ledger() as session,
        meter(_("写日志"), session.store.size(), not call.json) as progress,
    ):
        note = session.log.checkpoint()
        head, _note = read_checkpoint(str(note).encode())
        with session.store.read() as work:
            added = TileFolder(folder).write(work.connection, note, progress)
    if call.json:
        print_json({"events": head.size, "added": added})
        return
    print(
        _(
            "{folder} 里的日志有 {events} 条事件，新写 {added} 条。",
            folder=folder,
            events=head.size,
            added=added,
        )
    )


def _checkpoint_json(note: Note) -> dict[str, object]:
    from ledger.signing.checkpoint import read_checkpoint

    head, _note = read_checkpoint(str(note).encode())
    return {"origin": head.origin, "size": head.size, "root": head.root.hex(), "note": str(note)}


def _print_text(text: str) -> None:
    # Byte for byte, on every system: what is signed ends its lines as it was signed.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
