"""The folder of attached files: each content once, under its SHA-256.

What it promises: a file that is there is whole (written aside, synced, then renamed, and the folder synced), and no
name that a user gave ever becomes a path.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from ledger.problem import StoreError
from ledger.text import Text
from taizhang.evidence.files import content_digest

ALTERED = ".altered"
"""Ends the name of a file whose content was not what its name says, put aside when the true one came again."""
_SHA_256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class EvidenceFolder:
    """The files under *path*, which is made when the first one comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, content: bytes) -> str:
        """Keep *content* and return its SHA-256 (hex). Raises StoreError when the disk does not take it."""
        digest = sha256(content).hexdigest()
        target = self._path_of(digest)
        try:
            if _touched(target):
                if content_digest(target) == digest:
                    return digest
                # Somebody altered it since. What he left stays beside, for whoever looks into it.
                target.replace(target.with_name(f"{digest}{ALTERED}"))
            for folder in (self.path, target.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(content, target)
        except OSError as error:
            raise StoreError(
                Text("附件没有存下来：{reason}；请联系系统管理员", reason=error.strerror or str(error))
            ) from error
        return digest

    def _write(self, content: bytes, target: Path) -> None:
        aside = target.with_name(f".{token_hex(8)}.part")
        try:
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(0o440)
            aside.replace(target)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        for folder in (target.parent, self.path):
            _sync(folder)

    def find(self, digest: str) -> Path | None:
        """Return where the content of that SHA-256 is; None when it is not, or no longer, there."""
        if not _SHA_256.fullmatch(digest):
            return None
        path = self._path_of(digest)
        return path if path.is_file() else None

    def _path_of(self, digest: str) -> Path:
        return self.path / digest[:2] / digest


def _touched(path: Path) -> bool:
    """Say whether the file is there, and have it look kept just now: `leftovers` removes only what is old."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    except PermissionError:
        # Another user's, as after a restore by the administrator.
        return path.exists()
    return True


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there; the rename is in the journal
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
