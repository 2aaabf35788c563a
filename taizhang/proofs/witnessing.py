"""Asking a witness to cosign a checkpoint (the client's side of C2SP tlog-witness)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from ledger.merkle.proof_error import ProofError
from ledger.remedy import Remedy
from ledger.signing import rows
from ledger.signing.checkpoint import read_checkpoint
from ledger.signing.note import COSIGNATURE, Note, VerifierKey, parse_signatures, timestamp_of
from ledger.signing.rows import KnownWitness
from ledger.signing.signed_log import SignedLog
from ledger.text import Text

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 30.0
ANSWER_BYTES_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A cosigned checkpoint: the note with the cosignature, by whom, and when."""

    note: Note
    key: VerifierKey
    instant: datetime


def ask(log: SignedLog, witness: KnownWitness, note: Note, client: httpx.Client) -> Witnessed:
    """Let *witness* cosign the checkpoint in *note*, and keep the cosignature.

    Raises ProofError when the witness saw another history than this, or answers what does not hold;
    httpx.HTTPError when it does not answer.
    """
    key = VerifierKey.parse(witness.vkey)
    checkpoint, _ = read_checkpoint(str(note).encode())
    answer = _post(log, witness, min(witness.size, checkpoint.size), checkpoint.size, client)
    if answer.status_code == HTTPStatus.CONFLICT:
        seen = _seen_size(answer)
        if seen > checkpoint.size:
            raise ProofError(
                Text(
                    "见证方 {name} 见过 {seen} 条事件，这里只有 {size} 条：台账被退回到较早的状态",
                    name=key.name,
                    seen=seen,
                    size=checkpoint.size,
                )
            )
        if seen == checkpoint.size and witness.size == seen:
            raise _other_history(key, seen)
        answer = _post(log, witness, seen, checkpoint.size, client)
        if answer.status_code == HTTPStatus.CONFLICT:
            raise _other_history(key, seen)
    cosigned = _cosigned(answer, key, note)
    log.add_signatures(cosigned.note)
    with log.store.write() as work:
        rows.keep_witness(work.connection, replace(witness, size=checkpoint.size))
    return cosigned


def _post(log: SignedLog, witness: KnownWitness, old: int, size: int, client: httpx.Client) -> httpx.Response:
    request = log.consistency(old, size)
    return client.post(
        f"{witness.address.rstrip('/')}/add-checkpoint",
        content=str(request).encode(),
        headers={"content-type": "text/plain; charset=utf-8"},
        timeout=TIMEOUT_SECONDS,
    )


def _seen_size(answer: httpx.Response) -> int:
    text = answer.text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise ProofError(Text("见证方的应答看不懂：{text}", text=text[:60]))
    return int(text)


def _cosigned(answer: httpx.Response, key: VerifierKey, note: Note) -> Witnessed:
    match answer.status_code:
        case HTTPStatus.OK:
            pass
        case HTTPStatus.NOT_FOUND:
            raise ProofError(
                Text("见证方 {name} 不认识这个台账；请让对方把这个台账的公钥加进它作见证的名单", name=key.name),
                remedy=Remedy.SHOW_KEY,
            )  # fmt: skip
        case HTTPStatus.FORBIDDEN:
            raise ProofError(
                Text("见证方 {name} 不认识这里的签名密钥；换过密钥的，请把新的公钥交给对方", name=key.name)
            )
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            raise _other_history(key, read_checkpoint(str(note).encode())[0].size)
        case status:
            raise ProofError(Text("见证方 {name} 拒绝了：HTTP {status}", name=key.name, status=status))
    if len(answer.content) > ANSWER_BYTES_MAX:
        raise ProofError(Text("见证方的应答看不懂：{text}", text=answer.text[:60]))
    lines = parse_signatures(answer.text)
    found = Note(note.text, lines).signed_by([key])
    # Cosignatures of keys that nobody knows here are not kept.
    ours = [signature for _, signature in found]
    if key.kind != COSIGNATURE:
        raise ProofError(Text("“{name}”不是见证公钥", name=key.name))
    instant = datetime.fromtimestamp(timestamp_of(ours[0].value), UTC)
    return Witnessed(note.with_signatures(ours), key, instant)


def _other_history(key: VerifierKey, size: int) -> ProofError:
    return ProofError(
        Text(
            "见证方 {name} 见过的历史与这里不同（{size} 条事件）：台账被改写过，或同一密钥签了两份历史",
            name=key.name,
            size=size,
        )
    )
