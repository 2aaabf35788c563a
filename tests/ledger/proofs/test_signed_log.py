"""What the log signs, with which key, and when it refuses to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.merkle.proof_error import ProofError
from ledger.problem import Refused, StoreError
from ledger.remedy import Remedy
from ledger.signing import rows
from ledger.signing.checkpoint import read_checkpoint
from ledger.signing.key_file import KeyFile
from ledger.signing.note import SignerKey
from ledger.signing.signed_log import SignedLog
from ledger.store.components import Component
from ledger.store.log import give_name
from tests.ledger.support import Book, Place, held, open_store, registered

NOW = datetime(2018, 1, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def log(path: Place, tmp_path: Path) -> Iterator[SignedLog]:
    """A log of three events called `wj`."""
    with open_store(path, components=[Component("proofs", rows.MIGRATIONS)]) as store:
        with store.write() as work:
            give_name(work.connection, "wj")
        Book(store).add(registered(), held(event_id="a"), held(event_id="b", kinds=["party_lecture"]))
        yield SignedLog(store, KeyFile(tmp_path / "taizhang.db.key"), lambda: NOW)


def more(log: SignedLog) -> None:
    Book(log.store).add(held(time="2017-04-01"))


def test_the_key_is_made_at_first_use_for_its_owner_only(log: SignedLog) -> None:
    assert log.verifier_keys() == []
    key = log.key()
    assert log.key().secret() == key.secret()
    assert key.name == log.origin == "taizhang/wj"
    assert log.verifier_keys() == [key.verifier]
    assert stat.S_IMODE(log.key_file.path.stat().st_mode) == 0o600
    assert [file.name for file in log.key_file.path.parent.glob(".*")] == []


def test_a_key_that_others_can_read(log: SignedLog) -> None:
    log.key()
    log.key_file.path.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        log.checkpoint()


def test_a_key_file_of_something_else(log: SignedLog) -> None:
    log.key_file.write(SignerKey.generate("taizhang/other"))
    with pytest.raises(ProofError, match="taizhang/other"):
        log.checkpoint()
    for content in (b"", b"secret", b"\xff\xfe"):
        log.key_file.path.write_bytes(content)
        with pytest.raises(ProofError, match="密钥文件"):
            log.checkpoint()


def test_a_checkpoint_is_the_same_however_often_it_is_asked_for(log: SignedLog) -> None:
    note = log.checkpoint()
    head, _ = read_checkpoint(str(note).encode())
    assert (head.origin, head.size, head.root.hex()) == ("taizhang/wj", 3, log.store.root())
    assert log.checkpoint() == note
    assert log.key_file.last_checkpoint() == str(note).encode()
    more(log)
    assert log.checkpoint(3) == note
    assert read_checkpoint(str(log.checkpoint()).encode())[0].size == 4
    # The last known one is the largest, not the one asked for last.
    log.checkpoint(2)
    beside = log.key_file.last_checkpoint()
    assert beside is not None
    assert read_checkpoint(beside)[0].size == 4


def test_sizes_and_records_that_are_not_there(log: SignedLog) -> None:
    for call in (
        lambda: log.checkpoint(4),
        lambda: log.checkpoint(-1),
        lambda: log.prove("nobody"),
        lambda: log.prove("b", 2),
        lambda: log.consistency(4),
        lambda: log.consistency(3, 2),
    ):
        with pytest.raises(Refused):
            call()


def test_proofs_hold(log: SignedLog) -> None:
    keys = [log.key().verifier]
    proof = log.prove("a")
    assert proof.check(keys).size == 3
    assert proof.index == 1
    assert log.prove("a", 2).check(keys).size == 2
    with pytest.raises(ProofError):
        proof.check([SignerKey.generate("taizhang/wj").verifier])


def test_an_empty_ledger_has_a_checkpoint_too(path: Place, tmp_path: Path) -> None:
    with open_store(path, components=[Component("proofs", rows.MIGRATIONS)]) as store:
        log = SignedLog(store, KeyFile(tmp_path / "k.key"), lambda: NOW)
        assert read_checkpoint(str(log.checkpoint()).encode())[0].size == 0


def test_a_new_key_and_the_old_ones_stay_known(log: SignedLog) -> None:
    old = log.key().verifier
    before = log.checkpoint(2)
    note, new = log.rotate()
    assert [key for key, _ in note.signed_by([old, new])] == [old, new]
    assert set(log.verifier_keys()) == {old, new}
    before.signed_by(log.verifier_keys())
    more(log)
    assert [key for key, _ in log.checkpoint().signed_by(log.verifier_keys())] == [new]


def test_a_lost_key_is_not_replaced_in_silence(log: SignedLog) -> None:
    old = log.key().verifier
    log.checkpoint()
    log.key_file.path.unlink()
    with pytest.raises(ProofError, match="找不到密钥文件") as lost:
        log.checkpoint()
    assert lost.value.remedy is Remedy.ROTATE_KEY
    note, new = log.rotate()
    assert [key for key, _ in note.signed_by([new])] == [new]
    assert old in log.verifier_keys()
    assert log.checkpoint().signed_by([new])


def test_nothing_is_signed_that_contradicts_the_last_checkpoint(
    log: SignedLog, new_place: Callable[[], Place]
) -> None:
    log.checkpoint()
    # Another history of as many events, under the same name and key.
    with open_store(new_place(), components=[Component("proofs", rows.MIGRATIONS)]) as other:
        with other.write() as work:
            give_name(work.connection, "wj")
        Book(other).add(registered(), held(), held(kinds=["party_lecture"]))
        forked = SignedLog(other, log.key_file, lambda: NOW)
        with pytest.raises(ProofError, match="矛盾"):
            forked.checkpoint()
        with pytest.raises(ProofError, match="矛盾"):
            forked.checkpoint(1)


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = KeyFile(tmp_path / "k.key")
    first = file.create("x")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.create("x")
    monkeypatch.undo()
    kept = file.read()
    assert kept is not None
    assert kept.secret() == first.secret()
    assert [each.name for each in tmp_path.iterdir()] == ["k.key"]
