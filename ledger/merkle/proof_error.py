"""What a proof fails with."""

from __future__ import annotations

from ledger.text import Text


class ProofError(Exception):
    """A proof, signature or note does not hold; `text` says which and what that means."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)
