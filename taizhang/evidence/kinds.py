"""What a file is by its content, whatever its name says. What is not on the list below is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

import puremagic

from ledger.errors import TaizhangError
from ledger.text import Text

from .archive import check_unpacked
from .packages import NotReadable, Package, read_package


class NotEvidence(TaizhangError):
    """The file is not taken; `text` says why and what would be."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken.

    `shown`: a browser may show it by itself, in a sandbox. Browsers do not show a PDF in a sandbox: it is a download.
    """

    media_type: str
    extensions: tuple[str, ...]
    shown: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), shown=True)
PNG = Kind("image/png", (".png",), shown=True)
WEBP = Kind("image/webp", (".webp",), shown=True)
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", (".docx",))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
PPTX = Kind(f"{_OFFICE}.presentationml.presentation", (".pptx",))
OFD = Kind("application/ofd", (".ofd",))
HEIC = Kind("image/heic", (".heic", ".heif"))
DOC = Kind("application/msword", (".doc",))
XLS = Kind("application/vnd.ms-excel", (".xls",))
PPT = Kind("application/vnd.ms-powerpoint", (".ppt",))
WPS = Kind("application/vnd.ms-works", (".wps",))
ET = Kind("application/wps-office.et", (".et",))
DPS = Kind("application/wps-office.dps", (".dps",))
TXT = Kind("text/plain", (".txt",))
KINDS = (PDF, JPEG, PNG, WEBP, HEIC, DOCX, XLSX, PPTX, OFD, DOC, XLS, PPT, WPS, ET, DPS, TXT)
UNKNOWN = Kind("application/octet-stream", (".bin",))
"""What is not one of them, or not what is said of it: it is never taken, and only ever given out as bytes."""
_PACKAGED = {f"{kind.media_type}.main+xml": kind for kind in (DOCX, XLSX, PPTX)}
"""By the content type of the main part."""
_USUAL_NAMES = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
ACCEPT = ",".join(extension for kind in KINDS for extension in kind.extensions)
"""For the `accept` attribute of a file field."""

_BY_MEDIA_TYPE = {kind.media_type: kind for kind in (PDF, JPEG, PNG, WEBP)}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_VBA = "_VBA_PROJECT".encode("utf-16-le")
# What an ISO base media file says it is made as: still pictures of telephones (ISO/IEC 23008-12).
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_HEIC_CODED = frozenset({b"heic", b"heix", b"heim", b"heis"})
_BRANDS_BYTES_MAX = 256
_PAGE_LIKE = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"<?php", b"mime-version", b"#!")
_SNIFFED_BYTES = 4096
_NOT_IN_TEXT = re.compile(r"[^\t\r\n\f -\U0010ffff]")


def kind_of(content: bytes, filename: str) -> Kind:
    """Return the kind of *content*; the name decides only between programs that share a format.

    Raises NotEvidence.
    """
    if not content:
        raise NotEvidence(Text("文件是空的"))
    _refuse_the_active(content)
    kind = recognised(content, filename.lower())
    if kind is None:
        raise NotEvidence(
            Text(
                "不收这种文件；可以附 PDF、OFD、图片（JPEG、PNG、WebP、HEIC）、Word、Excel、PPT、WPS 和纯文本"
            )
        )
    if content.startswith(b"PK") and (problem := check_unpacked(content)) is not None:
        raise NotEvidence(problem)
    return kind


def served_as(content: bytes, media_type: str, filename: str) -> Kind:
    """Return as what a file is given out of which somebody once said *media_type*: UNKNOWN unless it is that."""
    try:
        kind = recognised(content, filename.lower())
    except NotEvidence:
        return UNKNOWN
    return kind if kind is not None and kind.media_type == media_type else UNKNOWN


def recognised(content: bytes, filename: str) -> Kind | None:
    """Return the kind that *content* is by its form alone, None when it is none; *filename* in lower case.

    Raises NotEvidence for an archive that cannot be opened.
    """
    if content.startswith(b"PK"):
        return _packaged(_package(content))
    if content.startswith(_OLE):
        return _compound(content, filename)
    if _is_heic(content):
        return HEIC
    for guess in _guesses(content):
        if guess in _BY_MEDIA_TYPE:
            return _BY_MEDIA_TYPE[guess]
    return TXT if filename.endswith(".txt") and _is_plain_text(content) else None


def _guesses(content: bytes) -> list[str]:
    """Return the media types that the content's first bytes speak for, surest first."""
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return []
    surest = max((guess.confidence for guess in found), default=0)
    return [guess.mime_type for guess in found if guess.confidence == surest]


def _package(content: bytes) -> Package:
    try:
        return read_package(content)
    except NotReadable as damaged:
        raise NotEvidence(damaged.text) from None


def _packaged(package: Package) -> Kind | None:
    if package.ofd:
        return OFD
    mains = {each for each in package.types if each.endswith(".main+xml")}
    if mains:
        return _PACKAGED.get(mains.pop()) if len(mains) == 1 else None
    # A table that does not name the main part: some programs write such, and Office opens them by the usual names.
    return next(
        (kind for name, kind in _USUAL_NAMES.items() if package.listed and name in package.names), None
    )


def _is_heic(content: bytes) -> bool:
    size = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or not 16 <= size <= _BRANDS_BYTES_MAX:
        return False
    brands = {content[place : place + 4] for place in range(16, min(size, len(content)) - 3, 4)}
    return content[8:12] in _HEIC_BRANDS and not _HEIC_CODED.isdisjoint({content[8:12], *brands})


def _refuse_the_active(content: bytes) -> None:
    """Raise NotEvidence for what runs when it is opened."""
    # Word keeps macros in a folder "Macros", Excel in "_VBA_PROJECT_CUR"; in both lies a stream of this name.
    macros = content.startswith(_OLE) and _VBA in content
    if macros or (content.startswith(b"PK") and _package(content).active):
        raise NotEvidence(Text("文件里有宏或控件，不能收；请另存为不含宏的 .docx、.xlsx 或 .pptx"))


def _compound(content: bytes, filename: str) -> Kind | None:
    # The names of the streams stand in the file's directory in UTF-16.
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("PowerPoint Document"):
        return DPS if filename.endswith(".dps") else PPT
    if has("WordDocument"):
        return WPS if filename.endswith(".wps") else DOC
    if has("Workbook") or has("Book"):
        return ET if filename.endswith(".et") else XLS
    return None


def _is_plain_text(content: bytes) -> bool:
    head = content[:_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_PAGE_LIKE):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _NOT_IN_TEXT.search(text) is None
    return False
