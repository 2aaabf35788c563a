"""A superior's ledger vouches for its inferiors': what it has seen proves records, and shows rewriting."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.merkle.proof_error import ProofError
from ledger.signing.note import VerifierKey
from ledger.signing.through import parse_proof_through
from tests.taizhang.conftest import Run

from .conftest import Verifier, add_events, vkey
from .test_mutations import hide, rewrite


@pytest.fixture
def city(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A city's ledger with a district below it that has 40 events, seen twice."""
    add_events(run, 3)
    assert run("ledgers", "add", "east").status == 0
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///taizhang.ledgers/east.db")
    add_events(run, 30)
    monkeypatch.delenv("TAIZHANG_STORE")
    assert run("ledgers", "witness", "--json").document == {"seen": [{"ledger": "east", "events": 30}]}
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///taizhang.ledgers/east.db")
    add_events(run, 9, start=30)
    monkeypatch.delenv("TAIZHANG_STORE")
    # An anchor of the district's own, the cosignature of the city, stands between.
    assert run("ledgers", "witness", "--json").document == {"seen": [{"ledger": "east", "events": 40}]}
    return run


def test_a_record_is_proved_through_the_city(city: Run, verifier: Verifier) -> None:
    key = vkey(city)
    proof = city("prove", "r7", "--ledger", "east", "--through", ".")
    assert proof.status == 0, proof.err
    assert len(proof.out) < 4000
    found = parse_proof_through(proof.out.encode())
    assert found.check([VerifierKey.parse(key)]).origin == "taizhang/taizhang"
    assert b'"r7"' in found.parts[0].body
    Path("through.tlog-proof").write_text(proof.out)
    told = verifier("through", key, "through.tlog-proof")
    assert told.returncode == 0, told.stderr
    assert '"r7"' in told.stdout
    # Not under another's key, nor with another record in it, nor with another checkpoint below.
    east = city("key", "--ledger", "east").out.strip()
    assert verifier("through", east, "through.tlog-proof").returncode == 1
    other = city("prove", "r8", "--ledger", "east", "--through", ".").out
    mixed = proof.out.replace(proof.out.split("\n")[1], other.split("\n")[1])
    for forged in (mixed, proof.out.replace("\n30\n", "\n31\n", 1)):
        Path("forged").write_text(forged)
        assert verifier("through", key, "forged").returncode == 1
        with pytest.raises(ProofError):
            parse_proof_through(forged.encode()).check([VerifierKey.parse(key)])


def test_what_was_not_seen_is_not_proved(city: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///taizhang.ledgers/east.db")
    add_events(city, 2, start=39)
    monkeypatch.delenv("TAIZHANG_STORE")
    refused = city("prove", "r40", "--ledger", "east", "--through", ".")
    assert refused.status == 1
    assert "还没有见过" in refused.err


def test_verify_holds_a_ledger_to_what_was_seen_above(city: Run) -> None:
    assert city("verify").status == 0
    looks = {each["look"]: each for each in city("verify", "--json").document["looks"]}
    assert looks["seen"]["result"] == "ok"
    assert city("verify", "--ledger", "east", "--through", ".").status == 0
    anchors = city("anchors", "--ledger", "east", "--json").document["anchors"]
    assert [each["size"] for each in anchors] == [30]


def test_one_that_rewrote_its_history_is_found_out(city: Run) -> None:
    database = sqlite3.connect("taizhang.ledgers/east.db")
    for guard in ("updated", "deleted", "replaced"):
        database.execute(f"DROP TRIGGER events_are_never_{guard}")
    (body,) = database.execute("SELECT body FROM events WHERE sequence = 5").fetchone()
    rewrite(database, 5, body.replace("次".encode(), "回".encode()))
    hide(database)
    database.execute("DELETE FROM checkpoints")
    database.commit()
    database.close()
    for beside in Path("taizhang.ledgers").glob("east.db.checkpoint"):
        beside.unlink()
    assert city("verify", "--ledger", "east", "--through", ".").status == 1
    refused = city("ledgers", "witness")
    assert refused.status == 1
    assert "矛盾" in refused.err or "见过" in refused.err
