"""What was asked of many: on one page, answered or not; given more time, and taken back, for all at once."""

from __future__ import annotations

from .reviewing import event, events_of, hidden, text
from .site import ASSESSOR, Site


def test_a_batch_is_seen_as_one_prolonged_and_undone(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        form = hidden(client.get("/review/ask?what=request"), "form")
        said = {"form": form, "what": "request", "to": "all", "words": "值班安排", "due_on": "2017-09-28"}
        address = client.post("/review/ask", data=said).headers["location"]
        assert address.startswith("/review/campaigns/request/")
        assert client.post("/review/ask", data=said).headers["location"] == address
        here = address.partition("?")[0]
        key = here.rpartition("/")[2]
        assert "已向 3 个单位提出" in text(client.get(address))
        site.record(event("a1", "request.answered", "wj-02", "2017-09-20", request=key))
        page = text(client.get(here))
        assert "3 个单位：已办 1 个（其中迟办 0 个），未办 2 个（其中逾期 0 个）" in page
        assert "值班安排" in text(client.get("/review/campaigns"))
        wrong = client.post(f"{here}/prolong", data={"due_on": "2017-09-01", "reason": ""})
        assert (wrong.status_code, "已经过了" in wrong.text, "理由" in wrong.text) == (422, True, True)
        assert (
            client.post(f"{here}/prolong", data={"due_on": "2017-10-08", "reason": "假期"}).status_code == 303
        )
        corrected = [
            each["data"].get("data", {}) for unit in ("wj-01", "wj-03")
            for each in events_of(site, unit, "record.corrected")
        ]  # fmt: skip
        assert [each["due_on"] for each in corrected if "due_on" in each] == ["2017-10-08"] * 2
        assert client.get(f"{here}/files.zip").content[:2] == b"PK"
        assert client.post(f"{here}/withdraw", data={"reason": ""}).status_code == 422
        assert client.post(f"{here}/withdraw", data={"reason": "提错了"}).status_code == 303
        assert client.get(here).status_code == 404
        assert "值班安排" not in text(client.get("/review/campaigns"))


def test_nobody_is_chosen_beforehand_for_a_finding(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        page = client.get("/review/ask?what=finding").text
        assert 'value="all" id="to-all">' in page
        form = hidden(client.get("/review/ask?what=finding"), "form")
        said = {"form": form, "what": "finding", "to": "chosen", "words": "缺页", "due_on": "2017-09-28"}
        assert client.post("/review/ask", data=said).status_code == 422
