"""A folder of backups: what lies where in it.

    taizhang-backup.json     whether the backups are encrypted, and the salt of the passphrase
    20170630T180000Z/        a backup: manifest.json, ledger.db, ledger.db.key, ledger.db.checkpoint, ...
    evidence/ab/abcd…        attached files by SHA-256, each once for all backups that have it

A backup is there when its folder is: it bears its name only once everything in it was read back and found right.
"""

from __future__ import annotations

import os
import re
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from ledger.proofs.amiss import NotProven
from ledger.proofs.key_file import write_whole
from ledger.text import Text
from taizhang.backup.sealed import SALT_BYTES, Sealer

ABOUT = "taizhang-backup.json"
MANIFEST = "manifest.json"
EVIDENCE = "evidence"
LEDGER = "ledger.db"
FORMAT = 1
PIECE_BYTES = 1024 * 1024
_STAMP = re.compile(r"\d{8}T\d{6}Z(-\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The backups in *folder*, opened with their passphrase where they have one."""

    folder: Path
    sealer: Sealer | None

    def backups(self) -> list[Path]:
        """Return the backups, oldest first."""
        found = [path for path in self.folder.iterdir() if path.is_dir() and _STAMP.fullmatch(path.name)]
        return sorted(found, key=lambda path: path.name)

    def store(self, source: Path, target: Path) -> dict[str, Any]:
        """Copy a file to *target*, sealed where that is asked; return its hash and size for the manifest."""
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0

        def pieces() -> Iterator[bytes]:
            nonlocal size
            for piece in read_pieces(source):
                digest.update(piece)
                size += len(piece)
                yield piece

        partial = target.with_name(f".{target.name}.partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if self.sealer is None:
                file.writelines(pieces())
            else:
                self.sealer.seal(pieces(), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        return {"sha256": digest.hexdigest(), "bytes": size}

    def read(self, path: Path) -> Iterator[bytes]:
        """Yield the content of a stored file; raises NotProven when it cannot be opened."""
        if self.sealer is None:
            yield from read_pieces(path)
            return
        with path.open("rb") as file:
            yield from self.sealer.opened(file)

    def fetch(self, path: Path, entry: dict[str, Any], target: Path | None) -> None:
        """Write a stored file to *target* (None: only read it); raises NotProven unless it is what *entry* says."""
        if not path.is_file():
            raise NotProven(Text("备份里缺少文件 {path}", path=str(path)))
        digest = sha256()
        descriptor = None if target is None else os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in self.read(path):
                digest.update(piece)
                if descriptor is not None:
                    os.write(descriptor, piece)
        finally:
            if descriptor is not None:
                os.fsync(descriptor)
                os.close(descriptor)
        if digest.hexdigest() != entry["sha256"]:
            raise NotProven(Text("备份里的文件 {path} 与清单不符", path=str(path)))

    def evidence(self, digest: str) -> Path:
        """Return where the attached file of that SHA-256 lies."""
        name = self.sealer.name(digest) if self.sealer is not None else digest
        return self.folder / EVIDENCE / name[:2] / name

    def manifest(self, backup: Path) -> dict[str, Any]:
        """Return the manifest of a backup; raises NotProven when it cannot be read."""
        path = backup / MANIFEST
        if not path.is_file():
            raise NotProven(Text("{path} 不是备份：没有清单 {name}", path=str(backup), name=MANIFEST))
        try:
            said = orjson.loads(b"".join(self.read(path)))
            manifest: dict[str, Any] = said["manifest"]
            sound = said["sha256"] == sha256(orjson.dumps(manifest)).hexdigest()
        except (orjson.JSONDecodeError, KeyError, TypeError):
            sound = False
        if not sound:
            raise NotProven(Text("备份 {path} 的清单被改动过，或不完整", path=str(backup)))
        if manifest.get("format") != FORMAT:
            raise NotProven(Text("备份 {path} 由更新版本的程序写成；请升级 taizhang", path=str(backup)))
        return manifest

    def write_manifest(self, backup: Path, manifest: dict[str, Any]) -> None:
        """Write the manifest of a backup, with a hash over it."""
        whole = {"manifest": manifest, "sha256": sha256(orjson.dumps(manifest)).hexdigest()}
        plain = backup / f".{MANIFEST}"
        plain.write_bytes(orjson.dumps(whole))
        self.store(plain, backup / MANIFEST)
        plain.unlink()

    def keep_newest(self, count: int) -> int:
        """Remove all but the newest *count* backups, and the attached files that none of those has; return how many."""
        backups = self.backups()
        stale = backups[: max(0, len(backups) - count)]
        for backup in stale:
            shutil.rmtree(backup)
        if stale:
            wanted = {
                self.evidence(digest)
                for backup in self.backups()
                for digest in self.manifest(backup)["evidence"]
            }
            for path in [path for path in (self.folder / EVIDENCE).rglob("*") if path.is_file()]:
                if path not in wanted:
                    path.unlink()
        return len(stale)


def open_shelf(folder: Path, passphrase: str | None, *, create: bool = False) -> Shelf:
    """Return the shelf in *folder*. Raises NotProven when there is none, or the passphrase is missing or not needed."""
    about = folder / ABOUT
    if not about.exists():
        if not create:
            raise NotProven(Text("{folder} 里没有备份", folder=str(folder)))
        if folder.exists() and any(folder.iterdir()):
            raise NotProven(Text("{folder} 里有别的东西；备份请用一个空文件夹", folder=str(folder)))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        salt = b64encode(os.urandom(SALT_BYTES)).decode() if passphrase is not None else None
        write_whole(about, orjson.dumps({"format": FORMAT, "salt": salt}) + b"\n", mode=0o600)
    said = orjson.loads(about.read_bytes())
    if said["salt"] is None:
        if passphrase is not None:
            raise NotProven(Text("{folder} 里的备份没有加密；要加密请换一个文件夹", folder=str(folder)))
        return Shelf(folder, None)
    if passphrase is None:
        raise NotProven(Text("{folder} 里的备份是加密的；请给出口令", folder=str(folder)))
    return Shelf(folder, Sealer(passphrase, b64decode(said["salt"])))


def chosen_backup(path: Path, passphrase: str | None) -> tuple[Shelf, Path]:
    """Return the backup that *path* names: itself, or the newest in a folder of backups. Raises NotProven."""
    if (path / ABOUT).exists():
        shelf = open_shelf(path, passphrase)
        backups = shelf.backups()
        if not backups:
            raise NotProven(Text("{folder} 里没有备份", folder=str(path)))
        return shelf, backups[-1]
    return open_shelf(path.absolute().parent, passphrase), path


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's content in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
