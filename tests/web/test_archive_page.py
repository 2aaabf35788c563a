"""The archive made and fetched on a page: in the background, once at a time, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date
from time import monotonic, sleep
from types import SimpleNamespace

import pytest

from taizhang.documents import year_archive

from .reviewing import live_on, text
from .site import ASSESSOR, LEADER, SECRETARY, Site


@pytest.fixture
def closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The year is over; units' PDFs, which have tests of their own, are left out."""
    monkeypatch.setattr(year_archive, "_PDFS", ("signed",))
    live_on(site, date(2018, 2, 20))
    return site


def ended(site: Site) -> None:
    until = monotonic() + 120
    while site.app.state.archiving.is_running:
        assert monotonic() < until
        sleep(0.05)


def test_a_year_is_archived_at_one_press_and_fetched(closed: Site) -> None:
    with closed.visitor(ASSESSOR) as client, closed.visitor(LEADER) as leader:
        assert "还没有做" in text(leader.get("/archive"))
        assert leader.post("/archive", data={"year": "2017"}).status_code == 403
        for _press in range(2):
            assert client.post("/archive", data={"year": "2017"}).status_code == 303
        ended(closed)
        page = client.get("/archive")
        assert "4 个包" in text(page)
        assert "3 个单位的结果未定" in text(page)
        digests = dict(
            re.findall(r'archive/2017/[^"]*">([^<]*)</a>.*?class="hash">([0-9a-f]{64})', page.text)
        )
        assert len(digests) == 4
        whole = zipfile.ZipFile(io.BytesIO(client.get("/archive/2017/all.zip").content))
        assert whole.testzip() is None
        assert {name: hashlib.sha256(whole.read(name)).hexdigest() for name in whole.namelist()} == digests
        one = next(name for name in digests if "wj-02" in name)
        answer = leader.get(f"/archive/2017/{one}")
        assert hashlib.sha256(answer.content).hexdigest() == digests[one]
        assert leader.get("/archive/2017/archive.json").status_code == 404
        assert client.get("/archive/2016/all.zip").status_code == 404
        # Made again it takes the place of the one before, and nothing is left beside it.
        client.post("/archive", data={"year": "2017"})
        ended(closed)
        root = closed.options.evidence.with_name("evidence.archive")
        assert [each.name for each in root.iterdir()] == ["2017"]
    with closed.visitor(SECRETARY) as client:
        assert client.get("/archive").status_code == 403


def test_what_cannot_be_archived_says_why_and_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.visitor(ASSESSOR) as client:
        assert 'name="year"' not in client.get("/archive").text
        client.post("/archive", data={"year": "2017"})
        ended(site)
        assert "2018-01-31 才结束" in text(client.get("/archive"))
        live_on(site, date(2018, 2, 20))
        monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1 << 20))
        client.post("/archive", data={"year": "2017"})
        ended(site)
        assert "磁盘只剩 1 MB" in text(client.get("/archive"))
    assert not list(site.options.evidence.parent.glob("*.archive/*"))
