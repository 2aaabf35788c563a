"""A file's name: without paths and controls, with the ending of what it is, short enough for the ledger."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from unicodedata import category
from urllib.parse import quote

from .kinds import Kind

NAME_CHARACTERS_MAX = 120
_NOT_IN_NAMES = frozenset('<>:"|?*')
"""What Windows does not take in a name."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that control, hide or reverse text, or break its line."""


def visible(text: str) -> str:
    """Return *text* without characters that control, hide or reverse it."""
    return "".join(each for each in text if category(each) not in _UNSEEN)


def safe_name(filename: str, kind: Kind) -> str:
    """Return *filename* as it is kept: the last part of a path, its ending that of *kind*."""
    last = re.split(r"[/\\]", filename)[-1]
    name = "".join(each for each in visible(last) if each not in _NOT_IN_NAMES).strip(" .")
    ending = PurePosixPath(name).suffix
    if ending.lower() in kind.extensions:
        stem = name[: -len(ending)]
    else:
        stem, ending = name, kind.extensions[0]
    return f"{stem[:NAME_CHARACTERS_MAX].strip() or '附件'}{ending}"


def content_disposition(filename: str, *, shown: bool) -> str:
    """Return the header that gives *filename* to a download (RFC 6266, RFC 8187)."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", filename)
    way = "inline" if shown else "attachment"
    return f"{way}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"
