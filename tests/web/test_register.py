"""An empty district gets its units in a browser: by the operator or an assessor, one or a whole list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import COOKIE, WALL_CLOCK

from .browsing import scrolls_sideways, serious_findings
from .site import ASSESSOR, Site, activity, site_over

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"width": 375, "height": 700}
SCHOOLS = [f"第{number}小学党总支\t\t低年级党支部、高年级党支部" for number in range(1, 81)]


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    with site_over(tmp_path / "ledger.db") as site:
        for name, role in (("op", Role.OPERATOR), ("kao", Role.ASSESSOR), ("shu", Role.SECRETARY)):
            units = ("syxx",) if role is Role.SECRETARY else ()
            entry.create_account(
                site.session.store, Account(name, role, name, units), now=WALL_CLOCK(), by="tests"
            )
        yield site


def test_an_operator_registers_one_school_on_a_phone(empty_site: Site, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
        context.add_cookies([{"name": COOKIE, "value": empty_site.login("op"), "url": empty_site.address}])
        page = context.new_page()
        page.goto(f"{empty_site.address}/register")
        expect(page.get_by_text("一个也还没有")).to_be_visible()
        page.get_by_label("名称").fill("实验小学党总支")
        page.get_by_label("下属支部").first.fill("低年级党支部\n高年级党支部")
        page.get_by_role("button", name="看一遍").click()
        expect(page.locator("#preview")).to_contain_text("syxx")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.get_by_role("button", name="登记这 1 个单位").click()
        expect(page.get_by_text("登记好了")).to_be_visible()
    assert list(empty_site.session.store.units()) == ["syxx"]
    rows = empty_site.session.projections.board(empty_site.session.store, datetime.now(UTC).date()).rows
    assert [(row.unit, row.name) for row in rows] == [("syxx", "实验小学党总支")]


def test_eighty_schools_at_once_and_twice_is_once(empty_site: Site) -> None:
    with empty_site.visitor("kao") as client:
        page = client.get("/register").text
        form_id = page.split('name="id" value="')[1].split('"')[0]
        sent = {"id": form_id, "since": "", "table": "\n".join(SCHOOLS), "step": "save"}
        assert client.post("/register", data=sent).status_code == 303
        assert client.post("/register", data=sent).status_code == 303
        assert len(empty_site.session.store.units()) == 80
        assert empty_site.session.store.size() == 240
        again = client.post("/register", data=sent | {"id": "another"})
        assert again.status_code == 422
        assert "没有要登记的单位" in again.text


def test_one_fault_and_nothing_is_registered(empty_site: Site) -> None:
    table = "\n".join([*SCHOOLS[:3], "体育馆\t工会"])
    with empty_site.visitor("kao") as client:
        answer = client.post("/register", data={"id": "x", "table": table, "step": "save"})
        late = client.post("/register", data={"id": "x", "table": SCHOOLS[0], "since": "2999-01-01"})
    assert (answer.status_code, late.status_code) == (422, 422)
    assert "第 4 行：" in answer.text
    assert "没有“工会”这种组织" in answer.text
    assert "登记日期不能在今天以后" in late.text
    assert empty_site.session.store.size() == 0


def test_a_secretary_registers_no_unit(empty_site: Site) -> None:
    with empty_site.visitor("shu") as client:
        assert client.get("/register").status_code == 403


def test_an_assessor_merges_one_school_into_another(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        assert "/units/wj-02/close" in client.get("/register").text
        page = client.get("/units/wj-02/close").text
        form = re.findall(r'name="id" value="([^"]+)"', page)[0]
        said = {"id": form, "day": "2017-09-20", "into": "wj-02", "reason": "合并办学"}
        refused = client.post("/units/wj-02/close", data=said)
        assert (refused.status_code, "不能并入自己" in refused.text) == (422, True)
        for _twice in range(2):
            assert client.post("/units/wj-02/close", data=said | {"into": "wj-01"}).status_code == 303
        assert "本单位已于 2017-09-20 撤销，并入" in client.get("/units/wj-02").text
        assert "这个单位已经撤销" in client.get("/units/wj-02/close").text
        assert "/units/wj-02/close" not in client.get("/register").text
        assert "/units/wj-02" not in client.get("/board").text
    with site.visitor("wj-01") as client:
        assert client.get("/units/wj-01/close").status_code == 403
        event = activity("own", "wj-01", "2017-09-20", "x") | {"type": "organization.closed", "data": {}}
        assert client.post("/api/v1/events", json=event).status_code == 403
