"""The tree of the events, held to every checkpoint that somebody signed of it: the ledger, others, the anchors."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509

from ledger.events.event import StoredEvent, instant_of
from ledger.json_object import JsonObject
from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import Tree
from ledger.problem import Broken
from ledger.signing.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from ledger.signing.note import Note, VerifierKey, parse_note, timestamp_of
from ledger.text import Text
from taizhang.proofs.anchoring import SKEW_MAX
from taizhang.proofs.timestamps import stamped_at

_SECOND = timedelta(seconds=1)


class SignedPast:
    """Holds the tree to what was signed of it, by the ledger and by others; raises Broken and ProofError."""

    def __init__(self, tree: Tree, origin: str, keys: Sequence[VerifierKey]) -> None:
        self._tree = tree
        self._origin = origin
        self._keys = keys
        self._agreed = {0}
        """The sizes for which a checkpoint agreed."""

    @property
    def good(self) -> int:
        """The largest size for which a checkpoint agreed."""
        return max(self._agreed)

    def own(self, content: bytes, what: Text) -> None:
        """Hold the tree to a checkpoint that the ledger itself kept."""
        checkpoint, note = read_checkpoint(content)
        note.signed_by(self._keys)
        if checkpoint.origin != self._origin:
            raise ProofError(
                Text("{what}属于 {theirs}，这个台账是 {ours}", what=what, theirs=checkpoint.origin,
                     ours=self._origin)
            )  # fmt: skip
        self._agree(checkpoint, what)

    def others(self, content: bytes, name: str, keys: Sequence[VerifierKey]) -> None:
        """Hold the tree to a checkpoint that somebody else kept, signed by *keys* or by the ledger's own."""
        checkpoint, note = read_checkpoint(content)
        if checkpoint.origin != self._origin:
            raise ProofError(
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
        data: JsonObject = event["data"]
        try:
            note = parse_note(data["checkpoint"].encode())
            checkpoint = parse_checkpoint(note.text)
            self._check_authority(event, note, roots)
        except ProofError as error:
            raise Broken(
                sequence, Text("第 {place} 号事件（存证）：{problem}", place=sequence, problem=error.text)
            ) from error
        if checkpoint.size >= sequence:
            raise Broken(sequence, Text("第 {place} 号事件（存证）覆盖了比它更晚的事件", place=sequence))
        self._agree(checkpoint, Text("第 {place} 号事件里存证的检查点", place=sequence))

    def _check_authority(self, event: StoredEvent, note: Note, roots: Sequence[x509.Certificate]) -> None:
        data: JsonObject = event["data"]
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
            raise ProofError(Text("存证的时间与证明里的时间不符"))

    def _agree(self, checkpoint: Checkpoint, what: Text) -> None:
        there = self._tree.size
        if checkpoint.size > there:
            raise Broken(
                there + 1,
                Text("{what}有 {size} 条事件，台账只有 {there} 条：第 {first} 号起的事件缺失，至少 {missing} 条",
                     what=what, size=checkpoint.size, there=there, first=there + 1,
                     missing=checkpoint.size - there),
            )  # fmt: skip
        if self._tree.root(checkpoint.size) != checkpoint.root:
            first = max(size for size in self._agreed if size < checkpoint.size) + 1
            raise Broken(
                first,
                Text("{what}与台账的前 {size} 条事件不符：第 {first} 至 {size} 号事件中有被改动、删去或替换的",
                     what=what, size=checkpoint.size, first=first),
            )  # fmt: skip
        self._agreed.add(checkpoint.size)


def _seconds(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
