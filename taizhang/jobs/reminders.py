"""Reminders of an opened ledger, wired to what the settings say; and the jobs that a server's ticker runs for it."""

from __future__ import annotations

import logging
from datetime import timedelta

from ledger.text import Text
from reminders.delivery import Channel
from reminders.links import Links
from reminders.mail import BadMailSetting, Mail, mail_sender, mail_server
from reminders.rendered_message import RenderedMessage
from reminders.robots import DingTalk, Feishu, WeCom
from reminders.send import Sent
from reminders.service import Reminders
from reminders.ticker import Every, Job
from reminders.trial import send_trial, trial
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.log_lines import told
from taizhang.app.settings import Settings
from taizhang.language.i18n import Translate, UnknownLanguage, language_of, say, translator
from taizhang.language.names import names_of
from taizhang.proofs.clock import doubt_of

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
TICK = timedelta(minutes=5)

_log = logging.getLogger(__name__)


def links_of(settings: Settings) -> Links:
    """Return the addresses that messages lead to."""
    return Links(settings.base_url or DEFAULT_BASE_URL)


def mail_of(settings: Settings) -> Mail | None:
    """Return the mail channel; None when no server is set. Raises BadMailSetting."""
    if settings.smtp_url is None:
        return None
    server = mail_server(settings.smtp_url)
    if settings.mail_from is None:
        raise BadMailSetting(
            "TAIZHANG_MAIL_FROM", Text("还要设置发件人：TAIZHANG_MAIL_FROM='台账 <ledger@example.cn>'")
        )
    return Mail(server, mail_sender(settings.mail_from))


def send_test(settings: Settings, address: str, language: str) -> RenderedMessage:
    """Send a test message to *address* at once. Raises BadMailSetting, NotDelivered and Doubtful."""
    mail = mail_of(settings)
    if mail is None:
        text = Text("没有设置邮件服务器；请设置 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM")
        raise BadMailSetting("TAIZHANG_SMTP_URL", text)
    person, written = trial(address, language, translate_for(language), Clock()())
    send_trial(mail, person, written)
    return written


def channels_of(settings: Settings) -> dict[str, Channel]:
    """Return every way to people that is set up. Raises BadMailSetting."""
    inside = settings.robots_inside
    channels: dict[str, Channel] = {
        "wecom": WeCom(inside=inside),
        "dingtalk": DingTalk(inside=inside),
        "feishu": Feishu(inside=inside),
    }
    mail = mail_of(settings)
    if mail is not None:
        channels["email"] = mail
    return channels


def reminders_of(session: OpenLedger, settings: Settings) -> Reminders:
    """Return the reminders of a ledger. Raises BadMailSetting."""
    return Reminders(
        session.store,
        session.projections,
        links=links_of(settings),
        channels=channels_of(settings),
        translate=translate_for,
        clock=session.clock,
        names_of=names_of,
        grace_days=lambda: session.settings.grace_days,
    )


def reminder_job(session: OpenLedger, settings: Settings) -> Job:
    """Return the ticker's job that plans and sends what is due. Raises BadMailSetting."""
    reminders = reminders_of(session, settings)

    def tick() -> None:
        # A demo's people do not exist: nobody's mail server is to be bothered with them.
        if session.settings.demo_today is not None:
            return
        # What is sent has to be recorded, and what is due on a day that is not is due for nobody.
        doubt = doubt_of(session.store, session.clock())
        if doubt is not None:
            _log.error("%s", doubt.text)
            return
        for sent in reminders.tick(settings.remind_from_hour):
            tell_sent(sent)

    return Job("reminders", tick, Every(TICK))


def tell_sent(sent: Sent) -> None:
    """Write into the log what became of a message: by its id in the outbox, never by the address."""
    problem = "" if sent.problem is None else say(sent.problem)
    if sent.person is not None:
        # Servers like to repeat whom they do not know.
        problem = problem.replace(sent.person.address, "…")
    told(
        f"message.{sent.state.value}",
        message=sent.message.id,
        channel=sent.message.channel,
        attempt=sent.message.attempts,
        problem=problem,
    )


def translate_for(language: str) -> Translate:
    """Return the translation for a person; a language that was given up speaks Chinese."""
    try:
        return translator(language_of(language))
    except UnknownLanguage:
        return translator("zh_CN")
