"""Unsubscribing and calendars by a private address; contacts and the outbox for the operator."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
import vobject
from playwright.sync_api import Browser, expect

from reminders.contacts import Role
from reminders.links import Links
from reminders.outbox import State
from reminders.plan import Draft, Item, Telling
from reminders.store import contacts, outbox
from taizhang.jobs.trial_message import FREE
from taizhang.web.http.templates import environment
from taizhang.web.pages.admin import outbox as outbox_page
from taizhang.web.pages.unit import report_routes

from ..reminders.mailserver import Mailbox, mail_server
from .browsing import DESKTOP, PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, OPERATOR, OTHER_SECRETARY, SECRETARY, Site, activity

ADDRESS = "shuji@example.invalid"


def add(client: httpx.Client, **fields: str) -> httpx.Response:
    filled = {"unit": SECRETARY, "role": "secretary", "channel": "email", "address": ADDRESS} | fields
    return client.post("/admin/contacts", data=filled)


def person_of(site: Site, address: str = ADDRESS) -> contacts.Person:
    with site.session.store.read() as work:
        person = contacts.find_person(work.connection, "email", address)
    assert person is not None
    return person


def message_in(site: Site, state: State) -> str:
    """Put a message into the outbox, in a state."""
    person, day = person_of(site), site.session.clock.today()
    item = Item(SECRETARY, Role.SECRETARY, "wujin-2017@1", "2.1", "", day, "1")
    with site.session.store.write() as work:
        draft = Draft(person, day, day, None, {(person.id, SECRETARY, "2.1", "", day.isoformat()): item})
        message = outbox.keep_draft(work.connection, draft, Telling(), site.session.clock())
        assert message is not None
        outbox.claim(work.connection, "tests", site.session.clock(), site.session.clock(), 1)
        outbox.mark(work.connection, message, "tests", state, subject="1 项待办")
    return message


def test_an_operator_keeps_the_contacts(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        added = add(client, name="王书记", quiet="2017-10-01..2017-10-08， 2017-12-31")
        assert (added.status_code, added.headers["location"]) == (303, "/admin/contacts?done=kept")
        page = client.get("/admin/contacts").text
        assert ADDRESS in page
        assert "王书记" in page
        assert "免打扰 2017-10-01至2017-10-08" in page
        assert add(client, name="李书记", only_overdue="yes").status_code == 303
        person = person_of(site)
        assert (person.name, person.only_overdue, person.quiet) == ("李书记", True, ())
        gone = client.post(
            "/admin/contacts/remove", data={"unit": SECRETARY, "person": person.id, "role": "secretary"}
        )
        assert gone.status_code == 303
        assert ADDRESS not in client.get("/admin/contacts").text


def test_each_chooses_weekly_or_as_it_comes(site: Site) -> None:
    """On the page that a mail leads to, and a secretary on his account's."""
    with site.visitor(OPERATOR) as client:
        add(client)
        assert person_of(site).weekly
        add(client, rhythm="as_it_comes")
        assert not person_of(site).weekly
        assert "随时发" in client.get("/admin/contacts").text
    with httpx.Client(base_url=site.address) as stranger:
        page = Links("").unsubscribe(person_of(site).token)
        assert "改成每周一合成一封" in stranger.get(page).text
        assert stranger.post(page, data={"wish": "weekly"}).status_code == 200
        assert (person_of(site).weekly, person_of(site).only_overdue) == (True, False)
    wish = {"person": person_of(site).id, "rhythm": "as_it_comes"}
    with site.visitor(OTHER_SECRETARY) as client:
        assert ADDRESS not in client.get("/account").text
        client.post("/account/reminders", data=wish)
        assert person_of(site).weekly
    with site.visitor(SECRETARY) as client:
        assert ADDRESS in client.get("/account").text
        assert client.post("/account/reminders", data=wish).status_code == 303
    assert not person_of(site).weekly


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        refused = add(client, unit="nowhere", address="shuji", quiet="soon", role="king")
        assert refused.status_code == 422
        for field in ("unit", "address", "quiet", "role"):
            assert f'id="wrong-{field}"' in refused.text
        assert 'value="nowhere"' in refused.text
        assert "谁也收不到提醒" in client.get("/admin/contacts").text


@pytest.mark.parametrize("name", [SECRETARY, ASSESSOR, AUDITOR])
def test_contacts_and_outbox_are_the_operator_s(shared_site: Site, name: str) -> None:
    with shared_site.visitor(name) as client:
        assert [client.get(page).status_code for page in ("/admin/contacts", "/admin/outbox")] == [403, 403]
        assert add(client).status_code == 403
        assert client.post("/admin/outbox/resend", data={"message": "x"}).status_code == 403


def test_a_robot_s_address_and_secret_are_not_shown(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        address = "https://oapi.dingtalk.com/robot/send?access_token=geheim123"
        assert add(client, channel="dingtalk", address=address, secret="SECgeheim").status_code == 303
        assert "geheim" not in client.get("/admin/contacts").text.replace("m123", "")


def test_unsubscribing_needs_no_login_and_looking_changes_nothing(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        add(client)
    address = f"/reminders/unsubscribe/{person_of(site).token}"
    with httpx.Client(base_url=site.address, timeout=60) as client:
        assert "只收已过期限的" in client.get(address).text
        assert not person_of(site).only_overdue
        # As a mail program does for its user (RFC 8058): no cookie, no origin.
        clicked = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert clicked.status_code == 200
        assert person_of(site).only_overdue
        assert client.post(address, data={"wish": "everything"}).status_code == 200
        assert not person_of(site).only_overdue
        assert client.get("/reminders/unsubscribe/nobody").status_code == 404
        assert client.post("/reminders/unsubscribe/nobody").status_code == 404


def test_a_unit_s_private_calendar(site: Site) -> None:
    page = f"/units/{SECRETARY}/calendar"
    with site.visitor(SECRETARY) as client, httpx.Client(base_url=site.address, timeout=60) as stranger:
        assert "/feeds/" not in client.get(page).text
        assert client.post(page, data={"wish": "renew"}).status_code == 303
        address = _feed(client.get(page).text)
        feed = stranger.get(address)
        assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
        before = _states(feed.text)
        assert before["2.1 专题研究党建工作", "2017-09-30"] == "open"
        site.record(activity("n1", SECRETARY, "2017-09-19", "party_work_meeting"))
        after = _states(stranger.get(address).text)
        assert ("2.1 专题研究党建工作", "2017-09-30") not in after, "only what is open"
        assert set(after.values()) <= {"open", "behind", "unearned", "overdue"}
        assert client.post(page, data={"wish": "renew"}).status_code == 303
        assert "现在的地址会立刻作废" in client.get(page, params={"asks": "renew"}).text
        assert stranger.get(address).status_code == 200, "asked first"
        assert client.post(page, data={"wish": "renew", "sure": "yes"}).status_code == 303
        assert stranger.get(address).status_code == 404
        renewed = _feed(client.get(page).text)
        assert stranger.get(renewed).status_code == 200
        client.post(page, data={"wish": "revoke", "sure": "yes"})
        assert stranger.get(renewed).status_code == 404
        assert client.get(f"{page}.ics").status_code == 200


def _feed(page: str) -> str:
    return "/feeds/" + page.partition("/feeds/")[2].partition("<")[0]


def _states(calendar: str) -> dict[tuple[str, str], str]:
    entries = vobject.readOne(calendar).vevent_list
    return {
        (entry.summary.value.split(" ", 2)[2], entry.dtstart.value.isoformat()): entry.categories.value[0]
        for entry in entries
    }


def test_a_calendar_is_its_own_unit_s(shared_site: Site) -> None:
    page = f"/units/{SECRETARY}/calendar"
    with shared_site.visitor(OTHER_SECRETARY) as client:
        assert [client.get(each).status_code for each in (page, f"{page}.ics")] == [403, 403]
        assert client.post(page, data={"wish": "renew"}).status_code == 403
    with shared_site.visitor(ASSESSOR) as client:
        assert client.get(f"{page}.ics").status_code == 200


def test_the_outbox_shows_what_is_doubtful_and_sends_it_again(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        add(client)
        message = message_in(site, State.UNKNOWN)
        page = client.get("/admin/outbox?state=unknown").text
        assert "1 项待办" in page
        assert "可能已经送达" in page
        sent = client.post("/admin/outbox/resend", data={"message": message})
        assert sent.headers["location"] == "/admin/outbox?done=planned"
        assert "几分钟内发出" in client.get(sent.headers["location"]).text
        again = client.post("/admin/outbox/resend", data={"message": "none"})
        assert again.headers["location"].endswith("not-planned")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_fit_and_can_be_used_by_everybody(
    site: Site, browser: Browser, viewport: dict[str, int]
) -> None:
    with site.visitor(OPERATOR) as client:
        add(client, name="王书记", quiet="2017-10-01..2017-10-08")
    message_in(site, State.UNKNOWN)
    with site.visitor(SECRETARY) as client:
        client.post(f"/units/{SECRETARY}/calendar", data={"wish": "renew"})
    for name, address in (
        (OPERATOR, "/admin/contacts"),
        (OPERATOR, "/admin/outbox"),
        (SECRETARY, f"/units/{SECRETARY}/calendar"),
        (None, f"/reminders/unsubscribe/{person_of(site).token}"),
    ):
        with visiting(browser, site, name, viewport=viewport) as page:
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()
            assert not scrolls_sideways(page), address
            assert serious_findings(page) == [], address


def test_a_mail_s_link_opens_the_form_that_mends_it(shared_site: Site) -> None:
    links = Links("")
    due = date(2017, 9, 30)
    with shared_site.visitor(SECRETARY) as client:
        for clause, subject, form in (
            ("2.1", SECRETARY, "专题研究党建工作"),
            ("8.1", f"{SECRETARY}/b1", "统一活动日"),
        ):
            page = client.get(links.form(SECRETARY, clause, due, subject))
            assert (page.status_code, f"<h1>{form}</h1>" in page.text) == (200, True)


def test_a_test_mail_is_sent_from_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    with site.visitor(OPERATOR) as client, site.visitor(SECRETARY) as other:
        assert "TAIZHANG_SMTP_URL" in client.get("/admin/outbox").text
        assert other.post("/admin/outbox/test", data={"to": "a@example.cn"}).status_code == 403
        monkeypatch.setenv("TAIZHANG_SMTP_URL", "smtp://127.0.0.1:9")
        monkeypatch.setenv("TAIZHANG_MAIL_FROM", "台账 <ledger@example.cn>")
        refused = client.post("/admin/outbox/test", data={"to": "nobody"})
        assert (refused.status_code, "不是邮箱地址" in refused.text) == (422, True)
        refused = client.post("/admin/outbox/test", data={"to": "a@example.cn"})
        assert (refused.status_code, "连不上邮件服务器" in refused.text) == (422, True)
        monkeypatch.setattr(
            outbox_page, "send_test", lambda _settings, address, _language: sent.append(address)
        )
        done = client.post("/admin/outbox/test", data={"to": " a@example.cn "})
        assert done.headers["location"] == "/admin/outbox?done=tested"
        assert sent == ["a@example.cn"]


def test_a_pdf_is_offered_only_where_one_can_be_made(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.visitor(ASSESSOR) as client:
        for there in (True, False):
            monkeypatch.setitem(environment().globals, "can_make_pdf", lambda there=there: there)
            monkeypatch.setattr(report_routes, "can_make_pdf", lambda there=there: there)
            for page, link in (
                ("/board", "/reports/bulletin/pdf"),
                ("/units/wj-01/reports", "/reports/self-assessment/pdf"),
            ):
                assert (link in client.get(page).text) is there, page


def test_a_secretary_sees_to_his_own_address(site: Site) -> None:
    """He adds it, hears a trial, and the unit's page says who is written to; to others' he does nothing."""
    mailbox = Mailbox()
    with (
        site.visitor(SECRETARY) as client,
        mail_server(mailbox) as port,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("TAIZHANG_SMTP_URL", f"smtp://127.0.0.1:{port}")
        patch.setenv("TAIZHANG_MAIL_FROM", "ledger@example.cn")
        assert "提醒还没有人收" in client.get(f"/units/{SECRETARY}").text
        wrong = client.post("/account/reminders/add", data={"channel": "email", "address": "nobody"})
        assert (wrong.status_code, "不是邮箱地址" in wrong.text) == (422, True)
        said = {"channel": "email", "address": "mine@example.cn"}
        assert client.post("/account/reminders/add", data=said).status_code == 303
        person = person_of(site, "mine@example.cn")
        assert f"提醒会发给：{site.account(SECRETARY).display_name}" in client.get(f"/units/{SECRETARY}").text
        assert client.post("/account/reminders/test", data={"person": person.id}).status_code == 303
        assert mailbox.recipients == ["mine@example.cn"]
        for _again in range(FREE):
            last = client.post("/account/reminders/test", data={"person": person.id})
        assert "试发得太勤了" in last.text
        with site.visitor(OTHER_SECRETARY) as other:
            for step in ("test", "remove"):
                other.post(f"/account/reminders/{step}", data={"person": person.id})
            assert "mine@example.cn" not in other.get(f"/units/{SECRETARY}").text
        assert len(mailbox.recipients) == FREE
        client.post("/account/reminders/remove", data={"person": person.id})
        assert "mine@example.cn" not in client.get("/account").text
