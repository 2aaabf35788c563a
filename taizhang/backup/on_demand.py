"""The backups of a server as an operator sees them, and one more at his word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from ledger.events.event import SHANGHAI
from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken, Problem, Refused
from ledger.text import Text
from taizhang.accounts.account import Account
from taizhang.accounts.journal import Deed, note
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.backup.continuing import check_folder
from taizhang.backup.folder import ABOUT, BackupFolder, Shelved, made_at, open_shelf
from taizhang.backup.making import Backup, make_backup

_BUSY = Lock()


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup on the shelf: when it was made, and its size in bytes without the attached files, which are shared."""

    name: str
    made_at: datetime
    bytes: int
    events: int


@dataclass(frozen=True, slots=True)
class Backups:
    """Where backups go (None: nowhere yet), whether they are encrypted, and what is there, the latest first."""

    folder: Path | None
    encrypted: bool
    kept: list[Kept]
    problem: Text | None = None


def backups(settings: Settings) -> Backups:
    """Look at the folder that the settings name."""
    encrypted = settings.backup_passphrase is not None
    if settings.backup is None or not (settings.backup / ABOUT).exists():
        return Backups(settings.backup, encrypted, [])
    try:
        found = [_kept(backup) for backup in reversed(_shelf(settings).backups())]
    except ProofError as error:
        return Backups(settings.backup, encrypted, [], error.text)
    return Backups(settings.backup, encrypted, found)


@dataclass(frozen=True, slots=True)
class Before:
    """Backups that were made already: how many, from when to when, and how many stay."""

    folder: Path
    count: int
    first: date
    last: date
    keep: int


def backups_before(settings: Settings) -> Before | None:
    """Return which backups there are in the folder that the settings name, None for none, without a passphrase."""
    folder = settings.backup
    if folder is None or not (folder / ABOUT).exists():
        return None
    days = sorted(made_at(path).astimezone(SHANGHAI).date() for path in BackupFolder(folder, None).folders())
    return Before(folder, len(days), days[0], days[-1], settings.backup_keep) if days else None


def backup_now(
    session: OpenLedger, settings: Settings, evidence: Path, *, by: Account, now: datetime
) -> Backup:
    """Make a backup, checked, while others go on working. Raises Refused and StoreError."""
    if settings.backup is None:
        raise Refused([Problem("", Text("还没有设备份的文件夹；请设置环境变量 TAIZHANG_BACKUP 后重启服务"))])
    if not _BUSY.acquire(blocking=False):
        raise Refused([Problem("", Text("正在备份；请等它做完"))])
    try:
        check_folder(session, settings.backup)
        done = make_backup(session, _shelf(settings), evidence, keep=settings.backup_keep)
    except (ProofError, Broken) as error:
        raise Refused([Problem("", error.text)]) from None
    except OSError as error:
        reason = Text("备份没有做成：{reason}", reason=error.strerror or str(error))
        raise Refused([Problem("", reason)]) from None
    finally:
        _BUSY.release()
    session.alarms.pop("backup", None)
    with session.store.write() as work:
        note(work.connection, now, by.name, Deed.BACKUP, "", done.path.name)
    return done


def _shelf(settings: Settings) -> BackupFolder:
    assert settings.backup is not None
    secret = settings.backup_passphrase
    return open_shelf(settings.backup, secret.get_secret_value() if secret is not None else None, create=True)


def _kept(backup: Shelved) -> Kept:
    path = backup.path
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return Kept(path.name, made_at(path), size, backup.signed.manifest.events)
