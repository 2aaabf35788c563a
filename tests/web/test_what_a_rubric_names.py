"""Tags, groups, roles and categories are given on pages, where a rubric names them; nowhere else are they asked for."""

from __future__ import annotations

import re

import pytest

from rubric.samples import sample
from taizhang.app.rubrics import install_rubric

from .reviewing import events_of, hidden, text
from .site import ASSESSOR, SECRETARY, Site

ASKS = """\
format: 2
id: asks
year: 2017
title: 按组按类
closes_on: 2018-01-31
tags: {rural: 农村学校}
groups: {north: 北片, south: 南片}
roles: {committee: 支委委员}
categories: {safety: 安全生产}
codes: {activities: {talk: 宣讲}}
figures: {posts: {name: 信息分, max: 100, who: assessor}}
of:
- title: 名次
  points: 5
  start: zero
  rules: [{peers: {figure: posts}, take: place, group: true, gain: {table: {1: 5}, by: place}}]
- {title: 宣讲, points: 5, rules: [{members: {role: committee, each: {activity: talk}}, lose: {each: 1}}]}
- {title: 安全, points: 5, rules: [{items: finding, category: safety, lose: {each: 1}}]}
- {title: 农村, points: 5, for: {tags: [rural]}, rules: [{missing: [{activity: talk}], lose: {flat: 5}}]}
"""


def test_only_what_the_rubrics_name_is_asked_for(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        assert "不按标签、分组区别单位" in text(client.get("/register/groups"))
        assert 'name="category"' not in client.get("/review/ask?what=finding").text
    with site.visitor(SECRETARY) as client:
        assert 'name="roles"' not in client.get(f"/log?unit={SECRETARY}&what=member.changed").text
        assert 'name="exempt_from_study"' in client.get(f"/log?unit={SECRETARY}&what=member.changed").text


def test_what_the_rubrics_name_is_given_on_pages(site: Site) -> None:
    install_rubric(site.session, ASKS.encode(), beside=True)
    today = site.session.clock.today().isoformat()
    with site.visitor(ASSESSOR) as client:
        page = client.get("/register/groups")
        units = re.findall(r'name="unit-([^"]+)"', page.text)
        assert units == site.session.store.units()
        sent = {"id": hidden(page, "id"), "since": today, **{f"unit-{unit}": "1" for unit in units}}
        done = client.post(
            "/register/groups", data={**sent, f"group-{units[0]}": "north", f"tags-{units[0]}": "rural"}
        )
        assert done.headers["location"] == "/register/groups?done=1", text(done)
        assert events_of(site, units[0], "organization.changed")[-1]["data"] == {
            "tags": ["rural"],
            "group": "north",
        }
        shown = client.get("/register/groups").text
        assert re.search(rf'value="rural" id="tag-{units[0]}-1" checked', shown)
        page = client.get("/review/ask?what=finding")
        form = {
            "form": hidden(page, "form"),
            "what": "finding",
            "to": "chosen",
            "unit": units[0],
            "words": "通道堆物",
        }
        wrong = client.post("/review/ask", data={**form, "due_on": today, "category": "nobody"})
        assert wrong.status_code == 422
        done = client.post("/review/ask", data={**form, "due_on": today, "category": "safety"})
        assert done.status_code == 303, text(done)
        assert events_of(site, units[0], "finding.raised")[-1]["data"]["category"] == "safety"
    with site.visitor(SECRETARY) as client:
        page = client.get(f"/log?unit={SECRETARY}&what=member.changed")
        member = re.findall(r'<option value="([^"]+)"', page.text.split('name="member"')[1])[1]
        entry = {
            "unit": SECRETARY,
            "what": "member.changed",
            "id": hidden(page, "id"),
            "day": today,
            "step": "save",
        }
        done = client.post("/log/entry", data={**entry, "member": member, "roles": "committee"})
        assert done.status_code == 303, text(done)
        changed = events_of(site, SECRETARY, "member.changed")[-1]["data"]
        assert (changed["member"], changed["roles"]) == (member, ["committee"])


@pytest.mark.parametrize("name", ["village", "township"])
def test_a_form_asks_no_hours_where_the_rubric_wants_none(site: Site, name: str) -> None:
    install_rubric(
        site.session, re.sub("202[78]", lambda year: str(int(year[0]) - 10), sample(name)).encode()
    )
    code = {"village": "theme_day", "township": "joint_meeting"}[name]
    with site.visitor(SECRETARY) as client:
        form = client.get(f"/log?unit={SECRETARY}&what=activity.held:{code}").text
        assert 'name="study_hours"' not in form
        assert "还有 -" not in form
        assert 'name="exempt_from_study"' not in client.get(f"/log?unit={SECRETARY}&what=member.joined").text
