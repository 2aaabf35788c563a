"""A log of logs: a ledger that records which checkpoints of others it has seen, and proofs through it.

`checkpoint.seen` is an event of the ledger that vouches. Whoever believes *its* checkpoint believes, by way of that
event, the checkpoint of the other ledger as it was then, and by that one each record below: without the other
ledger's key, and without its word.

A proof through one ledger, or through several of them one above the other, is as many tlog-proofs in one text, the
lowest first: each leads to the checkpoint that the next one's event holds; the last leads to a signed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ledger.events.event import StoredEvent
from ledger.events.strict_json import parse_exactly
from ledger.merkle.canonical import leaf_hash
from ledger.merkle.checking import check_inclusion
from ledger.merkle.proof_error import ProofError
from ledger.problem import Problem, Refused
from ledger.signing.checkpoint import Checkpoint, read_checkpoint
from ledger.signing.note import Note, VerifierKey
from ledger.signing.signed_log import SignedLog
from ledger.signing.tlog_proof import HEADER, TlogProof, parse_tlog_proof
from ledger.text import Text

KIND = "checkpoint.seen"


@dataclass(frozen=True, slots=True)
class SeenCheckpoint:
    """A checkpoint of another ledger, as an event of this one holds it."""

    event_id: str
    sequence: int
    checkpoint: Checkpoint
    note: Note


def seen_checkpoints(events: Iterable[StoredEvent], log: str | None = None) -> list[SeenCheckpoint]:
    """Return those among *events* (of the ledger itself: `stream("")`), of the ledger *log* or of all, in order.

    Raises ProofError for one that is no checkpoint of the ledger that it names.
    """
    return [
        SeenCheckpoint(event["id"], int(event["sequence"]), *_held(event["data"]))
        for event in events
        if event["type"] == KIND and log in (None, event["data"]["log"])
    ]


def _held(data: dict[str, str]) -> tuple[Checkpoint, Note]:
    checkpoint, note = read_checkpoint(data["checkpoint"].encode())
    if checkpoint.origin != data["log"]:
        raise ProofError(
            Text("检查点属于 {theirs}，不是 {log} 的", theirs=checkpoint.origin, log=data["log"])
        )
    return checkpoint, note


@dataclass(frozen=True, slots=True)
class ProofThrough:
    """Proofs one above the other; see the module's words."""

    parts: Sequence[TlogProof]

    def __str__(self) -> str:
        return "\n".join(map(str, self.parts))

    def check(self, keys: Sequence[VerifierKey]) -> Checkpoint:
        """Return the uppermost checkpoint once one of *keys* signed it and all below leads to it; raises ProofError."""
        for lower, upper in pairwise(self.parts):
            seen = _seen_in(upper.body)
            if lower.checkpoint.text != seen.text():
                raise ProofError(Text("下一级的检查点不是上一级见到的那一个"))
            check_inclusion(lower.index, seen.size, leaf_hash(lower.body), lower.path, seen.root)
        return self.parts[-1].check(keys)


def parse_proof_through(content: bytes) -> ProofThrough:
    """Return the proof in *content*, of one part or several, not yet checked; raises ProofError for what is none."""
    mark = f"\n{HEADER}\n".encode()
    first, *others = content.split(mark)
    parts = [first, *(mark[1:] + each for each in others)]
    return ProofThrough([parse_tlog_proof(part) for part in parts])


def _seen_in(body: bytes) -> Checkpoint:
    try:
        event = parse_exactly(body)
        data = event["data"]
        if event["type"] == KIND and isinstance(data["log"], str):
            return _held(data)[0]
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ProofError(Text("上一级证明的不是“见到检查点”的事件"))


def prove_through(log: SignedLog, event_id: str, above: Sequence[SignedLog]) -> ProofThrough:
    """Return the proof that the event is in *log* as the first of *above* has seen it, that one as the second has ...

    Raises Refused where one of them has not seen a checkpoint with it yet, ProofError for a contradiction.
    """
    parts = []
    for upper in above:
        index, body = _place(log, event_id)
        origin = log.origin
        seen = min(
            (
                each
                for each in seen_checkpoints(upper.store.stream(""), origin)
                if each.checkpoint.size > index
            ),
            key=lambda each: each.checkpoint.size,
            default=None,
        )
        if seen is None:
            text = Text("{above} 还没有见过 {log} 的、有这条记录的检查点", above=upper.origin, log=origin)
            raise Refused([Problem("through", text)])
        with log.store.read() as work:
            tree = work.tree()
            if tree.size < seen.checkpoint.size or tree.root(seen.checkpoint.size) != seen.checkpoint.root:
                raise ProofError(
                    Text("{log} 与 {above} 见过的检查点（{size} 条事件）矛盾", log=origin, above=upper.origin,
                         size=seen.checkpoint.size)
                )  # fmt: skip
            path = tree.inclusion(index, seen.checkpoint.size)
        parts.append(TlogProof(body, index, path, seen.note))
        log, event_id = upper, seen.event_id
    return ProofThrough([*parts, log.prove(event_id)])


def _place(log: SignedLog, event_id: str) -> tuple[int, bytes]:
    """Return the index of an event, from 0, and its bytes. Raises Refused."""
    proof = log.prove(event_id)
    return proof.index, proof.body
