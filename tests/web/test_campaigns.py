"""What was asked of many: on one page, answered or not; given more time, and taken back, for all at once."""

from __future__ import annotations

import re
from html import unescape
from time import monotonic
from typing import Any

import httpx
import pytest

from reminders.store import contacts
from taizhang.entry.contact import Entered, keep_contact
from tests.reminders.mailserver import Mailbox, mail_server

from .reviewing import event, events_of, hidden, text
from .site import ASSESSOR, SECRETARY, Site


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


def asked_of_all(client: httpx.Client, **more: Any) -> str:
    """Put a request to all; return the address of its campaign."""
    form = hidden(client.get("/review/ask?what=request"), "form")
    said = {"form": form, "what": "request", "to": "all", "words": "值班安排", "due_on": "2030-09-28"}
    answer = client.post("/review/ask", data=said, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def test_a_blank_form_goes_along_and_an_answer_can_be_returned(site: Site) -> None:
    blank = {"files": ("值班表.txt", "姓名,日期".encode(), "text/plain")}
    with site.visitor(ASSESSOR) as client, site.visitor(SECRETARY) as secretary:
        here = asked_of_all(client, files=blank)
        key = here.rpartition("/")[2]
        issued = {
            each["id"]: each["subject"] for unit in ("wj-01", "wj-02", "wj-03")
            for each in events_of(site, unit, "request.issued") if each["data"]["request"] == key
        }  # fmt: skip
        attached = [
            each for unit in ("wj-01", "wj-02", "wj-03") for each in events_of(site, unit, "evidence.attached")
            if each["data"]["record"] in issued
        ]  # fmt: skip
        assert sorted(each["subject"] for each in attached) == ["wj-01", "wj-02", "wj-03"]
        assert "值班表.txt" in client.get(here).text
        page = secretary.get(f"/log?unit=wj-01&what=request.answered:{key}").text
        link = re.search(r'href="(/evidence/[0-9a-f]{64}\?record=[^"]*)"', page)
        assert link
        assert secretary.get(unescape(link[1])).content.decode() == "姓名,日期"
        # An answer that is not what was asked for is returned, and the unit is asked again.
        site.record(event("a1", "request.answered", "wj-01", "2017-09-20", request=key))
        page = client.get(here)
        said = {"form": hidden(page, "form"), "answer": "a1"}
        assert client.post(f"{here}/return", data=said | {"reason": " "}).status_code == 422
        answer = client.post(f"{here}/return", data=said | {"reason": "缺日期"})
        assert answer.headers["location"].endswith("done=returned")
        assert client.post(f"{here}/return", data=said | {"reason": "缺日期"}).status_code == 303
        assert "未办 3 个" in text(client.get(here))
        gone = client.post(f"{here}/return", data={"form": "other", "answer": "a1", "reason": "x"})
        assert (gone.status_code, "已经不在了" in gone.text) == (422, True)
    assert (
        len([each for each in events_of(site, "wj-01", "claim.reviewed") if each["data"]["record"] == "a1"])
        == 1
    )


def test_who_has_not_answered_is_pressed_once_a_day(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, site.visitor(ASSESSOR) as client:
        here = asked_of_all(client)
        assert "不发邮件" in client.post(f"{here}/nudge").text, "nobody of a demo is real"
        site.session.keep_settings(site.session.settings.model_copy(update={"demo_today": None}))
        with site.session.store.write() as work:
            for contact in contacts.contacts(work.connection):
                contacts.remove_contacts(work.connection, contact.unit, contact.person.id)
        for unit, address in (
            ("wj-01", "li@example.cn"),
            ("wj-02", "li@example.cn"),
            ("wj-03", "wu@example.cn"),
        ):
            keep_contact(site.session, Entered(unit, "secretary", "email", address, None, ""), by="tests")
        unset = client.post(f"{here}/nudge")
        assert (unset.status_code, "还没有设好邮件" in unset.text) == (422, True)
        monkeypatch.setenv("TAIZHANG_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TAIZHANG_MAIL_FROM", "台账 <ledger@example.cn>")
        site.record(
            event("a3", "request.answered", "wj-03", site.session.clock.today().isoformat(),
                  request=here.rpartition("/")[2])
        )  # fmt: skip
        assert client.post(f"{here}/nudge").headers["location"].endswith("done=nudged")
        again = client.post(f"{here}/nudge")
        assert (again.status_code, "一天最多催一次" in again.text) == (422, True)
        until = monotonic() + 30
        while "发出 1" not in (page := text(client.get(here))):
            assert monotonic() < until, page
        (mail,) = mailbox.mails
        assert mail["to"] == "li@example.cn"
        assert "值班安排" in str(mail["subject"])
        body = mail.get_body(("plain",))
        assert body is not None
        assert body.get_content().count("值班安排") >= 2, "one message for both of his units"
        assert "disabled" in client.get(here).text
