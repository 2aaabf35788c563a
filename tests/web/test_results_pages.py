"""From the signings to the final result without a browser: two hands, publication, the unit's word, objections."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import httpx
import pytest

from .reviewing import event, events_of, hidden, live_on, settle, text
from .site import ASSESSOR, OTHER_SECRETARY, Site
from .test_sign_all import AFTER_THE_YEAR, offered

SECOND = "assessor-2"


@pytest.fixture
def signed(site: Site) -> Site:
    """The year is over, and two of the three units are signed by the first assessor."""
    live_on(site, AFTER_THE_YEAR)
    for unit in ("wj-02", "wj-03"):
        settle(site, unit)
    with site.visitor(ASSESSOR) as client:
        assert client.post("/review/sign", data=offered(client)).status_code == 303
    return site


def form(page: httpx.Response) -> dict[str, Any]:
    return {
        "form": hidden(page, "form"),
        "year": "2017",
        "unit": re.findall(r'name="unit" value="([^"]*)"', page.text),
    }


def publish(client: httpx.Client, **days: str) -> httpx.Response:
    said = form(client.get("/review/results"))
    return client.post(
        "/review/results/publish", data=said | {"starts_on": "2018-02-20", "ends_on": "2018-02-27"} | days
    )


def switch(site: Site, name: str) -> None:
    site.session.keep_settings(site.session.settings.model_copy(update={name: True}))


def test_two_hands_where_the_district_asks_for_them(signed: Site) -> None:
    switch(signed, "second_signature")
    with signed.visitor(ASSESSOR) as first, signed.visitor(SECOND) as second:
        page = first.get("/review/results")
        assert "您自己签的 2 个" in text(page)
        assert 'name="unit"' not in page.text
        offered_to_second = form(second.get("/review/results"))
        (signing,) = events_of(signed, "wj-02", "score.signed")
        own = {"form": "mine", "year": "2017", "unit": [f"wj-02 {signing['id']}"]}
        assert "由另一位考核人员来做" in first.post("/review/results/second", data=own).text
        by_hand = event("x", "score.countersigned", "wj-02", "2018-02-20", signing=signing["id"])
        assert first.post("/api/v1/events", json=by_hand).status_code == 403
        too_early = own | {"form": "early", "starts_on": "2018-02-20", "ends_on": "2018-02-27"}
        assert "还没有复签" in first.post("/review/results/publish", data=too_early).text
        answer = second.post("/review/results/second", data=offered_to_second)
        assert answer.headers["location"] == "/review/results?year=2017&second=2"
        assert publish(first).headers["location"] == "/review/results?year=2017&published=2"
    assert len(events_of(signed, "wj-02", "score.countersigned")) == 1


def test_published_confirmed_objected_to_and_final(signed: Site) -> None:
    with signed.visitor(ASSESSOR) as assessor, signed.visitor(OTHER_SECRETARY) as unit:
        wrong = publish(assessor, ends_on="2018-02-19")
        assert (wrong.status_code, "早于开始" in wrong.text) == (422, True)
        assert publish(assessor, ends_on="soon").status_code == 422
        assert publish(assessor).status_code == 303
        page = unit.get("/units/wj-02/result")
        assert "公示中" in text(page)
        assert "公示： 2018-02-20 至 2018-02-27" in text(page) or "公示：2018-02-20 至 2018-02-27" in text(
            page
        )
        said = {name: hidden(page, name) for name in ("form", "year", "signing")}
        for _press in range(2):
            answer = unit.post("/units/wj-02/result/confirm", data=said)
            assert answer.headers["location"] == "/units/wj-02/result?year=2017&done=confirmed"
        assert len(events_of(signed, "wj-02", "result.confirmed")) == 1
        assert "单位已确认 1 个" in text(assessor.get("/review/results"))
        objection = hidden(unit.get("/units/wj-02/appeals?year=2017"), "form")
        filed = {"form": objection, "year": "2017", "clause": "2.1", "reason": "会议已开"}
        assert unit.post("/units/wj-02/appeals", data=filed).status_code == 303
        live_on(signed, date(2018, 2, 28))
        shown = text(assessor.get("/review/results"))
        assert "公示期满，申诉待答复 1" in shown
        assert "已定 1" in shown
        late = unit.post("/units/wj-02/appeals", data=filed | {"form": "late", "clause": "3.1"})
        assert (late.status_code, "已经过了" in late.text) == (422, True)
        answered = {"form": "answer", "record": events_of(signed, "wj-02", "appeal.filed")[0]["id"]}
        answered |= {"verdict": "rejected", "reason": "未见记录"}
        assert assessor.post("/review/units/wj-02/decide", data=answered).status_code == 303
        assert "已定 2" in text(assessor.get("/review/results"))


def test_who_judged_does_not_decide_the_appeal(signed: Site) -> None:
    switch(signed, "separate_appeals")
    signed.record(
        event(
            "a", "appeal.filed", "wj-02", "2018-02-20", appeal="a", clause="10.1", reason="x", for_year=2017
        )
    )
    judged = event(
        "j", "judgement.passed", "wj-02", "2018-02-20", clause="10.1", deduct="1", reason="x", for_year=2017
    )
    decided = event("d", "appeal.decided", "wj-02", "2018-02-20", appeal="a", verdict="rejected", reason="x")
    with signed.visitor(ASSESSOR) as judge, signed.visitor(SECOND) as other:
        assert judge.post("/api/v1/events", json=judged).status_code == 200
        refused = judge.post("/api/v1/events", json=decided)
        assert (refused.status_code, "另一位考核人员" in refused.text) == (403, True)
        page = {"form": "answer", "record": "a", "verdict": "rejected", "reason": "x"}
        assert judge.post("/review/units/wj-02/decide", data=page).status_code == 422
        assert other.post("/api/v1/events", json=decided).status_code == 200
