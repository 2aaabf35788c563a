"""The archive of a year, opened and checked without the program: by zipfile, hashlib and json alone."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.documents import year_archive
from taizhang.documents.year_archive import NotArchived, archive_year
from taizhang.evidence.folder import EvidenceFolder
from taizhang.web.pages.review.sign_all import Chosen, sign_all
from tests.web.reviewing import event, live_on, settle
from tests.web.site import Site, make_template, site_over


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("archive") / "district.db"
    make_template(path, 2)
    with site_over(path) as running:
        yield running  # type: ignore[misc]


def root_of(body: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    node, place, last = hashlib.sha256(b"\x00" + body).digest(), index, size - 1
    for sibling in path:
        if place & 1 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place, last = place >> 1, last >> 1
    return node


def opened(path: Path) -> dict[str, bytes]:
    """Return the files of a package, all held to its manifests."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        listed = dict(line.split("  ", 1)[::-1] for line in files[manifest].decode().splitlines())
        for name, digest in listed.items():
            assert hashlib.sha256(files[name]).hexdigest() == digest, name
        if manifest.startswith("manifest"):
            assert set(listed) == {name for name in files if name.startswith("data/")}
    return files


def test_nothing_is_archived_before_the_year_has_closed(site: Site, tmp_path: Path) -> None:
    rubric = site.session.shelf.get("wujin-2017")
    with pytest.raises(NotArchived, match="2018-01-31"):
        archive_year(site.session, rubric, tmp_path, EvidenceFolder(tmp_path / "none"))


def test_the_packages_stand_alone_and_say_what_the_ledger_says(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(year_archive, "_PDFS", ("signed",))
    session, rubric = site.session, site.session.shelf.get("wujin-2017")
    live_on(site, date(2018, 2, 20))
    evidence = EvidenceFolder(site.options.evidence)
    content = "签到表".encode()
    facts = {
        "sha256": evidence.keep(content), "media_type": "text/plain", "bytes": len(content), "filename": "签到.txt",
    }  # fmt: skip
    gone = facts | {"sha256": "0" * 64, "filename": "没了.txt"}
    joined = next(each["id"] for each in session.store.stream("wj-02") if each["type"] == "activity.held")
    site.record(
        event("e1", "evidence.attached", "wj-02", "2018-02-20", record=joined, **facts),
        event("e2", "evidence.attached", "wj-02", "2018-02-20", record=joined, **gone),
    )
    settle(site, "wj-02")
    with session.store.read() as work:
        last = work.last_sequence("wj-02")
    done = sign_all(session, Account("a", Role.ASSESSOR, "a"), rubric, [Chosen("wj-02", last)], "form")
    assert done.failed == []

    made = archive_year(session, rubric, tmp_path / "out", evidence)
    assert [path.name.partition(".")[0] for path in made.packages][-1] == "2017-全区"
    assert len(made.packages) == 3
    assert "wj-02 没了.txt" in made.missing
    assert "wj-02 签到.txt" not in made.missing
    assert made.not_final == ["wj-01", "wj-02"]

    files = opened(next(path for path in made.packages if "wj-02" in path.name))
    stored = list(session.store.export("wj-02"))
    assert files["data/记录/events.jsonl"].splitlines() == stored
    (signing,) = [json.loads(line) for line in stored if json.loads(line)["type"] == "score.signed"]
    card = json.loads(files["data/记录/scorecard.json"])
    assert card["total"]["score"] == signing["data"]["score"]
    attached = {name: body for name, body in files.items() if name.startswith("data/附件/")}
    assert "没了.txt" in attached.pop("data/附件/缺少的附件.txt").decode()
    assert list(attached.values()) == [content]
    assert any(name.startswith("data/文书/") and body[:4] == b"%PDF" for name, body in files.items())
    said = {each.get("名称"): each.text for each in ET.fromstring(files["元数据.xml"]).iter("说明")}
    assert said["签字得分"] == signing["data"]["score"]

    # The proof of the signing, by hand: from the very line to the root that the checkpoint signs.
    proof = files[f"data/证明/{signing['sequence']}.tlog-proof"].decode()
    head, _gap, note = proof.partition("\n\n")
    index = int(next(line for line in head.splitlines() if line.startswith("index ")).split()[1])
    path = [base64.b64decode(line) for line in head.splitlines() if len(line) == 44 and line.endswith("=")]
    _origin, size, root = note.splitlines()[:3]
    line = next(each for each in stored if json.loads(each)["id"] == signing["id"])
    assert index == int(signing["sequence"]) - 1
    assert root_of(line, index, int(size), path) == base64.b64decode(root)
    assert files["data/证明/checkpoint.txt"].decode().splitlines()[:3] == note.splitlines()[:3]

    district = opened(made.packages[-1])
    sheet = load_workbook(io.BytesIO(district["data/文书/汇总表.xlsx"])).worksheets[0]
    row = next(row for row in sheet.iter_rows(values_only=True) if card["name"] in row)
    assert float(signing["data"]["score"]) in row
    listed = district["data/各单位.sha256"].decode().splitlines()
    assert listed == [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in made.packages[:-1]
    ]
