"""What a server is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """Addresses, folders and limits of one server."""

    base_url: str = "http://127.0.0.1:8000"
    """Where people reach it: for links in mails, and whether cookies may travel over plain HTTP."""
    evidence: Path = Path("taizhang.db.evidence")
    """The folder of attached files, beside the store unless told otherwise."""
    body_max: int = MEGABYTE
    """Bytes of a request's body, but for uploads."""
    upload_max: int = 25 * MEGABYTE
    """Bytes of one upload, all its files together."""
    body_seconds: float = 30.0
    """How long the next piece of a body may take to come, and a whole body of few bytes."""
    body_bytes_a_second: int = 32 * 1024
    """How fast a longer body has to come on the whole: 25 MB in at most 14 minutes."""

    head_seconds: float = 10.0
    """How long the head of a request may take to come."""
    answer_seconds: float = 60.0
    """How long a visitor may leave an answer untaken."""
    ledger: str = ""
    """What the ledger is called in its installation; empty: the first, or only, one."""
    trusted_proxies: str = ""
    """Addresses (comma separated) of proxies whose word for the visitor's address is taken; empty: nobody's."""

    hosts: str = ""
    """Names (comma separated) under which people reach it beside the address above; ``.example.cn``: any below it."""

    @property
    def secure(self) -> bool:
        """Whether people come over HTTPS."""
        return self.base_url.startswith("https://")
