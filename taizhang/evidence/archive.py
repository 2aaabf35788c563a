"""How much a ZIP archive really unpacks to, measured and not believed: nothing is kept of it."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ledger.text import Text

UNPACKED_BYTES_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 2000
_PIECE_BYTES = 1 << 18
_LOCAL_HEADER_BYTES = 30


def check_unpacked(content: bytes) -> Text | None:
    """Return what is wrong with the archive in *content*, None when it can be kept."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        return _too_much()
    left = UNPACKED_BYTES_MAX
    for entry in entries:
        if entry.flag_bits & 1:
            return Text("文件设了打开密码；请取消密码后再附上")
        size = _unpacked_bytes(content, entry, left)
        if size is None:
            return Text("文件已损坏，打不开；请重新取一份完整的")
        left -= size
        if left < 0:
            return _too_much()
    return None


def _unpacked_bytes(content: bytes, entry: ZipInfo, most: int) -> int | None:
    """Return how much *entry* unpacks to, a little over *most* when it is more; None when it is broken."""
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER_BYTES]
    if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        return None
    start = entry.header_offset + _LOCAL_HEADER_BYTES
    start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == ZIP_STORED:
        return len(packed)
    if entry.compress_type != ZIP_DEFLATED:
        return None
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    try:
        while packed and not unpacking.eof and size <= most:
            size += len(unpacking.decompress(packed, _PIECE_BYTES))
            packed = unpacking.unconsumed_tail
    except zlib.error:
        return None
    return size


def _too_much() -> Text:
    return Text("文件解开后太大（超过 {most} MB），不像是办公文件", most=UNPACKED_BYTES_MAX >> 20)
