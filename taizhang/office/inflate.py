"""How much a ZIP archive really unpacks to, measured before anybody unpacks it.

What an archive says of itself is not believed: every entry is inflated piece by piece and counted, and nothing is kept.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ledger.text import Text
from taizhang.office.refusal import FileRefused

INFLATED_BYTES_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 2000
_PIECE = 1 << 18
_LOCAL_HEADER = 30


def check_inflated(content: bytes) -> frozenset[str]:
    """Return the names of the archive's entries. Raises FileRefused when it is encrypted, broken or unpacks too far."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    if len(entries) > ENTRIES_MAX:
        raise _too_much()
    left = INFLATED_BYTES_MAX
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileRefused(Text("工作簿设了打开密码；请用 Excel 或 WPS 取消密码后再导入"))
        left -= _inflated(content, entry, left)
    return frozenset(entry.filename for entry in entries)


def _inflated(content: bytes, entry: ZipInfo, most: int) -> int:
    """Return the bytes that *entry* inflates to; raises FileRefused as soon as there are more than *most*."""
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的"))
    start = entry.header_offset + _LOCAL_HEADER
    start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == ZIP_STORED:
        if len(packed) > most:
            raise _too_much()
        return len(packed)
    if entry.compress_type != ZIP_DEFLATED:
        raise FileRefused(Text("文件的压缩方式不常见，不能读；请用 Excel 或 WPS 另存为 .xlsx"))
    inflater = zlib.decompressobj(-15)
    size = 0
    try:
        while packed and not inflater.eof:
            size += len(inflater.decompress(packed, _PIECE))
            packed = inflater.unconsumed_tail
            if size > most:
                raise _too_much()
    except zlib.error:
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    return size


def _too_much() -> FileRefused:
    most = INFLATED_BYTES_MAX >> 20
    return FileRefused(Text("文件解开后超过 {most} MB，不像是办公用的工作簿，没有读取", most=most))
