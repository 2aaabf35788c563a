"""Checking proofs, as somebody does who trusts nothing but two roots.

The walk is that of RFC 6962 §2.1.1 and §2.1.2, by which proofs are made, so that one glance shows that both agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.merkle.hashing import node_hash
from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import split
from ledger.text import Text

HASH_BYTES = 32


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless *path* leads from the leaf hash at *index* to the *root* of the tree of *size*."""
    if not 0 <= index < size:
        raise ProofError(Text("包含证明不成立：序号 {index} 不在 {size} 个叶子之内", index=index, size=size))
    siblings = _hashes([leaf, *path])
    next(siblings)
    found = _included(index, size, leaf, siblings)
    _check_used_up(siblings)
    if found != root:
        raise ProofError(Text("包含证明不成立：算出的根哈希与检查点不同"))


def _included(index: int, size: int, leaf: bytes, siblings: Iterator[bytes]) -> bytes:
    if size == 1:
        return leaf
    left = split(size)
    if index < left:
        return node_hash(_included(index, left, leaf, siblings), _next(siblings))
    right = _included(index - left, size - left, leaf, siblings)
    return node_hash(_next(siblings), right)


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless *path* shows that the tree of size *old* is the beginning of that of size *new*."""
    if not 0 <= old <= new:
        raise ProofError(Text("一致性证明不成立：{old} 大于 {new}", old=old, new=new))
    parts = _hashes(path)
    if old == 0:
        _check_used_up(parts)
        return
    found = _grown(old, new, old_root, parts, whole=True)
    _check_used_up(parts)
    if found != (old_root, new_root):
        raise ProofError(Text("一致性证明不成立：旧的内容不是新的内容的开头"))


def _grown(old: int, new: int, old_root: bytes, parts: Iterator[bytes], whole: bool) -> tuple[bytes, bytes]:
    """Return the roots over the first *old* and over all *new* leaves of a subtree.

    *whole*: it begins where the log does, so that the old root over it is the one that is known.
    """
    if old == new:
        root = old_root if whole else _next(parts)
        return root, root
    left = split(new)
    if old <= left:
        before, now = _grown(old, left, old_root, parts, whole)
        return before, node_hash(now, _next(parts))
    before, now = _grown(old - left, new - left, old_root, parts, whole=False)
    shared = _next(parts)
    return node_hash(shared, before), node_hash(shared, now)


def _hashes(path: Sequence[bytes]) -> Iterator[bytes]:
    if any(len(each) != HASH_BYTES for each in path):
        raise ProofError(Text("证明里的哈希不是 32 字节"))
    return iter(path)


def _next(hashes: Iterator[bytes]) -> bytes:
    for each in hashes:
        return each
    raise ProofError(Text("证明太短"))


def _check_used_up(hashes: Iterator[bytes]) -> None:
    if any(True for _ in hashes):
        raise ProofError(Text("证明太长"))
