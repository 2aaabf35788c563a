"""Signed notes and their keys (C2SP signed-note; the cosignatures of C2SP tlog-cosignature).

A key is written as one line of text, the public one as `name+id+base64`, the private one the same with PRIVATE+KEY+
before it, so that golang.org/x/mod/sumdb/note reads both.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.merkle.proof_error import ProofError
from ledger.remedy import Remedy
from ledger.text import Text

ED25519 = 0x01
COSIGNATURE = 0x04
"""An Ed25519 signature with the instant at which it was made, over more than the note's text."""
NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100

_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The four bytes that signatures of this key begin with."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key of a vkey line; raises ProofError when it is none."""
        kind, name, material = _key_parts(text.strip())
        key = cls(name, material, kind)
        if text.strip() != str(key):
            raise _bad_key(text)
        return key

    def signs(self, text: str, value: bytes) -> bool:
        """Say whether *value* is this key's signature of a note's *text*."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            message = cosigned_message(text, timestamp_of(value))
            value = value[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except InvalidSignature:
            return False
        return True


class SignerKey:
    """A private key with the name it signs under; its kind says what it signs: checkpoints, or those of others."""

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        self.name = name
        self.kind = kind
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def generate(cls, name: str, kind: int = ED25519) -> SignerKey:
        """Make a new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Return the key of a line that `secret` made; raises ProofError when it is none."""
        text = text.strip()
        if not text.startswith(_PRIVATE):
            raise _bad_key()
        kind, name, seed = _key_parts(text.removeprefix(_PRIVATE))
        key = cls(name, seed, kind)
        if text != key.secret():
            raise _bad_key()
        return key

    def secret(self) -> str:
        """Return the private key as a line of text: whoever has it can sign."""
        encoded = base64.b64encode(bytes([self.kind]) + self._seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @property
    def verifier(self) -> VerifierKey:
        """The public key."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str) -> Signature:
        """Return the signature of a note's *text*."""
        return Signature(self.name, self.verifier.key_id, self._private.sign(text.encode()))

    def cosign(self, text: str, timestamp: int) -> Signature:
        """Return the cosignature of a checkpoint's *text*, made at *timestamp* (seconds since 1970)."""
        assert self.kind == COSIGNATURE, "a log's key cosigns nothing"
        value = timestamp.to_bytes(8, "big") + self._private.sign(cosigned_message(text, timestamp))
        return Signature(self.name, self.verifier.key_id, value)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (which ends in a newline) and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def signed_by(self, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
        """Return the signatures by *keys*, all of which hold.

        Raises ProofError when one of them does not, or none is there. Those of other keys are passed over.
        """
        known = {(key.name, key.key_id): key for key in keys}
        found = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.signs(self.text, signature.value):
                raise ProofError(Text("“{name}”的签名不成立：内容或签名被改动过", name=key.name))
            found.append((key, signature))
        if not found:
            raise ProofError(Text("没有可信密钥的签名；请核对验证公钥"))
        return found

    def with_signatures(self, more: Sequence[Signature]) -> Note:
        """Return the note with *more* signatures, each only once."""
        return Note(self.text, tuple(dict.fromkeys([*self.signatures, *more])))


def parse_note(content: bytes) -> Note:
    """Return the note in *content*; raises ProofError for what is none."""
    try:
        written = content.decode()
    except UnicodeDecodeError:
        raise _bad_note() from None
    text, blank, lines = written.rpartition("\n\n")
    if not blank or len(content) > NOTE_BYTES_MAX or any(c < " " and c != "\n" for c in written):
        raise _bad_note()
    return Note(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Return the signatures of lines that each begin with a dash; raises ProofError for others, and for none."""
    if not lines.endswith("\n") or lines.count("\n") > SIGNATURES_MAX:
        raise _bad_note()
    return tuple(map(_signature, lines[:-1].split("\n")))


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    value = decoded(encoded)
    if not line.startswith(_DASH) or not space or not is_name(name) or value is None or len(value) < 5:
        raise _bad_note()
    return Signature(name, value[:4], value[4:])


def cosigned_message(text: str, timestamp: int) -> bytes:
    """Return what a cosignature signs: a checkpoint's text and the instant (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def timestamp_of(value: bytes) -> int:
    """Return the instant of a cosignature's *value*, in seconds since 1970."""
    return int.from_bytes(value[:8], "big")


def is_name(name: str) -> bool:
    """Say whether keys may bear *name*."""
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)


def decoded(encoded: str) -> bytes | None:
    """Return the bytes of standard base64, None for anything else (also what another text would decode to)."""
    try:
        value = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if base64.b64encode(value).decode() == encoded else None


def _key_parts(text: str) -> tuple[int, str, bytes]:
    name, _, rest = text.partition("+")
    _key_id, _, encoded = rest.partition("+")
    material = decoded(encoded) or b""
    if not is_name(name) or len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
        raise _bad_key(text)
    return material[0], name, material[1:]


def _bad_key(text: str = "") -> ProofError:
    # A private key is not shown.
    if not text:
        return ProofError(Text("密钥文件的内容不是 Ed25519 私钥；请用备份里的密钥文件"))
    return ProofError(
        Text("“{key}”不是验证公钥；应是这样的一行：名称+编号+公钥", key=text[:60]), remedy=Remedy.SHOW_KEY
    )


def _bad_note() -> ProofError:
    return ProofError(Text("不是带签名的检查点；请使用未经改动的文件"))
