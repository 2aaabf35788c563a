"""The private key in a file of its own (mode 600), and beside it the last checkpoint that it signed.

The checkpoint stands outside the store on purpose: a store that was put back to an earlier state does not take it
along.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ledger.merkle.proof_error import ProofError
from ledger.problem import StoreError
from ledger.signing.note import ED25519, SignerKey
from ledger.text import Text


class KeyFile:
    """A key file at *path*: ``taizhang.db.key``, its checkpoint ``taizhang.db.checkpoint``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint_path = path.with_suffix(".checkpoint")
        self.rubrics_path = path.with_suffix(".rubrics")

    def read(self) -> SignerKey | None:
        """Return the key, None when there is no file. Raises ProofError and StoreError for one that will not do."""
        if not self.path.exists():
            return None
        try:
            content = self.path.read_text()
        except UnicodeDecodeError:
            raise ProofError(Text("密钥文件的内容不是 Ed25519 私钥；请用备份里的密钥文件")) from None
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            raise StoreError(
                Text("密钥文件 {path} 别人也能读；请先运行 chmod 600 {path}", path=str(self.path))
            )
        return SignerKey.parse(content)

    def create(self, name: str, kind: int = ED25519) -> SignerKey:
        """Make a new key and write it, in place of an old one."""
        key = SignerKey.generate(name, kind)
        self.write(key)
        return key

    def write(self, key: SignerKey) -> None:
        """Write *key*, whole or not at all."""
        write_whole(self.path, f"{key.secret()}\n".encode(), mode=0o600)

    def last_checkpoint(self) -> bytes | None:
        """Return the last checkpoint that was signed, None when none is known."""
        with suppress(FileNotFoundError):
            return self.checkpoint_path.read_bytes()
        return None

    def keep_checkpoint(self, note: str) -> None:
        """Remember *note* as the last checkpoint."""
        write_whole(self.checkpoint_path, note.encode(), mode=0o644)

    def rubric_list(self) -> bytes | None:
        """Return the last list of the rubrics that was signed, before they were events; None when there is none."""
        with suppress(FileNotFoundError):
            return self.rubrics_path.read_bytes()
        return None


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file that is there whole or not at all, also after a power cut."""
    partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """See that what was renamed or made in *folder* is there after a power cut, too."""
    if os.name == "nt":
        return  # a folder cannot be opened there; the rename is in the journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
