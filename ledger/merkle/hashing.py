"""The inner nodes of the Merkle tree of RFC 6962 (leaves: `ledger.merkle.canonical`; proofs: `ledger.merkle.tree`)."""

from __future__ import annotations

from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()
