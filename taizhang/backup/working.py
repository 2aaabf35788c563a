"""Folders for work that is not done: readable by their owner only, gone afterwards, after a kill at the next run.

Whoever works in one holds a lock on it, so that the next run tells what was left behind from what is in use.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

if sys.platform != "win32":
    import fcntl

_TRIES = 10


class InUse(Exception):
    """Somebody else holds the lock."""


@contextmanager
def working_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """Make a folder (mode 700) *prefix*… in the folder *beside*, and remove it with all in it at the end.

    Those that a killed run left there are removed first. Where *beside* cannot be written to, as with a ledger on a
    medium that is only read, the folder is made among the system's temporary files.
    """
    place = beside if os.access(beside, os.W_OK) else Path(gettempdir())
    sweep(place, prefix)
    folder, held = _make(place, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _let_go(held)


def sweep(place: Path, prefix: str) -> None:
    """Remove the folders *prefix*… in *place* in which nobody works any more."""
    for left in place.glob(f"{prefix}*"):
        if not left.is_dir() or left.is_symlink():
            continue
        try:
            held = _lock(left)
        except (InUse, FileNotFoundError, PermissionError):
            continue
        shutil.rmtree(left, ignore_errors=True)
        _let_go(held)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that the file *path*, made for it, stands for. Raises InUse when somebody else does."""
    held = _lock(path, os.O_RDWR | os.O_CREAT)
    try:
        yield
    finally:
        _let_go(held)


def _make(place: Path, prefix: str) -> tuple[Path, int]:
    for _ in range(_TRIES):
        folder = Path(mkdtemp(prefix=prefix, dir=place))
        try:
            held = _lock(folder)
            # Who sweeps may have come in between, and have removed it.
            if held < 0 or os.path.samestat(os.fstat(held), folder.stat()):
                return folder, held
        except (InUse, FileNotFoundError):
            continue
        _let_go(held)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(place))


def _lock(path: Path, how: int = os.O_RDONLY) -> int:
    """Return a descriptor that holds the lock, -1 where the file system knows none."""
    if sys.platform == "win32":
        return -1
    descriptor = os.open(path, how | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InUse from None
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor


def _let_go(held: int) -> None:
    if held >= 0:
        os.close(held)
