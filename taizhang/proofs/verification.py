"""Everything that can be checked of a ledger, one look after the other, each told with what came of it.

First what the ledger itself is: its events, the engine's files, tables and guards, every checkpoint that anybody has of
it, its anchors. Then what stands on the events: rubrics, kept rows, attached files. Whatever contradicts is told with
the first event that can be meant; what nobody looked at is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509

from ledger.events.event import SHANGHAI
from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import TILE_WIDTH
from ledger.problem import Broken, Fault, StoreError
from ledger.remedy import Remedy
from ledger.signing import rows
from ledger.signing.anchors import KIND
from ledger.signing.note import VerifierKey
from ledger.signing.signed_log import SignedLog
from ledger.signing.through import KIND as SEEN
from ledger.signing.tile_folder import TileFolder
from ledger.store import statements
from ledger.store.log import guards_put_back
from ledger.store.protocol import Progress
from ledger.store.sql import Connection
from ledger.text import Text
from projections.checking import check_kept_rows
from projections.rubrics import RubricFiles
from rubric.catalog import RubricCatalog
from taizhang.evidence.files import check_evidence
from taizhang.proofs.clock import clock_look
from taizhang.proofs.log_of_logs import seen_of_logs
from taizhang.proofs.looks import Checked, Look, Result
from taizhang.proofs.rubric_lists import check_rubrics
from taizhang.proofs.seen import Seen
from taizhang.proofs.signed_past import SignedPast
from taizhang.startup.open_ledger import COMPONENTS


@dataclass(frozen=True, slots=True)
class Outside:
    """What the ledger is held to beyond itself."""

    against: Sequence[tuple[str, bytes]] = ()
    """Checkpoints that somebody kept, each with what to call it."""
    keys: Sequence[VerifierKey] = ()
    """Keys that the reader trusts for them; none: those that the ledger knows of itself."""
    tiles: Path | None = None
    roots: Sequence[x509.Certificate] = ()
    """Root certificates of time stamp authorities; none: the signatures of stamps are not checked."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the events, and is looked at where it is given."""

    shelf: RubricCatalog
    late_days: int
    """The setting that the assessors' list rests on."""
    now: datetime
    """By the machine's clock."""
    evidence: Path | None
    """The folder of attached files; None: nobody looks at them."""


def verify_everything(log: SignedLog, outside: Outside, progress: Progress | None = None) -> Checked:
    """Check the ledger itself; raises Broken at the first event that does not fit, ProofError for all else.

    For who goes on only with a sound ledger: a backup, a restore.
    """
    checked = look_through(log, outside, None, fast=True, progress=progress)
    for fault in sorted(checked.faults(), key=lambda fault: fault.sequence is None):
        raise ProofError(fault.text) if fault.sequence is None else Broken(fault.sequence, fault.text)
    return checked


def look_through(
    log: SignedLog,
    outside: Outside,
    beside: Beside | None,
    *,
    fast: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Look at everything that can be looked at, and say of each thing what came of it; nothing is written.

    *fast*: kept rows are not held against the events, which takes as long as all the rest.
    """
    return _Verification(log, outside, beside, fast, progress).run()


class _Verification:
    """One pass over the events, and a look at each thing that stands on them."""

    def __init__(
        self,
        log: SignedLog,
        outside: Outside,
        beside: Beside | None,
        fast: bool,
        progress: Progress | None,
    ) -> None:
        self._log = log
        self._store = log.store
        self._outside = outside
        self._beside = beside
        self._fast = fast
        self._progress = progress
        self._looks: list[Look] = []
        self._seen = Seen()
        self._size = 0
        self._root = ""
        self._checkpoints = self._anchors = self._unsigned = 0
        self._known_until = 0
        """Up to this event the kept tree, or a checkpoint that agrees, was made by somebody before now."""

    def run(self) -> Checked:
        """Take one look after the other; what one finds broken keeps no other from looking."""
        self._look("events", Text("事件"), self._events)
        sound = self._looks[-1].result is not Result.BROKEN
        self._look("engine", Text("数据库自检"), self._engine)
        self._look("schema", Text("表、索引和触发器"), self._schema)
        self._look("checkpoints", Text("检查点"), self._signed)
        self._look("anchors", Text("外部存证"), self._anchored)
        with self._store.read() as work:
            of_ledger = [event for event in work.stream("") if event["type"] == SEEN]
        if of_ledger:
            self._look("seen", Text("见过的其他台账"), self._vouched)
        if sound:
            self._look("tail", Text("最近的事件"), self._tail)
        if self._beside is not None:
            now = self._beside.now
            self._look("clock", Text("时钟"), lambda: clock_look(self._store, now))
        self._look("rubrics", Text("考核细则"), self._rubrics)
        self._look_beside(sound)
        return Checked(
            self._size, self._root, self._checkpoints, self._anchors, self._unsigned, tuple(self._looks)
        )

    def _look_beside(self, sound: bool) -> None:
        beside = self._beside
        if beside is None:
            return
        kept = Text("总分、待审清单和查证索引")
        if not sound:
            self._leave_out("kept_rows", Text("没有看{what}：事件本身已不完好", what=kept))
        elif self._fast:
            self._leave_out("kept_rows", Text("没有看{what}：只作快速核对", what=kept))
        else:
            self._look("kept_rows", kept, lambda: self._kept_rows(beside))
        if beside.evidence is None or not sound:
            self._leave_out("evidence", Text("没有看附件的文件"))
        else:
            folder = beside.evidence
            self._look("evidence", Text("附件的文件"), lambda: self._evidence(folder))
        self._leave_out(
            "own_data",
            Text(
                "没有逐行看账号、通讯录、联系人、设置、发件箱和待导入的表格：它们不由事件推出，只经过数据库自检"
            ),
        )

    def _look(self, name: str, title: Text, look: Callable[[], Look]) -> None:
        try:
            found = look()
        except Broken as error:
            found = Look(name, Result.BROKEN, title, (Fault(error.text, error.sequence),))
        except (ProofError, StoreError) as error:
            found = Look(name, Result.BROKEN, title, (Fault(error.text),))
        self._looks.append(found)

    def _leave_out(self, name: str, text: Text) -> None:
        self._looks.append(Look(name, Result.LEFT_OUT, text))

    # -- the events ---------------------------------------------------------------------------------------------

    def _events(self) -> Look:
        share = 1 if self._fast or self._beside is None else 2
        progress = self._progress
        found = self._store.verify(
            progress=None if progress is None else lambda done: progress(done // share), watch=self._seen.take
        )
        self._size, self._root = found.events, found.root
        self._known_until = found.events - found.events % TILE_WIDTH
        return Look(
            "events",
            Result.FINE,
            Text("{count} 条事件：内容与哈希、次序、格式、引用、编号不重复、树哈希", count=found.events),
        )

    def _engine(self) -> Look:
        found = self._store.check_engine()
        return _looked("engine", found.how, found.faults)

    def _schema(self) -> Look:
        found = self._store.check_schema(COMPONENTS)
        if found.faults:
            return _looked("schema", Text("表、索引和触发器"), found.faults)
        with self._store.read() as work:
            mended = guards_put_back(work.connection)
        if mended is not None:
            text = Text("事件的保护触发器曾经缺失（{what}），打开时已补上；其间事件可能被改动过", what=mended)
            return Look("schema", Result.TOLD, text)
        if found.beside:
            return Look(
                "schema",
                Result.TOLD,
                Text("{count} 张表、索引和触发器与程序建立的一致；另有不是本程序的：{names}", count=found.count,
                     names=found.beside[:10]),
            )  # fmt: skip
        return Look(
            "schema", Result.FINE, Text("{count} 张表、索引和触发器与程序建立的一致", count=found.count)
        )

    # -- what was signed ----------------------------------------------------------------------------------------

    def _signed(self) -> Look:
        log = self._log
        with self._store.read() as work:
            checking = SignedPast(work.tree(), log.origin, log.verifier_keys())
            kept = rows.checkpoints(work.connection)
            for each in kept:
                checking.own(each.note.encode(), Text("台账里保存的检查点"))
            beside = log.key_file.last_checkpoint()
            if beside is not None:
                checking.own(beside, Text("密钥旁保存的检查点"))
            for name, content in self._outside.against:
                checking.others(content, name, self._outside.keys)
            if self._outside.tiles is not None:
                keys = list(self._outside.keys) or log.verifier_keys()
                TileFolder(self._outside.tiles).check(keys, _leaves(work.connection))
        self._checkpoints = len(kept) + (beside is not None) + len(self._outside.against)
        self._known_until = max(self._known_until, checking.good)
        if not self._checkpoints:
            return Look(
                "checkpoints",
                Result.LEFT_OUT,
                Text("没有检查点可对照：末尾的事件若整段丢失，看不出来（服务运行时自动签）"),
                remedy=Remedy.SIGN_CHECKPOINT,
            )
        return Look(
            "checkpoints",
            Result.FINE,
            Text(
                "与 {count} 份检查点一致，最大的有 {size} 条事件", count=self._checkpoints, size=checking.good
            ),
        )

    def _anchored(self) -> Look:
        log = self._log
        with self._store.read() as work:
            checking = SignedPast(work.tree(), log.origin, log.verifier_keys())
            stamps = 0
            for event in self._store.stream(""):
                if event["type"] == KIND:
                    checking.anchor(event, self._outside.roots)
                    self._anchors += 1
                    stamps += event["data"]["kind"] == "timestamp"
        self._known_until = max(self._known_until, checking.good)
        self._unsigned = 0 if self._outside.roots else stamps
        if not self._anchors:
            text = Text(
                "0 个外部存证可对照：只能发现台账内部前后不符，发现不了有人用这里的密钥把整本重做一遍；"
                "请做外部存证，或把检查点存到台账之外"
            )
            return Look("anchors", Result.LEFT_OUT, text)
        if self._unsigned:
            text = Text(
                "与 {anchors} 次存证一致；有 {count} 个时间戳没有根证书可验签名（TAIZHANG_TSA_ROOTS）",
                anchors=self._anchors,
                count=self._unsigned,
            )
            return Look("anchors", Result.TOLD, text)
        return Look("anchors", Result.FINE, Text("与 {anchors} 次存证一致", anchors=self._anchors))

    def _vouched(self) -> Look:
        events = list(self._store.stream(""))
        faults = list(seen_of_logs(events))
        text = Text("见过的其他台账的检查点")
        if not faults:
            logs = {event["data"]["log"] for event in events if event["type"] == SEEN}
            text = Text("见过 {count} 个台账的检查点，前后不矛盾", count=len(logs))
        return _looked("seen", text, faults)

    def _tail(self) -> Look:
        if self._known_until >= self._size:
            return Look("tail", Result.FINE, Text("最近的事件也都在检查点或树节点之内"))
        return Look(
            "tail",
            Result.TOLD,
            Text(
                "第 {first} 至 {last} 号事件还没有检查点或树节点：若有人连同哈希一起改动，从台账本身看不出来",
                first=self._known_until + 1,
                last=self._size,
            ),
        )

    # -- what the score is made of --------------------------------------------------------------------------------

    def _rubrics(self) -> Look:
        there = self._seen.rubrics
        faults = [*check_rubrics(self._log, there), *self._misread(), *self._seen.other_rubrics()]
        if faults:
            return _looked("rubrics", Text("考核细则"), faults)
        if not there:
            return Look("rubrics", Result.FINE, Text("没有另外安装考核细则，用的是程序自带的"))
        return Look(
            "rubrics", Result.FINE, Text("{count} 份安装的考核细则与台账里的摘要一致", count=len(there))
        )

    def _misread(self) -> list[Fault]:
        """Return the installations whose file is no rubric, or another than the event says."""
        with self._store.read() as work:
            wrong = RubricFiles().unreadable(work.stream(""))
        return [
            Fault(Text("考核细则 {label} 的内容读不懂，或与它的编号、版本不符", label=label), place)
            for place, label in wrong
        ]

    def _kept_rows(self, beside: Beside) -> Look:
        units = self._store.units()
        progress = self._progress
        half, count = self._size // 2, max(len(units), 1)
        with self._store.read() as work:
            found = check_kept_rows(
                work,
                units,
                beside.shelf,
                beside.late_days,
                beside.now.astimezone(SHANGHAI).date(),
                None if progress is None else lambda done: progress(half + half * done // count),
            )
            trail = self._seen.trail.check(work)
        parts = (found.totals, found.review, found.years, trail)
        faults = [fault for part in parts for fault in part.faults]
        more = sum(part.more for part in parts)
        if more:
            faults.append(Fault(Text("还有 {count} 处不符；可从事件重新算出", count=more)))
        if faults:
            return replace(
                _looked("kept_rows", Text("总分、待审清单和查证索引"), faults), remedy=Remedy.REBUILD
            )
        text = Text(
            "{totals} 个单位的总分、{review} 个单位的待审清单、{trail} 段查证索引与由事件重算的一致",
            totals=found.totals.right,
            review=found.review.right,
            trail=trail.right,
        )
        if found.years.right:
            text = Text("{text}；抽查的 {count} 行年度数也一致", text=text, count=found.years.right)
        stale = found.totals.stale + found.review.stale
        if stale:
            text = Text("{text}；另有 {count} 行已过时，用到时重算", text=text, count=stale)
        return Look("kept_rows", Result.FINE, text)

    def _evidence(self, folder: Path) -> Look:
        found = check_evidence(folder, self._seen.attached)
        if found.altered:
            return _looked(
                "evidence",
                Text("附件的文件"),
                [
                    Fault(
                        Text("附件 {digest}… 的文件内容被改动过（第 {place} 号事件）；重新附上原文件即可补好",
                             digest=digest[:12], place=self._seen.attached[digest]),
                        self._seen.attached[digest],
                    )
                    for digest in found.altered
                ],
            )  # fmt: skip
        if not self._seen.attached:
            text = Text("没有登记过附件")
        else:
            text = Text("{count} 个附件的文件与台账里的哈希一致", count=found.right)
        if found.missing:
            text = Text(
                "{text}；{missing} 个不在附件文件夹里（最早的是第 {place} 号事件）",
                text=text,
                missing=len(found.missing),
                place=min(self._seen.attached[digest] for digest in found.missing),
            )
        if found.unreferenced:
            text = Text("{text}；{count} 个文件没有记录用到", text=text, count=found.unreferenced)
        remedy = Remedy.REMOVE_LEFTOVERS if found.unreferenced else None
        return Look("evidence", Result.TOLD if found.missing else Result.FINE, text, remedy=remedy)


def _looked(name: str, text: Text, faults: Sequence[Fault]) -> Look:
    return Look(name, Result.BROKEN if faults else Result.FINE, text, tuple(faults))


def _leaves(connection: Connection) -> Iterator[bytes]:
    place = 0
    while page := connection.execute(statements.LEAVES, (place, place + 2000)).fetchall():
        yield from (leaf for (leaf,) in page)
        place += len(page)
