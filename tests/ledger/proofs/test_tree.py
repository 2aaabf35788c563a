"""Proofs are those of the published vectors, hold for every tree, and do not hold for anything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.merkle.canonical import leaf_hash
from ledger.merkle.checking import check_consistency, check_inclusion
from ledger.merkle.proof_error import ProofError

from .support import CT_LEAVES, CT_ROOTS, numbered_leaves, plain_root, tree_of

LEAVES = [leaf_hash(each) for each in CT_LEAVES]
NUMBERED = numbered_leaves(1200)
TREE = tree_of(NUMBERED)

# Index from 0, size, path; and old size, new size, path: as published.
INCLUSION = [
    (0, 1, []),
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    (6, 7, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
]  # fmt: skip


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert tree_of(LEAVES).root(size) == plain_root(LEAVES[:size]) == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_published_inclusion(index: int, size: int, path: list[str]) -> None:
    made = tree_of(LEAVES).inclusion(index, size)
    assert [each.hex() for each in made] == path
    check_inclusion(index, size, LEAVES[index], made, CT_ROOTS[size])


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_published_consistency(old: int, new: int, path: list[str]) -> None:
    made = tree_of(LEAVES).consistency(old, new)
    assert [each.hex() for each in made] == path
    check_consistency(old, new, CT_ROOTS[old], CT_ROOTS[new], made)


@pytest.mark.parametrize("size", [*range(130), 255, 256, 257, 511, 512, 513, 1200])
def test_roots_over_several_tiles(size: int) -> None:
    assert TREE.root(size) == plain_root(NUMBERED[:size])


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_inclusion_holds_and_no_other(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1200))
    index = data.draw(st.integers(0, size - 1))
    path, root = TREE.inclusion(index, size), TREE.root(size)
    leaf = NUMBERED[index]
    check_inclusion(index, size, leaf, path, root)
    other = data.draw(st.integers(0, 1250).filter(lambda each: each != index))
    wrong = [
        (other, size, leaf, path, root),
        (index, size, NUMBERED[(index + 1) % 1200], path, root),
        (index, size, leaf, path, leaf_hash(root)),
        (index, size, leaf, [*path, root], root),
        (index, size, leaf, [root, *path], root),
        (index, size, leaf, [*path, b""], root),
        (index, size, b"", path, root),
        (-1, size, leaf, path, root),
        (index, 0, leaf, path, root),
    ]
    wrong += [(index, size, leaf, [*path[:n], *path[n + 1 :]], root) for n in range(len(path))]
    wrong += [(index, size, leaf, _flipped(path, n), root) for n in range(len(path))]
    for each in wrong:
        with pytest.raises(ProofError):
            check_inclusion(*each)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_consistency_holds_and_no_other(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 1200))
    old = data.draw(st.integers(1, new))
    path, old_root, new_root = TREE.consistency(old, new), TREE.root(old), TREE.root(new)
    check_consistency(old, new, old_root, new_root, path)
    check_consistency(0, new, b"", new_root, [])
    wrong = [
        (old, new, leaf_hash(old_root), new_root, path),
        (old, new, old_root, leaf_hash(new_root), path),
        (old, new, old_root, new_root, [*path, new_root]),
        (old, new, old_root, new_root, [old_root, *path]),
        (old, new, old_root, new_root, [*path, b"short"]),
        (new + 1, new, old_root, new_root, path),
        (-1, new, old_root, new_root, path),
        (0, new, b"", new_root, [new_root]),
    ]
    wrong += [(old, new, old_root, new_root, path[:n]) for n in range(len(path))]
    wrong += [(old, new, old_root, new_root, _flipped(path, n)) for n in range(len(path))]
    if old != new:
        wrong += [(old, new, new_root, old_root, path), (new, old, new_root, old_root, path)]
    for each in wrong:
        with pytest.raises(ProofError):
            check_consistency(*each)


def test_sizes_that_are_not_there() -> None:
    for call in (
        lambda: TREE.root(1201),
        lambda: TREE.root(-1),
        lambda: TREE.inclusion(5, 5),
        lambda: TREE.inclusion(-1),
        lambda: TREE.consistency(6, 5),
        lambda: TREE.consistency(1, 1201),
    ):
        with pytest.raises(IndexError):
            call()


def _flipped(path: list[bytes], place: int) -> list[bytes]:
    changed = bytes([path[place][0] ^ 8]) + path[place][1:]
    return [*path[:place], changed, *path[place + 1 :]]
