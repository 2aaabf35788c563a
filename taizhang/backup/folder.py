"""A folder of backups: what lies where in it.

    taizhang-backup.json     whether the backups are encrypted, and the salt of the passphrase
    .lock                    held by who makes a backup
    20170630T180000Z/        a backup: manifest.json, ledger.db, ledger.db.key, ledger.db.checkpoint, ...
    evidence/ab/abcd…        attached files by SHA-256, each once for all backups that have it

A backup is there when its folder is: it bears its name only once everything in it was read back and found right.
With a passphrase nothing is ever written here in clear. All backups of a folder are of one ledger, each going on from
the one before; which is the newest is told by how many events it has, not by a clock or a name.
"""

from __future__ import annotations

import os
import re
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson

from ledger.merkle.proof_error import ProofError
from ledger.signing.key_file import sync_folder, write_whole
from ledger.text import Text
from taizhang.backup.manifest import FORMAT, MANIFEST_BYTES_MAX, Entry, SignedManifest, read_manifest
from taizhang.backup.sealed import SALT_BYTES, Sealer
from taizhang.backup.working import InUse, locked

ABOUT = "taizhang-backup.json"
MANIFEST = "manifest.json"
EVIDENCE = "evidence"
LEDGER = "ledger.db"
LOCK = ".lock"
PIECE_BYTES = 1024 * 1024
_STAMP = re.compile(r"\d{8}T\d{6}Z(-\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A backup that can be read: where it lies and what it says of itself."""

    path: Path
    signed: SignedManifest

    @property
    def place(self) -> tuple[int, int, str]:
        """Sorts backups from the oldest to the newest."""
        return self.signed.manifest.events, self.signed.manifest.serial, self.path.name


@dataclass(frozen=True, slots=True)
class Removed:
    """What a retention did: how many backups it removed, and the names of those that nobody can read: they stay."""

    count: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackupFolder:
    """The backups in *folder*, opened with their passphrase where they have one."""

    folder: Path
    sealer: Sealer | None

    def folders(self) -> list[Path]:
        """Return what bears the name of a backup, by name."""
        found = [path for path in self.folder.iterdir() if path.is_dir() and _STAMP.fullmatch(path.name)]
        return sorted(found, key=lambda path: path.name)

    def backups(self) -> list[Shelved]:
        """Return the backups that can be read, oldest first. Raises ProofError when none of those there are can be."""
        found, problems = [], []
        for path in self.folders():
            try:
                found.append(Shelved(path, self.manifest(path)))
            except ProofError as problem:
                problems.append(problem)
        if problems and not found:
            raise problems[-1]
        return sorted(found, key=lambda backup: backup.place)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who writes here, and clear away what a killed run left. Raises ProofError."""
        try:
            with locked(self.folder / LOCK):
                self._clear()
                yield
        except InUse:
            raise ProofError(
                Text("{folder} 里正在做另一份备份；请等它做完", folder=str(self.folder))
            ) from None

    def _clear(self) -> None:
        for left in (*self.folder.glob(".working-*"), *self.folder.glob(".*.partial")):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        for left in (self.folder / EVIDENCE).glob("*/.*.partial"):
            left.unlink()

    def store(self, source: Path, target: Path) -> Entry:
        """Copy a file to *target*, sealed where that is asked; return its hash and size for the manifest."""
        return self.store_pieces(read_pieces(source), target)

    def store_pieces(self, content: Iterable[bytes], target: Path) -> Entry:
        """Write *content* to *target*, sealed where that is asked, whole or not at all; return its hash and size."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, size = sha256(), 0

        def pieces() -> Iterator[bytes]:
            nonlocal size
            for piece in content:
                digest.update(piece)
                size += len(piece)
                yield piece

        partial = target.with_name(f".{target.name}.partial")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if self.sealer is None:
                    file.writelines(pieces())
                else:
                    self.sealer.seal(pieces(), file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(target.parent)
        return Entry(sha256=digest.hexdigest(), bytes=size)

    def read(self, path: Path) -> Iterator[bytes]:
        """Yield the content of a stored file; raises ProofError when it cannot be opened."""
        if self.sealer is None:
            yield from read_pieces(path)
            return
        with path.open("rb") as file:
            yield from self.sealer.opened(file)

    def fetch(self, path: Path, entry: Entry, target: Path | None) -> None:
        """Write a stored file to *target* (None: only read it); raises ProofError unless it is what *entry* says."""
        if not path.is_file():
            raise ProofError(Text("备份里缺少文件 {path}", path=str(path)))
        digest, size = sha256(), 0
        descriptor = None if target is None else os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in self.read(path):
                size += len(piece)
                if size > entry.bytes:
                    break
                digest.update(piece)
                if descriptor is not None:
                    write_all(descriptor, piece)
        finally:
            if descriptor is not None:
                os.fsync(descriptor)
                os.close(descriptor)
        if (digest.hexdigest(), size) != (entry.sha256, entry.bytes):
            raise ProofError(Text("备份里的文件 {path} 与清单不符", path=str(path)))

    def evidence(self, digest: str) -> Path:
        """Return where the attached file of that SHA-256 lies."""
        name = self.sealer.name(digest) if self.sealer is not None else digest
        return self.folder / EVIDENCE / name[:2] / name

    def manifest(self, backup: Path) -> SignedManifest:
        """Return the manifest of a backup; raises ProofError when it cannot be read."""
        path = backup / MANIFEST
        if not path.is_file():
            raise ProofError(Text("{path} 不是备份：没有清单 {name}", path=str(backup), name=MANIFEST))
        if path.stat().st_size > MANIFEST_BYTES_MAX:
            raise ProofError(Text("备份 {path} 的清单被改动过，或不完整", path=str(backup)))
        return read_manifest(b"".join(self.read(path)), str(backup))

    def keep_newest(self, count: int) -> Removed:
        """Remove all but the newest *count* backups, and the attached files that none of those has.

        What is removed holds no more events than what stays. What cannot be read may hold anything: it stays, it
        does not count, and as long as it is there no attached file is removed.
        """
        backups = self.backups()
        stale = backups[: max(0, len(backups) - count)]
        for backup in stale:
            shutil.rmtree(backup.path)
        unreadable = sorted({path.name for path in self.folders()} - {backup.path.name for backup in backups})
        if stale and not unreadable:
            self._drop_evidence(backups[len(stale) :])
        return Removed(len(stale), tuple(unreadable))

    def _drop_evidence(self, staying: Sequence[Shelved]) -> None:
        wanted = {self.evidence(digest) for backup in staying for digest in backup.signed.manifest.evidence}
        for path in [path for path in (self.folder / EVIDENCE).rglob("*") if path.is_file()]:
            if path not in wanted:
                path.unlink()


def open_shelf(folder: Path, passphrase: str | None, *, create: bool = False) -> BackupFolder:
    """Return the shelf in *folder*. Raises ProofError when there is none, or the passphrase is missing or unneeded."""
    about = folder / ABOUT
    if not about.exists():
        if not create:
            raise ProofError(Text("{folder} 里没有备份", folder=str(folder)))
        if folder.exists() and any(folder.iterdir()):
            raise ProofError(Text("{folder} 里有别的东西；备份请用一个空文件夹", folder=str(folder)))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        salt = b64encode(os.urandom(SALT_BYTES)).decode() if passphrase is not None else None
        write_whole(about, orjson.dumps({"format": FORMAT, "salt": salt}) + b"\n", mode=0o600)
    sealed_with = _salt_of(about)
    if sealed_with is None:
        if passphrase is not None:
            raise ProofError(Text("{folder} 里的备份没有加密；要加密请换一个文件夹", folder=str(folder)))
        return BackupFolder(folder, None)
    if passphrase is None:
        raise ProofError(Text("{folder} 里的备份是加密的；请给出口令", folder=str(folder)))
    return BackupFolder(folder, Sealer(passphrase, sealed_with))


def _salt_of(about: Path) -> bytes | None:
    try:
        said = orjson.loads(about.read_bytes())["salt"]
        return None if said is None else b64decode(said, validate=True)
    except (ValueError, KeyError, TypeError):
        raise ProofError(
            Text("{path} 被改动过，或不完整；请用备份文件夹的另一份拷贝", path=str(about))
        ) from None


def chosen_backup(path: Path, passphrase: str | None) -> tuple[BackupFolder, Path]:
    """Return the backup that *path* names: itself, or the newest in a folder of backups. Raises ProofError."""
    if (path / ABOUT).exists():
        shelf = open_shelf(path, passphrase)
        backups = shelf.backups()
        if not backups:
            raise ProofError(Text("{folder} 里没有备份", folder=str(path)))
        return shelf, backups[-1].path
    return open_shelf(path.absolute().parent, passphrase), path


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's content in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of *content*, however little of it the system takes at once."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file's content, None when there is no file."""
    if not path.is_file():
        return None
    digest = sha256()
    for piece in read_pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def made_at(backup: Path) -> datetime:
    """Return when a backup was made, by the clock of then, as its name says."""
    # Two of one second bear a number behind.
    return datetime.strptime(f"{backup.name[:15]}+0000", "%Y%m%dT%H%M%S%z")
