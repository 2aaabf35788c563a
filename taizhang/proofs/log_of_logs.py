"""Vouching for other ledgers: what a witness has seen becomes an event of its own ledger (`ledger.signing.through`).

In an installation the first ledger is the witness of the others: its ticker looks at each, and each records the
cosignature as an anchor of its own, so that its pages say by whom and when a record was vouched for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import orjson

from ledger.errors import TaizhangError
from ledger.events.event import SHANGHAI, StoredEvent, instant_of
from ledger.merkle.proof_error import ProofError
from ledger.problem import Fault
from ledger.signing import rows
from ledger.signing.anchors import anchors_of
from ledger.signing.checkpoint import Checkpoint
from ledger.signing.note import Note, parse_signatures
from ledger.signing.signed_log import SignedLog
from ledger.signing.through import KIND, seen_checkpoints
from ledger.signing.witness import Unheard
from ledger.store.protocol import Store
from ledger.text import Text
from taizhang.proofs.anchoring import SYSTEM, anchor_event, event_of_ledger
from taizhang.proofs.losses import KIND as LOSS
from taizhang.proofs.witness_app import Witness, witness_key

EVERY = timedelta(hours=1)
"""So often at most a ledger that grows is seen by itself: a year of it is 8,760 events of the ledger above."""

_log = logging.getLogger(__name__)


def record_seen(store: Store, checkpoint: Checkpoint, note: Note, now: datetime) -> None:
    """Record in the witness's *store* that it saw *checkpoint*. What stands in the way is told in the log."""
    event = event_of_ledger(KIND, {"log": checkpoint.origin, "checkpoint": str(note)}, now)
    try:
        store.append([(None, orjson.dumps(event))], by=SYSTEM, now=now)
    except TaizhangError as error:
        _log.error("%s: %s", checkpoint.origin, error.text)


def see(above: SignedLog, log: SignedLog, now: datetime, *, at_once: bool = False) -> int | None:
    """Let the ledger *above* look at *log* and vouch for it; return the size it has seen, None for nothing new.

    Not *at_once*: only when an hour has passed since the last time. Raises ProofError where *log* is not what was
    seen of it before.
    """
    with above.store.read() as work:
        known = next((each for each in rows.all_seen(work.connection) if each.origin == log.origin), None)
        last = rows.seen_of(work.connection, log.origin)
    head = log.head()
    if last == (head.size, head.root):
        return None
    size = 0 if last is None else last[0]
    if known is not None and not at_once and now - instant_of(known.seen_at) < EVERY:
        return None
    request = log.consistency(min(size, head.size))
    key = witness_key(above.key_file.path, above.origin)
    try:
        said = Witness(above.store, key, log.verifier_keys(), lambda: now, recorder=record_seen).cosign(
            request
        )
    except Unheard:
        raise ProofError(
            Text(
                "{log} 与 {above} 见过的检查点（{size} 条事件）矛盾",
                log=log.origin,
                above=above.origin,
                size=size,
            )
        ) from None
    note = request.note.with_signatures(parse_signatures(said))
    log.add_signatures(note)
    _anchor_daily(log, str(key.verifier), note, now)
    return request.checkpoint.size


def _anchor_daily(log: SignedLog, authority: str, note: Note, now: datetime) -> None:
    today = now.astimezone(SHANGHAI).date()
    for anchor in anchors_of(log.store.stream("")):
        if anchor.authority == authority and anchor.instant.astimezone(SHANGHAI).date() == today:
            return
    cosigned = anchor_event("witness", authority, note, now.replace(microsecond=0), now)
    log.store.append([(None, orjson.dumps(cosigned))], by=SYSTEM, now=now)


def seen_of_logs(events: Sequence[StoredEvent]) -> Iterator[Fault]:
    """Yield what the ledger says to have seen of others that cannot all be so, each at its event.

    A ledger that had become smaller, or two states of one size, unless a loss was accepted in between.
    """
    last: dict[str, Checkpoint] = {}
    for event in events:
        if event["type"] == LOSS:
            last.pop(event["data"]["log"], None)
        elif event["type"] == KIND:
            place = int(event["sequence"])
            try:
                (seen,) = seen_checkpoints([event])
            except ProofError as error:
                yield Fault(Text("第 {place} 号事件：{problem}", place=place, problem=error.text), place)
                continue
            found, before = seen.checkpoint, last.get(seen.checkpoint.origin)
            if before is not None and (
                found.size < before.size or (found.size == before.size and found.root != before.root)
            ):
                yield Fault(
                    Text("第 {place} 号事件见到的 {log} 与先前见到的矛盾", place=place, log=found.origin),
                    place,
                )
            last[found.origin] = found


def kept_above(above: SignedLog, log: SignedLog) -> list[tuple[str, bytes]]:
    """Return every checkpoint of *log* that the ledger *above* has seen, each with what to call it."""
    return [
        (f"{above.origin} {each.sequence}", str(each.note).encode())
        for each in seen_checkpoints(above.store.stream(""), log.origin)
    ]
