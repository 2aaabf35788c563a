"""A checkpoint stamped by an authority: checked by openssl, and by us against every change."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ledger.merkle.proof_error import ProofError
from taizhang.proofs.certificate_order import with_certificates_sorted
from taizhang.proofs.timestamps import read_roots, stamped_at
from tests.taizhang.conftest import Run

from .authority import Authority
from .conftest import add_events


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stamped(ledger: Run, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A ledger of 300 events, stamped."""
    monkeypatch.setenv("TAIZHANG_TSA_ROOTS", str(authority.roots))
    with authority.serving() as address:
        monkeypatch.setenv("TAIZHANG_TSA", address)
        done = ledger("anchor", "--json")
    assert done.status == 0, done.err
    assert (done.document["size"], done.document["errors"]) == (300, [])
    return ledger


def test_openssl_believes_it(stamped: Run, authority: Authority) -> None:
    assert stamped("anchors", "--to", "out").status == 0
    (checkpoint,) = Path("out").glob("*.checkpoint")
    (token,) = Path("out").glob("*.tsr")
    command = ["openssl", "ts", "-verify", "-data", checkpoint, "-in", token, "-CAfile", authority.roots]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "Verification: OK" in done.stdout, done.stderr
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"300", b"301"))
    assert subprocess.run(command, capture_output=True, timeout=120).returncode != 0
    assert checkpoint.read_bytes().startswith(b"taizhang/taizhang\n301\n")


def test_it_is_an_event_without_subject_and_verify_holds_the_ledger_to_it(stamped: Run) -> None:
    add_events(stamped, 10, start=300)
    found = stamped("verify", "--json").document
    assert (found["events"], found["anchors"]) == (311, 1)
    listed = stamped("anchors", "--json").document
    (only,) = listed["anchors"]
    assert (only["sequence"], only["size"], only["kind"]) == (301, 300, "timestamp")
    assert listed["days_since_last"] == 0
    # The units' own pages do not see it.
    assert stamped("board", "--json").document["units"][0]["unit"] == "wj-01"
    assert "anchor.recorded" not in stamped("export", "wj-01").out


def test_the_history_that_was_stamped_cannot_be_rewritten(stamped: Run) -> None:
    """Not even by somebody who has the key and puts away every checkpoint: the stamp is not his."""
    from ledger.merkle.canonical import leaf_hash
    from ledger.store.log import rebuild_subtrees

    connection = sqlite3.connect("taizhang.db")
    connection.execute("DROP TRIGGER events_are_never_updated")
    (body,) = connection.execute("SELECT body FROM events WHERE sequence = 9").fetchone()
    changed = body.replace("学习".encode(), "会议".encode())
    connection.execute(
        "UPDATE events SET body = ?, leaf = ? WHERE sequence = 9", (changed, leaf_hash(changed))
    )
    rebuild_subtrees(connection, 301)
    connection.execute("DELETE FROM checkpoints")
    connection.commit()
    connection.close()
    Path("taizhang.db.checkpoint").unlink()
    done = stamped("verify")
    assert done.status == 1
    assert "301" in done.err
    assert "300" in done.err


def test_every_part_of_a_stamp_counts(authority: Authority) -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    content = b"a checkpoint"
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    response = authority.answer(request.as_bytes())
    roots = read_roots(authority.roots)
    stamped_at(content, response, roots, request.nonce)
    stamped_at(content, response, [], request.nonce)
    with pytest.raises(ProofError, match="不是这个检查点"):
        stamped_at(content + b".", response, roots)
    with pytest.raises(ProofError):
        stamped_at(content, response, roots, (request.nonce or 0) + 1)
    other = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA512).build()
    with pytest.raises(ProofError):
        stamped_at(content, authority.answer(other.as_bytes()), roots)
    # The instant and the imprint stand within what is signed.
    start = response.index(b"\x18\x0f2")
    for place in [*range(start, start + 17, 3), *range(start - 60, start - 20, 7)]:
        changed = bytearray(response)
        changed[place] ^= 1
        with pytest.raises(ProofError):
            stamped_at(content, bytes(changed), roots)


def test_certificates_in_any_order(authority: Authority) -> None:
    """OpenSSL's authorities send them as they stand in a file; DER wants them sorted."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

    content = b"a checkpoint"
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    sent = authority.answer(request.as_bytes())
    signer, root = sorted(
        (
            x509.load_pem_x509_certificate((authority.folder / name).read_bytes()).public_bytes(Encoding.DER)
            for name in ("tsa.pem", "ca.pem")
        ),
        key=sent.index,
    )
    other = sent.replace(signer + root, root + signer)
    assert other != sent
    refused = 0
    for response in (sent, other):
        stamped_at(content, response, read_roots(authority.roots), request.nonce)
        try:
            decode_timestamp_response(response)
        except ValueError:
            refused += 1
    assert refused == 1, "one of the two orders is not DER's"


def test_what_is_no_response_is_not_reordered(authority: Authority) -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256).build()
    whole = with_certificates_sorted(authority.answer(request.as_bytes()))
    assert with_certificates_sorted(whole) == whole
    for length in range(0, len(whole), 7):
        assert with_certificates_sorted(whole[:length]) == whole[:length]
    for place in range(40):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        assert len(with_certificates_sorted(bytes(changed))) == len(whole)
    for odd in (b"", b"0", b"0\x80", b"\x1f\x1f", b"0\xff" + b"\xff" * 200, b"\x30\x03\x30\x01\x00"):
        assert with_certificates_sorted(odd) == odd


def test_an_authority_that_nobody_trusts(
    authority: Authority, tmp_path: Path, ledger: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it sends its own root along, as this one does."""
    stranger = Authority(tmp_path)
    monkeypatch.setenv("TAIZHANG_TSA_ROOTS", str(authority.roots))
    with stranger.serving() as address:
        monkeypatch.setenv("TAIZHANG_TSA", address)
        done = ledger("anchor")
    assert done.status == 1
    assert "时间戳不成立" in done.err
    assert ledger("anchors", "--json").document["anchors"] == []


def test_a_chain_that_came_along_counts_only_up_to_a_root_that_is_trusted(
    authority: Authority, tmp_path: Path
) -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    chained = Authority(tmp_path)
    chained.put_between()
    request = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256).build()
    response = chained.answer(request.as_bytes())
    stamped_at(b"x", response, read_roots(chained.roots), request.nonce)
    with pytest.raises(ProofError):
        stamped_at(b"x", response, read_roots(authority.roots), request.nonce)


def test_nobody_answers(ledger: Run, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ledger("anchor")
    assert done.status == 1
    assert "TAIZHANG_TSA" in done.err
    monkeypatch.setenv("TAIZHANG_TSA", "http://127.0.0.1:9/tsr")
    done = ledger("anchor")
    assert done.status == 1
    assert "TAIZHANG_TSA_ROOTS" in done.err
    monkeypatch.setenv("TAIZHANG_TSA_ROOTS", str(authority.roots))
    done = ledger("anchor")
    assert done.status == 1
    assert "没有应答" in done.err


def test_verify_says_when_a_signature_was_not_checked(stamped: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "unsigned_timestamps" not in stamped("verify", "--json").document
    monkeypatch.delenv("TAIZHANG_TSA_ROOTS")
    assert stamped("verify", "--json").document["unsigned_timestamps"] == 1
    assert "TAIZHANG_TSA_ROOTS" in stamped("verify").out


def test_roots_are_certificates(tmp_path: Path, authority: Authority) -> None:
    assert isinstance(read_roots(authority.roots)[0], x509.Certificate)
    (tmp_path / "x.pem").write_text("x")
    with pytest.raises(ProofError):
        read_roots(tmp_path / "x.pem")
