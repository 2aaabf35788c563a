"""Bringing a backup back: checked whole in a working folder, held to every checkpoint that is known, then put in place.

The store comes last: until it is there, nothing of the ledger is.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.problem import Problem, Refused
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.expecting import Expected
from ledger.proofs.key_file import KeyFile
from ledger.proofs.signed_log import SignedLog
from ledger.text import Text
from taizhang.backup.shelf import LEDGER, Shelf
from taizhang.copying import copy_ledger
from taizhang.evidence_files import file_path
from taizhang.location import is_postgres, sqlite_path
from taizhang.proofs.verification import Outside, verify_everything
from taizhang.session import open_session


@dataclass(slots=True)
class BroughtBack:
    """What a restore did."""

    events: int
    root: str
    evidence: int
    missing: tuple[int, int] | None = None
    warnings: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a ledger is brought back to."""

    url: str
    key_file: KeyFile
    evidence: Path


def restore_backup(
    shelf: Shelf,
    backup: Path,
    target: Target,
    *,
    known: Sequence[tuple[str, Checkpoint]],
    accept_missing: bool,
    now: datetime,
) -> BroughtBack:
    """Bring *backup* back to *target*, which has to be empty, and hold it to the *known* checkpoints.

    Raises Refused when events are missing that a checkpoint has (unless *accept_missing*), and when there is a
    ledger already; NotProven and Broken when the backup is not sound. Then nothing was changed.
    """
    in_postgres = is_postgres(target.url)
    if not in_postgres:
        _check_free(sqlite_path(target.url))
    beside = None if in_postgres else sqlite_path(target.url).absolute().parent
    manifest = shelf.manifest(backup)
    with TemporaryDirectory(prefix=".restoring-", dir=beside) as folder:
        working = Path(folder)
        for name, entry in manifest["files"].items():
            shelf.fetch(backup / name, entry, working / name)
        done = _checked(working, known, accept_missing)
        for digest, entry in manifest["evidence"].items():
            path = file_path(target.evidence, digest)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                shelf.fetch(shelf.evidence(digest), entry, path)
        done.evidence = len(manifest["evidence"])
        _bring_keys(working, target.key_file, done, now)
        if in_postgres:
            with (
                open_session(f"sqlite:///{working / LEDGER}") as copy,
                open_session(target.url) as session,
            ):
                copy_ledger(copy, session)
        else:
            _check_free(sqlite_path(target.url))
            (working / LEDGER).replace(sqlite_path(target.url))
    return done


def _check_free(path: Path) -> None:
    if not path.exists():
        return
    with open_session(f"sqlite:///{path.absolute()}") as session:
        if session.store.size():
            raise Refused([Problem("", Text("台账里已有事件；只能恢复到空的台账，请换一个文件"))])
    # What an empty ledger leaves beside its file would be taken for the new one's.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _checked(working: Path, known: Sequence[tuple[str, Checkpoint]], accept_missing: bool) -> BroughtBack:
    with open_session(f"sqlite:///{(working / LEDGER).absolute()}") as session:
        log = SignedLog(session.store, KeyFile(working / f"{LEDGER}.key"), session.clock)
        found = verify_everything(log, Outside())
        expected = Expected(known, accept_missing)
        with session.store.read() as work:
            tree = work.tree()
            for name, checkpoint in known:
                if checkpoint.origin != log.origin:
                    raise Refused(
                        [Problem("", Text("检查点 {name} 属于 {theirs}，这个台账是 {ours}", name=name,
                                          theirs=checkpoint.origin, ours=log.origin))]
                    )  # fmt: skip
                expected.hold(name, checkpoint, tree.size, tree.root(min(checkpoint.size, tree.size)))
    return BroughtBack(found.events, found.root, 0, expected.missing)


def _bring_keys(working: Path, target: KeyFile, done: BroughtBack, now: datetime) -> None:
    """Put key and last checkpoint in their place; a key that is there already stays."""
    pairs = (
        (working / f"{LEDGER}.key", target.path),
        (working / f"{LEDGER}.witness.key", target.path.with_suffix(".witness.key")),
    )
    for source, path in pairs:
        if not source.exists():
            continue
        if path.exists():
            if path.read_bytes() != source.read_bytes():
                done.warnings.append(Text("{path} 已有另一把密钥，保留不动", path=str(path)))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        path.chmod(0o600)
    checkpoint = working / f"{LEDGER}.checkpoint"
    if done.missing is not None and target.checkpoint_path.exists():
        aside = target.checkpoint_path.with_suffix(f".checkpoint-lost-{now:%Y%m%dT%H%M%S}")
        target.checkpoint_path.rename(aside)
        done.warnings.append(
            Text("较晚的检查点留在 {path}；见证方会因为台账变短而不再签名，请向他们说明", path=str(aside))
        )
    if checkpoint.exists() and not target.checkpoint_path.exists():
        shutil.copyfile(checkpoint, target.checkpoint_path)
