"""Audit without a browser: the trail and its filters, lags, verification, export; nothing of it writes an event."""

from __future__ import annotations

import re
import sqlite3
import time
from html import unescape

import httpx
import pytest

from projections import event_search as trail
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK

from .reviewing import event
from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site, activity

UNIT = "wj-02"
PAGES = ("/audit", "/audit?type=changes", "/audit/lags", "/audit/verify", "/audit/export")


def rows(page: httpx.Response) -> list[int]:
    """Return the sequences on a page, as they stand there."""
    return [int(each) for each in re.findall(r'data-label="序号">(\d+)<', page.text)]


def text(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


class TestTrail:
    def test_the_latest_first_and_on_to_the_first(self, shared_site: Site) -> None:
        size = shared_site.session.store.size()
        with shared_site.visitor(AUDITOR) as client:
            page = client.get("/audit")
            found = rows(page)
            assert found == list(range(size, size - 50, -1))
            while following := re.search(r'rel="next" href="([^"]+)"', page.text):
                page = client.get(unescape(following[1]))
                found += rows(page)
            assert found == list(range(size, 0, -1))
            assert "到头了" in page.text

    def test_who_recorded_what_of_which_unit(self, site: Site) -> None:
        site.record(activity("a1", UNIT, "2017-09-05", "reading_campus"), by="hu-li")
        with site.visitor(AUDITOR) as client:
            page = client.get("/audit?by=hu-li")
            assert rows(page) == [site.session.store.size()]
            assert 'href="/records/a1"' in page.text
            assert rows(client.get(f"/audit?by=hu-li&unit={UNIT}")) == rows(page)
            assert rows(client.get("/audit?by=hu-li&unit=wj-03")) == []
            assert rows(client.get("/audit?by=nobody")) == []
            assert "没有这样的记录" in client.get("/audit?unit=nowhere").text

    def test_days_of_recording_and_of_happening(self, site: Site) -> None:
        site.record(activity("a1", UNIT, "2017-03-07", "reading_campus"), by="hu-li")
        with site.visitor(AUDITOR) as client:
            for query, found in (
                ("recorded_from=2017-09-20", 1),
                ("recorded_to=2017-09-19", 0),
                ("occurred_from=2017-03-07&occurred_to=2017-03-07", 1),
                ("occurred_from=2017-03-08", 0),
                ("recorded_from=nonsense", 1),
            ):
                assert len(rows(client.get(f"/audit?by=hu-li&{query}"))) == found, query
            assert "晚 197 天" in client.get("/audit?by=hu-li").text

    def test_corrections_and_retractions(self, site: Site) -> None:
        with site.visitor(AUDITOR) as client:
            page = client.get("/audit?type=changes")
            assert rows(page)
            stored = {each["sequence"]: each["type"] for unit in site.session.store.units()
                      for each in site.session.store.stream(unit)}  # fmt: skip
            assert {stored[f"{sequence:012d}"] for sequence in rows(page)} == {
                "record.corrected",
                "record.retracted",
            }
            assert "看原记录" in page.text
            only = client.get("/audit?type=record.retracted")
            assert {stored[f"{sequence:012d}"] for sequence in rows(only)} == {"record.retracted"}

    def test_an_id_leads_to_its_record(self, site: Site) -> None:
        site.record(activity("odd id/with #?", UNIT, "2017-09-05", "reading_campus"))
        with site.visitor(AUDITOR, follow_redirects=True) as client:
            found = client.get("/audit", params={"id": " odd id/with #? "})
            assert found.status_code == 200
            assert found.url.path == "/records/odd id/with #?"
            assert "没有编号为“nothing”" in client.get("/audit?id=nothing").text

    def test_a_look_that_finds_nothing_yet_can_go_on(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trail, "BLOCK_EVENTS", 10)
        monkeypatch.setattr(trail, "BLOCKS_A_LOOK", 3)
        with site.visitor(AUDITOR) as client:
            page = client.get("/audit?by=nobody")
            assert "还可以往前找" in page.text
            looks = 1
            while following := re.search(r'rel="next" href="([^"]+)"', page.text):
                page = client.get(unescape(following[1]))
                looks += 1
            assert looks > 3
            assert "没有这样的记录" in client.get("/audit?by=nobody").text, "now it is known where nobody is"


class TestLags:
    def test_the_picture_has_its_figures_beside_it(self, site: Site) -> None:
        with site.visitor(AUDITOR) as client:
            page = client.get("/audit/lags")
        entries = int(re.search(r"2017 年全区：(\d+) 条", page.text)[1])  # type: ignore[index]
        assert sum(map(int, re.findall(r'天</td><td class="number">(\d+)</td>', page.text))) == entries
        assert page.text.count('class="steps-bar') == 1 + 3

    def test_a_late_entry_moves_it(self, site: Site) -> None:
        def late() -> int:
            with site.visitor(AUDITOR) as client:
                return int(re.search(r"晚于 15 天的 (\d+) 条", client.get("/audit/lags").text)[1])  # type: ignore[index]

        before = late()
        site.record(activity("a1", UNIT, "2017-03-07", "reading_campus"))
        site.record(activity("a2", UNIT, "2017-09-07", "reading_campus"))
        assert late() == before + 1

    def test_a_year_that_is_not_there_shows_one_that_is(self, shared_site: Site) -> None:
        with shared_site.visitor(AUDITOR) as client:
            assert "2017 年全区" in client.get("/audit/lags?year=1999&page=7").text


def ended(client: httpx.Client) -> httpx.Response:
    """Wait for a verification to end."""
    for _ in range(600):
        page = client.get("/audit/verify")
        if "正在核验" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError("it never ends")


class TestVerification:
    def test_a_ledger_in_order(self, site: Site) -> None:
        with site.visitor(AUDITOR) as client:
            assert "还没有核验过" in client.get("/audit/verify").text
            assert client.post("/audit/verify").status_code == 303
            page = text(ended(client))
        assert f"{site.session.store.size()} 条全部相符" in page
        assert site.session.store.root() in page

    def test_a_ledger_that_was_tampered_with(self, site: Site) -> None:
        path = site.session.store.path  # type: ignore[attr-defined]
        with sqlite3.connect(path) as other:
            other.execute("DROP TRIGGER events_are_never_updated")
            other.execute(
                "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), '2017', '2018') AS BLOB) WHERE sequence = 7"
            )
        with site.visitor(AUDITOR) as client:
            client.post("/audit/verify")
            page = text(ended(client))
        assert "没有通过：第 7 号事件" in page, page[page.index("对照。") :][:300]
        assert "哈希值不符" in page

    def test_pages_are_answered_meanwhile(self, site: Site) -> None:
        with site.visitor(AUDITOR) as client:
            client.post("/audit/verify")
            client.post("/audit/verify")
            assert client.get("/audit").status_code == 200
            site.record(activity("a1", UNIT, "2017-09-05", "reading_campus"))
            assert "全部相符" in ended(client).text


class TestExport:
    def test_the_stored_bytes_as_a_file(self, site: Site) -> None:
        with site.visitor(AUDITOR) as client:
            whole = client.get("/audit/export.jsonl")
            one = client.get(f"/audit/export.jsonl?unit={UNIT}")
        assert whole.content == b"".join(body + b"\n" for body in site.session.store.export())
        assert one.content == b"".join(body + b"\n" for body in site.session.store.export(UNIT))
        assert whole.headers["content-disposition"] == 'attachment; filename="taizhang-20170920.jsonl"'
        assert one.headers["content-disposition"] == f'attachment; filename="taizhang-{UNIT}-20170920.jsonl"'

    def test_a_unit_that_is_not_there(self, shared_site: Site) -> None:
        with shared_site.visitor(AUDITOR) as client:
            answer = client.get('/audit/export.jsonl?unit="%0d%0aset-cookie: x')
            assert (answer.status_code, "set-cookie" in answer.headers) == (404, False)


@pytest.mark.parametrize("address", [*PAGES, "/audit/export.jsonl"])
def test_who_may_look(shared_site: Site, address: str) -> None:
    for name, status in ((AUDITOR, 200), (ASSESSOR, 200), (SECRETARY, 403), (OPERATOR, 403)):
        with shared_site.visitor(name) as client:
            assert client.get(address).status_code == status, name


def test_nothing_here_writes_an_event(site: Site) -> None:
    before = list(site.session.store.export())
    with site.visitor(AUDITOR) as client:
        for address in PAGES:
            client.get(address)
        client.post("/audit/verify")
        ended(client)
    assert list(site.session.store.export()) == before


def test_an_empty_ledger(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    from taizhang.startup.open_ledger import open_ledger

    from .site import site_over

    path = tmp_path_factory.mktemp("empty") / "empty.db"
    with open_ledger(f"sqlite:///{path}", new=True) as session, session.store.write() as work:
        accounts.add(work.connection, Account(AUDITOR, Role.AUDITOR, "审计"), WALL_CLOCK())
        accounts.add(work.connection, Account(ASSESSOR, Role.ASSESSOR, "考核"), WALL_CLOCK())
    with site_over(path) as empty:
        with empty.visitor(AUDITOR) as client:
            assert [client.get(address).status_code for address in PAGES] == [200] * len(PAGES)
            assert "台账还是空的" in client.get("/audit").text
        with empty.visitor(ASSESSOR) as client:
            assert client.get("/review").status_code == 200
            assert client.get("/review/units").status_code == 200
            assert client.get("/review/ask").status_code == 200


def test_an_anchor_is_nobodys_record(site: Site) -> None:
    from base64 import b64encode

    from ledger.store.protocol import Recorder

    checkpoint = f"x\n1\n{b64encode(b'0' * 32).decode()}\n"
    anchor = event(
        "anchor-1", "anchor.recorded", "", "2017-09-20", kind="key", authority="x", checkpoint=checkpoint
    )
    del anchor["subject"]
    import orjson

    site.session.store.append(
        [(None, orjson.dumps(anchor))], by=Recorder("taizhang", "system"), now=site.session.clock()
    )
    with site.visitor(AUDITOR) as client:
        page = client.get("/audit")
        assert rows(page)[0] == site.session.store.size()
        assert 'href="/records/anchor-1"' not in page.text
        assert client.get("/records/anchor-1").status_code == 404
