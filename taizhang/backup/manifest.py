"""What a backup says of itself: what is in it, of which ledger, up to where; signed with the ledger's key.

Nothing in it is believed for its own sake: names are known ones or hashes, never paths, and what it states of the
ledger is held to what is restored.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.merkle.proof_error import ProofError
from ledger.signing.note import Note, SignerKey, VerifierKey, parse_note
from ledger.text import Text

FORMAT: Final = 1
MANIFEST_BYTES_MAX = 256 * 1024 * 1024
"""A million attached files are some 200 MB of it."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Literal["ledger.db", "ledger.db.key", "ledger.db.checkpoint", "ledger.db.witness.key"]


class Entry(BaseModel):
    """A file of a backup: the SHA-256 and the size of what is in it."""

    model_config = ConfigDict(strict=True, frozen=True)

    sha256: Digest
    bytes: int = Field(ge=0)


class Manifest(BaseModel):
    """The contents of a backup. `ledger` is the name of the log, "" in what older versions wrote.

    `serial` counts the backups of a folder: their order rests on no clock.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    format: Literal[1] = 1
    ledger: str = ""
    serial: int = Field(default=0, ge=0)
    events: int = Field(ge=0)
    root: Digest
    checkpoint: str | None
    files: dict[FileName, Entry]
    evidence: dict[Digest, Entry]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if "ledger.db" not in self.files or any(
            digest != entry.sha256 for digest, entry in self.evidence.items()
        ):
            raise ValueError("no ledger, or a file under another's hash")
        return self


class SignedManifest(BaseModel):
    """A manifest as it was read, and the signature over it; None where there was no key, or in older versions."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    manifest: Manifest
    digest: str
    signature: Note | None

    def check_signature(self, keys: Sequence[VerifierKey]) -> None:
        """Raise ProofError unless one of *keys* signed this very manifest."""
        if self.signature is None or self.signature.text != _signed_text(self.manifest.ledger, self.digest):
            raise ProofError(Text("备份的清单没有台账的签名"))
        self.signature.signed_by(keys)


def written(manifest: Manifest, key: SignerKey | None) -> bytes:
    """Return the bytes of *manifest* as they are stored, signed with *key*."""
    content = manifest.model_dump(mode="json")
    digest = _digest_of(content)
    whole: dict[str, object] = {"manifest": content, "sha256": digest}
    if key is not None:
        text = _signed_text(manifest.ledger, digest)
        whole["signature"] = str(Note(text, (key.sign(text),)))
    return orjson.dumps(whole)


def read_manifest(content: bytes, path: str) -> SignedManifest:
    """Return the manifest in *content*; raises ProofError for what is none. *path* is what the backup is called."""
    try:
        said = orjson.loads(content)
        digest = said["sha256"]
        signature = said.get("signature")
        if digest != _digest_of(said["manifest"]):
            raise _unsound(path)
        if said["manifest"].get("format") != FORMAT:
            raise ProofError(Text("备份 {path} 由更新版本的程序写成；请升级 taizhang", path=path))
        return SignedManifest(
            manifest=Manifest.model_validate(said["manifest"]),
            digest=digest,
            signature=None if signature is None else parse_note(signature.encode()),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValidationError):
        raise _unsound(path) from None


def _digest_of(content: dict[str, object]) -> str:
    return sha256(orjson.dumps(content)).hexdigest()


def _signed_text(ledger: str, digest: str) -> str:
    # The second line of a checkpoint is a number: no signature of the one can be taken for one of the other.
    return f"{ledger}\nbackup\n{digest}\n"


def _unsound(path: str) -> ProofError:
    return ProofError(Text("备份 {path} 的清单被改动过，或不完整", path=path))
