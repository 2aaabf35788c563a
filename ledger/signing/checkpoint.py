"""Checkpoints: how many events there are, and the root over them, in a text to sign (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ledger.merkle.proof_error import ProofError
from ledger.signing.note import Note, decoded, parse_note
from ledger.text import Text

ORIGIN = "taizhang/"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its first *size* leaves and their root."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extension)
        return "".join(f"{line}\n" for line in lines)

    @property
    def ledger(self) -> str | None:
        """The name of the ledger it is of; None for a log of another make."""
        return self.origin.removeprefix(ORIGIN) if self.origin.startswith(ORIGIN) else None


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint in a note's *text*; raises ProofError for what is none."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise _bad()
    origin, size, encoded, *extension = lines
    root = decoded(encoded)
    if not _SIZE.fullmatch(size) or root is None or len(root) != 32:
        raise _bad()
    return Checkpoint(origin, int(size), root, tuple(extension))


def read_checkpoint(content: bytes) -> tuple[Checkpoint, Note]:
    """Return the checkpoint and the note that it stands in, signatures not yet checked; raises ProofError."""
    note = parse_note(content)
    return parse_checkpoint(note.text), note


def ledger_name(wanted: str) -> str:
    """Return *wanted* as a ledger can be called: an origin has neither spaces nor plus signs."""
    name = "".join("-" if c.isspace() or c in "+/" or c < " " else c for c in wanted)
    return name or "ledger"


def _bad() -> ProofError:
    return ProofError(Text("不是检查点：应有台账名称、事件数和根哈希三行"))
