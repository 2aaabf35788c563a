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
    """How long the next piece of a body may take to come."""

    @property
    def secure(self) -> bool:
        """Whether people come over HTTPS."""
        return self.base_url.startswith("https://")
