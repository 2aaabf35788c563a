"""Workbooks that were looked at and wait to be recorded: kept in memory for a while, each for who sent it.

A file that is no longer there is sent again; nothing is lost by that. Bounded in number, size and time.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock
from time import monotonic

BYTES_MAX = 150 * 1024 * 1024
SECONDS_MAX = 3600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """One file: whose it is, for which unit, until when."""

    account: str
    unit: str
    filename: str
    content: bytes
    until: float


class Uploads:
    """The files that wait; the oldest go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Upload] = OrderedDict()
        self._lock = Lock()

    def keep(self, account: str, unit: str, filename: str, content: bytes) -> str:
        """Keep a file and return what it is asked for by."""
        token = token_urlsafe(24)
        with self._lock:
            self._drop_old()
            self._kept[token] = Upload(account, unit, filename, content, monotonic() + SECONDS_MAX)
            while sum(len(each.content) for each in self._kept.values()) > BYTES_MAX and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return token

    def get(self, token: str, account: str, unit: str) -> Upload | None:
        """Return the file, None when it is gone or somebody else's."""
        with self._lock:
            self._drop_old()
            found = self._kept.get(token)
        return found if found is not None and (found.account, found.unit) == (account, unit) else None

    def drop(self, token: str) -> None:
        """Forget a file that was recorded."""
        with self._lock:
            self._kept.pop(token, None)

    def _drop_old(self) -> None:
        now = monotonic()
        for token in [token for token, upload in self._kept.items() if upload.until < now]:
            del self._kept[token]
