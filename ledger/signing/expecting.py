"""An export on its way into an empty ledger, held to the checkpoints that somebody kept of it.

The check comes when the last line was read and before anything is committed: what does not agree leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from ledger.intake.lines import written_lines
from ledger.merkle.canonical import leaf_hash
from ledger.merkle.hashing import EMPTY_ROOT, node_hash
from ledger.merkle.proof_error import ProofError
from ledger.problem import Problem, Refused
from ledger.remedy import Remedy
from ledger.signing.anchors import KIND
from ledger.signing.checkpoint import ORIGIN, Checkpoint, read_checkpoint
from ledger.store.protocol import Line
from ledger.text import Text

_ANCHORED = f'"type":"{KIND}"'.encode()


@dataclass(slots=True)
class Expected:
    """What an export has to agree with; after it was read, what it was found to be."""

    checkpoints: Sequence[tuple[str, Checkpoint]] = ()
    accept_missing: bool = False
    missing: tuple[int, int] | None = None
    """First and last of the events that a checkpoint has and the export has not."""
    ledger: str | None = None
    """The name of the ledger, from the checkpoints, else from the last anchor among the events."""
    _leaves: list[bytes] = field(default_factory=list)

    def reading(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield *lines*, and after the last one raise Refused unless they agree with every checkpoint."""
        for number, line in written_lines(lines):
            if self.checkpoints:
                self._leaves.append(leaf_hash(line))
            if _ANCHORED in line:
                self.ledger = _ledger_of(line) or self.ledger
            yield number, line
        for name, checkpoint in self.checkpoints:
            self.ledger = checkpoint.ledger or self.ledger
            self.hold(name, checkpoint, len(self._leaves), root_of(self._leaves[: checkpoint.size]))

    def hold(self, name: str, checkpoint: Checkpoint, size: int, root: bytes) -> None:
        """Raise Refused unless a ledger of *size* events, *root* over its first `checkpoint.size`, agrees."""
        if checkpoint.size > size:
            if not self.accept_missing:
                raise Refused(
                    [
                        Problem(
                            "",
                            Text(
                                "检查点 {name} 有 {known} 条事件，这里只有 {size} 条：第 {first} 至 {known} 号缺失；"
                                "确实找不回来的，要说明认可这些缺失",
                                name=name,
                                known=checkpoint.size,
                                size=size,
                                first=size + 1,
                            ),
                            remedy=Remedy.ACCEPT_MISSING,
                        )
                    ]
                )
            last = max(checkpoint.size, self.missing[1] if self.missing else 0)
            self.missing = (size + 1, last)
        elif root != checkpoint.root:
            raise Refused(
                [
                    Problem(
                        "",
                        Text(
                            "前 {size} 条事件与检查点 {name} 不符：有被改动、删去或替换的",
                            size=checkpoint.size,
                            name=name,
                        ),
                    )
                ]
            )


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes that are all at hand: in pairs, what is left over goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = [*pairs, *level[len(pairs) * 2 :]]
    return level[0] if level else EMPTY_ROOT


def _ledger_of(line: bytes) -> str | None:
    try:
        event = orjson.loads(line)
        checkpoint, _ = read_checkpoint(event["data"]["checkpoint"].encode())
    except (ValueError, KeyError, TypeError, AttributeError, ProofError):
        # Whatever it is, the restore itself says what is wrong with the line.
        return None
    return checkpoint.origin.removeprefix(ORIGIN)
