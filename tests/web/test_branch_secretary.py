"""A secretary of one branch sees the whole unit and records for his branch, whatever the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from reminders.contacts import Role as Hears
from reminders.store import contacts
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.hindsight import Hindsight
from taizhang.accounts.roles import Role
from taizhang.app.settings import Settings
from taizhang.entry.workbooks.read import read_workbook
from taizhang.jobs.reminders import reminders_of
from taizhang.people.person import Person
from taizhang.people.store import directory_of, put
from taizhang.web.http.auth import WALL_CLOCK

from .site import Site, activity
from .test_district_workbook import fields, look, workbook
from .test_first_steps import crawl

UNIT, OWN, OTHER = "wj-01", "wj-01/b1", "wj-01/b2"


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    account = Account("branch-1", Role.SECRETARY, "支部书记", frozenset({OWN}))
    entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
    with site.visitor("branch-1") as client:
        yield client


def event(number: int, type_: str, of: str, /, **data: Any) -> dict[str, Any]:
    return activity(f"branch-{number}", of, "2017-09-19", "party_lecture") | {"type": type_, "data": data}


def test_he_records_for_his_branch_and_for_no_other(site: Site, client: httpx.Client) -> None:
    site.record(
        activity("of-other", OTHER, "2017-09-18", "party_lecture"),
        activity("of-own", OWN, "2017-09-18", "party_lecture"),
        event(90, "request.issued", UNIT, request="r-unit", title="报送", due_on="2017-10-31"),
        event(91, "request.issued", OWN, request="r-own", title="报送", due_on="2017-10-31"),
        event(92, "member.joined", OTHER, member="m-other"),
        event(93, "member.joined", OWN, member="m-own"),
    )
    talk = {"kinds": ["party_lecture"], "topic": "学习"}
    tried: list[tuple[int, dict[str, Any]]] = [
        (200, event(1, "activity.held", OWN, **talk)),
        (403, event(2, "activity.held", OTHER, **talk)),
        (403, event(3, "activity.held", UNIT, **talk)),
        (403, event(4, "activity.held", "wj-02", **talk)),
        (200, event(5, "record.corrected", OWN, record="of-own", reason="改", time="2017-09-17")),
        (403, event(6, "record.corrected", OWN, record="of-own", reason="移", subject=OTHER)),
        (403, event(7, "record.retracted", OWN, record="of-other", reason="误")),
        (403, event(8, "organization.closed", OWN)),
        (403, event(9, "organization.registered", "wj-01/b9", name="第九支部", kind="branch")),
        (200, event(10, "organization.changed", OWN, name="新名支部")),
        (403, event(11, "request.answered", OWN, request="r-unit")),
        (200, event(12, "request.answered", OWN, request="r-own")),
        (403, event(13, "member.changed", OWN, member="m-other", leader=True)),
        (200, event(14, "member.changed", OWN, member="m-own", leader=True)),
        (403, event(15, "appeal.filed", UNIT, appeal="a", clause="2.1", reason="有误", for_year=2017)),
    ]
    answers = [client.post("/api/v1/events", json=said).status_code for _expected, said in tried]
    assert answers == [expected for expected, _said in tried]
    # What another moved away is his no more, and what looks back says the same.
    site.record(event(20, "record.corrected", OWN, record="of-own", reason="移", subject=OTHER), by="wj-01")
    again = event(21, "record.retracted", OWN, record="of-own", reason="误")
    assert client.post("/api/v1/events", json=again).status_code == 403
    hindsight = Hindsight()
    hindsight.look(site.session.store)
    assert [each for each in hindsight.told if each.by == "branch-1"] == []


def test_pages_offer_him_his_branch(site: Site, client: httpx.Client) -> None:
    assert client.get("/", follow_redirects=False).headers["location"] == f"/units/{UNIT}"
    form = client.get(f"/log?unit={UNIT}&what=activity.held:party_lecture").text
    assert f'value="{OTHER}"' not in form
    choices = client.get(f"/log?unit={UNIT}").text
    assert "登记新支部" not in choices
    assert client.get(f"/workbook?unit={UNIT}").status_code == 200
    assert client.get("/units/wj-02").status_code == 403
    site.record(event(1, "member.joined", OTHER, member="m-x"), event(2, "member.joined", OWN, member="m-y"))
    address = f"/units/{UNIT}/roster/name?member="
    assert [client.get(address + each).status_code for each in ("m-x", "m-y")] == [403, 200]
    said = {"name": "别人", "telephone": ""}
    assert client.put(f"/api/v1/units/{UNIT}/people/m-x", json=said).status_code == 403
    assert crawl(client) == {}


def test_a_scope_is_a_unit_or_one_of_its_branches(site: Site) -> None:
    for scope, fits in ((OWN, True), ("wj-01/b1/x", False), ("wj-01/", False), ("/b1", False)):
        account = Account("x", Role.SECRETARY, "某", frozenset({scope}))
        refused = any(each.field == "units" for each in entry._problems(account))
        assert refused is not fits, scope


def test_the_operator_names_units_and_branches_as_people_do(site: Site) -> None:
    with site.visitor("operator") as operator:
        unit = site.session.projections.records(site.session.store, UNIT).by_id.values()
        names = {each.subject: each.data["name"] for each in unit if each.type == "organization.registered"}
        said = {"name": "named", "display_name": "某某", "role": "secretary"}
        whole = f"{names[UNIT]}/{names[OWN]}、wj-02"
        assert operator.post("/admin/new-account", data=said | {"units": whole}).status_code == 200
        assert names[OWN] in operator.get("/admin/accounts?q=named").text
        wrong = operator.post("/admin/new-account", data=said | {"name": "other", "units": "没有这个学校"})
        assert wrong.status_code == 422
    assert site.account("named").units == {OWN, "wj-02"}


def test_his_workbook_is_of_his_branch(site: Site, client: httpx.Client) -> None:
    site.record(
        event(1, "member.joined", OTHER, member="m-x"),
        event(2, "member.joined", OWN, member="m-y"),
        activity("of-other", OTHER, "2017-09-18", "party_lecture"),
        activity("of-own", OWN, "2017-09-18", "party_lecture"),
    )
    with site.session.store.write() as work:
        put(work.connection, UNIT, [Person("m-x", "别人"), Person("m-y", "自己人")])
    filled = client.get(f"/workbook/template?unit={UNIT}&filled=1").content
    sheets = {grid.name: grid.rows for grid in read_workbook(filled, "filled").grids}
    assert "组织" not in sheets
    text = str(sheets)
    assert "of-own" in text
    assert "of-other" not in text
    assert "别人" not in text

    def post(**sent: list[list[str]]) -> httpx.Response:
        page = client.post("/workbook", data={"unit": UNIT}, files={"file": ("b.xlsx", workbook(**sent))})
        said = {
            name: value
            for name, value in fields(page.text.replace('class="look"', 'id="look"')).items()
            if not name.startswith("drop-")
        }
        return client.post("/workbook", data={**said, "step": "save"}, follow_redirects=False)

    head = ["日期", "类型", "主题", "组织"]
    assert post(活动=[head, ["2017-09-11", "党课", "不写支部的", ""]]).status_code == 303
    refused = post(活动=[head, ["2017-09-12", "党课", "别的支部的", OTHER.partition("/")[2]]])
    assert (refused.status_code, "不在您负责的支部" in refused.text) == (422, True)
    roster = [["姓名", "党员编号", "支部", "联系电话"], ["别人", "m-x", "", "13900000000"]]
    refused = post(党员=roster)
    assert (refused.status_code, "别的支部的党员" in refused.text) == (422, True)
    made = [each for each in site.session.store.stream(UNIT) if each["authid"] == "branch-1"]
    assert [(each["subject"], each["data"]["topic"]) for each in made] == [(OWN, "不写支部的")]
    with site.session.store.read() as work:
        person = directory_of(work.connection, UNIT).get("m-x")
    assert person is not None
    assert person.telephone == ""


def test_reminders_of_his_branch_go_to_his_own_address(site: Site, client: httpx.Client) -> None:
    assert "还没有写上您的地址" in client.get("/account").text
    said = {"channel": "email", "address": "branch@example.cn"}
    assert client.post("/account/reminders/add", data=said).status_code == 303
    with site.session.store.read() as work:
        (contact,) = contacts.contacts(work.connection, UNIT)
    assert (contact.unit, contact.role) == (OWN, Hears.SECRETARY)
    assert "支部书记（" in client.get(f"/units/{UNIT}").text
    reminders = reminders_of(site.session, Settings())
    today = site.session.clock.today()
    for ahead in range(40):
        day = today + timedelta(days=ahead)
        for draft in reminders.drafts(day, keep_rows=False):
            assert {item.unit for item in draft.items.values()} == {OWN}
            (shown,) = reminders.preview([draft], day)
            assert shown.items
            return
    pytest.fail("in forty days nobody is told of anything")


def test_the_operator_brings_branches_secretaries_and_contacts(site: Site) -> None:
    records = site.session.projections.records(site.session.store, UNIT).by_id.values()
    names = {each.subject: each.data["name"] for each in records if each.type == "organization.registered"}
    book = workbook(
        账号=[
            ["姓名", "角色", "单位", "支部", "账号", "邮箱"],
            ["支书甲", "书记", names[UNIT], names[OWN], "zhijia", "jia@example.cn"],
            ["支书乙", "书记", names[UNIT], f"{names[OWN]}、{names[OTHER]}", "zhiyi", ""],
            ["支书丙", "书记", names[UNIT], "没有这个支部", "zhibing", ""],
        ],
        联系人=[["单位", "支部", "邮箱", "身份"], [names[UNIT], names[OTHER], "b2@example.cn", "书记"]],
    )
    with site.visitor("operator") as operator:
        page = look(operator, book)
        assert page.count("请先写在“支部”表里") == 1
        (name,) = [each for each in fields(page) if each.startswith("fix.")]
        page = operator.post("/admin/district", data={**fields(page), name: names[OWN], "step": "look"}).text
        assert names[OTHER] in page
        done = operator.post("/admin/district", data={**fields(page), "step": "save"})
        assert done.status_code == 200
        typed = {"unit": f"{names[UNIT]}/{names[OWN]}", "role": "secretary", "channel": "email"}
        added = operator.post("/admin/contacts", data=typed | {"address": "typed@example.cn"})
        assert added.status_code == 303
        wrong = operator.post("/admin/contacts", data=typed | {"address": "x@example.cn", "role": "assessor"})
        assert wrong.status_code == 422
        assert names[OWN] in operator.get("/admin/contacts").text
    assert site.account("zhijia").units == {OWN}
    assert site.account("zhiyi").units == {OWN, OTHER}
    with site.session.store.read() as work:
        found = {(each.unit, each.person.address) for each in contacts.contacts(work.connection, UNIT)}
    assert {(OWN, "jia@example.cn"), (OTHER, "b2@example.cn"), (OWN, "typed@example.cn")} <= found
