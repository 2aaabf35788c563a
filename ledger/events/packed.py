"""A file inside an event: base64 of its zlib-compressed bytes (contract §3), bounded before it is unpacked."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode

UNPACKED_MAX = 1024 * 1024
"""No file in an event is longer: a few bytes can else unpack to gigabytes."""


def pack(content: bytes) -> str:
    """Return *content* as an event carries it."""
    return b64encode(zlib.compress(content, 9)).decode()


def unpack(text: str) -> bytes:
    """Return the bytes of a packed file. Raises ValueError for what is none, or is longer than UNPACKED_MAX."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(b64decode(text, validate=True), UNPACKED_MAX + 1)
    except zlib.error as error:
        raise ValueError("not zlib") from error
    if len(content) > UNPACKED_MAX:
        raise ValueError("too long")
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("not one whole file")
    return content
