"""Mail: whether the settings can be used, and whether the server lets the program in. No mail is sent."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.text import Text
from reminders.delivery import NotDelivered
from reminders.mail import BadMailSetting, Mail, mail_sender, mail_server
from taizhang.app.settings import Settings
from taizhang.health.finding import Finding, down, fine, warning


def mail_look(settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of the mail server."""
    if settings.smtp_url is None:
        yield warning(
            "mail_server",
            Text("没有设置邮件服务器，提醒发不出去"),
            Text("设置 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM，再用 taizhang remind --test-to 试一封"),
        )
        return
    try:
        server = mail_server(settings.smtp_url)
        sender = mail_sender(settings.mail_from or "")
    except BadMailSetting as error:
        yield down("mail_server", error.text)
        return
    mail = Mail(server, sender)
    try:
        mail.greet()
    except NotDelivered as error:
        yield down("mail_server", error.text, Text("核对地址、端口、加密方式和密码；防火墙放行了吗"))
    else:
        yield fine(
            "mail_server",
            Text("邮件服务器 {host} 能登录，发件人 {sender}", host=server.host, sender=str(sender)),
        )
    finally:
        mail.close()
