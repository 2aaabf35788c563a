"""Bringing a backup back: checked whole in a working folder, held to every checkpoint that is known, then put in place.

Nothing is written anywhere else before all of it was found right, whatever the backup says of itself. The store comes
last: until it is there, nothing of the ledger is. What fails, or is refused, leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import Tree
from ledger.problem import Problem, Refused
from ledger.signing.checkpoint import Checkpoint, read_checkpoint
from ledger.signing.expecting import Expected
from ledger.signing.key_file import KeyFile, sync_folder, write_whole
from ledger.signing.signed_log import SignedLog
from ledger.store.sqlite.strange import check_schema
from ledger.text import Text
from taizhang.accounts import store as accounts
from taizhang.accounts.roles import Role
from taizhang.app.store_url import is_postgres, sqlite_path, sqlite_url
from taizhang.backup.copy_ledger import copy_ledger
from taizhang.backup.folder import LEDGER, BackupFolder, digest_of
from taizhang.backup.manifest import Manifest, SignedManifest
from taizhang.backup.working import working_folder
from taizhang.evidence.files import file_path
from taizhang.proofs.looks import Checked
from taizhang.proofs.verification import Outside, verify_everything
from taizhang.startup.open_ledger import COMPONENTS, open_ledger

RESTORING = ".restoring-"


@dataclass(slots=True)
class BroughtBack:
    """What a restore did."""

    events: int
    root: str
    evidence: int
    missing: tuple[int, int] | None = None
    operators: list[str] = field(default_factory=list)
    """The accounts that may do everything: whoever restores should know each of them."""
    warnings: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a ledger is brought back to."""

    url: str
    key_file: KeyFile
    evidence: Path


def restore_backup(
    shelf: BackupFolder,
    backup: Path,
    target: Target,
    *,
    known: Sequence[tuple[str, Checkpoint]],
    accept_missing: bool,
    now: datetime,
) -> BroughtBack:
    """Bring *backup* back to *target*, which has to be empty, and hold it to the *known* checkpoints.

    Raises Refused when events are missing that a checkpoint has (unless *accept_missing*), and when there is a
    ledger already; ProofError, StoreError and Broken when the backup is not sound. Then nothing was changed.
    """
    in_postgres = is_postgres(target.url)
    if not in_postgres:
        _check_free(sqlite_path(target.url))
    beside = target.key_file.path if in_postgres else sqlite_path(target.url)
    signed = shelf.manifest(backup)
    manifest = signed.manifest
    with ExitStack() as stack:
        working = stack.enter_context(working_folder(beside.absolute().parent, RESTORING))
        for name, entry in manifest.files.items():
            shelf.fetch(backup / name, entry, working / name)
        done = _checked(working, signed, known, accept_missing)
        files = _fetched_evidence(shelf, manifest, target.evidence, stack)
        undo = stack.enter_context(ExitStack())
        for aside, path in files:
            aside.replace(path)
            undo.callback(path.unlink)
        done.evidence = len(manifest.evidence)
        _bring_keys(working, target.key_file, done, now, undo)
        if in_postgres:
            with (
                open_ledger(sqlite_url(working / LEDGER)) as copy,
                open_ledger(target.url, new=True) as session,
            ):
                copy_ledger(copy, session)
        else:
            _check_free(sqlite_path(target.url))
            (working / LEDGER).replace(sqlite_path(target.url))
            sync_folder(beside.absolute().parent)
        undo.pop_all()
    return done


def _check_free(path: Path) -> None:
    if not path.exists():
        return
    with open_ledger(sqlite_url(path), new=True) as session:
        if session.store.size():
            raise Refused([Problem("", Text("台账里已有事件；只能恢复到空的台账，请换一个文件"))])
    # What an empty ledger leaves beside its file would be taken for the new one's.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _checked(
    working: Path, signed: SignedManifest, known: Sequence[tuple[str, Checkpoint]], accept_missing: bool
) -> BroughtBack:
    """Look at everything that was fetched; nothing of it is run before its schema was found to be ours."""
    check_schema(working / LEDGER, COMPONENTS)
    warnings = []
    with open_ledger(sqlite_url(working / LEDGER)) as session:
        log = SignedLog(session.store, KeyFile(working / f"{LEDGER}.key"), session.clock)
        found = verify_everything(log, Outside())
        _check_key(log)
        expected = Expected(known, accept_missing)
        with session.store.read() as work:
            tree = work.tree()
            _check_manifest(signed.manifest, found, log, tree)
            for name, checkpoint in known:
                if checkpoint.origin != log.origin:
                    raise Refused(
                        [Problem("", Text("检查点 {name} 属于 {theirs}，这个台账是 {ours}", name=name,
                                          theirs=checkpoint.origin, ours=log.origin))]
                    )  # fmt: skip
                expected.hold(name, checkpoint, tree.size, tree.root(min(checkpoint.size, tree.size)))
            operators = [
                account.name
                for account in accounts.everybody(work.connection)
                if account.role is Role.OPERATOR and account.active
            ]
        if signed.signature is not None:
            signed.check_signature(log.verifier_keys())
        else:
            warnings.append(
                Text("这份备份的清单没有签名（旧版本写的，或当时没有密钥）；请用保存在别处的检查点核对")
            )
    return BroughtBack(found.events, found.root, 0, expected.missing, operators, warnings)


def _check_key(log: SignedLog) -> None:
    key = log.key_file.read()
    if key is not None and key.verifier not in log.verifier_keys():
        raise ProofError(Text("备份里的密钥不是这个台账的"))


def _check_manifest(manifest: Manifest, found: Checked, log: SignedLog, tree: Tree) -> None:
    """Hold what the manifest states, the signed checkpoint in it above all, to what was restored."""
    said: tuple[tuple[str | int, str | int], ...] = (
        (manifest.ledger or log.origin, log.origin),
        (manifest.events, found.events),
        (manifest.root, found.root),
    )
    if manifest.checkpoint is not None:
        checkpoint, note = read_checkpoint(manifest.checkpoint.encode())
        note.signed_by(log.verifier_keys())
        said += (
            (checkpoint.origin, log.origin),
            (checkpoint.size, tree.size),
            (checkpoint.root.hex(), tree.root().hex()),
        )
    for theirs, ours in said:
        if theirs != ours:
            raise ProofError(
                Text("备份与它的清单不符：清单写的是 {theirs}，恢复出来的是 {ours}", theirs=theirs, ours=ours)
            )
    if (manifest.checkpoint is None) != (f"{LEDGER}.key" not in manifest.files):
        raise ProofError(Text("备份的清单不完整：有密钥而没有签名的检查点，或者相反"))


def _fetched_evidence(
    shelf: BackupFolder, manifest: Manifest, folder: Path, stack: ExitStack
) -> list[tuple[Path, Path]]:
    """Fetch the attached files that *folder* lacks into a working folder in it; return where each is and belongs."""
    lacking = {
        digest: entry
        for digest, entry in manifest.evidence.items()
        if digest_of(file_path(folder, digest)) != digest
    }
    if not lacking:
        return []
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        stack.callback(_drop_empty, folder)
    aside = stack.enter_context(working_folder(folder, RESTORING))
    found = []
    for digest, entry in lacking.items():
        shelf.fetch(shelf.evidence(digest), entry, aside / digest)
        (aside / digest).chmod(0o440)
    for digest in lacking:
        path = file_path(folder, digest)
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700)
            stack.callback(_drop_empty, path.parent)
        found.append((aside / digest, path))
    return found


def _drop_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _bring_keys(working: Path, target: KeyFile, done: BroughtBack, now: datetime, undo: ExitStack) -> None:
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
        write_whole(path, source.read_bytes(), mode=0o600)
        undo.callback(path.unlink)
    checkpoint = working / f"{LEDGER}.checkpoint"
    if done.missing is not None and target.checkpoint_path.exists():
        aside = target.checkpoint_path.with_suffix(f".checkpoint-lost-{now:%Y%m%dT%H%M%S}")
        target.checkpoint_path.rename(aside)
        undo.callback(partial(aside.rename, target.checkpoint_path))
        done.warnings.append(
            Text("较晚的检查点留在 {path}；见证方会因为台账变短而不再签名，请向他们说明", path=str(aside))
        )
    if checkpoint.exists() and not target.checkpoint_path.exists():
        write_whole(target.checkpoint_path, checkpoint.read_bytes())
        undo.callback(target.checkpoint_path.unlink)
