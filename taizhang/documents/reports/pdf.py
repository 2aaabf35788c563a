"""A report's page as PDF, by WeasyPrint: an optional extra, because it needs Pango on the machine.

Runs in a worker's process (`pressing`): laying out a hostile page takes minutes, and Pango is not for several threads.
"""

from __future__ import annotations

import re
import sys
from ctypes import CDLL
from functools import cache
from importlib.util import find_spec

from ledger.text import Text
from taizhang.app.errors import FileRefused

LIBRARIES = (
    "libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libfontconfig.so.1",
)  # fmt: skip
"""What WeasyPrint opens by name on Linux."""
WITHOUT = Text(
    "没有装 PDF 组件；请运行 pip install 'taizhang[pdf]'（还要系统的 Pango），或改用 --format html 打印"
)
"""Why no PDF can be made."""
PAGES_MAX = 3000
WORD_LETTERS_MAX = 40
BREAK_LETTERS = 8
"""A longer word gets a place to break at after each so many letters: without one the layout of every line of it looks
at the whole rest, which takes minutes for 60,000 letters."""

_LONG_WORD = re.compile(rf"[^\s\u2e80-\uffff]{{{WORD_LETTERS_MAX + 1},}}")
_LETTERS = re.compile(rf".{{{BREAK_LETTERS}}}(?=.)")
_BREAK = "\u200b"
_NO_TEXT = frozenset({"style", "script", "title"})


@cache
def can_make_pdf() -> bool:
    """Whether pages should offer PDFs: told without loading what makes them into the server's own memory."""
    if find_spec("weasyprint") is None:
        return False
    return sys.platform != "linux" or all(map(_is_there, LIBRARIES))


def _is_there(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def render_pdf(page: str) -> bytes:
    """Return the PDF of a report's *page*. Raises FileRefused when WeasyPrint is not there, or for too many pages."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        raise FileRefused(WITHOUT) from None
    document = HTML(string=page, url_fetcher=_only_data())
    for element in document.etree_element.iter():
        if element.tag not in _NO_TEXT:
            element.text = _broken(element.text)
        element.tail = _broken(element.tail)
    laid_out = document.render(font_config=_fonts())
    if len(laid_out.pages) > PAGES_MAX:
        raise FileRefused(
            Text("这份报告有 {pages} 页，PDF 最多 {most} 页", pages=len(laid_out.pages), most=PAGES_MAX)
        )
    content: bytes = laid_out.write_pdf()
    return content


def _broken(text: str | None) -> str | None:
    """Return *text* with places to break at in words that are longer than any line."""
    return (
        _LONG_WORD.sub(lambda word: _LETTERS.sub(lambda part: part[0] + _BREAK, word[0]), text)
        if text
        else text
    )


@cache
def _fonts() -> object:
    # Looking through the machine's fonts takes longer than a page.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _only_data() -> object:
    """Return what fetches nothing: a report holds all that it shows, pictures too, as data: addresses."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)
