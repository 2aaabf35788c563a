"""Asking the office's provider of single sign-on, with bounds; who somebody is by its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text

TIMEOUT_SECONDS = 10
ANSWER_MAX = 1_000_000


class SignOnFailed(TaizhangError):
    """The provider, or its answer, lets nobody in; `text` says what to do."""

    kind = ErrorKind.DENIED


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has logged in at the provider."""

    subject: str
    """The provider's own word for this person, which nobody else ever gets."""
    login: str
    """What is compared with the accounts' names the first time."""


def asked(method: str, address: str, **said: Any) -> dict[str, Any]:
    """Return the provider's JSON object. Raises SignOnFailed."""
    import httpx  # here: a server has no need of it before somebody logs in

    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream(method, address, **said) as answer,
        ):
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > ANSWER_MAX:
                    raise ValueError(address)
            answer.raise_for_status()
        document = json.loads(content)
        if not isinstance(document, dict):
            raise TypeError(address)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError) as error:
        raise SignOnFailed(
            Text("统一登录的服务器没有给出能用的回答；请过一会儿再试，或用密码登录")
        ) from error
    return document


def word(document: dict[str, object], name: str) -> str:
    """Return what *document* says under *name*, "" where it says nothing or no word."""
    said = document.get(name)
    return said.strip() if isinstance(said, str) else ""


def does_not_fit(kind: object) -> SignOnFailed:
    """Return the error of an answer that says something else than it should: *kind* names it for the operator."""
    text = Text("统一登录的回答对不上（{kind}）；请重新登录，还不行请联系系统管理员", kind=str(kind)[:60])
    return SignOnFailed(text)
