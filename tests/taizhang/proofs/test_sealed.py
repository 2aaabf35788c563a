"""Sealed files of a backup: what is kept under a passphrase comes back whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ledger.merkle.proof_error import ProofError
from taizhang.backup.folder import open_shelf
from taizhang.backup.sealed import CHUNK_BYTES, MAGIC, Sealer

SALT = bytes(16)
SEALER = Sealer("x", SALT)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_sealed_files(size: int, tmp_path: Path) -> None:
    content = os.urandom(size)
    path = tmp_path / "sealed"
    with path.open("wb") as file:
        SEALER.seal([content[:100], content[100:]], file)
    with path.open("rb") as file:
        assert b"".join(SEALER.opened(file)) == content
    sealed = path.read_bytes()
    head = len(MAGIC) + 16
    chunk = CHUNK_BYTES + 16
    changes = [
        sealed[:-1],
        sealed + b"x",
        sealed[:head],
        b"",
        sealed[: head - 4],
        bytes([sealed[0] ^ 1]) + sealed[1:],
    ]
    changes += [
        sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for place in (head - 1, head, len(sealed) - 1)
    ]
    if size > CHUNK_BYTES:
        # The first chunk left out, a chunk cut off, the chunks swapped.
        changes += [sealed[:head] + sealed[head + chunk :], sealed[: head + chunk]]
        changes += [sealed[:head] + sealed[head + chunk :] + sealed[head : head + chunk]]
    for change in changes:
        path.write_bytes(change)
        with pytest.raises(ProofError), path.open("rb") as file:
            assert b"".join(SEALER.opened(file)) is None
    with pytest.raises(ProofError):
        Sealer("y", SALT).opened(path.open("rb")).__next__()


def test_an_unknown_shelf(tmp_path: Path) -> None:
    with pytest.raises(ProofError):
        open_shelf(tmp_path, None)
