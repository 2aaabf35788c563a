"""A report's data -> the file, in any of `FORMATS`; what may cost much is done by workers.

The program's own templates make a page at once and in this process: that costs as much as the page is long. Operators'
templates, Word documents, workbooks and PDFs are made in processes of their own.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.text import Text
from taizhang.app.errors import FileRefused
from taizhang.documents.reports import filling, pressing
from taizhang.documents.reports.filling import Filling
from taizhang.documents.reports.html import render_html
from taizhang.language.i18n import spoken
from taizhang.workers.worker import JobFailed, JobRefused, OverBounds, Worker

FILL, PRESS = "taizhang.documents.reports.filling:filled", "taizhang.documents.reports.pressing:pressed"


class Renderer:
    """Renders reports of one account one after another; `with` ends its processes."""

    def __init__(self, templates: Path | None = None) -> None:
        """Make one; templates in the folder *templates* go first."""
        self._templates = templates
        self._filler = Worker(FILL, filling.BOUNDS)
        self._press = Worker(PRESS, pressing.BOUNDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._filler.end()
        self._press.end()

    def render(self, kind: str, report: object, form: str) -> bytes:
        """Return a report of *kind* as *form*.

        Raises FileRefused where PDF cannot be made here, for an operator's template with a fault, and for what takes
        more time or memory than a report may.
        """
        try:
            if form == "docx":
                return self._filled(kind, report, "docx")
            page = self._page(kind, report)
            return page if form == "html" else self._press.do(form.encode() + b"\n" + page)
        except JobRefused as refused:
            raise FileRefused(refused.text) from None
        except OverBounds as over:
            raise FileRefused(_too_much(form, over)) from None
        except JobFailed:
            raise FileRefused(
                Text("报告没有做成，原因已记入日志；请换一种格式，或请系统管理员看日志")
            ) from None

    def _page(self, kind: str, report: object) -> bytes:
        if self._templates is None:
            return render_html(kind, report).encode()
        return self._filled(kind, report, "html")

    def _filled(self, kind: str, report: object, form: str) -> bytes:
        return self._filler.do(Filling(kind, report, form, self._templates, spoken()).payload())


def _too_much(form: str, over: OverBounds) -> Text:
    if over.which == "time":
        return Text(
            "这份报告内容太多或太不寻常，没能在 {seconds} 秒内做成 {form}；请换一种格式，或检查自己的模板",
            seconds=pressing.BOUNDS.cpu_seconds,
            form=form,
        )
    return Text(
        "这份报告内容太多或太不寻常，做成 {form} 要的内存太多；请换一种格式，或检查自己的模板", form=form
    )
