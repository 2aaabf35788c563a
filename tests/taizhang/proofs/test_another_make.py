"""What the program hands out is believed by a verifier that knows nothing of it, and only if it is untouched."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.taizhang.conftest import Run

from .conftest import Verifier, add_events, kept, vkey


def test_every_proof_of_a_record(ledger: Run, verifier: Verifier) -> None:
    key = vkey(ledger)
    for number in (1, 2, 255, 256, 257, 300):
        path = kept(ledger, f"{number}.tlog-proof", "prove", f"r{number}")
        done = verifier("proof", key, path)
        assert done.returncode == 0, done.stderr
        assert orjson.loads(done.stdout)["id"] == f"r{number}"
    small = kept(ledger, "small.tlog-proof", "prove", "r7", "--size", "10")
    assert verifier("proof", key, small).returncode == 0


def test_a_touched_proof_of_a_record(ledger: Run, verifier: Verifier) -> None:
    key = vkey(ledger)
    content = kept(ledger, "a", "prove", "r200").read_bytes()
    lines = content.split(b"\n")
    touched = [
        content.replace(b"index 199", b"index 198"),
        content.replace(b"\n300\n", b"\n301\n"),
        b"\n".join([*lines[:4], *lines[5:]]),
        b"\n".join([*lines[:4], lines[5], lines[4], *lines[6:]]),
        content.replace(lines[1], lines[1].replace(b"ey", b"ez", 1)),
    ]
    for number, each in enumerate(touched):
        path = Path(f"touched{number}")
        path.write_bytes(each)
        assert verifier("proof", key, path).returncode == 1, number


def test_growth(ledger: Run, verifier: Verifier) -> None:
    key = vkey(ledger)
    old = kept(ledger, "old.checkpoint", "checkpoint", "--size", "100")
    proof = kept(ledger, "growth", "prove", "--consistency", "100", "300")
    assert verifier("consistency", key, old, proof).stdout == "300\n"
    other = kept(ledger, "other.checkpoint", "checkpoint", "--size", "99")
    assert verifier("consistency", key, other, proof).returncode == 1


def test_the_static_log(ledger: Run, verifier: Verifier) -> None:
    key = vkey(ledger)
    assert ledger("tiles", "log", "--json").document == {"events": 300, "added": 300}
    assert verifier("log", key, "log").stdout == "300\n"
    # Brought forward, not written anew: what was complete is not touched.
    entries = Path("log/tile/entries/000")
    before = entries.stat()
    add_events(ledger, 250, start=300)
    assert ledger("tiles", "log", "--json").document == {"events": 550, "added": 250}
    assert entries.stat().st_mtime_ns == before.st_mtime_ns
    done = verifier("log", key, "log")
    assert done.stdout == "550\n", done.stderr
    assert ledger("tiles", "log", "--json").document == {"events": 550, "added": 0}
    # The tiles of the earlier checkpoint are still there, as the specification asks.
    assert Path("log/tile/0/001.p/44").exists()


def test_a_touched_static_log(ledger: Run, verifier: Verifier) -> None:
    key = vkey(ledger)
    ledger("tiles", "log")
    for name in (
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "checkpoint",
    ):
        path = Path("log") / name
        content = path.read_bytes()
        path.write_bytes(
            content[:40] + bytes([content[40] ^ 1]) + content[41:] if len(content) > 40 else bytes(32)
        )
        assert verifier("log", key, "log").returncode == 1, name
        path.write_bytes(content)
    assert verifier("log", key, "log").returncode == 0


def test_a_log_under_another_key(ledger: Run, verifier: Verifier) -> None:
    first = vkey(ledger)
    ledger("tiles", "log")
    assert ledger("key", "--rotate").status == 0
    add_events(ledger, 5, start=300)
    ledger("tiles", "log")
    assert verifier("log", first, "log").returncode == 1
    assert verifier("log", vkey(ledger), "log").returncode == 0
