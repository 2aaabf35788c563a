"""Whatever is altered, removed, swapped, doubled, cut off or put back: `verify` names the first event that is wrong."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest

from ledger.merkle.canonical import canonical_bytes, leaf_hash
from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken
from ledger.store.log import rebuild_subtrees
from ledger.store.sqlite.statements import EVENTS_GUARDS
from taizhang.proofs.verification import Outside, verify_everything
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import EXAMPLE, Run

from .conftest import add_events, kept

DATABASE = "taizhang.db"


@contextmanager
def tampering(path: str = DATABASE) -> Iterator[sqlite3.Connection]:
    """Open the file as somebody does who has it and knows SQL: the guards go first, and are put back at the end."""
    with closing(sqlite3.connect(path)) as connection:
        for name in ("updated", "deleted", "replaced"):
            connection.execute(f"DROP TRIGGER IF EXISTS events_are_never_{name}")
        yield connection
        for guard in EVENTS_GUARDS:
            connection.execute(guard)
        connection.commit()


def rewrite(connection: sqlite3.Connection, sequence: int, body: bytes) -> None:
    """Put *body* in the place of an event, with hash and columns to match."""
    said = orjson.loads(body)
    connection.execute(
        "UPDATE events SET body = ?, leaf = ?, id = ?, recordedtime = ? WHERE sequence = ?",
        (body, leaf_hash(body), said["id"], said["recordedtime"], sequence),
    )


def hide(connection: sqlite3.Connection) -> None:
    """Make the kept tree agree with the events again."""
    (size,) = connection.execute("SELECT count(*) FROM events").fetchone()
    rebuild_subtrees(connection, size)


def broken_at(outside: Outside | None = None) -> int:
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session, pytest.raises(Broken) as caught:
        verify_everything(session.log, outside or Outside())
    return caught.value.sequence


@pytest.fixture
def short_ledger(run: Run, tmp_path: Path) -> Run:
    """A ledger of six events, with a signed checkpoint."""
    lines = EXAMPLE.read_bytes().splitlines(keepends=True)[:6]
    (tmp_path / "six.jsonl").write_bytes(b"".join(lines))
    assert run("import", "six.jsonl").status == 0
    assert run("checkpoint").status == 0
    return run


@pytest.mark.parametrize("hashed", [False, True], ids=["the byte alone", "with its hash"])
def test_every_byte_of_every_event(short_ledger: Run, *, hashed: bool) -> None:
    """Each is altered in the file, one at a time; where its hash was made to fit, the checkpoint finds it."""
    with open_ledger(f"sqlite:///{DATABASE}") as session, tampering() as connection:
        connection.execute("PRAGMA synchronous = OFF")
        tried = 0
        for number, body in enumerate(list(session.store.export()), 1):
            for place in range(len(body)):
                changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
                _put(connection, number, changed, leaf_hash(changed if hashed else body))
                with pytest.raises(Broken) as caught:
                    verify_everything(session.log, Outside())
                assert hashed or caught.value.sequence == number
                tried += 1
            _put(connection, number, body, leaf_hash(body))
        assert tried > 6 * 200
    with open_ledger(f"sqlite:///{DATABASE}") as session:
        assert verify_everything(session.log, Outside()).events == 6


def _put(connection: sqlite3.Connection, sequence: int, body: bytes, leaf: bytes) -> None:
    connection.execute("UPDATE events SET body = ?, leaf = ? WHERE sequence = ?", (body, leaf, sequence))
    connection.commit()


def _flip_leaf(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE events SET leaf = zeroblob(32) WHERE sequence = 200")


def _remove(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM events WHERE sequence = 200")


def _swap(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE events SET sequence = -1 WHERE sequence = 200")
    connection.execute("UPDATE events SET sequence = 200 WHERE sequence = 201")
    connection.execute("UPDATE events SET sequence = 201 WHERE sequence = -1")


def _double(connection: sqlite3.Connection) -> None:
    connection.execute(
        "UPDATE events SET (body, leaf, recordedtime) ="
        " (SELECT body, leaf, recordedtime FROM events WHERE sequence = 10) WHERE sequence = 200"
    )


@pytest.mark.parametrize("tamper", [_flip_leaf, _remove, _swap, _double])
def test_rows(ledger: Run, tamper: Callable[[sqlite3.Connection], None]) -> None:
    with tampering() as connection:
        tamper(connection)
    assert broken_at() == 200


def _rewritten(connection: sqlite3.Connection, sequence: int) -> None:
    (body,) = connection.execute("SELECT body FROM events WHERE sequence = ?", (sequence,)).fetchone()
    said = orjson.loads(body)
    said["data"]["topic"] = "另一个题目"
    rewrite(connection, sequence, canonical_bytes(said))
    hide(connection)


def test_a_history_rewritten_with_all_its_hashes_is_found_by_any_checkpoint(ledger: Run) -> None:
    for size in (100, 150, 300):
        ledger("checkpoint", "--size", str(size))
    with tampering() as connection:
        _rewritten(connection, 140)
    # Between the checkpoint that still agrees and the first that does not.
    assert broken_at() == 101


def test_also_by_one_that_somebody_else_kept(ledger: Run) -> None:
    checkpoint = kept(ledger, "kept.checkpoint", "checkpoint")
    with tampering() as connection:
        _rewritten(connection, 140)
        connection.execute("DELETE FROM checkpoints")
    Path(f"{DATABASE}.checkpoint").unlink()
    assert ledger("verify").status == 0, "who controls everything and is asked by nobody is not found out"
    done = ledger("verify", "--against", str(checkpoint), "--json")
    assert done.status == 1
    assert "kept.checkpoint" in done.errors[0]["problem"]


def test_the_static_log_names_the_very_event(ledger: Run) -> None:
    ledger("tiles", "log")
    with tampering() as connection:
        _rewritten(connection, 140)
        connection.execute("DELETE FROM checkpoints")
    Path(f"{DATABASE}.checkpoint").unlink()
    assert broken_at(Outside(tiles=Path("log"))) == 140


def test_a_tail_that_was_cut_off(ledger: Run) -> None:
    ledger("checkpoint")
    with tampering() as connection:
        connection.execute("DELETE FROM events WHERE sequence > 290")
        hide(connection)
    assert broken_at() == 291
    assert ledger("checkpoint").status == 1, "nothing is signed that contradicts what was signed"


def test_an_older_copy_put_back(ledger: Run) -> None:
    """The store is whole in itself; the checkpoint beside the key knows of more."""
    ledger("checkpoint")
    shutil.copy(DATABASE, "old.db")
    add_events(ledger, 40, start=300)
    ledger("checkpoint")
    shutil.copy("old.db", DATABASE)
    assert broken_at() == 301
    done = ledger("checkpoint", "--json")
    assert done.status == 1
    assert "340" in done.errors[0]["problem"]


def test_a_second_history_under_the_same_key(ledger: Run) -> None:
    ledger("checkpoint")
    shutil.copy(DATABASE, "fork.db")
    add_events(ledger, 10, start=300)
    mine = kept(ledger, "mine.checkpoint", "checkpoint")
    shutil.copy("fork.db", DATABASE)
    Path(f"{DATABASE}.checkpoint").unlink()
    add_events(ledger, 20, start=305)
    assert broken_at(Outside(against=[(mine.name, mine.read_bytes())])) == 301


def test_every_byte_of_a_kept_checkpoint(ledger: Run) -> None:
    note = ledger("checkpoint").out.encode()
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
        for place in range(len(note)):
            changed = bytearray(note)
            changed[place] ^= 1
            with pytest.raises((ProofError, Broken)):
                _hold_to(session, bytes(changed))


def _hold_to(session: object, note: bytes) -> None:
    from taizhang.proofs.signed_past import SignedPast

    log = session.log  # type: ignore[attr-defined]
    with log.store.read() as work:
        SignedPast(work.tree(), log.origin, log.verifier_keys()).others(note, "x", [])


def test_checkpoints_kept_in_the_store(ledger: Run) -> None:
    ledger("checkpoint")
    with tampering() as connection:
        connection.execute("UPDATE checkpoints SET note = replace(note, '300', '299')")
    done = ledger("verify")
    assert done.status == 1
    assert "签名" in done.err


def test_every_tile(ledger: Run) -> None:
    ledger("tiles", "log")
    first = {"tile/0/000": 11, "tile/entries/000": 1, "tile/0/001.p/44": 267, "tile/entries/001.p/44": 257}
    for name, event in first.items():
        path = Path("log") / name
        content = path.read_bytes()
        place = 330 if name.startswith("tile/0") else 30
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert broken_at(Outside(tiles=Path("log"))) == event, name
        path.write_bytes(content[:-1])
        assert ledger("verify", "--tiles", "log").status == 1, name
        path.unlink()
        assert ledger("verify", "--tiles", "log").status == 1, name
        path.write_bytes(content)
    top = Path("log/tile/1/000.p/1")
    top.write_bytes(bytes(32))
    assert ledger("verify", "--tiles", "log").status == 1
    top.write_bytes(b"")
    assert ledger("verify", "--tiles", "log").status == 1


def test_a_folder_of_another_history_is_not_written_over(ledger: Run) -> None:
    ledger("tiles", "log")
    with tampering() as connection:
        connection.execute("DELETE FROM events WHERE sequence > 290")
        hide(connection)
        connection.execute("DELETE FROM checkpoints")
    Path(f"{DATABASE}.checkpoint").unlink()
    before = Path("log/checkpoint").read_bytes()
    done = ledger("tiles", "log")
    assert done.status == 1
    assert "矛盾" in done.err
    assert Path("log/checkpoint").read_bytes() == before
