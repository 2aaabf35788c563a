"""Reports as PDF, by WeasyPrint: an optional extra, because it needs Pango on the machine."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

from ledger.text import Text
from taizhang.app.errors import FileRefused

_ONE_AT_A_TIME = Lock()
"""Pango and fontconfig, of which the fonts are kept, are not for several threads: two PDFs at once corrupt memory."""


def render_pdf(page: str) -> bytes:
    """Return the PDF of a report's *page*, one at a time. Raises FileRefused when WeasyPrint is not there."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        raise FileRefused(
            Text(
                "没有装 PDF 组件；请运行 pip install 'taizhang[pdf]'（还要系统的 Pango），或改用 --format html 打印"
            )
        ) from None
    with _ONE_AT_A_TIME:
        content: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf(font_config=_fonts())
    return content


@cache
def _fonts() -> Any:
    # Looking through the machine's fonts takes longer than a page.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _nothing(url: str, *_args: Any, **_options: Any) -> Any:
    """Refuse to fetch: a report holds all that it shows; data: addresses alone are no fetching."""
    if url.startswith("data:"):
        from weasyprint import default_url_fetcher

        return default_url_fetcher(url)
    raise ValueError(url)
