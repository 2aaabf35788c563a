"""One record whole: its words, both days, who; what changed it since; which clauses it counts for."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import pytest

from taizhang.evidence.folder import EvidenceFolder

from .browsing import NARROWEST, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, OTHER_SECRETARY, SECRETARY, Site, activity

UNIT = SECRETARY
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def about(event_id: str, kind: str, **data: Any) -> dict[str, Any]:
    return activity(event_id, UNIT, "2017-09-20", "party_lecture") | {"type": kind, "data": data}


@pytest.fixture
def lived(site: Site) -> Site:
    """A site with a record that was corrected, reviewed, and given a file."""
    site.record(
        activity("r-1", UNIT, "2017-08-01", "party_lecture", topic="讲党课", study_hours="2"), by=UNIT
    )
    changed = {"kinds": ["party_lecture"], "topic": "讲党课", "study_hours": "1.5"}
    site.record(
        about("c-1", "record.corrected", record="r-1", reason="学时写错", data=changed, time="2017-08-02"),
        by=UNIT,
    )
    digest = EvidenceFolder(site.options.evidence).keep(PNG)
    site.record(
        about(
            "f-1",
            "evidence.attached",
            record="r-1",
            sha256=digest,
            media_type="image/png",
            bytes=len(PNG),
            filename="签到.png",
        )
    )
    return site


def test_it_shows_what_was_said_and_what_changed(lived: Site) -> None:
    with lived.visitor(SECRETARY) as client:
        text = client.get("/records/r-1").text
    assert "党课：讲党课" in text
    assert 'datetime="2017-08-02"' in text, "the day that stands"
    assert "晚 49 天记入" in text
    who = lived.account(UNIT).display_name
    assert f"<dd>{who}</dd>" in text, "one name everywhere"
    shown, _opened, technical = text.partition('<details class="technical">')
    digest = sha256(PNG).hexdigest()
    assert f"SHA-256 {digest}" in technical
    assert f"<dd>{UNIT}</dd>" in technical
    plain = re.sub(r'(?:href|src)="[^"]*"', "", shown)
    assert digest not in plain, "no hashes until the technical information is opened"
    assert "<dd>r-1</dd>" in technical
    assert f'<img class="thumb" src="/evidence/{digest}?record=r-1" alt="签到.png"' in shown
    assert "<dt>学时</dt><dd>1.5</dd>" in text
    assert "<del>2</del> → <ins>1.5</ins>" in text
    assert "<del>2017-08-01</del> → <ins>2017-08-02</ins>" in text
    assert "理由：学时写错" in text
    assert f'<a href="/evidence/{sha256(PNG).hexdigest()}?record=r-1">签到.png</a>' in text
    assert f'href="/units/{UNIT}#clause-8.5"' in text or f'href="/units/{UNIT}#clause-6.5"' in text


def test_what_was_returned_or_retracted_counts_for_nothing(lived: Site) -> None:
    lived.record(
        about("v-1", "claim.reviewed", record="r-1", verdict="returned", reason="没有签到"), by=ASSESSOR
    )
    with lived.visitor(SECRETARY) as client:
        text = client.get("/records/r-1").text
        assert "审核退回，目前不计入。" in text
        assert "不计入任何条款。" in text
        assert "审核退回" in text
        lived.record(about("v-2", "claim.reviewed", record="r-1", verdict="accepted"), by=ASSESSOR)
        assert f'href="/units/{UNIT}#clause-6.5"' in client.get("/records/r-1").text
        lived.record(about("x-1", "record.retracted", record="r-1", reason="没有开成"), by=UNIT)
        text = client.get("/records/r-1").text
        assert "已撤回，不再计入。" in text
        assert "没有开成" in text
        assert "/records/r-1" in client.get("/records/x-1").text, "a retraction leads to what it is about"


def test_who_may_mend_it_is_led_there(lived: Site) -> None:
    deeds = ("/records/r-1/correct", "/records/r-1/evidence", "/records/r-1/retract")
    with lived.visitor(SECRETARY) as client:
        text = client.get("/records/r-1").text
        for deed in deeds:
            assert f'href="{deed}"' in text
            assert client.get(deed).status_code == 200
        lived.record(about("w-1", "record.retracted", record="f-1", reason="传错了"), by=UNIT)
        assert "<del>签到.png</del>" in client.get("/records/r-1").text
        lived.record(about("x-2", "record.retracted", record="r-1", reason="没有开成"), by=UNIT)
        assert "/records/r-1/" not in client.get("/records/r-1").text
        assert "/records/c-1/" not in client.get("/records/c-1").text, "a correction is final"
    with lived.visitor("auditor") as client:
        assert "/records/r-1/" not in client.get("/records/r-1").text


def test_whose_unit_it_is_decides_who_sees_it(lived: Site) -> None:
    for name, status in ((SECRETARY, 200), (ASSESSOR, 200), (OTHER_SECRETARY, 403)):
        with lived.visitor(name) as client:
            assert client.get("/records/r-1").status_code == status
    with lived.visitor(ASSESSOR) as client:
        missing = client.get("/records/no%3Csuch%3E")
        assert missing.status_code == 404
        assert "没有编号为“no&lt;such&gt;”的记录" in missing.text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_it(lived: Site, browser, dark: bool) -> None:
    with visiting(browser, lived, SECRETARY, dark=dark, viewport=NARROWEST) as page:
        page.goto("/records/r-1")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.locator(".back a").click()
        page.wait_for_url(f"**/units/{UNIT}#records")


def test_an_answer_is_called_as_what_it_answers(site: Site) -> None:
    asked = activity("asked", UNIT, "2017-09-01", "") | {
        "type": "request.issued",
        "data": {"request": "R-77", "title": "党员花名册", "due_on": "2017-09-30"},
    }
    site.record(asked, by="assessor-1")
    answered = activity("answered", UNIT, "2017-09-19", "") | {
        "type": "request.answered",
        "data": {"request": "R-77"},
    }
    site.record(answered)
    with site.visitor(SECRETARY) as client:
        assert "<h1>已报送：党员花名册</h1>" in client.get("/records/answered").text
        assert "已报送：党员花名册" in client.get(f"/units/{UNIT}").text
