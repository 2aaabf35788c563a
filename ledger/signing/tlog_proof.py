"""A proof that one event is in the log, as a text that needs nothing else (C2SP tlog-proof).

The event's bytes go along as the `extra` line, so that the leaf can be hashed from them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.merkle.canonical import leaf_hash
from ledger.merkle.checking import check_inclusion
from ledger.merkle.proof_error import ProofError
from ledger.signing.checkpoint import Checkpoint, parse_checkpoint
from ledger.signing.note import Note, VerifierKey, decoded, parse_note
from ledger.text import Text

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An event's bytes, its index (from 0), its audit path, and the checkpoint it leads to."""

    body: bytes
    index: int
    path: Sequence[bytes]
    checkpoint: Note

    def __str__(self) -> str:
        lines = [HEADER, f"extra {base64.b64encode(self.body).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(each).decode() for each in self.path]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"

    def check(self, keys: Sequence[VerifierKey]) -> Checkpoint:
        """Return the checkpoint once one of *keys* signed it and the event is in it; raises ProofError."""
        self.checkpoint.signed_by(keys)
        checkpoint = parse_checkpoint(self.checkpoint.text)
        check_inclusion(self.index, checkpoint.size, leaf_hash(self.body), self.path, checkpoint.root)
        return checkpoint


def parse_tlog_proof(content: bytes) -> TlogProof:
    """Return the proof in *content*, not yet checked; raises ProofError for what is none."""
    head, blank, note = content.partition(b"\n\n")
    try:
        header, extra, index, *path = head.decode("ascii").split("\n")
    except ValueError:
        raise _bad() from None
    body = decoded(extra.removeprefix("extra "))
    number = index.removeprefix("index ")
    hashes = [decoded(each) for each in path]
    if (
        not blank
        or header != HEADER
        or not extra.startswith("extra ")
        or not index.startswith("index ")
        or not (number.isascii() and number.isdecimal() and str(int(number)) == number)
        or body is None
    ):
        raise _bad()
    known = [each for each in hashes if each is not None]
    if len(known) < len(hashes):
        raise _bad()
    return TlogProof(body, int(number), known, parse_note(note))


def _bad() -> ProofError:
    return ProofError(Text("不是 {header} 格式的证明", header=HEADER))
