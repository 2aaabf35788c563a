"""Mail by SMTP (RFC 5321): TLS, login, timeouts, and for each recipient what became of it."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ledger.errors import TaizhangError
from ledger.text import Text
from ledger.url_escapes import unescaped

from .contacts import Person, is_this_machine
from .delivery import Doubtful, HandOver, NotDelivered
from .mail_replies import is_about_size, reply_text, verdict_on
from .plain import one_line
from .rendered_message import RenderedMessage

_PORTS = {"smtp": 25, "smtps": 465}
_KNOWN = {"starttls", "timeout", "cafile", "removes_duplicates"}
_HOST_NAME = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_HOST_NAME_LENGTH_MAX = 253
_AFTER_REFUSED_LOGIN = timedelta(minutes=30)
"""Providers lock an account that logs in again and again."""
_TIMEOUT_SECONDS = 30.0
_TIMEOUT_SECONDS_MAX = 240.0
"""Below the lease of a claim, with room for a slow greeting and a slow answer."""


class _Uri(UnstructuredHeader, BaseHeader):
    """A header whose value is an address of the web: it is never encoded or broken, or it would lead nowhere."""

    def fold(self, *, policy: Policy[Any]) -> str:
        """Return the header's lines."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Uri)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class BadMailSetting(TaizhangError):
    """An address of a mail server or of a sender that cannot be used; `setting` names where it comes from."""

    def __init__(self, setting: str, text: Text) -> None:
        super().__init__(text, setting)
        self.setting = setting


@dataclass(frozen=True, slots=True)
class MailServer:
    """What ``smtp://user:pass@host:port?starttls=1`` says."""

    host: str
    port: int
    implicit_tls: bool
    starttls: bool
    user: str
    password: str
    timeout_seconds: float
    cafile: str | None
    removes_duplicates: bool
    """The mailboxes behind it drop a second message with the same Message-ID."""


def mail_server(url: str) -> MailServer:
    """Read a mail server's address. Raises BadMailSetting."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = parts.hostname or ""
    except ValueError:
        raise _bad_server(url) from None
    if parts.scheme not in _PORTS or not host or parts.path not in ("", "/") or "#" in url:
        raise _bad_server(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    unknown = sorted(asked.keys() - _KNOWN)
    if unknown and "@" in parts.query:
        raise _bad_server(url)
    if unknown:
        raise BadMailSetting(
            "TAIZHANG_SMTP_URL",
            Text(
                "邮件服务器地址里没有 {unknown} 这样的选项；可用：{known}",
                unknown=unknown,
                known=sorted(_KNOWN),
            ),
        )
    try:
        timeout = float(asked.get("timeout", _TIMEOUT_SECONDS))
    except ValueError:
        timeout = 0.0
    if not 0 < timeout <= _TIMEOUT_SECONDS_MAX:
        raise BadMailSetting(
            "TAIZHANG_SMTP_URL", Text("timeout 应是 1 到 {most} 之间的秒数", most=int(_TIMEOUT_SECONDS_MAX))
        )
    server = MailServer(
        host,
        port,
        parts.scheme == "smtps",
        asked.get("starttls", "") in ("1", "true", "yes"),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        timeout,
        asked.get("cafile"),
        asked.get("removes_duplicates", "") in ("1", "true", "yes"),
    )
    if not (server.user + server.password).isascii() or not (server.user + server.password).isprintable():
        raise BadMailSetting(
            "TAIZHANG_SMTP_URL", Text("邮件服务器的用户名和密码只能是 ASCII 字符；请核对有没有全角字符")
        )
    if server.user and not (server.implicit_tls or server.starttls or is_this_machine(host)):
        raise BadMailSetting(
            "TAIZHANG_SMTP_URL", Text("密码不能不加密就在网上传送；请用 smtps:// 或在地址后面加 ?starttls=1")
        )
    return server


def mail_sender(text: str) -> Address:
    """Read a sender such as ``台账 <ledger@example.cn>``. Raises BadMailSetting."""
    name, mailbox = parseaddr(text)
    local, at, domain = mailbox.rpartition("@")
    if not at or not local or not domain or not mailbox.isascii() or not text.isprintable():
        raise BadMailSetting(
            "TAIZHANG_MAIL_FROM",
            Text("“{given}”不是发件人；应写成 台账 <ledger@example.cn> 的样子", given=text),
        )
    return Address(display_name=name, username=local, domain=domain)


def _bad_server(url: str) -> BadMailSetting:
    return BadMailSetting(
        "TAIZHANG_SMTP_URL",
        unescaped(url)
        or Text("邮件服务器地址应写成 smtp://用户:密码@主机:端口?starttls=1 或 smtps://… 的样子"),
    )


def mail_message(id_: str, person: Person, written: RenderedMessage, sender: Address) -> EmailMessage:
    """Return the message: plain text and HTML, and the deadlines ahead as a calendar file.

    Its Message-ID stays the same however often it is sent (RFC 5322); List-Unsubscribe is that of RFC 2369 and 8058.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    local, _, domain = person.address.rpartition("@")
    message["To"] = Address(display_name=one_line(person.name), username=local, domain=domain)
    message["Subject"] = written.subject
    message["Date"] = format_datetime(written.at)
    message["Message-ID"] = f"<{id_}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if written.unsubscribe:
        message["List-Unsubscribe"] = f"<{written.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    if written.calendar is not None:
        message.add_attachment(
            written.calendar, maintype="text", subtype="calendar", filename="deadlines.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )  # fmt: skip
    # Last: whatever gives the message its content takes such headers away, or into the part that was there before.
    message["Content-Language"] = person.language
    return message


class Mail:
    """A channel over one mail server; the connection is kept from message to message."""

    per_minute: int | None = None

    def __init__(self, server: MailServer, sender: Address) -> None:
        self._server = server
        self._sender = sender
        self._connection: smtplib.SMTP | None = None
        self.removes_duplicates = server.removes_duplicates

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        """Deliver to one mailbox (see `delivery.Channel`)."""
        content = mail_message(id_, person, written, self._sender).as_bytes()
        connection = self._envelope(person.address)
        try:
            hand_over()
        except BaseException:
            self.close()
            raise
        try:
            code, reply = connection.data(content)
        except smtplib.SMTPDataError as error:  # refused before a byte of it was sent
            self.close()
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Doubtful(
                Text("邮件已交出，服务器没有答复（{reason}），不知是否已送达", reason=_reason(error))
            ) from error
        if not _accepted(code):
            self.close()
            raise _refused(code, reply)

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _envelope(self, recipient: str) -> smtplib.SMTP:
        """Say from whom and to whom, on the kept connection or, where the server has dropped it, on a new one."""
        kept = self._connection is not None
        try:
            connection = self._connection or self._connect()
            self._connection = connection
            for command, address in ((connection.mail, self._sender.addr_spec), (connection.rcpt, recipient)):
                code, reply = command(address)
                if not _accepted(code):
                    self._reset()
                    raise _refused(code, reply)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            if kept:
                return self._envelope(recipient)
            raise _unreachable(error) from error
        return connection

    def greet(self) -> None:
        """Connect and log in, as for a message, and send none. Raises NotDelivered."""
        try:
            self._connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise _unreachable(error) from error

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        # Reading all the certificates there are takes a while; plain SMTP has no use for them.
        encrypted = server.implicit_tls or server.starttls
        context = ssl.create_default_context(cafile=server.cafile) if encrypted else None
        # The standard name of this machine may take a DNS that a closed network does not have: ours is put in its place
        # before anything is said.
        if server.implicit_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, "localhost", timeout=server.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, "localhost", timeout=server.timeout_seconds)
        try:
            connection.local_hostname = own_name(connection.sock)
            if server.starttls:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _reset(self) -> None:
        connection = self._connection
        if connection is not None:
            try:
                connection.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def own_name(connection: socket.socket | None) -> str:
    """Return what to call this machine in EHLO: its full name in ASCII, else its address on *connection*.

    RFC 5321 §4.1.1.1 and §4.1.3: a name of other letters, with a blank or without a domain is none.
    """
    name = socket.gethostname()
    if len(name) <= _HOST_NAME_LENGTH_MAX and _HOST_NAME.fullmatch(name):
        return name
    assert connection is not None, "nothing is said before there is a connection"
    address = connection.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _accepted(code: int) -> bool:
    return code // 100 == 2


def _refused(code: int, reply: bytes | str) -> NotDelivered:
    said = reply_text(reply)
    verdict = verdict_on(code, said)
    return NotDelivered(
        Text("邮件服务器拒收：{code} {reply}", code=code, reply=said),
        lasting=verdict.lasting,
        wait=verdict.wait,
        about_message=is_about_size(said),
    )


def _unreachable(error: Exception) -> NotDelivered:
    """Return what to tell of a server that takes no message at all just now.

    It is tried again whatever it says: the operator may mend the setting, and a lock after many logins ends.
    """
    wait = None
    if isinstance(error, smtplib.SMTPResponseException):
        wait = verdict_on(error.smtp_code, reply_text(error.smtp_error)).wait
    if isinstance(error, smtplib.SMTPAuthenticationError):
        text = Text("邮件服务器不认用户名或密码（{reason}）；请检查 TAIZHANG_SMTP_URL", reason=_reason(error))
        wait = max(wait or _AFTER_REFUSED_LOGIN, _AFTER_REFUSED_LOGIN)
    elif isinstance(error, ssl.SSLError):
        text = Text("邮件服务器的证书或加密连接有问题：{reason}", reason=_reason(error))
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        text = Text("邮件服务器不支持所要求的加密或登录方式；请检查 TAIZHANG_SMTP_URL")
    else:
        text = Text("连不上邮件服务器：{reason}", reason=_reason(error))
    return NotDelivered(text, wait=wait, for_all=True)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {reply_text(error.smtp_error)}"
    return (str(error) or type(error).__name__)[:200]
