"""The year's end without a browser: all that have nothing open in one act, the others one after another."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import httpx
import pytest

from .reviewing import event, events_of, hidden, live_on, settle, text
from .site import ASSESSOR, Site
from .test_signing import sheet

AFTER_THE_YEAR = date(2018, 2, 20)


@pytest.fixture
def closed(site: Site) -> Site:
    """The year is over; of the three units the first has something open, the other two have nothing."""
    live_on(site, AFTER_THE_YEAR)
    for unit in ("wj-02", "wj-03"):
        settle(site, unit)
    return site


def offered(client: httpx.Client) -> dict[str, Any]:
    page = client.get("/review/sign?year=2017")
    return {
        "form": hidden(page, "form"),
        "year": "2017",
        "unit": re.findall(r'name="unit" value="([^"]*)"', page.text),
    }


def test_one_press_signs_all_that_have_nothing_open(closed: Site) -> None:
    with closed.visitor(ASSESSOR) as client:
        said = offered(client)
        assert [each.split()[0] for each in said["unit"]] == ["wj-02", "wj-03"]
        page = text(client.get("/review/sign?year=2017"))
        assert "已签字 0 个，可以一次签的 2 个，还有事没办完的 1 个" in page
        answer = client.post("/review/sign", data=said)
        assert (answer.status_code, answer.headers["location"]) == (303, "/review/sign?year=2017&done=2")
        again = client.post("/review/sign", data=said)
        assert again.status_code == 303, "the same press again signs nothing twice"
    for unit in ("wj-02", "wj-03"):
        (signing,) = events_of(closed, unit, "score.signed")
        with closed.session.store.read():
            projections, store = closed.session.projections, closed.session.store
            card = projections.score(store, unit, AFTER_THE_YEAR, None, "wujin-2017")
            total = card.as_json(str)["total"]
        assert (signing["data"]["score"], signing["data"]["bonus"]) == (total["score"], total["bonus"])
        assert signing["authid"] == ASSESSOR
    assert events_of(closed, "wj-01", "score.signed") == []


def test_what_moved_meanwhile_is_not_signed_and_keeps_nobody_from_the_others(closed: Site) -> None:
    with closed.visitor(ASSESSOR) as client:
        said = offered(client)
        closed.record(
            event("late", "judgement.passed", "wj-02", "2018-02-19", clause="10.1", deduct="1", reason="x",
                  for_year=2017)
        )  # fmt: skip
        answer = client.post("/review/sign", data=said)
        shown = text(answer)
        assert answer.status_code == 422
        assert "已为 1 个单位签字" in shown
        assert "1 个单位没有签成，其余不受影响" in shown
        assert "这个单位又有了新记录" in shown
    assert events_of(closed, "wj-02", "score.signed") == []
    assert len(events_of(closed, "wj-03", "score.signed")) == 1


def test_who_has_something_open_is_never_signed_by_the_way(closed: Site) -> None:
    with closed.visitor(ASSESSOR) as client:
        last = hidden(client.get("/review/units/wj-01/sign?year=2017"), "last")
        answer = client.post(
            "/review/sign", data=offered(client) | {"unit": [f"wj-01 {last}", "x", "no-such 1"]}
        )
        assert answer.status_code == 422
        assert "还有没办完的事" in answer.text
        assert "没有登记过“no-such”" in text(answer)
    assert events_of(closed, "wj-01", "score.signed") == []


def test_one_signed_sheet_leads_to_the_next(closed: Site) -> None:
    with closed.visitor(ASSESSOR) as client:
        for unit, following in (("wj-02", "wj-03"), ("wj-03", "wj-01")):
            answer = client.post(f"/review/units/{unit}/sign", data=sheet(client, unit) | {"act": "next"})
            assert answer.headers["location"] == f"/review/units/{following}/sign?year=2017&signed={unit}"
        assert "已签字。" in client.get(answer.headers["location"]).text
        answer = client.post("/review/units/wj-01/sign", data=sheet(client, "wj-01") | {"act": "next"})
        assert answer.headers["location"] == "/review/sign?year=2017"


def test_before_the_year_is_over_nobody_is_offered(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        assert offered_none(client)


def offered_none(client: httpx.Client) -> bool:
    page = client.get("/review/sign")
    return 'name="unit"' not in page.text and "2018-01-31 才结束" in text(page)
