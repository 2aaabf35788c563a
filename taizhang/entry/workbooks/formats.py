"""What a file is by its content, whatever its name says: workbooks and Word files are read, others get a clear word."""

from __future__ import annotations

from io import BytesIO
from typing import Literal
from zipfile import BadZipFile, ZipFile

from ledger.text import Text
from taizhang.app.errors import FileRefused
from taizhang.entry.workbooks.sheet_parts import plain_entry
from taizhang.entry.workbooks.word_tables import main_part
from taizhang.language.i18n import N_

Format = Literal["zip", "ole", "csv"]

FILE_BYTES_MAX = 20 * 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_RESAVE = N_("请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入")


def format_of(content: bytes) -> Format:
    """Return how the workbook in *content* is packed. Raises FileRefused for what is no workbook."""
    if not content:
        raise FileRefused(Text("文件是空的"))
    if len(content) > FILE_BYTES_MAX:
        raise FileRefused(
            Text(
                "文件太大：{size} MB，最多 {most} MB；请删去图片和没有用的工作表",
                size=len(content) >> 20,
                most=FILE_BYTES_MAX >> 20,
            )
        )
    if content.startswith(_ZIP):
        _check_archive(content)
        return "zip"
    if content.startswith(_OLE):
        _check_ole(content)
        return "ole"
    return _check_text(content)


def _check_archive(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = frozenset(map(plain_entry, archive.namelist()))
    except (BadZipFile, ValueError, NotImplementedError):
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or {"content.xml", "mimetype"} <= names:
        return
    if main_part(sorted(names)) is not None:
        return
    if any(name.startswith("ppt/") for name in names):
        raise FileRefused(Text("这是演示文稿，不是工作簿；请选择 Excel 或 WPS 表格文件"))
    raise FileRefused(Text("这是压缩包，不是工作簿；请解压后选择里面的 Excel 或 WPS 表格文件"))


def _check_ole(content: bytes) -> None:
    # The names of the streams stand in the file's directory in UTF-16.
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise FileRefused(Text("工作簿设了打开密码；请用 Excel 或 WPS 取消密码后再导入"))
    if has("Workbook") or has("Book"):
        return
    if has("WordDocument"):
        raise FileRefused(Text("这是旧格式的 Word 文档；请用 Word 或 WPS 打开它，另存为 .docx 再导入"))
    raise FileRefused(Text("不认识这种文件；{resave}", resave=Text(_RESAVE)))


def _check_text(content: bytes) -> Format:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        raise FileRefused(Text("这是 PDF，不是工作簿；请选择 Excel 或 WPS 表格文件"))
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"mime-version")):
        raise FileRefused(Text("这是网页或 XML，只是名字像工作簿；{resave}", resave=Text(_RESAVE)))
    if b"\0" in content[:4096] and not _is_utf_16(content):
        raise FileRefused(Text("不认识这种文件；{resave}", resave=Text(_RESAVE)))
    return "csv"


def _is_utf_16(content: bytes) -> bool:
    """Whether it is what Excel saves as “Unicode 文本”; without a byte order mark every other byte of Latin is zero."""
    if content.startswith(_UTF_16):
        return True
    head = content[:4096]
    return any(0 not in head[first::2] and head[1 - first :: 2].count(0) > len(head) // 8 for first in (0, 1))


def text_of(content: bytes) -> str:
    """Return the text of a file of text: UTF-8, UTF-16, or what Chinese Excel writes (GB 18030). Raises FileRefused."""
    encodings = ("utf-8-sig", "gb18030")
    if b"\0" in content[:4096] or content.startswith(_UTF_16):
        little = content.startswith(_UTF_16[0]) or (
            content[:1] != b"\0" and not content.startswith(_UTF_16[1])
        )
        encodings = ("utf-16-le", "utf-16-be") if little else ("utf-16-be", "utf-16-le")
    for encoding in encodings:
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\uffff" not in text and "\ufffe" not in text:
            return text
    raise FileRefused(Text("不认识这种文件；{resave}", resave=Text(_RESAVE)))
