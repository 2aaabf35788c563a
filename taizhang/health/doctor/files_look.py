"""Files and folders: whose they are, who may read and write them, and whether backups lie on a disk of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.app.store_url import evidence_folder, is_postgres, key_path, sqlite_path
from taizhang.health.finding import Finding, down, fine, warning


def files_look(url: str, settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of the ledger's files; nothing is made."""
    found = [*_ledger(url), *_private(key_path(url, settings.key))]
    for folder in (evidence_folder(url, settings.evidence), settings.backup, settings.tiles):
        if folder is not None:
            found += _folder(folder)
    if settings.backup is not None and not is_postgres(url):
        found += _same_disk(sqlite_path(url), settings.backup)
    yield from found or [fine("files", Text("文件和文件夹的权限没有问题"))]


def _ledger(url: str) -> Iterator[Finding]:
    if is_postgres(url):
        return
    path = sqlite_path(url)
    if path.exists():
        yield from _private(path)
        if not os.access(path, os.W_OK) or not os.access(path.absolute().parent, os.W_OK):
            yield down(
                "files",
                Text("{path} 或它的文件夹不能写", path=str(path)),
                Text("以运行服务的用户执行（sudo -u taizhang …），或改文件的主人"),
            )


def _private(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a file that only the service's user should read."""
    if not path.exists():
        return
    about = path.stat()
    if about.st_mode & 0o077:
        yield warning(
            "files", Text("{path} 别的用户也能读", path=str(path)), Text("chmod 600 {path}", path=str(path))
        )
    if about.st_uid != os.geteuid():
        yield warning(
            "files",
            Text("{path} 不是您现在这个用户的；写进去的文件，服务会打不开", path=str(path)),
            Text("以运行服务的用户执行：sudo -u taizhang …"),
        )


def _folder(folder: Path) -> Iterator[Finding]:
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())
    if not os.access(there, os.W_OK | os.X_OK):
        yield down(
            "files",
            Text("文件夹 {folder} 不能写", folder=str(folder)),
            Text("改它的主人，并写进服务的 ReadWritePaths"),
        )


def _same_disk(ledger: Path, backups: Path) -> Iterator[Finding]:
    if ledger.exists() and backups.exists() and ledger.stat().st_dev == backups.stat().st_dev:
        yield warning(
            "files",
            Text("备份和台账在同一块磁盘上，磁盘坏了两样都没有"),
            Text("把 {folder} 换到另一块磁盘，或每天拷一份到别的机器", folder=str(backups)),
        )
