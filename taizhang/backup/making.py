"""Making a backup: a state of the whole store while others go on writing, signed, and read back before it counts.

What is in clear while it is made lies beside the store, never on the disk of the backups.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ledger.merkle.proof_error import ProofError
from ledger.signing.key_file import KeyFile, sync_folder
from ledger.signing.note import SignerKey
from ledger.signing.signed_log import SignedLog
from ledger.store.sqlite import SqliteStore
from ledger.store.sqlite.schema import create_private
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.app.store_url import sqlite_url
from taizhang.backup.continuing import check_continues, remember_folder
from taizhang.backup.copy_ledger import copy_ledger
from taizhang.backup.folder import LEDGER, MANIFEST, BackupFolder, Shelved
from taizhang.backup.manifest import Entry, Manifest, written
from taizhang.backup.working import working_folder
from taizhang.evidence.files import content_digest, evidence_digests, stored_files
from taizhang.proofs.verification import Outside, verify_everything
from taizhang.startup.open_ledger import open_ledger

WORKING = ".taizhang-working-"


@dataclass(slots=True)
class Backup:
    """A backup that was made: where, of what, and what is to be said about it."""

    path: Path
    events: int
    root: str
    evidence: int
    removed: int = 0
    warnings: list[Text] = field(default_factory=list)


def make_backup(
    session: OpenLedger, shelf: BackupFolder, evidence: Path, *, keep: int | None = None
) -> Backup:
    """Put a backup of *session*'s ledger on *shelf*, attached files from the folder *evidence* included.

    *keep*: so many backups stay. Raises ProofError when the shelf is another ledger's, or holds what this one has lost,
    and Broken when what was written is not a sound ledger; then there is no backup of that name, and no older one was
    removed.
    """
    with shelf.alone(), working_folder(_beside(session), WORKING) as working:
        name = _name(shelf, session.clock())
        final = shelf.folder / name
        partial = shelf.folder / f".{name}.partial"
        try:
            done, manifest, key = _written(session, shelf, working, partial, evidence)
            shelf.store_pieces([written(manifest, key)], partial / MANIFEST)
            _read_back(shelf, partial)
            partial.rename(final)
            sync_folder(shelf.folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        done.path = final
        if keep is not None:
            removed = shelf.keep_newest(keep)
            done.removed = removed.count
            if removed.unreadable:
                done.warnings.append(
                    Text("读不出的备份没有删去，也不算数：{names}", names=list(removed.unreadable))
                )
    remember_folder(session, shelf.folder)
    return done


def _beside(session: OpenLedger) -> Path:
    store = session.store
    place = store.path if isinstance(store, SqliteStore) else session.log.key_file.path
    return place.absolute().parent


def _written(
    session: OpenLedger, shelf: BackupFolder, working: Path, partial: Path, evidence: Path
) -> tuple[Backup, Manifest, SignerKey | None]:
    partial.mkdir(mode=0o700)
    done = Backup(partial, 0, "", 0)
    _take_key(session, working, done)
    snapshot = working / LEDGER
    take_snapshot(session, snapshot)
    with open_ledger(sqlite_url(snapshot)) as copy:
        log = SignedLog(copy.store, KeyFile(working / f"{LEDGER}.key"), session.clock)
        found = verify_everything(log, Outside())
        former = shelf.backups()
        check_continues(log, former)
        key = log.key_file.read()
        note = str(log.checkpoint()) if key is not None else None
        digests = evidence_digests(copy.store)
        origin = log.origin
    _one_file(snapshot)
    done.events, done.root = found.events, found.root
    files = {
        path.name: shelf.store(path, partial / path.name)
        for path in sorted(working.iterdir())
        if path.name.startswith(LEDGER)
    }
    kept = _store_evidence(shelf, evidence, digests, former, done)
    done.evidence = len(kept)
    manifest = Manifest.model_validate(
        {
            "ledger": origin,
            "serial": 1 + max((backup.signed.manifest.serial for backup in former), default=0),
            "events": found.events,
            "root": found.root,
            "checkpoint": note,
            "files": files,
            "evidence": kept,
        }
    )
    return done, manifest, key


def _take_key(session: OpenLedger, working: Path, done: Backup) -> None:
    """Copy the key and the last checkpoint first: what is signed later may be of events that the snapshot has not."""
    try:
        session.log.key()
    except ProofError as error:
        done.warnings.append(error.text)
        return
    file = session.log.key_file
    for path, name in (
        (file.path, f"{LEDGER}.key"),
        (file.checkpoint_path, f"{LEDGER}.checkpoint"),
        (file.path.with_suffix(".witness.key"), f"{LEDGER}.witness.key"),
    ):
        if path.exists():
            create_private(working / name)
            shutil.copyfile(path, working / name)


def take_snapshot(session: OpenLedger, target: Path) -> None:
    """Write one state of the whole store to the SQLite file *target*, whatever engine it is in."""
    if isinstance(session.store, SqliteStore):
        create_private(target)
        with (
            closing(sqlite3.connect(session.store.path)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return
    with open_ledger(sqlite_url(target), new=True) as copy_session:
        copy_ledger(session, copy_session)


def _one_file(path: Path) -> None:
    """Fold the write-ahead log into the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def _store_evidence(
    shelf: BackupFolder, folder: Path, digests: set[str], former: Sequence[Shelved], done: Backup
) -> dict[str, Entry]:
    kept: dict[str, Entry] = {}
    there = stored_files(folder)
    for digest, path in sorted(there.items()):
        target = shelf.evidence(digest)
        if content_digest(path) != digest:
            done.warnings.append(Text("附件 {path} 的内容与它的哈希不符，没有备份", path=str(path)))
            if target.exists():
                # An earlier backup took the true one.
                kept[digest] = Entry(sha256=digest, bytes=sum(map(len, shelf.read(target))))
            continue
        if not target.exists() and shelf.store(path, target).sha256 != digest:
            target.unlink()
            done.warnings.append(Text("附件 {path} 的内容与它的哈希不符，没有备份", path=str(path)))
            continue
        kept[digest] = Entry(sha256=digest, bytes=path.stat().st_size)
    missing = digests - set(kept)
    for backup in former:
        # What the folder has lost stays for good in the backups that come.
        for digest in missing & set(backup.signed.manifest.evidence):
            if shelf.evidence(digest).exists():
                kept[digest] = backup.signed.manifest.evidence[digest]
    if missing:
        done.warnings.append(Text("有 {count} 个登记过的附件不在附件文件夹里", count=len(missing)))
    return kept


def _read_back(shelf: BackupFolder, backup: Path) -> None:
    manifest = shelf.manifest(backup).manifest
    for name, entry in manifest.files.items():
        shelf.fetch(backup / name, entry, None)
    for digest, entry in manifest.evidence.items():
        shelf.fetch(shelf.evidence(digest), entry, None)


def _name(shelf: BackupFolder, now: datetime) -> str:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    # A number is not given twice, also when retention removed the one that had it: names stay in order.
    taken = [path.name for path in shelf.folders() if path.name.startswith(stamp)]
    number = 1 + max((int(name[len(stamp) + 1 :] or 1) for name in taken), default=0)
    return stamp if number == 1 else f"{stamp}-{number}"
