"""Files encrypted with a passphrase, chunk by chunk, so that neither side needs the whole file in memory.

scrypt makes a key of the passphrase and a salt (once a folder); HKDF makes one of it for each file. A file is a magic,
its own salt, and chunks sealed with ChaCha20-Poly1305; the nonce of a chunk is its number and whether it is the last
(the STREAM construction), so that nothing can be changed, swapped, left out or cut off unnoticed.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator
from hashlib import scrypt
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.merkle.proof_error import ProofError
from ledger.text import Text

MAGIC = b"taizhang sealed 1\n"
SALT_BYTES = 16
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SCRYPT_N = 2**16
"""With r = 8: 64 MB and a quarter of a second for each guess."""


class Sealer:
    """Seals and opens files under one passphrase."""

    def __init__(self, passphrase: str, salt: bytes) -> None:
        self._master = scrypt(
            passphrase.encode(), salt=salt, n=SCRYPT_N, r=8, p=1, maxmem=256 * 1024 * 1024, dklen=32
        )

    def name(self, digest: str) -> str:
        """Return what a file of this SHA-256 is called: nobody sees from the names which files are there."""
        return hmac.new(self._master, digest.encode(), "sha256").hexdigest()

    def seal(self, content: Iterable[bytes], target: BinaryIO) -> None:
        """Write *content* sealed to *target*."""
        salt = os.urandom(SALT_BYTES)
        target.write(MAGIC + salt)
        cipher = self._cipher(salt)
        number = 0
        held = b""
        for piece in content:
            held += piece
            while len(held) > CHUNK_BYTES:
                target.write(cipher.encrypt(_nonce(number, last=False), held[:CHUNK_BYTES], MAGIC))
                held = held[CHUNK_BYTES:]
                number += 1
        target.write(cipher.encrypt(_nonce(number, last=True), held, MAGIC))

    def opened(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield what was sealed in *source*; raises ProofError when the passphrase is wrong or the file was touched.

        What was yielded before that is sound, but it is not everything.
        """
        head = source.read(len(MAGIC) + SALT_BYTES)
        if not head.startswith(MAGIC):
            raise ProofError(Text("备份文件没有加密，或不完整"))
        cipher = self._cipher(head[len(MAGIC) :])
        number = 0
        chunk = source.read(CHUNK_BYTES + TAG_BYTES)
        while True:
            following = source.read(CHUNK_BYTES + TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), chunk, MAGIC)
            except InvalidTag:
                raise ProofError(Text("口令不对，或备份文件被改动过")) from None
            if not following:
                return
            chunk = following
            number += 1

    def _cipher(self, salt: bytes) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(HKDF(SHA256(), 32, salt, MAGIC).derive(self._master))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
