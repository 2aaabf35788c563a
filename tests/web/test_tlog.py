"""The log over HTTP for auditors, believed by a verifier of another make; and what a record's page says is proved."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser

from ledger.merkle.tiles import tiles_between
from ledger.signing.checkpoint import read_checkpoint
from ledger.signing.note import COSIGNATURE, SignerKey, VerifierKey
from ledger.signing.tile_folder import TileFolder
from taizhang.proofs.anchoring import SYSTEM, anchor_event
from tests.taizhang.proofs.conftest import Verifier, build_verifier

from .browsing import DESKTOP, NARROWEST, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site, activity

WITNESS = SignerKey("district/witness", bytes(range(32)), COSIGNATURE)


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return build_verifier(tmp_path_factory.mktemp("verifier"))


def witnessed(site: Site) -> None:
    """Let the present state be cosigned at the present instant of the demo's day."""
    session = site.session
    now = session.clock()
    note = session.log.checkpoint()
    cosigned = note.with_signatures([WITNESS.cosign(note.text, int(now.timestamp()))])
    event = anchor_event("witness", str(WITNESS.verifier), cosigned, now, now)
    session.store.append([(None, orjson.dumps(event))], by=SYSTEM, now=now)


def test_an_auditor_takes_the_whole_log_and_checks_it(site: Site, verifier: Verifier, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with site.visitor(AUDITOR) as client:
        note = client.get("/tlog/checkpoint")
        assert note.headers["content-type"] == "text/plain; charset=utf-8"
        key = client.get("/tlog/key").text.splitlines()[0]
        size = read_checkpoint(note.content)[0].size
        assert size == site.session.store.size()
        for tile in tiles_between(0, size):
            answer = client.get(f"/tlog/{tile.path}")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "immutable" in answer.headers["cache-control"]
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer.content)
    (folder / "checkpoint").write_bytes(note.content)
    done = verifier("log", key, folder)
    assert done.stdout == f"{size}\n", done.stderr
    with site.session.store.read() as work:
        leaves = iter(
            [leaf for (leaf,) in work.connection.execute("SELECT leaf FROM events ORDER BY sequence")]
        )
        assert TileFolder(folder).check([VerifierKey.parse(key)], leaves).size == size


@pytest.mark.parametrize("name", [SECRETARY, ASSESSOR, OPERATOR])
def test_others_do_not_see_it(shared_site: Site, name: str) -> None:
    with shared_site.visitor(name) as client:
        for path in ("checkpoint", "key", "tile/0/000", "tile/entries/000"):
            assert client.get(f"/tlog/{path}").status_code == 403


def test_what_is_not_there(shared_site: Site) -> None:
    with shared_site.visitor(AUDITOR) as client:
        for path in (
            "tile/0/999",
            "tile/0/000.p/256",
            "tile/0/0",
            "tile/9/000",
            "tile/x/000",
        ):
            assert client.get(f"/tlog/{path}").status_code == 404
        assert client.post("/tlog/checkpoint").status_code == 405


def test_a_record_says_what_is_proved_of_it(site: Site) -> None:
    site.record(activity("r-1", SECRETARY, "2017-09-02", "party_lecture"), by=SECRETARY)
    with site.visitor(SECRETARY) as client:
        assert "台账还没有外部存证" in client.get("/records/r-1").text
        witnessed(site)
        site.record(activity("r-2", SECRETARY, "2017-09-03", "party_lecture"), by=SECRETARY)
        first = client.get("/records/r-1").text
        assert "可证明在 2017-09-20" in first
        assert "之前记入" in first
        assert "见证：district/witness" in first
        second = client.get("/records/r-2").text
        assert "之后记入；还没有外部见证" in second
        assert "距台账最近一次外部存证 0 天" in second
        witnessed(site)
        assert "之后、2017-09-20" in client.get("/records/r-2").text


def test_an_anchor_is_no_record(site: Site) -> None:
    witnessed(site)
    (event,) = site.session.store.stream("")
    with site.visitor(AUDITOR) as client:
        assert client.get(f"/records/{event['id']}").status_code == 404
        assert client.get("/board").status_code == 200
    with site.visitor(SECRETARY) as client:
        for path in ("correct", "retract", "evidence"):
            assert client.get(f"/records/{event['id']}/{path}").status_code in (404, 422)
        assert client.get("/log", params={"unit": SECRETARY, "saved": event["id"]}).status_code < 500


@pytest.mark.parametrize("viewport", [NARROWEST, DESKTOP])
def test_the_page_fits(site: Site, browser: Browser, viewport: dict[str, int]) -> None:
    site.record(activity("r-1", SECRETARY, "2017-09-02", "party_lecture"), by=SECRETARY)
    witnessed(site)
    with visiting(browser, site, SECRETARY, viewport=viewport) as page:
        page.goto("/records/r-1")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
