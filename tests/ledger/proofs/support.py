"""Logs in memory for the tests of proofs, and the published Certificate Transparency figures."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.merkle.canonical import leaf_hash
from ledger.merkle.hashing import EMPTY_ROOT, node_hash
from ledger.merkle.tree import Tree

CT_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The inputs of the vectors published with Google's Certificate Transparency code."""
CT_ROOTS = [
    bytes.fromhex(each)
    for each in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]


class Leaves:
    """Subtrees in memory: each hash made from its leaves, the slow and plain way."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def hashes(self, level: int, start: int, count: int) -> list[bytes]:
        width = 256**level
        assert (start + count) * width <= len(self.leaves), "only complete subtrees are kept"
        return [plain_root(self.leaves[n * width : (n + 1) * width]) for n in range(start, start + count)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes word for word as RFC 6962 §2.1 says it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def numbered_leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def tree_of(leaves: Sequence[bytes]) -> Tree:
    return Tree(Leaves(leaves), len(leaves))
