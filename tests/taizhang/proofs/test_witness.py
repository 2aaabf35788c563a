"""Two ledgers on real sockets: one asks the other to be its witness, and is found out when it goes back on its word."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest

from ledger.merkle.canonical import canonical_bytes
from ledger.signing.note import SignerKey, VerifierKey
from ledger.signing.signed_log import SignedLog
from taizhang.proofs.witness_app import Witness, witness_key
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.options import Options
from taizhang.web.server import address_of, listen, running
from tests.taizhang.conftest import Run

from .conftest import add_events, vkey
from .test_mutations import DATABASE, broken_at, hide, rewrite, tampering

OTHER = "sqlite:///district.db"


@contextmanager
def witness_for(*keys: str) -> Iterator[tuple[str, str]]:
    """Serve the district's ledger as a witness; gives its address and verifier key."""
    with open_ledger(OTHER, new=True) as session, listen("127.0.0.1", 0) as bound:
        key = witness_key(session.log.key_file.path, session.log.origin)
        witness = Witness(session.store, key, list(map(VerifierKey.parse, keys)), session.clock)
        with running(session, Options(), bound, witness):
            yield f"{address_of('127.0.0.1', bound)}/witness", str(key.verifier)


@pytest.fixture
def witnessed(ledger: Run) -> Iterator[tuple[Run, str]]:
    """A ledger of 300 events, witnessed; and the address of its witness."""
    with witness_for(vkey(ledger)) as (address, key):
        assert httpx.get(f"{address}/key").text.strip() == key
        done = ledger("witness", address, "--key", key, "--json")
        assert done.status == 0, done.err
        assert (done.document["size"], done.document["authorities"]) == (300, [address])
        yield ledger, address


def test_a_ledger_that_grows(witnessed: tuple[Run, str]) -> None:
    run, address = witnessed
    add_events(run, 30, start=300)
    assert run("witness", address).status == 0
    assert run("anchor").status == 0, "the witness is known, and asked daily"
    sizes = [each["size"] for each in run("anchors", "--json").document["anchors"]]
    assert sizes == [300, 331, 332]
    assert run("verify", "--json").document["anchors"] == 3
    # The cosignature goes along with every proof against that checkpoint.
    proof = run("prove", "r7", "--size", "331").out
    assert "— taizhang/district/witness " in proof
    assert "witness" in run("anchors").out


def put_back(run: Run, address: str) -> None:
    """Have the witness see 331 events, and then put back everything the operator has to where there were 300."""
    shutil.copy(DATABASE, "old.db")
    add_events(run, 30, start=300)
    assert run("witness", address).status == 0
    # The store, and what lies beside the key.
    shutil.copy("old.db", DATABASE)
    Path(f"{DATABASE}.checkpoint").unlink()


def test_a_ledger_that_was_put_back(witnessed: tuple[Run, str]) -> None:
    run, address = witnessed
    put_back(run, address)
    done = run("witness", address)
    assert done.status == 1
    assert "331" in done.err
    assert "退回" in done.err


@pytest.mark.parametrize("more", [10, 31, 50])
def test_a_second_history_under_the_same_key(witnessed: tuple[Run, str], more: int) -> None:
    run, address = witnessed
    shutil.copy(DATABASE, "fork.db")
    add_events(run, 30, start=300)
    assert run("witness", address).status == 0
    shutil.copy("fork.db", DATABASE)
    Path(f"{DATABASE}.checkpoint").unlink()
    add_events(run, more, start=700)
    done = run("witness", address)
    assert done.status == 1
    assert "历史与这里不同" in done.err or "退回" in done.err


def test_what_the_witness_remembers_survives_it(ledger: Run) -> None:
    key = vkey(ledger)
    with witness_for(key) as (address, theirs):
        assert ledger("witness", address, "--key", theirs).status == 0
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
        request = str(session.log.consistency(0, 250)).encode()
    with witness_for(key) as (address, _theirs):
        answer = httpx.post(f"{address}/add-checkpoint", content=request)
    assert (answer.status_code, answer.text) == (409, "300\n")
    assert answer.headers["content-type"] == "text/x.tlog.size"


def test_a_stranger(ledger: Run) -> None:
    with witness_for(_other_key()) as (address, theirs):
        done = ledger("witness", address, "--key", theirs)
        assert done.status == 1
        assert "不认识这个台账" in done.err
        assert ledger("anchors", "--json").document["anchors"] == []


def test_after_a_change_of_key(witnessed: tuple[Run, str]) -> None:
    run, address = witnessed
    assert run("key", "--rotate").status == 0
    # The checkpoint at which the key changed is signed by both; the next one only by the new key.
    add_events(run, 3, start=300)
    done = run("witness", address)
    assert done.status == 1
    assert "换过密钥" in done.err


def test_a_wrong_key_for_the_witness(ledger: Run) -> None:
    own = vkey(ledger)
    with witness_for(own) as (address, _theirs):
        assert ledger("witness", address).status == 2, "its key has to be known"
        assert ledger("witness", address, "--key", own).status == 2, "that is no witness's key"
        wrong = witness_key(Path("elsewhere.key"), "taizhang/district").verifier
        done = ledger("witness", address, "--key", str(wrong))
        assert done.status == 1
        assert "可信密钥" in done.err
    assert ledger("witness", "district", "--key", own).status == 2


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 400), (b"old 0\n\nx\n1\nx\n\n", 400), (b"x" * 70_000, 413)]
)
def test_what_is_no_request(ledger: Run, content: bytes, status: int) -> None:
    with witness_for(vkey(ledger)) as (address, _key):
        assert httpx.post(f"{address}/add-checkpoint", content=content).status_code == status
        assert httpx.get(f"{address}/add-checkpoint").status_code == 405


def test_two_at_once_are_taken_one_after_the_other(ledger: Run) -> None:
    """The check of what is known and keeping what is new are one step: nobody rolls back what was just cosigned."""
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
        requests = [_request(session.log, size) for size in range(1, 17)]
    with witness_for(vkey(ledger)) as (address, _key), ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda content: httpx.post(f"{address}/add-checkpoint", content=content), requests)
        )
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} == {200, 409}


def _request(log: SignedLog, size: int) -> bytes:
    return str(log.consistency(0, size)).encode()


def _other_key() -> str:
    return str(SignerKey("taizhang/somebody", bytes(32)).verifier)


@pytest.mark.usefixtures("witnessed")
def test_forged_anchors_among_the_events() -> None:
    """Whoever puts an anchor of his own into the ledger cannot make the witness's signature fit it."""
    with tampering() as connection:
        (body,) = connection.execute("SELECT body FROM events WHERE sequence = 301").fetchone()
        said = orjson.loads(body)
        said["data"]["checkpoint"] = said["data"]["checkpoint"].replace("\n300\n", "\n299\n")
        rewrite(connection, 301, canonical_bytes(said))
        hide(connection)
    assert broken_at() == 301


def test_an_honest_loss_is_accepted_in_the_open(witnessed: tuple[Run, str]) -> None:
    run, address = witnessed
    put_back(run, address)
    assert run("witness", address).status == 1
    Path("now.checkpoint").write_text(run("checkpoint").out)
    key = vkey(run)
    accept = ["witnessed", "--store", OTHER, "--accept-loss", "now.checkpoint", "--key", key]
    assert run(*accept).status == 2, "not without a reason"
    assert run(*accept, "--reason", " ").status == 1
    done = run(*accept, "--reason", "硬盘损坏", "--by", "superior", "--json")
    assert done.status == 0, done.err
    assert "不能撤回" in done.err
    (log,) = done.document["logs"]
    (loss,) = done.document["accepted_losses"]
    assert log["size"] == 301
    assert (loss["log"], loss["seen"], loss["accepted"]) == ("taizhang/taizhang", 331, 301)
    assert (loss["by"], loss["reason"]) == ("superior", "硬盘损坏")
    assert run(*accept, "--reason", "没有缺失").status == 1
    # From here the two agree again.
    for _ in range(2):
        assert run("witness", address).status == 0
    assert run(*accept, "--reason", "再来一次").status == 0, "a checkpoint of less is a loss again"
    # Whoever inspects the witness sees it, and it cannot be removed.
    report = run("audit", "--store", OTHER, "--json", "--html", "audit.html").document
    assert [each["reason"] for each in report["accepted_losses"]] == ["硬盘损坏", "再来一次"]
    assert "硬盘损坏" in Path("audit.html").read_text()
    assert "硬盘损坏" in run("witnessed", "--store", OTHER).out
    assert run("verify", "--store", OTHER, "--json").document["events"] == 2


def test_a_loss_that_the_log_itself_did_not_sign(witnessed: tuple[Run, str]) -> None:
    run, _address = witnessed
    Path("now.checkpoint").write_text(run("checkpoint", "--size", "200").out)
    accept = ["witnessed", "--store", OTHER, "--accept-loss", "now.checkpoint", "--reason", "x", "--json"]
    assert "公钥" in run(*accept).errors[0]["problem"], "whose log is that?"
    assert run(*accept, "--key", _other_key()).status == 1
    stranger = SignerKey.generate("taizhang/taizhang")
    assert run(*accept, "--key", str(stranger.verifier)).status == 1
    assert run("witnessed", "--store", OTHER, "--json").document["logs"][0]["size"] == 300
    assert run("export", "--store", OTHER).out == ""
    assert run("witnessed", "--json").document == {"logs": [], "accepted_losses": []}
