"""How much a ZIP archive really unpacks to: counted piece by piece, not believed; nothing is kept."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

ENTRIES_MAX = 2000
_PIECE_BYTES = 1 << 18
_LOCAL_HEADER_BYTES = 30


class NotUnpacked(Exception):
    """The archive is one that nobody should unpack."""


class Locked(NotUnpacked):
    """An entry is encrypted."""


class TooMuch(NotUnpacked):
    """It has too many entries, or they unpack to too much."""


class Damaged(NotUnpacked):
    """An entry is not what the archive says it is."""


class UncommonPacking(Damaged):
    """The entry is packed in a way that office files are not."""


def check_entries(content: bytes, entries: Sequence[ZipInfo], most: int) -> None:
    """Refuse the archive in *content*, with all its *entries*, when it cannot be unpacked to at most *most* bytes.

    Raises Locked, TooMuch, Damaged and UncommonPacking.
    """
    if len(entries) > ENTRIES_MAX:
        raise TooMuch
    for entry in entries:
        if entry.flag_bits & 1:
            raise Locked
        most -= _inflated_bytes(content, entry, most)
        if most < 0:
            raise TooMuch


def _inflated_bytes(content: bytes, entry: ZipInfo, most: int) -> int:
    """Return how many bytes *entry* of the archive in *content* unpacks to, a little over *most* when it is more.

    Raises Damaged, and UncommonPacking where it is neither stored nor deflated.
    """
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER_BYTES]
    if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        raise Damaged
    start = entry.header_offset + _LOCAL_HEADER_BYTES
    start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == ZIP_STORED:
        return len(packed)
    if entry.compress_type != ZIP_DEFLATED:
        raise UncommonPacking
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    try:
        while packed and not inflater.eof and size <= most:
            size += len(inflater.decompress(packed, _PIECE_BYTES))
            packed = inflater.unconsumed_tail
    except zlib.error:
        raise Damaged from None
    return size
