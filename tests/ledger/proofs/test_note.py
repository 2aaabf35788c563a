"""Notes, keys, checkpoints and cosignatures are read strictly, and every changed byte is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle.canonical import leaf_hash
from ledger.merkle.proof_error import ProofError
from ledger.signing.checkpoint import Checkpoint, ledger_name, parse_checkpoint, read_checkpoint
from ledger.signing.note import (
    COSIGNATURE,
    Note,
    SignerKey,
    VerifierKey,
    is_name,
    parse_note,
    parse_signatures,
    timestamp_of,
)
from ledger.signing.tlog_proof import TlogProof, parse_tlog_proof

from .support import numbered_leaves, tree_of

KEY = SignerKey("taizhang/武进", bytes(range(32)))
WITNESS = SignerKey("district/witness", bytes(range(1, 33)), COSIGNATURE)
CHECKPOINT = Checkpoint("taizhang/武进", 20852163, leaf_hash(b"x"))


def signed(key: SignerKey = KEY, checkpoint: Checkpoint = CHECKPOINT) -> Note:
    return Note(checkpoint.text(), (key.sign(checkpoint.text()),))


# The note and its key as Go's documentation of sumdb/note shows them.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
""".encode()


def test_a_published_note() -> None:
    key = VerifierKey.parse(GO_KEY)
    note = parse_note(GO_NOTE)
    assert [each.name for each, _ in note.signed_by([key])] == ["PeterNeumann"]
    assert str(note).encode() == GO_NOTE
    with pytest.raises(ProofError, match="改动"):
        parse_note(GO_NOTE.replace(b"problem is", b"problem iS")).signed_by([key])


def test_a_published_cosignature_is_read() -> None:
    # From C2SP tlog-cosignature: the instant stands in the first eight bytes.
    (line,) = parse_signatures(
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWX"
        "EhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    assert timestamp_of(line.value) == 1679315147
    assert len(line.value) == 72


def test_keys_as_text() -> None:
    for key in (KEY, WITNESS):
        assert SignerKey.parse(key.secret()).secret() == key.secret()
        assert VerifierKey.parse(f"{key.verifier}\n") == key.verifier


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_key_is_no_key(place: int, change: int) -> None:
    text = str(KEY.verifier)
    place %= len(text)
    changed = text[:place] + chr(ord(text[place]) ^ change) + text[place + 1 :]
    with pytest.raises(ProofError):
        VerifierKey.parse("x" + changed)
    if changed.strip() != text:
        with pytest.raises(ProofError):
            VerifierKey.parse(changed)


@pytest.mark.parametrize("text", ["", "x", "a+b+c", "PRIVATE+KEY+", str(KEY.verifier), KEY.secret()[:-4]])
def test_no_private_key_and_it_is_not_shown(text: str) -> None:
    with pytest.raises(ProofError) as caught:
        SignerKey.parse(text)
    assert not text or text not in str(caught.value)


def test_every_changed_byte_of_a_checkpoint_is_noticed() -> None:
    content = str(signed()).encode()
    for place in range(len(content)):
        for change in (1, 128):
            changed = bytearray(content)
            changed[place] ^= change
            with pytest.raises(ProofError):
                read_checkpoint(bytes(changed))[1].signed_by([KEY.verifier])


def test_every_changed_byte_of_a_cosignature_is_noticed() -> None:
    note = Note(CHECKPOINT.text(), (WITNESS.cosign(CHECKPOINT.text(), 1_500_000_000),))
    ((key, signature),) = note.signed_by([KEY.verifier, WITNESS.verifier])
    assert key == WITNESS.verifier
    assert timestamp_of(signature.value) == 1_500_000_000
    content = str(note).encode()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(ProofError):
            parse_note(bytes(changed)).signed_by([WITNESS.verifier])


def test_unknown_signatures_are_passed_over_and_none_is_not_enough() -> None:
    stranger = SignerKey("somebody", bytes(32))
    namesake = SignerKey(KEY.name, bytes(32))
    note = signed().with_signatures([stranger.sign("x\n"), namesake.sign("x\n")])
    assert [key for key, _ in note.signed_by([KEY.verifier])] == [KEY.verifier]
    with pytest.raises(ProofError, match="没有可信密钥"):
        signed(namesake).signed_by([KEY.verifier])
    with pytest.raises(ProofError, match="不成立"):
        note.signed_by([KEY.verifier, stranger.verifier])


def test_signatures_once_each() -> None:
    note = signed()
    assert note.with_signatures(note.signatures) == note


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"x\n", b"x\n\n", b"x\n\ny\n", b"x\n\n\xff\n", b"a\tb\n\n" + str(signed()).encode(),
        str(signed()).encode()[:-1], str(signed()).encode() + b"\n", str(signed()).encode() + b"x\n",
        "x\n\n— a+b AAAAAAAA\n".encode(), "x\n\n— name AAAA\n".encode(), "x\n\n— name not/base64=\n".encode(),
    ],
)  # fmt: skip
def test_no_notes(content: bytes) -> None:
    with pytest.raises(ProofError):
        parse_note(content)


def test_checkpoints_as_text() -> None:
    assert read_checkpoint(str(signed()).encode()) == (CHECKPOINT, signed())
    assert CHECKPOINT.ledger == "武进"
    assert Checkpoint("example.com/x", 0, b"").ledger is None
    more = Checkpoint("o", 0, bytes(32), ("more", "lines"))
    assert parse_checkpoint(more.text()) == more


@pytest.mark.parametrize(
    "text",
    ["", "o\n", "o\n1\n", "o\n01\n{root}\n", "o\n1\nAA==\n", "o\n-1\n{root}\n", "o\n1\n{root}", "o\n1\n{root}\n\n",
     "\n1\n{root}\n", "o\n１\n{root}\n", "o\n99999999999999999999\n{root}\n"],
)  # fmt: skip
def test_no_checkpoints(text: str) -> None:
    root = CHECKPOINT.text().split("\n")[2]
    with pytest.raises(ProofError):
        parse_checkpoint(text.format(root=root))


def test_ledger_names_fit_into_an_origin() -> None:
    assert ledger_name("2017 年+a/b") == "2017-年-a-b"
    assert ledger_name("") == "ledger"
    assert is_name("taizhang/" + ledger_name("a\u3000b\tc"))


def test_a_proof_as_text() -> None:
    bodies = [b"%d" % number for number in range(300)]
    tree = tree_of(numbered_leaves(300))
    checkpoint = Checkpoint(KEY.name, 300, tree.root())
    proof = TlogProof(bodies[7], 7, tree.inclusion(7), signed(KEY, checkpoint))
    content = str(proof).encode()
    assert parse_tlog_proof(content) == proof
    assert proof.check([KEY.verifier]) == checkpoint
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(ProofError):
            parse_tlog_proof(bytes(changed)).check([KEY.verifier])
