"""A job of a worker: a report's page -> PDF or workbook. The payload is the form, a line break, the page."""

from __future__ import annotations

from collections.abc import Iterator

from taizhang.workers.bounds import Bounds

BOUNDS = Bounds(cpu_seconds=60, wall_seconds=120, memory_bytes=1536 << 20, output_bytes=64 << 20)


def pressed(payload: bytes) -> Iterator[bytes]:
    """Yield the file. Raises FileRefused where PDF cannot be made here."""
    form, _break, page = payload.partition(b"\n")
    if form == b"pdf":
        from taizhang.documents.reports.pdf import render_pdf

        yield render_pdf(page.decode())
    else:
        from taizhang.documents.reports.sheet import render_xlsx

        yield render_xlsx(page.decode())
