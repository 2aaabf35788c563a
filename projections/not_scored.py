"""There is nothing to score."""

from __future__ import annotations

from ledger.errors import ErrorKind, TaizhangError
from ledger.store.protocol import Transaction
from ledger.text import Text


class NotScored(TaizhangError):
    """There is nothing to score: no such unit on that day, or no rubric for it."""

    kind = ErrorKind.NOT_FOUND


def require_unit(work: Transaction, unit: str) -> None:
    """Raise NotScored when the ledger has no event of *unit*."""
    if work.last_sequence(unit) == 0:
        raise NotScored(Text("没有登记过“{unit}”这个党组织", unit=unit))
