"""One workbook brings a whole district: looked at, mended on the page, all or nothing, twice is once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from playwright.sync_api import expect

from reminders.store import contacts
from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.entry.district.known import KnownDistrict
from taizhang.people.store import directory_of
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.pages.admin import district as district_page

from .browsing import scrolls_sideways, serious_findings
from .site import Site, site_over

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    with site_over(tmp_path / "ledger.db") as site:
        account = Account("op", Role.OPERATOR, "管理员")
        entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        yield site


def workbook(**sheets: list[list[str]]) -> bytes:
    """Return a workbook with these sheets."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return content.getvalue()


def district(units: int, branches: int, members: int) -> bytes:
    """Return a district of so many; each unit has a secretary with an account and a mailbox."""
    names = [f"第{number}小学" for number in range(1, units + 1)]
    chosen = [(names[at % units], f"第{at // units + 1}党支部") for at in range(branches)]
    people = [
        [SURNAMES[at % 32] + SURNAMES[at // 32 % 32] + SURNAMES[at // 1024], *chosen[at % branches]]
        for at in range(members)
    ]
    return workbook(
        单位=[["单位名称", "组织类型"], *([f"{name}党总支", ""] for name in names)],
        支部=[["单位", "支部名称"], *([f"{unit}党总支", branch] for unit, branch in chosen)],
        账号=[["姓名", "角色", "单位", "邮箱"],
              *([f"书记{at}", "书记", f"{name}党总支", f"s{at}@example.cn"] for at, name in enumerate(names)),
              ["区考核", "考核人员", "", ""], ["局领导", "分管领导", "", ""],
              ["纪委", "监督", "", ""], ["网管", "管理员", "", ""]],
        党员=[["姓名", "单位", "支部"], *people],
    )  # fmt: skip


def look(client: object, content: bytes) -> str:
    answer = client.post("/admin/district", files={"file": ("全区.xlsx", content)})  # type: ignore[attr-defined]
    assert answer.status_code in (200, 422), answer.status_code
    return str(answer.text)


def fields(page: str) -> dict[str, str]:
    """Return what the form of the page would send."""
    form = page[page.index('id="look"') : page.index("</form>", page.index('id="look"'))]
    return {
        name: value
        for tag in re.findall(r"<input[^>]*>", form)
        for name, value in [(re.findall(r'name="([^"]*)"', tag)[0], re.findall(r'value="([^"]*)"', tag)[0])]
    }


def test_eighty_schools_their_branches_people_and_accounts_in_one_go(empty: Site) -> None:
    content = district(80, 220, 3000)
    began = time.monotonic()
    with empty.visitor("op") as client:
        page = look(client, content)
        assert "单位 80 个，支部 220 个，党员 3000 名，账号 84 个，联系人 80 个" in page
        done = client.post("/admin/district", data={**fields(page), "step": "save"}).text
        took = time.monotonic() - began
        assert "记入台账 3300 条" in done
        assert done.count("/welcome/") == 84
        again = look(client, content)
        assert "没有新的" in again
        assert "3384 行已有" in again
    print(f"looked and recorded in {took:.1f} s")
    assert took < 60
    assert len(list(empty.session.store.units())) == 80
    with empty.session.store.read() as work:
        assert len(accounts.everybody(work.connection)) == 85
        assert len(contacts.contacts(work.connection)) == 80
        assert sum(len(directory_of(work.connection, unit)) for unit in empty.session.store.units()) == 3000


def test_what_is_wrong_is_mended_on_the_page_and_until_then_nothing_is_kept(empty: Site) -> None:
    content = workbook(
        单位=[["单位", "类型"], ["实验小学", "党总支"], ["湖塘幼儿园", "幼儿园"]],
        支部=[["单位", "支部"], ["实验小学", "低年级支部"]],
        党员=[["全区党员名册"], ["姓名", "单位", "支部", "加入日期"],
              ["张伟", "实验小学党总支", "低年级", "2099-01-01"],
              ["李芳", "没有这个学校", "", ""]],
    )  # fmt: skip
    with empty.visitor("op") as client:
        page = look(client, content)
        assert "有 3 处不对" in page
        # The cell that is wrong is the one to be mended, not the first of its row.
        assert re.findall(r'name="(fix[^"]+)" value="([^"]*)"', page) == [
            ("fix.0.3.kind", "幼儿园"), ("fix.2.3.joined", "2099-01-01"), ("fix.2.4.unit", "没有这个学校"),
        ]  # fmt: skip
        known = fields(page)
        refused = client.post("/admin/district", data={**known, "step": "save"})
        assert refused.status_code == 422
        assert list(empty.session.store.units()) == []
        mended = {"fix.0.3.name": "湖塘幼儿园党支部", "fix.0.3.kind": "党支部",
                  "fix.2.3.joined": "", "fix.2.4.unit": "湖塘幼儿园"}  # fmt: skip
        page = client.post("/admin/district", data={**known, **mended, "step": "look"}).text
        assert "会新登记：单位 2 个，支部 1 个，党员 2 名" in page
        done = client.post("/admin/district", data={**fields(page), "step": "save"}).text
        assert "记入台账 5 条" in done
    assert sorted(empty.session.store.units()) == ["htyey", "syxx"]


def test_what_the_ledger_refuses_keeps_nobody_in_the_directory(
    empty: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty.visitor("op") as client:
        page = look(client, workbook(单位=[["单位", "类型"], ["甲小学", "党支部"]], 党员=[["姓名", "单位", "支部"],
                                     ["张伟", "甲小学", ""]]))  # fmt: skip
        # Somebody else registers the same unit meanwhile.
        empty.record(
            {"specversion": "1.0", "id": "x", "source": "urn:t", "type": "organization.registered",
             "subject": "jxx", "time": "2026-01-01", "data": {"name": "甲小学", "kind": "branch"}},
            by="other",
        )  # fmt: skip
        monkeypatch.setattr(district_page, "known_district", lambda *_: KnownDistrict())
        answer = client.post("/admin/district", data={**fields(page), "step": "save"})
    assert answer.status_code == 422
    assert "已经登记过" in answer.text
    with empty.session.store.read() as work:
        assert len(directory_of(work.connection, "jxx")) == 0


def test_the_template_is_a_workbook_that_is_read_back_as_empty(empty: Site) -> None:
    with empty.visitor("op") as client:
        template = client.get("/admin/district/template.xlsx")
        assert template.status_code == 200
        assert "没有新的" in look(client, template.content)


def test_the_page_is_fit_for_a_phone(empty: Site, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "全区.xlsx"
    path.write_bytes(district(3, 6, 30))
    with browser.new_context(viewport={"width": 375, "height": 700}) as context:
        context.add_cookies([{"name": COOKIE, "value": empty.login("op"), "url": empty.address}])
        page = context.new_page()
        page.goto(f"{empty.address}/admin/district")
        page.set_input_files("#field-file", path)
        page.get_by_role("button", name="先看看").click()
        expect(page.get_by_text("单位 3 个")).to_be_visible()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.get_by_role("button", name="全部登记").click()
        expect(page.locator("#links")).to_contain_text("/welcome/")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
