"""Everything that can be checked of a ledger: its events, its anchors, every checkpoint that anybody has of it.

Whatever contradicts is told with the first event that can be meant.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from ledger.events.event import StoredEvent, instant_of
from ledger.merkle.tree import Tree
from ledger.problem import Broken
from ledger.signing import rows
from ledger.signing.anchors import KIND
from ledger.signing.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from ledger.signing.note import Note, VerifierKey, parse_note, timestamp_of
from ledger.signing.proof_error import NotProven
from ledger.signing.signed_log import SignedLog
from ledger.signing.tile_folder import TileFolder
from ledger.store import statements
from ledger.store.protocol import Progress, Verified
from ledger.store.sql import Connection
from ledger.text import Text
from taizhang.proofs.anchoring import SKEW_MAX
from taizhang.proofs.timestamps import stamped_at

_SECOND = timedelta(seconds=1)


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
class Checked:
    """What was found in order."""

    events: int
    root: str
    checkpoints: int
    anchors: int
    unsigned: int = 0
    """Time stamps among the anchors whose signature could not be checked, for want of root certificates."""

    def as_json(self) -> dict[str, object]:
        """Return the document of `verify`; checkpoints and anchors are counted where there are any."""
        document: dict[str, object] = {"events": self.events, "root": self.root}
        if self.checkpoints or self.anchors:
            document |= {"checkpoints": self.checkpoints, "anchors": self.anchors}
        if self.unsigned:
            document["unsigned_timestamps"] = self.unsigned
        return document


def verify_everything(log: SignedLog, outside: Outside, progress: Progress | None = None) -> Checked:
    """Check the whole ledger; raises Broken at the first event that does not fit, NotProven for other proofs."""
    with log.store.read() as work:
        found: Verified = log.store.verify(progress=progress)
        tree = work.tree()
        checking = _Checking(tree, log.origin, log.verifier_keys())
        kept = rows.checkpoints(work.connection)
        for each in kept:
            checking.own(each.note.encode(), Text("台账里保存的检查点"))
        beside = log.key_file.last_checkpoint()
        if beside is not None:
            checking.own(beside, Text("密钥旁保存的检查点"))
        anchors = stamps = 0
        for event in log.store.stream(""):
            if event["type"] == KIND:
                checking.anchor(event, outside.roots)
                anchors += 1
                stamps += event["data"]["kind"] == "timestamp"
        for name, content in outside.against:
            checking.others(content, name, outside.keys)
        if outside.tiles is not None:
            keys = list(outside.keys) or log.verifier_keys()
            TileFolder(outside.tiles).check(keys, _leaves(work.connection))
    checkpoints = len(kept) + (beside is not None) + len(outside.against)
    return Checked(found.events, found.root, checkpoints, anchors, 0 if outside.roots else stamps)


class _Checking:
    def __init__(self, tree: Tree, origin: str, keys: Sequence[VerifierKey]) -> None:
        self._tree = tree
        self._origin = origin
        self._keys = keys
        self._good = 0
        """The largest size for which a checkpoint agreed."""

    def own(self, content: bytes, what: Text) -> None:
        """Hold the tree to a checkpoint that the ledger itself kept."""
        checkpoint, note = read_checkpoint(content)
        note.signed_by(self._keys)
        self._agree(checkpoint, what)

    def others(self, content: bytes, name: str, keys: Sequence[VerifierKey]) -> None:
        """Hold the tree to a checkpoint that somebody else kept, signed by *keys* or by the ledger's own."""
        checkpoint, note = read_checkpoint(content)
        if checkpoint.origin != self._origin:
            raise NotProven(
                Text("检查点 {name} 属于 {theirs}，这个台账是 {ours}", name=name, theirs=checkpoint.origin,
                     ours=self._origin)
            )  # fmt: skip
        # With no key at all (a restored export) the roots still compare.
        if keys or self._keys:
            note.signed_by(keys or self._keys)
        self._agree(checkpoint, Text("检查点 {name}", name=name))

    def anchor(self, event: StoredEvent, roots: Sequence[x509.Certificate]) -> None:
        """Hold the tree, and the instant, to an anchor among the events."""
        sequence = int(event["sequence"])
        data: dict[str, Any] = event["data"]
        try:
            note = parse_note(data["checkpoint"].encode())
            checkpoint = parse_checkpoint(note.text)
            self._check_authority(event, note, roots)
        except NotProven as error:
            raise Broken(
                sequence, Text("第 {place} 号事件（存证）：{problem}", place=sequence, problem=error.text)
            ) from error
        if checkpoint.size >= sequence:
            raise Broken(sequence, Text("第 {place} 号事件（存证）覆盖了比它更晚的事件", place=sequence))
        self._agree(checkpoint, Text("第 {place} 号事件里存证的检查点", place=sequence))

    def _check_authority(self, event: StoredEvent, note: Note, roots: Sequence[x509.Certificate]) -> None:
        data: dict[str, Any] = event["data"]
        written = instant_of(event["time"])
        if data["kind"] == "timestamp":
            content = data["checkpoint"].encode()
            late = stamped_at(content, b64decode(data.get("token", "")), roots) - written
        elif data["kind"] == "witness":
            ((_, signature),) = note.signed_by([VerifierKey.parse(data["authority"])])
            late = _seconds(timestamp_of(signature.value)) - written
        else:
            note.signed_by([VerifierKey.parse(data["authority"])])
            return
        # Recorded in whole seconds, and never later than the ledger's own clock.
        if not -_SECOND < late <= SKEW_MAX:
            raise NotProven(Text("存证的时间与证明里的时间不符"))

    def _agree(self, checkpoint: Checkpoint, what: Text) -> None:
        there = self._tree.size
        if checkpoint.size > there:
            raise Broken(
                there + 1,
                Text("{what}有 {size} 条事件，台账只有 {there} 条：第 {first} 号起的事件缺失", what=what,
                     size=checkpoint.size, there=there, first=there + 1),
            )  # fmt: skip
        if self._tree.root(checkpoint.size) != checkpoint.root:
            first = self._good + 1 if self._good < checkpoint.size else 1
            raise Broken(
                first,
                Text("{what}与台账的前 {size} 条事件不符：第 {first} 至 {size} 号事件中有被改动、删去或替换的",
                     what=what, size=checkpoint.size, first=first),
            )  # fmt: skip
        self._good = max(self._good, checkpoint.size)


def _seconds(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def _leaves(connection: Connection) -> Iterator[bytes]:
    place = 0
    while page := connection.execute(statements.LEAVES, (place, place + 2000)).fetchall():
        yield from (leaf for (leaf,) in page)
        place += len(page)
