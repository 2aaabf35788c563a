"""Links of new accounts by mail: to whom, what becomes of them, and that nothing that opens a door is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.text import Text
from reminders.contacts import Person
from reminders.delivery import Doubtful, NotDelivered
from reminders.rendered_message import RenderedMessage
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.invitation_rows import LEASE, invitations
from taizhang.accounts.roles import Role
from taizhang.app.settings import Settings
from taizhang.jobs import invitations as job
from taizhang.web.http.auth import WALL_CLOCK

from ..reminders.support import Watched
from .site import Site, site_over
from .test_district_workbook import fields, look, workbook

SETTINGS = Settings(smtp_url="smtp://127.0.0.1:9", mail_from="a@example.cn", base_url="https://t.example.cn")
BOOK = workbook(
    单位=[["单位名称", "组织类型"], ["第一小学党支部", "党支部"], ["第二小学党支部", "党支部"]],
    账号=[
        ["姓名", "角色", "单位", "账号", "邮箱"],
        ["张伟", "书记", "第一小学党支部", "zhang", "zhang@example.cn"],
        ["李芳", "书记", "第二小学党支部", "li", ""],
        ["王考核", "考核", "", "wang", "wang@example.cn"],
    ],
)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setenv("TAIZHANG_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("TAIZHANG_MAIL_FROM", "a@example.cn")
    return Watched()


def begun(site: Site) -> None:
    entry.create_account(
        site.session.store, Account("op", Role.OPERATOR, "管理员"), now=WALL_CLOCK(), by="tests"
    )
    entry.set_password(site.session.store, site.account("op"), "lapis-quern-vole-39")


def links_in(written: RenderedMessage) -> list[str]:
    return re.findall(r"https://t\.example\.cn(/welcome/[\w-]+)", written.text)


def states(site: Site) -> dict[str, str]:
    with site.session.store.read() as work:
        return {name: each.state for name, each in invitations(work.connection).items()}


def test_who_wrote_a_mailbox_gets_a_link_that_opens(tmp_path: Path, mail: Watched) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        begun(site)
        with site.visitor("op") as operator:
            page = look(operator, BOOK)
            done = operator.post("/admin/district", data={**fields(page), "step": "save"}).text
            assert "2 个人写了邮箱" in done
            printed = re.findall(r"/welcome/[\w-]+", done)
            asked = operator.post("/admin/links/mail", follow_redirects=True).text
            assert "2 封已排上" in asked
            assert operator.post("/admin/links/mail", follow_redirects=True).text.count("0 封已排上") == 1
            assert "/welcome/" not in asked
        job.send_invitations(site.session, SETTINGS, mail)
        assert sorted(address for address, _written in mail.delivered) == [
            "wang@example.cn",
            "zhang@example.cn",
        ]
        assert states(site) == {"zhang": "sent", "wang": "sent"}
        sent = dict(mail.delivered)
        (link,) = links_in(sent["zhang@example.cn"])
        with site.visitor() as client:
            assert "张伟" in client.get(link).text
            # What was printed before for him is void; for whom nothing was sent it is not.
            good = [each for each in printed if client.get(each).status_code == 200]
            assert len(good) == 1
        token = link.rpartition("/")[2].encode()
        assert token not in b"".join(each.read_bytes() for each in tmp_path.glob("ledger.db*"))
        with site.visitor("op") as operator:
            page = operator.get("/admin/links").text
            assert page.count("已寄出") == 2
            assert "不知道" in page
            assert "zhang@example.cn" not in page


def test_what_does_not_go_out_is_tried_again_and_says_why(
    tmp_path: Path, mail: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = WALL_CLOCK()
    monkeypatch.setattr(job, "Clock", lambda: lambda: now)
    with site_over(tmp_path / "ledger.db") as site:
        begun(site)
        with site.visitor("op") as operator:
            operator.post("/admin/district", data={**fields(look(operator, BOOK)), "step": "save"})
            operator.post("/admin/links/mail")

        def busy(person: Person) -> None:
            if person.address.startswith("zhang"):
                raise NotDelivered(Text("忙"))
            raise Doubtful(Text("没有回音"))

        mail.before = busy
        job.send_invitations(site.session, SETTINGS, mail)
        assert states(site) == {"zhang": "planned", "wang": "unknown"}
        job.send_invitations(site.session, SETTINGS, mail)
        with site.session.store.read() as work:
            assert invitations(work.connection)["zhang"].tries == 1
        now += job.TRY_AGAIN_AFTER + LEASE
        mail.before = None
        job.send_invitations(site.session, SETTINGS, mail)
        assert states(site)["zhang"] == "sent"

        def gone(_person: Person) -> None:
            raise NotDelivered(Text("查无此人"), lasting=True)

        mail.before = gone
        with site.visitor("op") as operator:
            operator.post("/admin/links/mail")
            now += timedelta(minutes=1)
            job.send_invitations(site.session, SETTINGS, mail)
            assert states(site) == {"zhang": "failed", "wang": "failed"}
            assert "查无此人" in operator.get("/admin/links").text


def test_nobody_is_written_to_where_two_might_be_meant(tmp_path: Path) -> None:
    book = workbook(
        单位=[["单位名称", "组织类型"], ["第一小学党支部", "党支部"]],
        账号=[
            ["姓名", "角色", "单位", "账号", "邮箱"],
            ["张伟", "书记", "第一小学党支部", "zhang", "a@example.cn"],
            ["张伟", "书记", "第一小学党支部", "zhang2", ""],
        ],
    )
    with site_over(tmp_path / "ledger.db") as site:
        begun(site)
        with site.visitor("op") as operator:
            done = operator.post("/admin/district", data={**fields(look(operator, book)), "step": "save"})
            assert "只能打印" in done.text
            assert "只能打印" in operator.get("/admin/links").text
            operator.post("/admin/links/mail")
        assert states(site) == {}
        accounts = [site.account("zhang"), site.account("zhang2")]
        with site.session.store.read() as work:
            assert job.mailboxes(work, accounts) == {}


def test_a_letter_that_came_back_is_marked_on_the_page(tmp_path: Path) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        begun(site)
        with site.visitor("op") as operator:
            operator.post("/admin/district", data={**fields(look(operator, BOOK)), "step": "save"})
            said = {"bounced": "zhang@example.cn", "reason": "550 no such user"}
            assert operator.post("/admin/contacts/bounced", data=said).status_code == 303
            page = operator.get("/admin/contacts").text
            assert "550 no such user" in page
            assert len(set(ids := re.findall(r' id="([^"]+)"', page))) == len(ids)
            wrong = operator.post("/admin/contacts/bounced", data={"bounced": "nobody@example.cn"})
            assert (wrong.status_code, "没有一个联系人" in wrong.text) == (422, True)
            again = {"bounced": "zhang@example.cn", "mended": "yes"}
            assert operator.post("/admin/contacts/bounced", data=again).status_code == 303
            assert "550 no such user" not in operator.get("/admin/contacts").text
