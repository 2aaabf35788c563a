"""Anchoring the present state outside: witnesses cosign it, an authority stamps it, the ledger records both.

One authority that does not answer keeps no other from being asked.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import orjson
from cryptography import x509

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.json_object import JsonObject
from ledger.merkle.proof_error import ProofError
from ledger.problem import Problem
from ledger.signing import rows
from ledger.signing.anchors import KIND
from ledger.signing.note import Note
from ledger.signing.rows import KnownWitness
from ledger.signing.signed_log import SignedLog
from ledger.store.protocol import Recorder
from ledger.text import Text
from taizhang.language.labels import instant_text
from taizhang.proofs.timestamps import stamp
from taizhang.proofs.witnessing import ask

if TYPE_CHECKING:
    import httpx

SYSTEM = Recorder("taizhang", "system")
SKEW_MAX = timedelta(minutes=5)
"""An authority whose clock differs by more is not recorded: one of the two clocks is wrong."""


@dataclass(slots=True)
class Anchored:
    """What came of anchoring: the size that was anchored, by whom, and who could not be had and why."""

    size: int
    authorities: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def anchor(
    log: SignedLog,
    *,
    witnesses: Sequence[KnownWitness],
    tsa: str | None,
    roots: Sequence[x509.Certificate],
    clock: Callable[[], datetime],
    client: httpx.Client,
) -> Anchored:
    """Have the present checkpoint cosigned and stamped, and append an `anchor.recorded` for each that did."""
    from httpx import HTTPError  # here: only who brings a client needs it

    note = log.checkpoint()
    done = Anchored(log.head().size)
    events: list[ClientEvent] = []

    def attempt(name: str, work: Callable[[], ClientEvent]) -> None:
        try:
            events.append(work())
            done.authorities.append(name)
        except ProofError as error:
            done.problems.append(Problem(name, error.text))
        except HTTPError as error:
            done.problems.append(Problem(name, _unreachable(name, error)))

    for witness in witnesses:
        attempt(witness.address, partial(_witnessed, log, witness, note, clock, client))
    if tsa is not None and not roots:
        done.problems.append(
            Problem(
                tsa, Text("请用 TAIZHANG_TSA_ROOTS 指明时间戳服务的根证书（PEM 文件），否则时间戳无法核对")
            )
        )
    elif tsa is not None:
        attempt(tsa, partial(_stamped, note, tsa, roots, clock, client))
    if events:
        # Whole lines in one append: the anchors of one checkpoint stand together.
        log.store.append([(None, orjson.dumps(event)) for event in events], by=SYSTEM, now=clock())
    return done


def record_rotation(log: SignedLog, clock: Callable[[], datetime]) -> None:
    """Change the key, and record the checkpoint that the old and the new key signed."""
    note, key = log.rotate()
    now = clock()
    event = anchor_event("key", str(key), note, now, now)
    log.store.append([(None, orjson.dumps(event))], by=SYSTEM, now=now)


def known_witnesses(log: SignedLog) -> list[KnownWitness]:
    """Return the witnesses that were asked before."""
    with log.store.read() as work:
        return rows.witnesses(work.connection)


def anchor_event(
    kind: str, authority: str, note: Note, instant: datetime, now: datetime, token: str | None = None
) -> ClientEvent:
    """Return the event that records an anchor made at *instant*; raises ProofError when the clocks disagree."""
    if abs(instant - now) > SKEW_MAX:
        raise ProofError(
            Text("{authority} 的时钟与这里相差超过 5 分钟（{instant}）；请校准时钟后重试", authority=authority,
                 instant=instant_text(instant))
        )  # fmt: skip
    data = {"kind": kind, "authority": authority, "checkpoint": str(note)}
    return event_of_ledger(KIND, data | ({"token": token} if token else {}), min(instant, now))


def event_of_ledger(kind: str, data: JsonObject, instant: datetime) -> ClientEvent:
    """Return an event about the ledger itself, at *instant*."""
    return new_event(kind, None, instant, data)


def _witnessed(
    log: SignedLog, witness: KnownWitness, note: Note, clock: Callable[[], datetime], client: httpx.Client
) -> ClientEvent:
    cosigned = ask(log, witness, note, client)
    return anchor_event("witness", str(cosigned.key), cosigned.note, cosigned.instant, clock())


def _stamped(
    note: Note,
    tsa: str,
    roots: Sequence[x509.Certificate],
    clock: Callable[[], datetime],
    client: httpx.Client,
) -> ClientEvent:
    response, instant = stamp(str(note).encode(), tsa, roots, client)
    return anchor_event("timestamp", tsa, note, instant, clock(), b64encode(response).decode())


def _unreachable(name: str, error: httpx.HTTPError) -> Text:
    return Text("{name} 没有应答：{reason}", name=name, reason=str(error) or type(error).__name__)
