"""The certificates of a time stamp, put into the order that DER asks for (X.690, 11.6: a SET OF is sorted).

Many authorities leave them as they stand in a file; OpenSSL does not mind, stricter readers refuse the token. The set
is outside of what is signed (RFC 5652, 5.1 and 5.4), and sorting moves bytes without changing any length: so the token
can be read in this order, while what is recorded stays as it came.
"""

from __future__ import annotations

_SEQUENCE = 0x30
_CONTEXT_0 = 0xA0


def with_certificates_sorted(response: bytes) -> bytes:
    """Return the TimeStampResp *response* (RFC 3161) with its certificates in DER's order.

    What is no such response in DER, or has no certificates, comes back as it is: whoever reads it next says why.
    """
    try:
        start, end = _certificates(response)
        elements = _elements(response, start, end)
    except (IndexError, ValueError):
        return response
    # X.690 pads the shorter with zeros to compare; of two whole elements none is the beginning of the other.
    ordered = b"".join(sorted(response[first:last] for _tag, first, _content, last in elements))
    return response[:start] + ordered + response[end:]


def _certificates(response: bytes) -> tuple[int, int]:
    """Return where the content of `certificates` begins and ends; raises ValueError when there is none."""
    _status, token = _inside(response, 0, _SEQUENCE)[:2]
    _type, content = _inside(response, token[1], _SEQUENCE)[:2]
    (signed_data,) = _inside(response, content[1], _CONTEXT_0)
    # version, digestAlgorithms and encapContentInfo stand before it.
    tag, _first, start, end = _inside(response, signed_data[1], _SEQUENCE)[3]
    if tag != _CONTEXT_0:
        raise ValueError("no certificates")
    return start, end


Element = tuple[int, int, int, int]
"""Tag, and where the element, its content and what follows it begin."""


def _inside(data: bytes, start: int, tag: int) -> list[Element]:
    found, _first, content, end = _element(data, start)
    if found != tag:
        raise ValueError("another element")
    return _elements(data, content, end)


def _elements(data: bytes, start: int, end: int) -> list[Element]:
    elements = []
    while start < end:
        element = _element(data, start)
        elements.append(element)
        start = element[3]
    if start != end:
        raise ValueError("an element is longer than what it stands in")
    return elements


def _element(data: bytes, start: int) -> Element:
    tag, length, content = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F or length == 0x80:
        raise ValueError("no tag or length of this structure in DER")
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[content : content + size])
        content += size
    if content + length > len(data):
        raise ValueError("cut off")
    return tag, start, content, content + length
