"""The witness for other ledgers: an ASGI application with one address, `add-checkpoint` (C2SP tlog-witness).

It remembers the last checkpoint of each log, and cosigns only what grows out of it. `serve --witness-for VKEY` mounts
it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.events.event import recorded_text
from ledger.merkle.proof_error import ProofError
from ledger.signing import rows
from ledger.signing.checkpoint import Checkpoint
from ledger.signing.key_file import KeyFile
from ledger.signing.note import COSIGNATURE, Note, SignerKey, VerifierKey
from ledger.signing.witness import AddCheckpoint, Unheard, check_request, parse_add_checkpoint
from ledger.store.protocol import Store

BODY_BYTES_MAX = 64_000
Recorder = Callable[[Store, Checkpoint, Note, datetime], None]
SIZE_TYPE = "text/x.tlog.size"


class Witness:
    """Cosigns the checkpoints of the logs whose *trusted* keys it was given, under *key*."""

    def __init__(
        self,
        store: Store,
        key: SignerKey,
        trusted: Sequence[VerifierKey],
        clock: Callable[[], datetime],
        recorder: Recorder | None = None,
    ) -> None:
        self.store = store
        self.key = key
        self.trusted = trusted
        self._clock = clock
        self._recorder = recorder
        """Records what was seen in the witness's own ledger, too (`log_of_logs`)."""

    def add(self, content: bytes) -> Response:
        """Return the answer to an `add-checkpoint` request: what was seen is kept before anybody is told."""
        try:
            request = parse_add_checkpoint(content)
            return Response(self.cosign(request), media_type="text/plain")
        except ProofError as error:
            return Response(f"{error}\n", 400, media_type="text/plain")
        except Unheard as no:
            if no.size is None:
                return Response(status_code=no.status)
            return Response(f"{no.size}\n", no.status, headers={"content-type": SIZE_TYPE})

    def cosign(self, request: AddCheckpoint) -> str:
        """Return the line of the cosignature; raises Unheard."""
        checkpoint = request.checkpoint
        now = self._clock()
        with self.store.write() as work:
            known = rows.seen_of(work.connection, checkpoint.origin)
            check_request(request, self.trusted, known)
            rows.keep_seen(
                work.connection,
                checkpoint.origin,
                checkpoint.size,
                checkpoint.root,
                str(request.note),
                recorded_text(now),
            )
        if self._recorder is not None and known != (checkpoint.size, checkpoint.root):
            self._recorder(self.store, checkpoint, request.note, now)
        return str(self.key.cosign(request.note.text, int(now.timestamp())))


def witness_key(log_key: Path, origin: str) -> SignerKey:
    """Return the key with which the ledger *origin* is a witness, beside its own *log_key*; made at first use."""
    file = KeyFile(log_key.with_suffix(".witness.key"))
    return file.read() or file.create(f"{origin}/witness", COSIGNATURE)


def witness_app(witness: Witness) -> Starlette:
    """Return the application; it needs no session and knows no user: requests are known by their signatures."""

    async def add_checkpoint(request: Request) -> Response:
        content = b""
        async for part in request.stream():
            content += part
            if len(content) > BODY_BYTES_MAX:
                return Response(status_code=413)
        return await run_in_threadpool(witness.add, content)

    async def key(request: Request) -> Response:
        return Response(f"{witness.key.verifier}\n", media_type="text/plain")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/key", key, methods=["GET"]),
        ]
    )
