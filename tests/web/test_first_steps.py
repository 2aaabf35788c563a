"""The operator's check list: every step leads to a page that opens for him, and is ticked once it is done."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK

from .site import ROLES, Site, activity, site_over
from .test_district_workbook import district, fields, look

STREAMS = re.compile(r"^/(?:changes|evidence)\b")
"""What never ends is not read to its end; a demo's attached files are not on the disk."""
COSTLY = re.compile(r"/reports/.*/(?:pdf|docx|xlsx)\b|\.zip\b")
"""What takes seconds to make is followed as a page only, and has tests of its own."""


def test_the_check_list_is_ticked_off_by_one_workbook(tmp_path: Path) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        account = Account("op", Role.OPERATOR, "管理员")
        entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        with site.visitor("op") as client:
            before = client.get("/admin").text
            for address in re.findall(r'<li><a class="tap" href="([^"]+)"', before):
                assert client.get(address).status_code == 200, address
            client.post("/admin/district", data={**fields(look(client, district(2, 4, 20))), "step": "save"})
            after = client.get("/admin").text
            links = client.post("/admin/links").text
            assert links.count("/welcome/") == 7
            assert client.get(re.findall(r"/welcome/[\w-]+", links)[0]).status_code == 200
    assert before.count("✓") == 0
    assert after.count("✓") == 4


def links_of(page: str) -> list[str]:
    """Return the addresses of this site that a page leads to, files among them."""
    found = re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)', page)
    return [
        each.replace("&amp;", "&") for each in found if not STREAMS.search(each) and not COSTLY.search(each)
    ]


def crawl(client: httpx.Client, start: str = "/") -> dict[str, object]:
    """Follow every kind of link from *start*; return each address that was refused or is not there.

    An address within a page (`#…`) has to be there, too.
    """
    waiting, seen = [start], {start}
    kinds: set[str] = set()
    wrong: dict[str, object] = {}
    while waiting:
        address = waiting.pop(0)
        # One address of each kind: pages of eighty units do not differ in where they lead.
        kind = KIND.sub("*", address)
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            wrong[address] = answer.status_code
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for each in re.findall(r'<a\b[^>]*\bhref="(#[^"]+)', answer.text):
            if f'id="{each[1:]}"' not in answer.text:
                wrong[f"{address}{each}"] = "nowhere on the page"
        for each in links_of(answer.text):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return wrong


KIND = re.compile(r"/records/[^/?]+|[?&](?:q|by)=[^&]+|[^/?=&]*\d[^/?=&]*")
"""What differs within one kind of address: ids, days, numbers, words that are looked for."""


@pytest.mark.parametrize("name", ROLES)
def test_no_link_of_a_small_ledger_refuses_its_reader(shared_site: Site, name: str) -> None:
    with shared_site.visitor(name) as client:
        assert crawl(client) == {}


def test_no_link_of_an_empty_ledger_refuses_its_reader(tmp_path: Path) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        for role in Role:
            units = frozenset({"syxx"}) if role is Role.SECRETARY else frozenset()
            account = Account(role.value, role, role.value, units)
            entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        for role in Role:
            with site.visitor(role.value) as client:
                wrong = crawl(client)
            assert wrong == {}, role


def test_assessor_and_secretary_have_their_own_lists(tmp_path: Path) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        for name, role, units in (("kao", Role.ASSESSOR, ()), ("shu", Role.SECRETARY, ("syxx",))):
            account = Account(name, role, name, frozenset(units))
            entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        with site.visitor("kao") as client:
            assert "还有 4 步" in client.get("/board").text
            said = {"name": "实验小学党支部", "code": "syxx", "id": "f", "step": "save"}
            client.post("/register", data=said)
            client.post("/account/reminders/add", data={"channel": "email", "address": "kao@example.cn"})
            assert "还有 1 步" in client.get("/board").text, "this year's rubric is the operator's"
        today = site.session.clock.today().isoformat()
        with site.visitor("shu") as client:
            assert "还有 4 步" in client.get("/units/syxx").text
            client.post("/account/reminders/add", data={"channel": "email", "address": "shu@example.cn"})
            site.record(
                activity("m", "syxx", today, "x") | {"type": "member.joined", "data": {"member": "m-1"}},
                activity("t", "syxx", today, "x")
                | {
                    "type": "organization.changed",
                    "data": {"secretary": "m-1", "term_ends_on": "2028-12-31"},
                },
            )
            assert "还有 1 步" in client.get("/units/syxx").text
            site.record(activity("a", "syxx", today, "party_lecture"))
            assert "开始使用" not in client.get("/units/syxx").text
