"""What a witness answers, for every rule of C2SP tlog-witness."""

from __future__ import annotations

import pytest

from ledger.merkle.hashing import node_hash
from ledger.merkle.proof_error import ProofError
from ledger.signing.checkpoint import Checkpoint
from ledger.signing.note import Note, SignerKey
from ledger.signing.witness import AddCheckpoint, Unheard, check_request, parse_add_checkpoint

from .support import numbered_leaves, tree_of

KEY = SignerKey("taizhang/a", bytes(32))
TREE = tree_of(numbered_leaves(400))


def request(old: int, new: int, key: SignerKey = KEY, **changes: object) -> AddCheckpoint:
    checkpoint = Checkpoint(key.name, new, TREE.root(new))
    note = Note(checkpoint.text(), (key.sign(checkpoint.text()),))
    path = TREE.consistency(old, new) if old <= new else []
    made = {"old": old, "path": path, "checkpoint": checkpoint, "note": note} | changes
    return AddCheckpoint(**made)  # type: ignore[arg-type]


def known(size: int) -> tuple[int, bytes] | None:
    return (size, TREE.root(size)) if size else None


@pytest.mark.parametrize(("old", "new"), [(0, 1), (0, 400), (1, 400), (256, 257), (399, 400), (400, 400)])
def test_growth_is_cosigned(old: int, new: int) -> None:
    made = request(old, new)
    assert parse_add_checkpoint(str(made).encode()) == made
    check_request(made, [KEY.verifier], known(old))


def _answer(made: AddCheckpoint, last: tuple[int, bytes] | None) -> tuple[int, int | None]:
    with pytest.raises(Unheard) as caught:
        check_request(made, [KEY.verifier], last)
    return caught.value.status, caught.value.size


def test_refusals() -> None:
    stranger = SignerKey("taizhang/b", bytes(32))
    namesake = SignerKey("taizhang/a", bytes(range(32)))
    fork = Checkpoint(KEY.name, 300, node_hash(TREE.root(256), TREE.root(256)))
    forked = Note(fork.text(), (KEY.sign(fork.text()),))
    assert _answer(request(0, 5, stranger), None) == (404, None)
    assert _answer(request(0, 5, namesake), None) == (403, None)
    assert _answer(request(6, 5), known(6)) == (400, None)
    # Rolled back: the operator's ledger is smaller than what was seen.
    assert _answer(request(100, 200), known(300)) == (409, 300)
    assert _answer(request(0, 200), known(300)) == (409, 300)
    assert _answer(request(100, 200), None) == (409, 0)
    # A second history under the same key, of the same size and of another.
    assert _answer(request(300, 300, path=[], checkpoint=fork, note=forked), known(300)) == (409, 300)
    assert _answer(request(256, 300, checkpoint=fork, note=forked), known(256)) == (422, None)
    assert _answer(request(256, 300, path=[]), known(256)) == (422, None)
    assert _answer(request(0, 300, path=[TREE.root(256)]), None) == (422, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"old 256", b"old 0256"),
        (b"old 256", b"old -1"),
        (b"old 256", b"new 256"),
        (b"old 256\n", b"old 256\nAAAA\n"),
        (b"old 256\n", b"old 256\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        (b"\n\n", b"\n"),
        (b"taizhang/a\n300", b"taizhang/a\n0300"),
    ],
)
def test_no_requests(before: bytes, after: bytes) -> None:
    content = str(request(256, 300)).encode()
    assert before in content
    with pytest.raises(ProofError):
        parse_add_checkpoint(content.replace(before, after))
