"""Correcting, retracting and attaching: by whom, once, with a reason; what stands is filled in."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from taizhang.web.http.auth import COOKIE
from taizhang.web.http.options import MEGABYTE

from .site import ASSESSOR, AUDITOR, OTHER_SECRETARY, SECRETARY, Site, activity
from .test_log import hidden, sent_as_it_stands

UNIT = SECRETARY
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64) + b"\xff\xd9"
REASON = "mending-reason"


@pytest.fixture
def meeting(site: Site) -> str:
    """A meeting of the third quarter, recorded."""
    site.record(
        activity("meeting", UNIT, "2017-09-11", "party_work_meeting", topic="旧主题", attendees=["m01-001"])
    )
    return "meeting"


def about(site: Site, event_type: str) -> list[dict[str, object]]:
    return [
        event["data"]
        for event in site.session.store.stream(UNIT)
        if event["type"] == event_type and event["data"].get("record") == "meeting"
    ]


def test_a_correction_says_what_stands_and_changes_only_what_was_changed(site: Site, meeting: str) -> None:
    address = f"/records/{meeting}/correct"
    with site.visitor(SECRETARY) as client:
        page = client.get(address).text
        form = sent_as_it_stands(page)
        assert form["topic"] == ["旧主题"]
        assert form["day"] == ["2017-09-11"]
        assert form["present"] == ["m01-001"]
        form |= {"id": [hidden(page, "id")], "step": ["save"]}
        same = client.post(address, data=form | {REASON: "看看"})
        assert (same.status_code, "没有要更正的" in same.text) == (422, True)
        silent = client.post(address, data=form | {"topic": ["新主题"]})
        assert (silent.status_code, "请写明理由" in silent.text) == (422, True)
        changed = form | {"topic": ["新主题"], "day": ["2017-05-11"], REASON: "主题和日期写错"}
        looked = client.post(address, data=changed | {"step": ["preview"]})
        assert "不再计入 2.1 第三季度" in looked.text
        done = client.post(address, data=changed)
        assert done.status_code == 303
        assert client.post(address, data=changed).headers["location"] == done.headers["location"]
        assert "已更正" in client.get(done.headers["location"]).text
    (correction,) = about(site, "record.corrected")
    assert correction == {
        "record": "meeting",
        "reason": "主题和日期写错",
        "time": "2017-05-11T00:00:00+08:00",
        "data": {"kinds": ["party_work_meeting"], "topic": "新主题", "attendees": ["m01-001"]},
    }


def test_a_retraction_says_what_no_longer_counts_and_is_final(site: Site, meeting: str) -> None:
    address = f"/records/{meeting}/retract"
    with site.visitor(SECRETARY) as client:
        page = client.get(address, params={"reason": "记错了"}).text
        assert "不再计入 2.1 第三季度" in page
        assert ">记错了</textarea>" in page
        form = {"id": hidden(page, "id"), "step": "save"}
        assert client.post(address, data=form).status_code == 422, "a reason is asked for"
        done = client.post(address, data=form | {REASON: "记错了"})
        assert done.status_code == 303
        twice = client.post(address, data=form | {REASON: "记错了"})
        assert twice.headers["location"] == done.headers["location"]
        assert "已经撤回" in client.get(address).text
        again = client.post(address, data={"id": "22222222-bbbb", "step": "save", REASON: "再撤一次"})
        assert again.status_code == 422
    assert len(about(site, "record.retracted")) == 1


def test_who_may_record_a_thing_may_mend_it_and_nobody_else(site: Site, meeting: str) -> None:
    for name in (OTHER_SECRETARY, ASSESSOR, AUDITOR):
        with site.visitor(name) as client:
            for way in ("correct", "retract"):
                assert client.get(f"/records/{meeting}/{way}").status_code == 403
                answer = client.post(f"/records/{meeting}/{way}", data={REASON: "x", "step": "save"})
                assert answer.status_code == 403
    request = next(
        event["id"] for event in site.session.store.stream(UNIT) if event["type"] == "request.issued"
    )
    with site.visitor(SECRETARY) as client:
        assert client.get(f"/records/{request}/correct").status_code == 403
        assert client.get("/records/nothing/correct").status_code == 404
    with site.visitor(ASSESSOR) as client:
        page = client.get(f"/records/{request}/correct").text
        form = sent_as_it_stands(page) | {"due_on": ["2017-12-01"], REASON: ["宽限"], "step": ["save"]}
        form["id"] = [hidden(page, "id")]
        assert client.post(f"/records/{request}/correct", data=form).status_code == 303
    corrected = [e["data"] for e in site.session.store.stream(UNIT) if e["type"] == "record.corrected"]
    assert corrected[-1]["data"]["due_on"] == "2017-12-01"
    assert corrected[-1]["data"]["request"], "what the form has no field for is kept"


@pytest.mark.parametrize(
    "event_type",
    [
        "organization.registered", "organization.changed", "member.joined", "member.changed", "member.left",
        "activity.held", "document.filed", "publication.made", "honor.received", "condition.declared",
        "request.answered", "election.held", "transfer.started", "transfer.completed",
    ],
)  # fmt: skip
def test_whatever_stands_comes_back_as_it_was(shared_site: Site, event_type: str) -> None:
    """A correction form that is sent as it was served changes nothing: no kind of record loses anything in it."""
    # The demo renames nobody; recorded twice it is recorded once.
    renamed = {"name": "新名", "has_groups": False}
    change = activity("renamed", f"{UNIT}/b1", "2017-09-01", "") | {
        "type": "organization.changed",
        "data": renamed,
    }
    shared_site.record(change)
    found = next(
        event
        for unit in shared_site.session.store.units()
        for event in shared_site.session.store.stream(unit)
        if event["type"] == event_type
        and (event_type != "organization.registered" or "/" in event["subject"])
    )
    with shared_site.visitor(found["subject"].partition("/")[0]) as client:
        page = client.get(f"/records/{found['id']}/correct")
        assert page.status_code == 200
        form = sent_as_it_stands(page.text) | {REASON: ["原样"], "step": ["save"]}
        answer = client.post(f"/records/{found['id']}/correct", data=form)
    assert answer.status_code == 422
    assert "没有要更正的" in answer.text, re.findall(
        r'<div class="problems".*?</div>', answer.text, re.DOTALL
    )


# -- files -----------------------------------------------------------------------------------------------------


def upload(client: httpx.Client, *files: tuple[str, bytes], record: str = "meeting") -> httpx.Response:
    return client.post(
        f"/records/{record}/evidence", files=[("files", (name, content)) for name, content in files]
    )


def kept(site: Site) -> list[str]:
    return [each.name for each in site.options.evidence.rglob("*") if each.is_file()]


def test_a_file_is_kept_by_its_content_and_served_to_who_may_see_the_unit(site: Site, meeting: str) -> None:
    with site.visitor(SECRETARY) as client:
        assert upload(client, ("../../合影.jpg", JPEG), ("纪要.pdf", b"%PDF-1.4\nx")).status_code == 303
        assert upload(client, ("合影.jpg", JPEG)).status_code == 303, "the same again is the same"
        page = client.get("/records/meeting/evidence").text
        photo, minutes = re.findall(r'href="(/evidence/[^"]+)"', page)
        shown = client.get(photo)
    said = about(site, "evidence.attached")
    assert [each["filename"] for each in said] == ["合影.jpg", "纪要.pdf"]
    assert sorted(kept(site)) == sorted(str(each["sha256"]) for each in said)
    assert shown.content == JPEG
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    with site.visitor(AUDITOR) as client:
        pdf = client.get(minutes)
        assert pdf.status_code == 200
        assert pdf.headers["content-disposition"].startswith("attachment")
        digest = minutes.partition("?")[0]
        assert client.get(digest).status_code == 404, (
            "a file is somebody's: without its record nobody may see it"
        )
        other = site.session.store.units()[1]
        elsewhere = next(iter(site.session.store.stream(other)))["id"]
        assert client.get(digest, params={"record": elsewhere}).status_code == 404
    with site.visitor(OTHER_SECRETARY) as client:
        assert client.get(photo).status_code == 403
    with site.visitor() as client:
        assert client.get(photo).status_code == 303


def test_hostile_files_are_refused_in_words_and_nothing_is_kept(site: Site, meeting: str) -> None:
    hostile = [
        ("合影.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("纪要.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        ("程序.pdf", b"MZ\x90\x00" + bytes(100)),
    ]
    with site.visitor(SECRETARY) as client:
        answer = upload(client, *hostile, ("好的.jpg", JPEG))
        assert answer.status_code == 422
        for name, _content in hostile:
            assert f"“{name}”没有收" in answer.text
        many = upload(client, *[(f"{n}.jpg", JPEG) for n in range(30)])
        assert many.status_code == 400
        assert status_of_an_upload(site, client, 200 * MEGABYTE) == 413
    assert about(site, "evidence.attached") == []
    assert kept(site) == []


def status_of_an_upload(site: Site, client: httpx.Client, size_bytes: int) -> int:
    """Announce a body of that size, send its beginning, and return what the server says."""
    connection = HTTPConnection(urlsplit(site.address).netloc, timeout=60)
    connection.putrequest("POST", "/records/meeting/evidence")
    for name, value in (
        ("Origin", site.address),
        ("Cookie", f"{COOKIE}={client.cookies[COOKIE]}"),
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Content-Length", str(size_bytes)),
    ):
        connection.putheader(name, value)
    connection.endheaders(b"--x")
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_file_comes_with_the_record_or_neither(site: Site) -> None:
    form = {
        "unit": UNIT, "what": "activity.held:party_work_meeting", "id": "33333333-cccc", "subject": UNIT,
        "day": "2017-09-20", "kinds": "party_work_meeting", "topic": "会", "attendees": "none", "for_year": "2017",
        "step": "save",
    }  # fmt: skip
    with site.visitor(SECRETARY) as client:
        refused = client.post("/log/entry", data=form, files={"files": ("坏的.jpg", b"<html>")})
        assert refused.status_code == 422
        assert "需要的话请再选一次" in refused.text
        assert site.session.store.find("33333333-cccc") is None
        saved = client.post("/log/entry", data=form, files={"files": ("合影.jpg", JPEG)})
        assert saved.status_code == 303
        assert "附件：合影.jpg" in client.get(saved.headers["location"]).text
    last = list(site.session.store.stream(UNIT))[-2:]
    assert [each["type"] for each in last] == ["activity.held", "evidence.attached"]
    assert last[0]["recordedtime"] == last[1]["recordedtime"], "one append"
