"""Many at once: filters, all that match beyond the page, one row a unit's declarations, twins, whose unit it is."""

from __future__ import annotations

import re
from typing import Any

import httpx

from .reviewing import OTHER, UNIT, event, events_of, hidden, honor, text
from .site import ASSESSOR, AUDITOR, Site, activity

SECOND = "assessor-2"


def rows(answer: httpx.Response) -> list[str]:
    return re.findall(r'<li class="review-item" id="row-([^"]*)"', answer.text)


def sent(page: httpx.Response, **fields: Any) -> dict[str, Any]:
    return {name: hidden(page, name) for name in ("form", "seen", "back")} | fields


def decided(site: Site, before: int, unit: str = UNIT) -> list[tuple[str, str]]:
    """Return the verdicts that came after the event *before*."""
    reviews = events_of(site, unit, "claim.reviewed")
    return [
        (each["data"]["record"], each["data"]["verdict"])
        for each in reviews
        if int(each["sequence"]) > before
    ]


def test_the_list_is_narrowed_by_clause_points_day_and_files(site: Site) -> None:
    facts = {"sha256": "0" * 64, "media_type": "text/plain", "bytes": 1, "filename": "证书.txt"}
    site.record(
        honor("high", level="city"), honor("low", level="bureau", title="局级"),
        event("file", "evidence.attached", UNIT, "2017-09-02", record="high", **facts),
    )  # fmt: skip
    with site.visitor(ASSESSOR) as client:

        def listed(**asked: str) -> set[str]:
            params = {"tab": "claim", "unit": UNIT, "type": "honor.received"} | asked
            return set(rows(client.get("/review", params=params)))

        everything = listed()
        assert {"high", "low"} <= everything
        page = client.get(f"/review?tab=claim&unit={UNIT}&since=2017-09-01&until=2017-09-01")
        said = text(page)
        assert "证书.txt" in said
        assert "没有附件" in said
        clause = re.search(r"通过后 (\S+) 可加", said)
        assert clause
        assert {"high", "low"} <= listed(clause=clause[1])
        assert listed(clause="2.1") == set()
        assert "low" not in listed(points="1.5")
        assert "high" in listed(points="1.5")
        assert listed(files="with") & {"high", "low"} == {"high"}
        assert listed(files="without") & {"high", "low"} == {"low"}
        assert listed(since="2017-09-02") & {"high", "low"} == set()
        # What an address cannot mean is not asked for.
        assert listed(points="x", since="soon", files="some", clause="") == everything


def test_all_that_match_are_decided_beyond_the_page(site: Site) -> None:
    before = site.session.store.size()
    site.record(*(honor(f"h{number:03}", title=f"红烛 {number}") for number in range(70)))
    with site.visitor(ASSESSOR) as client:
        address = f"/review?tab=claim&unit={UNIT}&type=honor.received"
        page = client.get(address)
        total = int(re.search(r"符合的全部 (\d+) 条", text(page))[1])  # type: ignore[index]
        assert total >= 70 > len(rows(page))
        # What came after the page was shown was seen by nobody.
        site.record(honor("unseen", title="后来的"))
        answer = client.post("/review", data=sent(page, everything="1", verdict="accepted"))
        assert answer.headers["location"].endswith(f"done=accepted-{total}")
        assert rows(client.get(address)) == ["unseen"]
    assert len(decided(site, before)) == total


def test_two_assessors_at_once_on_one_queue(site: Site) -> None:
    before = site.session.store.size()
    site.record(*(honor(f"h{number}", title=f"红烛 {number}") for number in range(6)))
    address = f"/review?tab=claim&unit={UNIT}&type=honor.received&since=2017-09-01"
    with site.visitor(ASSESSOR) as one, site.visitor(SECOND) as two:
        first, second = one.get(address), two.get(address)
        both = {"record": ["h0", "h1", "h2"], "verdict": "accepted"}
        assert one.post("/review", data=sent(first, **both)).status_code == 303
        late = two.post(
            "/review",
            data=sent(second, record=["h1", "h2", "h3", "h4"], verdict="returned", reason="缺证书"),
        )
        said = text(late)
        assert late.status_code == 422
        assert "已退回 2 条" in said
        assert "另有 2 条没有审" in said
        assert f"“h1”刚有人审核过：考核人员（{ASSESSOR}）已审为“通过”" in said
        # The same press again decides nothing twice.
        again = sent(second, record=["h1", "h2", "h3", "h4"], verdict="returned", reason="缺证书")
        assert two.post("/review", data=again).status_code in (303, 422)
    assert decided(site, before) == [
        ("h0", "accepted"), ("h1", "accepted"), ("h2", "accepted"), ("h3", "returned"), ("h4", "returned"),
    ]  # fmt: skip


def test_what_a_unit_declares_is_one_row(site: Site) -> None:
    before = site.session.store.size()
    site.record(
        event("d1", "condition.declared", UNIT, "2017-09-01", condition="union_sound", value="not_applicable"),
        event("d2", "condition.declared", UNIT, "2017-09-02", condition="union_sound", value="not_applicable"),
        event("d3", "condition.declared", OTHER, "2017-09-02", condition="union_sound", value="not_applicable"),
    )  # fmt: skip
    with site.visitor(ASSESSOR) as client:
        page = client.get("/review?tab=declared&type=condition.declared")
        found = rows(page)
        assert f"unit-{UNIT}" in found
        box = re.search(rf'value="([^"]*)" data-count="(\d+)" id="choose-unit-{UNIT}"', page.text)
        assert box
        ids = box[1].split("\n")
        assert {"d1", "d2"} <= set(ids)
        assert len(ids) == int(box[2])
        # As a browser sends the end of a line.
        assert client.post("/review", data=sent(page, only="\r\n".join(ids))).status_code == 303
    assert {("d1", "accepted"), ("d2", "accepted")} <= set(decided(site, before))
    assert decided(site, before, OTHER) == []


def test_twins_stand_side_by_side_and_one_press_returns_the_second(site: Site) -> None:
    site.record(activity("first", UNIT, "2017-09-04", "party_lecture", topic="廉政", study_hours="2"))
    site.record(activity("again", UNIT, "2017-09-04", "party_lecture", topic="廉洁", study_hours="3"))
    with site.visitor(ASSESSOR) as client:
        page = client.get(f"/review?tab=double&unit={UNIT}")
        row = page.text.partition('id="row-again"')[2].partition("</li>")[0]
        differ = re.findall(r'<tr class="differs"><th scope="row">([^<]*)</th>', row)
        assert {"主题", "学时"} <= set(differ)
        assert "类型" not in differ
        assert client.post("/review", data=sent(page, double="again")).status_code == 303
    (review,) = [
        each["data"] for each in events_of(site, UNIT, "claim.reviewed") if each["data"]["record"] == "again"
    ]
    assert review["verdict"] == "returned"
    assert "与 2017-09-04 的" in review["reason"]
    assert "廉政" in review["reason"]


def test_units_are_shared_out_and_everybody_finds_his_own(site: Site) -> None:
    site.record(honor("h1"), honor("h2", OTHER))
    with site.visitor(ASSESSOR) as one, site.visitor(SECOND) as two, site.visitor(AUDITOR) as auditor:
        assert "我负责的" not in one.get("/board").text
        wrong = one.post("/review/assignments", data={"account": SECOND})
        assert (wrong.status_code, "还没有勾选单位" in wrong.text) == (422, True)
        assert one.post("/review/assignments", data={"unit": UNIT, "account": "nobody"}).status_code == 422
        assert auditor.post("/review/assignments", data={"unit": UNIT, "account": SECOND}).status_code == 403
        assert one.post("/review/assignments", data={"unit": UNIT, "account": SECOND}).status_code == 303
        assert "h1" in rows(two.get("/review?tab=claim&mine=1"))
        assert "h2" not in rows(two.get("/review?tab=claim&mine=1"))
        assert "h2" in rows(two.get("/review?tab=claim&type=honor.received"))
        assert "我负责的 1 个单位" in text(two.get("/board"))
        own = two.get("/board?mine=1&status=all")
        assert "1 个单位中" not in text(own)
        assert f"/units/{UNIT}" in own.text
        assert f'href="/units/{OTHER}"' not in own.text
        # The rest is shared out evenly; who has something keeps it.
        people = (ASSESSOR, SECOND)
        assert one.post("/review/assignments", data={"act": "evenly"}).status_code == 303
        page = text(one.get("/review/assignments"))
        assert "没有人负责的 0" in page
        assert all(site.account(each).display_name in page for each in people)
        assert one.post("/review/assignments", data={"unit": [UNIT, OTHER], "account": ""}).status_code == 303
        assert "h1" not in rows(two.get("/review?tab=claim&mine=1"))
