"""What a proof fails with."""

from __future__ import annotations

from ledger.errors import ErrorKind, TaizhangError


class ProofError(TaizhangError):
    """A proof, signature or note does not hold; `text` says which and what that means."""

    kind = ErrorKind.CONFLICT
