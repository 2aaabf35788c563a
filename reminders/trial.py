"""Messages that speak of no duty: one that only says that it arrived, and what an operator has to hear of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from ledger.text import Text

from .contacts import Person
from .delivery import Channel
from .letter import Letter
from .rendered_message import RenderedMessage, Translate, write


def trial(address: str, language: str, translate: Translate, now: datetime) -> tuple[Person, RenderedMessage]:
    """Return a test message to *address*, and its person, who is no contact of anybody."""
    note = Text("这是一封测试邮件。收到它，就说明台账的邮件服务器已经设置好，到期提醒能够送达。")
    return notice(address, language, Text("测试邮件"), (note,), translate, now)


def notice(
    address: str, language: str, subject: Text, notes: Sequence[Text], translate: Translate, now: datetime
) -> tuple[Person, RenderedMessage]:
    """Return a message of *notes*, a paragraph each, to *address*, and its person, who is no contact of anybody."""
    person = Person("", "email", address, language=language)
    letter = Letter("", person, now.date(), None, (), None, "", notes=tuple(notes), subject=subject)
    return person, write(letter, translate, now)


def send_trial(channel: Channel, person: Person, written: RenderedMessage) -> None:
    """Send it at once, past the outbox. Raises NotDelivered and Doubtful."""
    try:
        channel.send(f"test-{token_hex(8)}", person, written, lambda: None)
    finally:
        channel.close()
