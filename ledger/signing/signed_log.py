"""The ledger as a log that signs: checkpoints, proofs against them, and a new key in place of an old one.

It never signs what contradicts a checkpoint that it signed before (C2SP tlog-checkpoint): neither one that the store
kept nor the last one that lies beside the key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ledger.events.event import recorded_text
from ledger.merkle.canonical import canonical_bytes
from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import Tree
from ledger.problem import Broken, Problem, Refused
from ledger.remedy import Remedy
from ledger.signing import rows
from ledger.signing.checkpoint import ORIGIN, Checkpoint, read_checkpoint
from ledger.signing.key_file import KeyFile
from ledger.signing.note import Note, SignerKey, VerifierKey, parse_note
from ledger.signing.tlog_proof import TlogProof
from ledger.signing.witness import AddCheckpoint
from ledger.store.log import name_of
from ledger.store.protocol import Store
from ledger.store.sql import Connection
from ledger.text import Text


class SignedLog:
    """A ledger with its key; *clock* says when something is signed."""

    def __init__(self, store: Store, key_file: KeyFile, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.key_file = key_file
        self._clock = clock

    @property
    def origin(self) -> str:
        """The name of the log, first line of its checkpoints."""
        with self.store.read() as work:
            return ORIGIN + (name_of(work.connection) or "")

    def key(self) -> SignerKey:
        """Return the private key, made at first use. Raises ProofError when one was used before and is gone."""
        key = self.key_file.read()
        if key is not None and key.name != self.origin:
            raise ProofError(
                Text("密钥文件 {path} 属于 {name}，不是 {origin} 的",
                     path=str(self.key_file.path), name=key.name, origin=self.origin),
                remedy=Remedy.CHECK_KEY_FILE,
            )  # fmt: skip
        if key is None:
            if self.verifier_keys():
                raise ProofError(
                    Text(
                        "找不到密钥文件 {path}；请从备份取回，或换一把新的（旧检查点仍可用旧公钥验证）",
                        path=str(self.key_file.path),
                    ),
                    remedy=Remedy.ROTATE_KEY,
                )
            key = self.key_file.create(self.origin)
        self._keep_key(key.verifier)
        return key

    def verifier_keys(self) -> list[VerifierKey]:
        """Return all verifier keys that this log is known to have had, oldest first."""
        with self.store.read() as work:
            found = [VerifierKey.parse(vkey) for vkey, _ in rows.keys(work.connection)]
        # An export brought back knows no keys; the one beside it is its own.
        present = self.key_file.read()
        if present is not None and present.name == self.origin and present.verifier not in found:
            found.append(present.verifier)
        return found

    def rotate(self) -> tuple[Note, VerifierKey]:
        """Sign with a new key from now on; returns the present checkpoint signed by both, and the new key.

        Where the old key is lost the new one signs alone: that is to be seen, and is no secret.
        """
        old = self.key_file.read()
        note = self.checkpoint() if old is not None else Note(self.head().text(), ())
        new = SignerKey.generate(self.origin)
        note = note.with_signatures([new.sign(note.text)])
        self._keep_key(new.verifier)
        self.key_file.write(new)
        self._keep(self.head(), note)
        return note, new.verifier

    def head(self) -> Checkpoint:
        """Return what would be signed now."""
        origin = self.origin
        with self.store.read() as work:
            tree = work.tree()
            return Checkpoint(origin, tree.size, tree.root())

    def contradiction(self) -> Text | None:
        """Return in what the ledger contradicts the checkpoints that were signed of it last; None when it does not."""
        with self.store.read() as work:
            try:
                self._check_past(work.connection, work.tree())
            except ProofError as error:
                return error.text
            except Broken as error:
                return error.text
        return None

    def signed_size(self) -> int:
        """Return of how many events the last checkpoint was that was signed, 0 before the first. Raises ProofError."""
        with self.store.read() as work:
            kept = rows.last_checkpoint(work.connection)
        beside = self.key_file.last_checkpoint()
        size = 0 if beside is None else read_checkpoint(beside)[0].size
        return max(size, 0 if kept is None else kept.size)

    def checkpoint(self, size: int | None = None, *, automatic: bool = False) -> Note:
        """Return the signed checkpoint of the first *size* events, by default of all.

        *automatic*: nobody asked for it (see `rows.keep_checkpoint`). Raises ProofError when the ledger contradicts
        what was signed before, Refused for a size that is not there.
        """
        key = self.key()
        origin = self.origin
        with self.store.read() as work:
            tree = work.tree()
            size = tree.size if size is None else _within(size, tree.size)
            head = Checkpoint(origin, size, tree.root(size))
            kept = rows.checkpoint_of(work.connection, size)
            self._check_past(work.connection, tree)
        if kept is not None:
            note = parse_note(kept.note.encode())
            if note.text == head.text() and any(
                each.key_id == key.verifier.key_id for each in note.signatures
            ):
                return note
        note = Note(head.text(), (key.sign(head.text()),))
        self._keep(head, note, automatic=automatic)
        return note

    def add_signatures(self, note: Note) -> None:
        """Keep *note*, a checkpoint of this log to which cosignatures came."""
        checkpoint, _ = read_checkpoint(str(note).encode())
        self._keep(checkpoint, note)

    def prove(self, event_id: str, size: int | None = None) -> TlogProof:
        """Return the proof that the event is among the first *size*; raises Refused when it is not there."""
        note = self.checkpoint(size)
        checkpoint, _ = read_checkpoint(str(note).encode())
        with self.store.read() as work:
            event = self.store.find(event_id)
            if event is None:
                raise Refused([Problem("id", Text("没有编号为“{id}”的记录；请核对编号", id=event_id))])
            index = int(event["sequence"]) - 1
            if index >= checkpoint.size:
                raise Refused(
                    [Problem("size", Text("“{id}”是第 {place} 号事件，不在前 {size} 号之内", id=event_id,
                                          place=index + 1, size=checkpoint.size))]
                )  # fmt: skip
            path = work.tree().inclusion(index, checkpoint.size)
        # Parsed and written again are the same bytes: that is what canonical means.
        return TlogProof(canonical_bytes(event), index, path, note)

    def consistency(self, old: int, new: int | None = None) -> AddCheckpoint:
        """Return the proof that the first *old* events are the beginning of the first *new*, signed for *new*."""
        note = self.checkpoint(new)
        checkpoint, _ = read_checkpoint(str(note).encode())
        with self.store.read() as work:
            path = work.tree().consistency(_within(old, checkpoint.size), checkpoint.size)
        return AddCheckpoint(old, path, checkpoint, note)

    def _check_past(self, connection: Connection, tree: Tree) -> None:
        kept = rows.last_checkpoint(connection)
        known = [kept.note.encode()] if kept is not None else []
        beside = self.key_file.last_checkpoint()
        for content in [*known, *([beside] if beside is not None else [])]:
            checkpoint, _ = read_checkpoint(content)
            if checkpoint.size > tree.size:
                raise ProofError(
                    Text(
                        "台账只有 {there} 条事件，签过的检查点有 {size} 条：至少缺少 {missing} 条，"
                        "与检查点矛盾，不再签名；请校验整个台账",
                        there=tree.size,
                        size=checkpoint.size,
                        missing=checkpoint.size - tree.size,
                    ),
                    remedy=Remedy.VERIFY,
                )
            if tree.root(checkpoint.size) != checkpoint.root:
                raise ProofError(
                    Text("台账与签过的检查点（{size} 条事件）矛盾，不再签名；请校验整个台账",
                         size=checkpoint.size),
                    remedy=Remedy.VERIFY,
                )  # fmt: skip

    def _keep(self, head: Checkpoint, note: Note, *, automatic: bool = False) -> None:
        with self.store.write() as work:
            kept = rows.checkpoint_of(work.connection, head.size)
            if kept is not None:
                before = parse_note(kept.note.encode())
                if before.text == note.text:
                    note = before.with_signatures(note.signatures)
            now = recorded_text(self._clock())
            rows.keep_checkpoint(work.connection, head.size, str(note), now, automatic=automatic)
        beside = self.key_file.last_checkpoint()
        if beside is None or read_checkpoint(beside)[0].size <= head.size:
            self.key_file.keep_checkpoint(str(note))

    def _keep_key(self, key: VerifierKey) -> None:
        with self.store.read() as work:
            if any(vkey == str(key) for vkey, _ in rows.keys(work.connection)):
                return
        with self.store.write() as work:
            rows.add_key(work.connection, str(key), recorded_text(self._clock()))


def _within(size: int, most: int) -> int:
    if not 0 <= size <= most:
        raise Refused([Problem("size", Text("台账只有 {most} 条事件，没有 {size} 条", most=most, size=size))])
    return size
