"""Attached files that no record points to: a form that was given up, an append that was refused, a crash.

What it promises: a file that any event of the ledger names, also one that was corrected or retracted since, is no
leftover; and a file that somebody attaches again while leftovers are removed is not lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from taizhang.evidence.files import stored_files
from taizhang.evidence.folder import ALTERED

_NAMED = re.compile(rb'"sha256":"([0-9a-f]{64})"')
_ASIDE = ".removed"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that no record points to, its size, and when it was kept last."""

    path: Path
    bytes: int
    kept: datetime


def named_by(bodies: Iterable[bytes]) -> set[str]:
    """Return every SHA-256 that stored events name, in whatever place: rather one too many than one too few."""
    return {found.decode() for body in bodies for found in _NAMED.findall(body)}


def leftovers(folder: Path, named: set[str]) -> list[Leftover]:
    """Return the files under *folder* that are not *named*, and what a crash left half written, the oldest first."""
    paths = [path for digest, path in stored_files(folder).items() if digest not in named]
    for pattern in (".*.part", f"*{_ASIDE}", f"*{ALTERED}"):
        paths += folder.glob(f"??/{pattern}")
    return sorted(_looked_at(paths), key=lambda each: (each.kept, each.path))


def _looked_at(paths: Iterable[Path]) -> Iterator[Leftover]:
    for path in paths:
        # Gone meanwhile: then it is left over no more.
        with suppress(FileNotFoundError):
            state = path.stat()
            yield Leftover(path, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))


def remove(leftover: Leftover) -> bool:
    """Delete the file; False when it is gone, or was kept again since it was looked at.

    Whoever keeps a content that is there touches its file (`EvidenceFolder.keep`): a touch before the file is put
    aside shows here, one that comes later finds no file and writes it anew.
    """
    path = leftover.path
    aside = path if path.name.endswith(_ASIDE) else path.with_name(path.name + _ASIDE)
    try:
        path.replace(aside)
        if datetime.fromtimestamp(aside.stat().st_mtime, UTC) != leftover.kept:
            aside.replace(path)
            return False
        aside.unlink()
    except FileNotFoundError:
        return False
    return True
