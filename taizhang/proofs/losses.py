"""A witness goes on with a log that honestly lost events, as after a restore of an older backup.

Whoever runs the witness decides that, and it is never silent: what the witness had seen, what it goes on from, who
decided and why become an event of the witness's own ledger, before anything is cosigned again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from ledger.events.event import StoredEvent, instant_of, recorded_text
from ledger.merkle.proof_error import ProofError
from ledger.remedy import Remedy
from ledger.signing import rows
from ledger.signing.checkpoint import Checkpoint, read_checkpoint
from ledger.signing.note import VerifierKey
from ledger.store.protocol import Recorder, Store
from ledger.text import Text
from taizhang.proofs.anchoring import event_of_ledger

KIND = "loss.accepted"


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss that was accepted: what was seen of the log before, from what it goes on, who decided, when and why."""

    log: str
    seen: int
    accepted: int
    by: str
    recorded: str
    reason: str

    @property
    def instant(self) -> datetime:
        """When it was recorded."""
        return instant_of(self.recorded)


def losses_of(events: Iterable[StoredEvent]) -> list[Loss]:
    """Return the accepted losses among *events* (`store.stream("")`), in ledger order."""
    return [
        Loss(
            event["data"]["log"],
            read_checkpoint(event["data"]["seen"].encode())[0].size,
            read_checkpoint(event["data"]["accepted"].encode())[0].size,
            event["authid"],
            event["recordedtime"],
            event["data"]["reason"],
        )
        for event in events
        if event["type"] == KIND
    ]


def accept_loss(
    store: Store, content: bytes, trusted: Sequence[VerifierKey], reason: str, *, by: str, now: datetime
) -> tuple[int, Checkpoint]:
    """Go on from the checkpoint in *content*, signed by one of the *trusted* keys; returns the size that was seen too.

    Raises ProofError when the checkpoint is not that log's, or nothing contradicts it; Refused for an empty reason.
    """
    checkpoint, note = read_checkpoint(content)
    own = [key for key in trusted if key.name == checkpoint.origin]
    if not own:
        raise ProofError(Text("没有 {log} 的公钥", log=checkpoint.origin), remedy=Remedy.NAME_KEYS)
    note.signed_by(own)
    with store.read() as work:
        seen = next(
            (each for each in rows.all_seen(work.connection) if each.origin == checkpoint.origin), None
        )
    if seen is None:
        raise ProofError(Text("从来没有为 {log} 作过见证，没有什么要忘记的", log=checkpoint.origin))
    before, _note = read_checkpoint(seen.note.encode())
    if before == checkpoint:
        raise ProofError(Text("这正是见过的最后一个检查点，没有缺失"))
    data = {"log": checkpoint.origin, "seen": seen.note, "accepted": str(note), "reason": reason}
    event = event_of_ledger(KIND, data, now)
    # The trace first: a crash in between leaves a decision without effect, never the reverse.
    store.append([(None, orjson.dumps(event))], by=Recorder(by, "system"), now=now)
    with store.write() as work:
        rows.keep_seen(
            work.connection,
            checkpoint.origin,
            checkpoint.size,
            checkpoint.root,
            str(note),
            recorded_text(now),
        )
    return before.size, checkpoint
