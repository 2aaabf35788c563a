"""Characters in the user or password of an address that have to be written as %XX there (RFC 3986 §2.2 and §3.2.1)."""

from __future__ import annotations

import re
from urllib.parse import quote

from ledger.text import Text

_TO_ESCAPE = re.compile(r"[#/?@\[\] ]|%(?![0-9A-Fa-f]{2})")


def unescaped(url: str) -> Text | None:
    """Return which character before the last @ of *url* is to be written how; None when there is none.

    For an address that was not understood: in one that was, an @ may stand elsewhere. Nothing else of the password is
    repeated.
    """
    given, at, _ = url.partition("://")[2].rpartition("@")
    found = _TO_ESCAPE.search(given) if at else None
    if found is None:
        return None
    character = found[0]
    return Text(
        "地址的用户名或密码里有“{character}”，要写成 {escaped}",
        character=character,
        escaped=quote(character, safe=""),
    )
