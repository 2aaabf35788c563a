"""Commands that bring in somebody from outside: witnesses, time stamps, and what they said so far."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure, Report, Status, UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from ledger.events.event import StoredEvent
    from ledger.signing.rows import KnownWitness
    from taizhang.app.ledger import OpenLedger
    from taizhang.proofs.anchoring import Anchored


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("witness", help=WITNESS_HELP)(witness)
    app.command("anchor", help=ANCHOR_HELP)(anchor_now)
    app.command("anchors", help=ANCHORS_HELP)(anchors)


WITNESS_HELP = N_(
    "请一个外部见证方为此刻的检查点签名。\n\n"
    "签名（c2sp.org/tlog-witness）记入台账。\n\n"
    "见证方记得见过的历史：台账被退回或改写过，就得不到签名。第一次要用 --key 写上对方的公钥；"
    "以后每天的定时任务会自动去请。\n\n"
    '例：taizhang witness http://district.example:8000/witness --key "$(cat district.vkey)"'
)


def witness(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=N_("见证方的网址"))],
    key: Annotated[
        str | None, typer.Option("--key", metavar="VKEY", help=N_("见证方的公钥，第一次必须写"))
    ] = None,
) -> None:
    """Let a witness cosign the present checkpoint."""
    if not address.lower().startswith(("http://", "https://")):
        raise UsageMistake(
            Text("“{address}”不是网址；应写成 http://主机:端口/witness 的样子", address=address), "ADDRESS"
        )
    call: Invocation = ctx.obj
    with call.ledger() as session:
        asked = _known_or_new(session, address, key)
        done = _anchor(session, [asked], None)
    _tell(done, call)


def _known_or_new(session: OpenLedger, address: str, key: str | None) -> KnownWitness:
    from ledger.signing import rows
    from ledger.signing.note import COSIGNATURE, VerifierKey
    from ledger.signing.rows import KnownWitness
    from taizhang.proofs.anchoring import known_witnesses

    known = next((each for each in known_witnesses(session.log) if each.address == address), None)
    if key is not None:
        vkey = VerifierKey.parse(key)
        if vkey.kind != COSIGNATURE:
            raise UsageMistake(
                Text(
                    "“{name}”不是见证公钥；见证公钥由对方的 {address}/key 给出",
                    name=vkey.name,
                    address=address,
                ),
                "--key",
            )
        if known is None or known.vkey != str(vkey):
            known = KnownWitness(address, str(vkey), known.size if known else 0)
    if known is None:
        raise UsageMistake(Text("第一次请这个见证方签名，要用 --key 写上它的公钥"), "--key")
    with session.store.write() as work:
        rows.keep_witness(work.connection, known)
    return known


ANCHOR_HELP = N_(
    "现在就存证：请见证方签名，请时间戳服务盖时间戳。\n\n"
    "这就是每天的存证：请所有已知的见证方，和 TAIZHANG_TSA 的时间戳服务，都记入台账。\n\n"
    "例：taizhang anchor\n例：TAIZHANG_TSA=http://tsa.example/tsr taizhang anchor"
)


def anchor_now(ctx: typer.Context) -> None:
    """Anchor the present state everywhere."""
    from taizhang.proofs.anchoring import known_witnesses

    call: Invocation = ctx.obj
    with call.ledger() as session:
        witnesses = known_witnesses(session.log)
        tsa = Settings().tsa
        if not witnesses and tsa is None:
            raise Failure(
                Text("没有见证方，也没有时间戳服务；请先运行 taizhang witness，或设置 TAIZHANG_TSA")
            )
        done = _anchor(session, witnesses, tsa)
    _tell(done, call)


def _anchor(session: OpenLedger, witnesses: list[KnownWitness], tsa: str | None) -> Anchored:
    import httpx

    from taizhang.proofs.anchoring import anchor
    from taizhang.proofs.timestamps import read_roots

    with httpx.Client() as client:
        return anchor(
            session.log,
            witnesses=witnesses,
            tsa=tsa,
            roots=read_roots(Settings().tsa_roots),
            clock=session.clock,
            client=client,
        )


def _tell(done: Anchored, call: Invocation) -> None:
    if call.json and done.authorities:
        errors = Report(Status.DONE, done.problems).as_json()["errors"]
        print_json({"size": done.size, "authorities": done.authorities, "errors": errors})
    elif done.authorities:
        print(_("前 {size} 条事件已存证：{who}。", size=done.size, who=_("、").join(done.authorities)))
    if done.problems:
        if not done.authorities:
            raise Failure(done.problems[0].text, done.problems[0].field)
        complain(Report(Status.DONE, done.problems).lines())


ANCHORS_HELP = N_(
    "列出外部的存证：谁、什么时候、见过多少条事件。\n\n"
    "--to 把检查点和时间戳写成文件，可用 openssl ts -verify 核对。\n\n"
    "例：taizhang anchors\n例：taizhang anchors --to 证据"
)


def anchors(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help=N_("把检查点和时间戳写到这个文件夹"))
    ] = None,
) -> None:
    """List the anchors."""
    from ledger.events.event import SHANGHAI
    from ledger.signing.anchors import KIND, anchors_of, gap_since_last
    from taizhang.language.labels import instant_text

    call: Invocation = ctx.obj
    with call.ledger() as session:
        events = [event for event in session.store.stream("") if event["type"] == KIND]
        gap = gap_since_last(anchors_of(events), session.clock())
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for event in events:
            _write_files(event, to)
    found = anchors_of(events)
    if call.json:
        print_json(
            {
                "anchors": [
                    {
                        "sequence": each.sequence,
                        "size": each.size,
                        "kind": each.kind,
                        "authority": each.name,
                        "time": each.instant.astimezone(SHANGHAI).isoformat(),
                    }
                    for each in found
                ],
                "days_since_last": gap.days if gap is not None else None,
            }
        )
        return
    kinds = {"witness": _("见证"), "timestamp": _("时间戳")}
    for each in found:
        when = instant_text(each.instant)
        print(
            _("{when}  {kind} {name}：前 {size} 条事件", when=when, kind=kinds[each.kind], name=each.name,
              size=each.size)
        )  # fmt: skip
    if gap is None:
        print(_("还没有任何外部存证。"))
    else:
        print(_("距最近一次外部存证 {days} 天。", days=gap.days))


def _write_files(event: StoredEvent, folder: Path) -> None:
    data = event["data"]
    name = f"{event['sequence']}-{data['kind']}"
    (folder / f"{name}.checkpoint").write_bytes(data["checkpoint"].encode())
    if "token" in data:
        (folder / f"{name}.tsr").write_bytes(b64decode(data["token"]))
