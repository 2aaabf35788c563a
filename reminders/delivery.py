"""What a channel promises: it delivers, or says for sure that it did not, or admits that it does not know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text

from .contacts import Person
from .rendered_message import RenderedMessage

HandOver = Callable[[], None]
"""Called just before the message may reach anybody; raises NotOurs when another sender has it meanwhile."""


class NotDelivered(TaizhangError):
    """The message did not reach the person for sure; `text` is what the other side said.

    It is worth another try by itself unless *lasting*; not before *wait* where the channel says so. *for_all*: any
    other message over this channel would meet the same now (the server is down, or takes no login). *about_message*: it
    is not the address that is at fault, but what was sent (it is too big).
    """

    kind = ErrorKind.UNAVAILABLE

    def __init__(
        self, text: Text, *, lasting: bool = False, wait: timedelta | None = None,
        for_all: bool = False, about_message: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self.lasting = lasting
        self.wait = wait
        self.for_all = for_all
        self.about_message = about_message


class Doubtful(TaizhangError):
    """The message was handed over and nothing came back: it may or may not have arrived."""

    kind = ErrorKind.UNAVAILABLE


class NotOurs(Exception):
    """The lease ran out before the message was handed over: another sender sees to it."""


class Channel(Protocol):
    """A way to people."""

    removes_duplicates: bool
    """Whether a message sent again under the same id is shown once: then what is doubtful is simply sent again."""
    per_minute: int | None
    """How many messages an address takes in a minute; None: no limit known."""

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        """Deliver. Raises NotDelivered, Doubtful, and what *hand_over* raises."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
