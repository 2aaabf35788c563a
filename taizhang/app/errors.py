"""A file that is not read, and why."""

from __future__ import annotations

from ledger.text import Text


class FileRefused(Exception):
    """The file is not what it should be, or too big, or broken; `text` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
