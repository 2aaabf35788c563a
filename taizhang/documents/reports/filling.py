"""A job of a worker: a template and a report's data -> a page or a Word document. The payload is a pickled `Filling`.

The server pickles it, and the worker reads it; what comes back is bytes. An operator's template is somebody's text: it
runs in a sandbox, and a loop without end ends with its process.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taizhang.language.i18n import Language, use
from taizhang.workers.bounds import Bounds

BOUNDS = Bounds(cpu_seconds=60, wall_seconds=120, memory_bytes=1024 << 20, output_bytes=32 << 20)


@dataclass(frozen=True, slots=True)
class Filling:
    """What is filled into what: a report of *kind* as docx or html, in a language, by the templates of a folder."""

    kind: str
    report: Any
    form: str
    templates: Path | None
    language: Language

    def payload(self) -> bytes:
        """Return it as the job takes it."""
        return pickle.dumps(self)


def filled(payload: bytes) -> Iterator[bytes]:
    """Yield the page or document. Raises FileRefused for a template of an operator's that cannot be filled."""
    asked: Filling = pickle.loads(payload)  # noqa: S301 - our own server pickled it
    use(asked.language)
    if asked.form == "docx":
        from taizhang.documents.reports.word import render_docx

        yield render_docx(asked.kind, asked.report, asked.templates)
    else:
        from taizhang.documents.reports.html import render_html

        yield render_html(asked.kind, asked.report, asked.templates).encode()
