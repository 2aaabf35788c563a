"""The roster, branches and terms: what a secretary records of the organization itself."""

from __future__ import annotations

import re

import pytest

from .site import AUDITOR, OPERATOR, OTHER_SECRETARY, SECRETARY, Site
from .test_log import enter, hidden, sent_as_it_stands

UNIT = SECRETARY


def logged(site: Site, what: str, **typed: str) -> list[dict[str, object]]:
    """Open a form, type over what stands in it, save it; return the events that it made."""
    before = site.session.store.size()
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"unit": UNIT, "what": what}).text
        form = sent_as_it_stands(page) | {name: [value] for name, value in typed.items()} | {"step": ["save"]}
        saved = enter(client, {name: value for name, value in form.items() if value != ["-"]})
        assert saved.status_code == 303, re.findall(r'<div class="problems".*?</div>', saved.text, re.DOTALL)
        assert client.get(saved.headers["location"]).status_code == 200
    return [dict(each) for each in site.session.store.stream(UNIT, before)]


def test_somebody_joins_and_his_name_stays_out_of_the_ledger(site: Site) -> None:
    (joined,) = logged(site, "member.joined", subject=f"{UNIT}/b1", name="欧阳明", leader="yes")
    assert joined["type"] == "member.joined"
    assert joined["subject"] == f"{UNIT}/b1"
    member = joined["data"]["member"]
    assert joined["data"] == {"member": member, "leader": True}
    with site.visitor(SECRETARY) as client:
        page = client.get(f"/units/{UNIT}/roster").text
        assert "欧阳明" in page
        assert member in client.get(f"/units/{UNIT}/roster", params={"q": "oym"}).text, "by pinyin initials"
        renamed = {"member": member, "name": "欧阳鸣", "telephone": "13900000000", "step": "save"}
        assert client.post(f"/units/{UNIT}/roster/name", data=renamed).status_code == 303
        assert "欧阳鸣" in client.get(f"/units/{UNIT}/roster").text
        empty = client.post(f"/units/{UNIT}/roster/name", data=renamed | {"name": " "})
        assert empty.status_code == 422
        client.post(f"/units/{UNIT}/roster/name", data={"member": member, "step": "erase"})
        erased = client.get(f"/units/{UNIT}/roster").text
        assert "欧阳" not in erased
        assert member in erased
    assert not any("欧阳".encode() in body for body in site.session.store.export())


def test_somebody_moves_and_his_year_goes_on(site: Site) -> None:
    day = site.session.clock.today()
    with site.session.store.read():
        facts = site.session.projections.score(site.session.store, UNIT, day).facts
        mover = next(
            each for each in facts.roster.present(day) if each.subject == f"{UNIT}/b1" and each.leader
        )
    left, joined = logged(site, f"member.moved:{mover.member}", to=f"{UNIT}/b2")
    assert (left["type"], left["subject"]) == ("member.left", f"{UNIT}/b1")
    assert joined["data"] == {"member": mover.member, "leader": True}, "his flags go with him"
    with site.session.store.read():
        facts = site.session.projections.score(site.session.store, UNIT, day).facts
        now = facts.roster.presence(mover.member, day)
    assert now is not None
    assert (now.subject, now.since) == (f"{UNIT}/b2", mover.since)


@pytest.mark.parametrize(
    ("what", "typed", "types"),
    [
        ("member.changed:m01-006", {"exempt_from_study": "yes"}, ["member.changed"]),
        ("member.left:m01-006", {"reason": "other"}, ["member.left"]),
        ("transfer.started:m01-006", {}, ["transfer.started"]),
        ("transfer.completed:m01-006", {}, ["transfer.completed", "member.left"]),
        ("transfer.completed:m01-006", {"leaves": "-"}, ["transfer.completed"]),
        ("election.held", {"next_term_ends_on": "2020-09-20"}, ["election.held"]),
        (
            "election.postponed",
            {"until": "2018-03-31", "approved_by": "区委教育工委"},
            ["election.postponed"],
        ),
        ("organization.registered", {"name": "武进区青禾实验小学新支部"}, ["organization.registered"]),
        (f"organization.changed:{UNIT}/b1", {"has_groups": "no"}, ["organization.changed"]),
        (f"organization.closed:{UNIT}/b4", {"reason": "并入退休支部"}, ["organization.closed"]),
        ("condition.declared:union_sound", {"union_sound": "no", "women_sound": ""}, ["condition.declared"]),
        ("request.answered", {}, ["request.answered"]),
        ("document.filed:volunteer_plan", {"target_sessions": "8次", "another": "yes"}, ["document.filed"]),
        (
            "publication.made:wujin_education_wechat",
            {"title": "榜样", "feature": "yes"},
            ["publication.made"],
        ),
        ("honor.received:role_model", {"title": "先进典型", "level": "city"}, ["honor.received"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_form_records_what_it_says(
    site: Site, what: str, typed: dict[str, str], types: list[str]
) -> None:
    if what.startswith("transfer.completed"):
        logged(site, "transfer.started:m01-006")
    events = logged(site, what, **typed)
    assert [event["type"] for event in events] == types


def test_what_did_not_change_is_not_recorded(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        for what in ("member.changed:m01-006", f"organization.changed:{UNIT}/b1"):
            page = client.get("/log", params={"unit": UNIT, "what": what}).text
            answer = enter(client, sent_as_it_stands(page) | {"step": ["save"]})
            assert answer.status_code == 422
            assert "没有变更" in answer.text


def test_a_secretary_never_says_what_kind_the_unit_is(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"unit": UNIT, "what": f"organization.changed:{UNIT}"}).text
        assert 'name="kind"' not in page
        form = sent_as_it_stands(page) | {"kind": ["committee"], "name": ["新名"], "step": ["save"]}
        assert enter(client, form).status_code == 303
        registration = next(iter(site.session.store.stream(UNIT)))["id"]
        assert client.get(f"/records/{registration}/correct").status_code == 403
    changed = list(site.session.store.stream(UNIT))[-1]
    assert changed["data"] == {"name": "新名"}


def test_who_reads_a_unit_reads_its_roster_and_only_its_secretary_changes_it(shared_site: Site) -> None:
    address = f"/units/{UNIT}/roster"
    with shared_site.visitor(AUDITOR) as client:
        page = client.get(address).text
        assert "m01-001" in page
        assert "member.joined" not in page
        assert client.get(f"{address}/name", params={"member": "m01-001"}).status_code == 403
    for name in (OTHER_SECRETARY, OPERATOR):
        with shared_site.visitor(name) as client:
            assert client.get(address).status_code == 403
            assert client.post(f"{address}/name", data={"member": "m01-001"}).status_code == 403
    with shared_site.visitor(SECRETARY) as client:
        assert client.get(f"{address}/name", params={"member": "stranger"}).status_code == 404
        assert hidden(client.get(f"{address}/name", params={"member": "m01-001"}).text, "member") == "m01-001"
