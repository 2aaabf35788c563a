"""The log that a service writes to standard error: one line of JSON for everything, each with its time.

Lines of what happened (`told`: a login, a mail, a backup, a job) have the event's name and its facts; lines of Python's
logging have `"event": "log"`, level, place and text. No line holds a password, a token or a key.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import orjson

from ledger.events.event import recorded_text

security = logging.getLogger("taizhang.security")
"""Who came in and who did not, and what was done to accounts."""
operations = logging.getLogger("taizhang.operations")
"""What the server did by itself: mails, backups, jobs, and what an operator has to look into."""
_TEXT_MAX = 4000


def line(now: datetime, event: str, **facts: object) -> str:
    """Return a line of the log: JSON on one line, whatever is in it; what is empty is left out."""
    said = {name: value for name, value in facts.items() if value not in ("", None)}
    return orjson.dumps({"time": recorded_text(now), "event": event, **said}).decode()


def told(event: str, **facts: object) -> None:
    """Write a line of what the server did, at the machine's clock."""
    operations.info("%s", line(datetime.now(UTC), event, **facts))


class _AsJson(logging.Formatter):
    """A record of Python's logging as a line of the log."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        trace = self.formatException(record.exc_info)[-_TEXT_MAX:] if record.exc_info else ""
        at = datetime.fromtimestamp(record.created, UTC)
        text = record.getMessage()[:_TEXT_MAX]
        return line(at, "log", level=record.levelname.lower(), logger=record.name, text=text, trace=trace)


def to_standard_error() -> None:
    """Have everything written to standard error, a line each."""
    plain = logging.Formatter("%(message)s")
    for log in (security, operations):
        if not log.handlers:
            log.addHandler(_handler(plain))
            log.propagate = False
        log.setLevel(logging.INFO)
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(_handler(_AsJson()))


def _handler(formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    return handler
