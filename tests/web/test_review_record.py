"""A verdict on the record's own page leads on to the next that waits in the same list."""

from __future__ import annotations

from .reviewing import events_of, hidden, honor
from .site import ASSESSOR, OTHER_SECRETARY, Site


def test_accept_return_and_on(site: Site) -> None:
    site.record(honor("h1", title="红烛甲"), honor("h2", title="红烛乙"))
    with site.visitor(ASSESSOR) as client, site.visitor(OTHER_SECRETARY) as secretary:
        assert "/records/h1?tab=claim" in client.get("/review?tab=claim&unit=wj-02").text
        page = client.get("/records/h1?tab=claim")
        said = {name: hidden(page, name) for name in ("form", "seen", "back", "record", "then")}
        assert said["record"] == "h1"
        assert said["then"] not in ("", "h1")
        refused = client.post("/review", data=said | {"verdict": "returned"})
        assert (refused.status_code, "退回要写明理由" in refused.text) == (422, True)
        answer = client.post("/review", data=said | {"verdict": "accepted"})
        assert answer.headers["location"] == f"/records/{said['then']}?tab=claim&done=accepted"
        assert "上一条已通过" in client.get(answer.headers["location"]).text
        assert 'name="verdict"' not in secretary.get("/records/h1").text
        # What the list was narrowed to goes along from record to record.
        narrow = client.get("/records/h2?tab=claim&unit=wj-02&type=honor.received&since=2017-09-01")
        assert hidden(narrow, "back").startswith(
            "/review?tab=claim&unit=wj-02&type=honor.received&since=2017-09-01"
        )
        assert hidden(narrow, "then") == ""
    assert [each["data"]["record"] for each in events_of(site, "wj-02", "claim.reviewed")][-1] == "h1"
