"""What a log and its witness say to each other, and what the witness has to see first (C2SP tlog-witness)."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.merkle.checking import check_consistency
from ledger.merkle.proof_error import ProofError
from ledger.signing.checkpoint import Checkpoint, read_checkpoint
from ledger.signing.note import Note, VerifierKey, decoded
from ledger.text import Text

PROOF_LINES_MAX = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: this checkpoint follows on the one of size *old* that you know."""

    old: int
    path: Sequence[bytes]
    checkpoint: Checkpoint
    note: Note

    def __str__(self) -> str:
        lines = [f"old {self.old}", *(base64.b64encode(each).decode() for each in self.path)]
        return "\n".join(lines) + f"\n\n{self.note}"


def parse_add_checkpoint(content: bytes) -> AddCheckpoint:
    """Return the request in *content*; raises ProofError for what is none."""
    head, _blank, rest = content.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _bad() from None
    old = _OLD.fullmatch(first)
    path = [decoded(line) for line in lines]
    hashes = [each for each in path if each is not None and len(each) == 32]
    if old is None or len(hashes) < len(path) or len(path) > PROOF_LINES_MAX:
        raise _bad()
    checkpoint, note = read_checkpoint(rest)
    return AddCheckpoint(int(old[1]), hashes, checkpoint, note)


class Unheard(Exception):
    """The witness does not cosign: HTTP *status*, and where it is 409 the *size* that it knows."""

    def __init__(self, status: int, size: int | None = None) -> None:
        super().__init__(status, size)
        self.status = status
        self.size = size


def check_request(
    request: AddCheckpoint, keys: Sequence[VerifierKey], known: tuple[int, bytes] | None
) -> None:
    """Raise Unheard unless *request* is to be cosigned by a witness that last saw *known* (size and root).

    *keys* are those trusted for any log: a log is known by the name that its key bears.
    """
    own = [key for key in keys if key.name == request.checkpoint.origin]
    if not own:
        raise Unheard(404)
    try:
        request.note.signed_by(own)
    except ProofError:
        raise Unheard(403) from None
    size, root = known or (0, b"")
    if request.old > request.checkpoint.size:
        raise Unheard(400)
    if request.old != size:
        raise Unheard(409, size)
    if request.old == request.checkpoint.size and known is not None and root != request.checkpoint.root:
        raise Unheard(409, size)
    try:
        check_consistency(request.old, request.checkpoint.size, root, request.checkpoint.root, request.path)
    except ProofError:
        raise Unheard(422) from None


def _bad() -> ProofError:
    return ProofError(Text("不是见证请求（add-checkpoint）"))
