"""The bytes are those of RFC 8785, the root is that of RFC 6962."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.merkle.canonical import canonical_bytes, leaf_hash

_KEYS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_0123456789", max_size=8)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4))
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_bytes_are_rfc_8785(event: dict[str, Any]) -> None:
    assert canonical_bytes(event) == rfc8785.dumps(event)


def test_every_character_below_the_surrogates_is_written_as_rfc_8785_writes_it() -> None:
    for start in range(0, 0xD800, 512):
        text = {"a": "".join(map(chr, range(start, start + 512)))}
        assert canonical_bytes(text) == rfc8785.dumps(text)


def test_leaf_hash() -> None:
    assert leaf_hash(b"{}") == sha256(b"\x00{}").digest()
