"""The exact bytes of an event (RFC 8785) and the hash of its leaf (RFC 6962).

orjson with sorted keys writes the RFC 8785 form of everything that a stored event can hold: keys are ASCII, numbers
are whole and below 2^53 (quantities are strings), text is valid Unicode. A property test holds it to the
rfc8785 package.
"""

from __future__ import annotations

from hashlib import sha256

import orjson

STORED_BYTES_MAX = 65_535
"""An event may not be longer than this in its stored form (contract §2)."""


def canonical_bytes(event: object) -> bytes:
    """Return the RFC 8785 form of *event*: a mapping as it comes from the schema."""
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def leaf_hash(body: bytes) -> bytes:
    """Return SHA-256(0x00 || body), 32 bytes."""
    return sha256(b"\x00" + body).digest()
