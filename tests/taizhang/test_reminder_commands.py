"""remind, contact, outbox, calendar, scheduler as their users type them, with a real mail server behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import vobject

from taizhang.accounts import journal
from taizhang.startup.open_ledger import open_ledger
from tests.reminders.mailserver import Mailbox, mail_server

from .conftest import ROOT, Run

DAY = ("--as-of", "2017-03-17", "--json")
ITEM = {"clause": "2.1", "due": "2017-03-31", "days_left": 14}


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settled(filled: Run, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The example year, its secretary, and a mail server."""
    with mail_server(mailbox) as port:
        monkeypatch.setenv("TAIZHANG_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TAIZHANG_MAIL_FROM", "台账 <ledger@example.cn>")
        monkeypatch.setenv("TAIZHANG_BASE_URL", "https://ledger.example.cn/")
        assert (
            filled("contact", "add", "lh-01", "--email", "shuji@example.invalid", "--as-it-comes").status == 0
        )
        yield filled


def test_the_contract_of_remind(settled: Run, mailbox: Mailbox) -> None:
    planned = settled("remind", "--dry-run", *DAY).document["planned"]
    (message,) = planned
    assert (message["to"], message["unit"], message["channel"], message["state"]) == (
        "shuji@example.invalid",
        "lh-01",
        "email",
        "planned",
    )
    assert ITEM in message["items"]
    assert mailbox.mails == []
    assert settled("remind", *DAY).document["planned"] == [message | {"state": "sent"}]
    assert settled("remind", *DAY).document == {"planned": []}
    assert settled("remind", "--dry-run", *DAY).document == {"planned": []}
    (mail,) = mailbox.mails
    assert mail["Subject"] == message["subject"]
    (text,) = (part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")
    assert "https://ledger.example.cn/log?unit=lh-01&clause=2.1&due=2017-03-31" in text


def test_what_failed_is_tried_again_at_once_by_the_command(settled: Run, mailbox: Mailbox) -> None:
    mailbox.greylisted = {"shuji@example.invalid"}
    (failed,) = settled("remind", *DAY).document["planned"]
    assert failed["state"] == "failed"
    assert "451" in failed["problem"]
    (again,) = settled("remind", *DAY).document["planned"]
    assert again["state"] == "sent"
    assert len(mailbox.mails) == 1


def test_the_outbox_lists_and_sends_again(settled: Run, mailbox: Mailbox) -> None:
    mailbox.dropping = True
    assert settled("remind", *DAY).document["planned"][0]["state"] == "unknown"
    (message,) = settled("outbox", "--state", "unknown", "--json").document["messages"]
    assert (message["to"], message["attempts"], message["day"]) == ("shuji@example.invalid", 1, "2017-03-17")
    assert "不知是否已送达" in message["problem"]
    assert "taizhang outbox --resend" in settled("outbox").out
    mailbox.dropping = False
    resent = settled("outbox", "--resend", message["id"][:8], "--json").document["planned"]
    # By the real day of the test nothing of 2017 is open any more.
    assert [each["state"] for each in resent] == ["obsolete"]
    assert settled("outbox", "--resend", "nothing", "--json").errors[0]["field"] == "--resend"
    assert settled("outbox", "--state", "lost").status == 2


def test_a_standstill_is_told_and_made_up_for(settled: Run, mailbox: Mailbox) -> None:
    """Nobody ran it on the 16th and 17th of March, the second of which is lead day 14."""
    settled("remind", "--as-of", "2017-03-15", "--json")
    late = settled("remind", "--as-of", "2017-03-20", "--json")
    assert late.document == {"planned": []}
    assert "--catch-up" in late.err
    made_up = ("remind", "--as-of", "2017-03-20", "--catch-up", "--json")
    (message,) = settled(*made_up).document["planned"]
    assert ITEM | {"days_left": 11} in message["items"]
    again = settled(*made_up)
    assert (again.document, again.err) == ({"planned": []}, "")


def test_remind_for_people(settled: Run) -> None:
    page = settled("remind", "--as-of", "2017-03-17", "--dry-run").out
    assert "待发  shuji@example.invalid" in page
    assert "2.1 2017-03-31" in page
    assert "没有要发的提醒" in settled("remind", "--as-of", "2017-03-18").out
    english = settled("remind", "--as-of", "2017-03-17", "--dry-run", "--lang", "en").out
    assert "waiting" in english


def test_a_person_s_own_language(settled: Run, mailbox: Mailbox) -> None:
    settled("contact", "add", "lh-01", "--email", "shuji@example.invalid", "--language", "en")
    settled("remind", *DAY)
    (text,) = (
        part.get_content() for part in mailbox.mails[0].walk() if part.get_content_type() == "text/plain"
    )
    assert "due 2017-03-31, in 14 days · costs 1 point if not done" in text
    assert "Reminder for the first quarter of 2017" in text


def test_nothing_begins_without_a_mail_server(filled: Run) -> None:
    filled("contact", "add", "lh-01", "--email", "shuji@example.invalid", "--as-it-comes")
    refused = filled("remind", *DAY)
    assert (refused.status, refused.errors[0]["field"]) == (1, "TAIZHANG_SMTP_URL")
    assert filled("outbox", "--json").document == {"messages": []}
    assert filled("remind", "--test-to", "me@example.cn").status == 1
    assert filled("remind", "--as-of", "2017-03-18", "--json").document == {"planned": []}


def test_bad_settings_are_told(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_SMTP_URL", "mail.example.cn")
    assert filled("remind", *DAY).errors[0]["field"] == "TAIZHANG_SMTP_URL"
    monkeypatch.setenv("TAIZHANG_SMTP_URL", "smtp://mail.example.cn")
    assert filled("remind", *DAY).errors[0]["field"] == "TAIZHANG_MAIL_FROM"


def test_a_test_mail(settled: Run, mailbox: Mailbox) -> None:
    document = settled("remind", "--test-to", "me@example.invalid", "--json").document
    assert [(each["to"], each["state"], each["items"]) for each in document["planned"]] == [
        ("me@example.invalid", "sent", [])
    ]
    assert mailbox.recipients == ["me@example.invalid"]
    assert settled("remind", "--test-to", "me").status == 2
    mailbox.unknown = {"gone@example.invalid"}
    refused = settled("remind", "--test-to", "gone@example.invalid", "--json")
    assert (refused.status, "550" in refused.errors[0]["problem"]) == (1, True)
    assert settled("outbox", "--json").document == {"messages": []}


def test_contacts(filled: Run) -> None:
    robot = ("--channel", "dingtalk", "--address", "https://oapi.dingtalk.com/robot/send?access_token=geheim")
    assert filled("contact", "add", "lh-01", *robot, "--secret", "SEC1").status == 0
    assert filled("contact", "add", "lh-01", "--email", "Shuji@Example.CN", "--name", "王书记").status == 0
    assert filled("contact", "add", "*", "--email", "kh@example.cn", "--role", "assessor").status == 0
    quiet = ("--quiet", "2017-07-10..2017-08-20", "--only-overdue")
    changed = filled("contact", "add", "lh-01", "--email", "Shuji@example.cn", *quiet, "--json").document
    assert changed == {
        "unit": "lh-01",
        "role": "secretary",
        "channel": "email",
        "address": "Shuji@Example.CN",
        "name": "王书记",
        "language": "zh-CN",
        "quiet": ["2017-07-10..2017-08-20"],
        "only_overdue": True,
        "weekly": True,
    }
    listed = filled("contact", "list", "--json").document["contacts"]
    assert [(each["unit"], each["channel"]) for each in listed] == [
        ("*", "email"),
        ("lh-01", "dingtalk"),
        ("lh-01", "email"),
    ]
    page = filled("contact", "list").out
    assert "geheim" not in page
    assert "只收逾期、免打扰" in page.replace("\n", "").replace(" ", "")
    assert filled("contact", "remove", "lh-01", "--email", "Shuji@example.cn", "--json").document == {
        "removed": 1
    }
    assert filled("contact", "remove", "lh-01", "--email", "Shuji@example.cn").status == 1
    with open_ledger("sqlite:///taizhang.db") as session, session.store.read() as work:
        (row, *_) = journal.latest(work.connection, 5)
    assert (row.deed, row.detail) == ("contact.removed", "lh-01")
    assert len(filled("contact", "list", "lh-01", "--json").document["contacts"]) == 1


def test_everything_wrong_with_a_contact_is_told_at_once(filled: Run) -> None:
    refused = filled(
        "contact", "add", "nowhere", "--email", "shuji", "--role", "king", "--quiet", "soon", "--language", "fr",
        "--name", "x" * 81, "--json",
    )  # fmt: skip
    assert refused.status == 1
    assert [error["field"] for error in refused.errors] == [
        "email",
        "unit",
        "quiet",
        "role",
        "language",
        "name",
    ]
    assert filled("contact", "list", "--json").document == {"contacts": []}
    assert filled("contact", "add", "lh-01").status == 2
    assert filled("contact", "add", "lh-01", "--email", "a@b.cn", "--channel", "wecom").status == 2


def test_a_unit_s_calendar(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_BASE_URL", "https://ledger.example.cn")
    calendar = vobject.readOne(filled("calendar", "export", "lh-01", "--as-of", "2017-06-20").out)
    summaries = [entry.summary.value for entry in calendar.vevent_list]
    assert any(summary.startswith("▲ 逾期 16.1") for summary in summaries)
    address = filled("calendar", "feed", "lh-01").out.strip()
    assert address.startswith("https://ledger.example.cn/feeds/")
    assert filled("calendar", "feed", "lh-01", "--json").document == {"unit": "lh-01", "address": address}
    renewed = filled("calendar", "feed", "lh-01", "--renew").out.strip()
    assert renewed != address
    assert filled("calendar", "feed", "lh-01", "--revoke", "--json").document == {
        "unit": "lh-01",
        "address": None,
    }
    assert filled("calendar", "feed", "lh-01", "--renew", "--revoke").status == 2
    assert filled("calendar", "feed", "nowhere").status == 1


def test_notices_and_lead_days(filled: Run) -> None:
    Path("2027.txt").write_text("2027-01-01 休\n2027-01-02..2027-01-03 off\n2027-02-14 班\n", "utf-8")
    assert filled("calendar", "notice", "2027", "2027.txt", "--json").document == {
        "year": 2027,
        "off": 3,
        "worked": 1,
    }
    Path("bad.txt").write_text("2027-01-01\n", "utf-8")
    assert filled("calendar", "notice", "2027", "bad.txt", "--json").errors[0]["line"] == 1
    assert filled("calendar", "leads", "2.1", "30,3", "--json").document == {
        "clause": "2.1",
        "lead_days": [30, 3],
    }
    filled("contact", "add", "lh-01", "--email", "a@example.invalid", "--as-it-comes")
    (message,) = filled("remind", "--dry-run", "--as-of", "2017-03-01", "--json").document["planned"]
    assert ITEM | {"days_left": 30} in message["items"]
    assert filled("calendar", "leads", "2.1", "default").status == 0
    assert filled("calendar", "leads", "99.9", "3").status == 1
    assert filled("calendar", "leads", "2.1", "soon").status == 2


def test_the_scheduler_ends_when_it_is_told_to(settled: Run, tmp_path: Path) -> None:
    program = "import sys; from taizhang.cli import main; sys.exit(main())"
    running = subprocess.Popen(
        [sys.executable, "-c", program, "scheduler", "--store", f"sqlite:///{tmp_path / 'taizhang.db'}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert "Ctrl-C" in running.stderr.readline()
    time.sleep(0.1)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=120) == 0


def test_the_demo_has_somebody_to_write_to(run: Run) -> None:
    """Whoever tries `remind` on the demo sees mails: some secretaries go away tomorrow and are told today."""
    assert run("demo", "--units", "2", "--store", "sqlite:///d.db", "--json").status == 0
    contacts = run("contact", "list", "--store", "sqlite:///d.db", "--json").document["contacts"]
    assert {contact["role"] for contact in contacts} == {"secretary", "assessor", "district"}
    assert all(contact["address"].endswith("@example.invalid") for contact in contacts)
    (planned,) = run("remind", "--dry-run", "--store", "sqlite:///d.db", "--json").document["planned"]
    assert (planned["to"], planned["state"]) == ("wj-01@example.invalid", "planned")
    assert {item["due"] for item in planned["items"]} >= {"2017-09-30"}


def test_how_many_mails_a_year_brings(filled: Run) -> None:
    filled("contact", "add", "lh-01", "--email", "a@example.invalid")
    filled("contact", "add", "*", "--email", "kh@example.invalid", "--role", "assessor")
    found = filled("remind", "--simulate", "2017", "--json").document
    assert found["roles"].keys() == {"secretary", "assessor"}
    (mails,) = {found["roles"]["secretary"][name] for name in ("fewest", "median", "most")}
    assert 12 <= mails <= 45, "one a week at most, and something is always open"
    assert found["messages"] == mails + found["roles"]["assessor"]["most"]
    assert filled("outbox", "--json").document == {"messages": []}
    assert "2017 年的提醒" in filled("remind", "--simulate", "2017").out
