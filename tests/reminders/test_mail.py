"""Mail through a real SMTP server: what it says, and every way in which a server can fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

import pytest

from reminders.mail import BadMailSetting, Mail, mail_sender
from reminders.mail import mail_server as read_address
from reminders.outbox import State

from .mailserver import Mailbox, certificate, log_in, mail_server
from .support import BASE, Desk, unit

SENDER = "武进区党建台账 <ledger@example.cn>"
DAY = date(2017, 3, 17)


def mail_to(port: int, options: str = "", login: str = "", scheme: str = "smtp") -> Mail:
    return Mail(read_address(f"{scheme}://{login}127.0.0.1:{port}{options}"), mail_sender(SENDER))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def posted(desk: Desk, mailbox: Mailbox) -> Iterator[Desk]:
    """The desk with real mail."""
    with mail_server(mailbox) as port:
        desk.reminders._channels = {"email": mail_to(port)}  # type: ignore[dict-item]
        yield desk


def states(desk: Desk, day: str = "2017-03-17") -> list[State]:
    return [each.state for each in desk.remind(day)]


def parts(mail: EmailMessage) -> dict[str, Any]:
    return {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}


def test_the_mail(posted: Desk, mailbox: Mailbox) -> None:
    posted.remind("2017-03-17")
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["shuji@example.invalid"]
    assert str(mail["From"]) == SENDER
    assert str(mail["To"]) == "王书记 <shuji@example.invalid>"
    assert mail["Subject"].startswith("8 项待办，最早 2017-03-31 到期")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{posted.messages()[0].id}@example.cn>"
    found = parts(mail)
    assert set(found) == {"text/plain", "text/html", "text/calendar"}
    link = f"{BASE}/log?unit=wj-01&clause=2.1&due=2017-03-31"
    text = found["text/plain"].get_content()
    assert link in text
    assert "期限 2017-03-31，还有 14 天 · 不做扣 1 分" in text
    assert "第一季度待开展“专题研究党建工作”" in text
    assert link.replace("&", "&amp;") in found["text/html"].get_content()
    assert found["text/calendar"].get_filename() == "deadlines.ics"
    assert found["text/calendar"]["Content-Type"].params["method"] == "PUBLISH"


def test_unsubscribing_is_one_click(posted: Desk, mailbox: Mailbox) -> None:
    """RFC 8058: the address stands in the header as it is, on one line, however long it is."""
    posted.remind("2017-03-17")
    (mail,) = mailbox.mails
    assert mail["List-Unsubscribe"].startswith(f"<{BASE}/reminders/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_bad_recipient_of_three(posted: Desk, mailbox: Mailbox) -> None:
    posted.contact("wj-01", "bad@example.invalid")
    posted.contact("wj-01", "deputy@example.invalid")
    mailbox.unknown = {"bad@example.invalid"}
    results = {each.person.address: each for each in posted.remind("2017-03-17")}
    assert {address: each.state for address, each in results.items()} == {
        "bad@example.invalid": State.FAILED,
        "deputy@example.invalid": State.SENT,
        "shuji@example.invalid": State.SENT,
    }
    assert str(results["bad@example.invalid"].problem) == "邮件服务器拒收：550 5.1.1 no such user here"
    assert sorted(mailbox.recipients) == ["deputy@example.invalid", "shuji@example.invalid"]
    # All three went over one connection.
    assert mailbox.connections == 1


def test_greylisted_it_comes_again(posted: Desk, mailbox: Mailbox) -> None:
    mailbox.greylisted = {"shuji@example.invalid"}
    assert states(posted) == [State.FAILED]
    posted.clock.advance(minutes=5)
    assert [each.state for each in posted.reminders.send(DAY)] == [State.SENT]
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("answer", "tried_again"), [("421 4.3.2 shutting down", True), ("554 5.7.1 you are blocked", False)]
)
def test_refused_before_the_message(posted: Desk, mailbox: Mailbox, answer: str, tried_again: bool) -> None:
    mailbox.refusing = answer
    assert states(posted) == [State.FAILED]
    mailbox.refusing = ""
    posted.clock.advance(minutes=5)
    assert [each.state for each in posted.reminders.send(DAY)] == ([State.SENT] if tried_again else [])


@pytest.mark.parametrize("answer", ["452 4.2.2 mailbox full", "552 5.3.4 too big"])
def test_refused_after_the_message_is_not_doubtful(posted: Desk, mailbox: Mailbox, answer: str) -> None:
    mailbox.after_data = answer
    assert states(posted) == [State.FAILED]
    assert mailbox.mails == []


def test_a_connection_that_drops_after_data_is_doubtful(posted: Desk, mailbox: Mailbox) -> None:
    """The server has it and never said so. It is not sent again by itself."""
    mailbox.dropping = True
    assert states(posted) == [State.UNKNOWN]
    mailbox.dropping = False
    assert states(posted) == []
    assert len(mailbox.mails) == 1


def test_with_mailboxes_that_drop_duplicates_it_is_sent_again(desk: Desk, mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        desk.reminders._channels = {"email": mail_to(port, "?removes_duplicates=1")}  # type: ignore[dict-item]
        mailbox.dropping = True
        assert states(desk) == [State.FAILED]
        mailbox.dropping = False
        assert states(desk) == [State.SENT]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_a_server_that_takes_too_long_is_doubtful(desk: Desk, mailbox: Mailbox) -> None:
    mailbox.slow_seconds = 1.5
    with mail_server(mailbox) as port:
        desk.reminders._channels = {"email": mail_to(port, "?timeout=0.3")}  # type: ignore[dict-item]
        assert states(desk) == [State.UNKNOWN]


def test_no_server_there(desk: Desk, mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        pass
    desk.reminders._channels = {"email": mail_to(port)}  # type: ignore[dict-item]
    (failed,) = desk.remind("2017-03-17")
    assert failed.state is State.FAILED
    assert "连不上邮件服务器" in str(failed.problem)


def test_a_kept_connection_that_the_server_has_closed_is_made_again(desk: Desk, mailbox: Mailbox) -> None:
    desk.record(unit("wj-02"))
    desk.contact("wj-02", "other@example.invalid")
    with mail_server(mailbox) as port:
        mail = mail_to(port)
        desk.reminders._channels = {"email": mail}  # type: ignore[dict-item]
        deliver = mail.send

        def impatient(*arguments: Any) -> None:
            deliver(*arguments)
            assert mail._connection is not None
            mail._connection.sock.shutdown(SHUT_RDWR)  # as after an idle time, or a restart of the server

        mail.send = impatient  # type: ignore[method-assign]
        assert states(desk) == [State.SENT, State.SENT]
    assert mailbox.connections == 2


def test_tls_and_login(desk: Desk, mailbox: Mailbox, tmp_path: Path) -> None:
    chain, context = certificate(tmp_path)
    with mail_server(
        mailbox, tls_context=context, require_starttls=True, authenticator=log_in, auth_required=True
    ) as port:
        options = f"?starttls=1&cafile={chain}"
        desk.reminders._channels = {"email": mail_to(port, options, "ledger:wrong@")}  # type: ignore[dict-item]
        (failed,) = desk.remind("2017-03-17")
        assert "不认用户名或密码" in str(failed.problem)
        desk.reminders._channels = {"email": mail_to(port, options, "ledger:geheim%401@")}  # type: ignore[dict-item]
        assert states(desk) == [State.SENT]
    assert len(mailbox.mails) == 1


def test_tls_from_the_first_byte(desk: Desk, mailbox: Mailbox, tmp_path: Path) -> None:
    chain, context = certificate(tmp_path)
    with mail_server(mailbox, ssl_context=context) as port:
        desk.reminders._channels = {"email": mail_to(port, f"?cafile={chain}", scheme="smtps")}  # type: ignore[dict-item]
        assert states(desk) == [State.SENT]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    desk: Desk, mailbox: Mailbox, tmp_path: Path
) -> None:
    _, context = certificate(tmp_path)
    with mail_server(mailbox, tls_context=context) as port:
        desk.reminders._channels = {"email": mail_to(port, "?starttls=1")}  # type: ignore[dict-item]
        (failed,) = desk.remind("2017-03-17")
    assert "证书" in str(failed.problem)
    assert mailbox.mails == []


def test_encryption_asked_for_and_not_offered(desk: Desk, mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        desk.reminders._channels = {"email": mail_to(port, "?starttls=1")}  # type: ignore[dict-item]
        (failed,) = desk.remind("2017-03-17")
    assert "不支持所要求的加密" in str(failed.problem)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.cn", "http://mail.example.cn", "smtp://", "smtp://mail.example.cn:port", "smtp://mail.example.cn/x",
        "smtp://mail.example.cn?tls=1", "smtp://mail.example.cn?timeout=0", "smtp://mail.example.cn?timeout=9999",
        "smtp://user:pass@mail.example.cn",
    ],
)  # fmt: skip
def test_addresses_of_mail_servers_that_are_refused(address: str) -> None:
    with pytest.raises(BadMailSetting):
        read_address(address)


@pytest.mark.parametrize(
    ("address", "character", "escaped"),
    [
        ("smtps://u:pa#ss@mail.example.cn", "#", "%23"),
        ("smtps://u:pa/ss@mail.example.cn", "/", "%2F"),
        ("smtps://u:12/34@mail.example.cn", "/", "%2F"),
        ("smtps://u:pa?ss@mail.example.cn", "?", "%3F"),
        ("smtps://u:12?34@mail.example.cn", "?", "%3F"),
        ("smtps://u:pa[ss@mail.example.cn", "[", "%5B"),
        ("smtps://u:#@mail.example.cn", "#", "%23"),
    ],
)
def test_what_has_to_be_written_otherwise_in_a_password_is_told(
    address: str, character: str, escaped: str
) -> None:
    with pytest.raises(BadMailSetting) as refused:
        read_address(address)
    assert str(refused.value.text) == f"地址的用户名或密码里有“{character}”，要写成 {escaped}"
    assert read_address(escaped.join(address.rsplit(character, 1))).host == "mail.example.cn"


@pytest.mark.parametrize("secret", ["密码", "ｐａｓｓ", "a%0Ab"])
def test_a_password_that_cannot_be_sent_is_refused(secret: str) -> None:
    with pytest.raises(BadMailSetting, match="ASCII"):
        read_address(f"smtps://u:{secret}@mail.example.cn")


def test_addresses_of_mail_servers() -> None:
    assert read_address("smtp://mail.example.cn").port == 25
    server = read_address("smtps://user%40example.cn:p%2Fw@mail.example.cn")
    assert (server.port, server.user, server.password, server.implicit_tls) == (
        465,
        "user@example.cn",
        "p/w",
        True,
    )


@pytest.mark.parametrize("sender", ["", "台账", "台账 <ledger>", "a@b\r\nBcc: c@d", "台账 <台账@example.cn>"])
def test_senders_that_are_refused(sender: str) -> None:
    with pytest.raises(BadMailSetting):
        mail_sender(sender)
