"""A secretary of one branch sees the whole unit and records for his branch, whatever the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.hindsight import Hindsight
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK

from .site import Site, activity
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
    assert client.get(f"/workbook?unit={UNIT}").status_code == 403
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
