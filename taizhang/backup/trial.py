"""A drill: a backup brought back into a temporary place, verified, and compared with the ledger that is in use.

Nothing of the ledger is touched; what was brought back is removed at the end. When it went well is kept with the
ledger, so that operators see how long ago somebody last tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.events.event import instant_of, recorded_text
from ledger.merkle.proof_error import ProofError
from ledger.signing.checkpoint import Checkpoint
from ledger.signing.key_file import KeyFile
from ledger.store.log import fact_of, keep_fact
from ledger.store.protocol import Store
from ledger.text import Text
from taizhang.accounts import store as accounts
from taizhang.app.ledger import OpenLedger
from taizhang.app.store_url import sqlite_url
from taizhang.backup.folder import BackupFolder
from taizhang.backup.restoring import Target, restore_backup
from taizhang.backup.working import working_folder
from taizhang.startup.open_ledger import open_ledger

WORKING = ".trial-"
_FACT = "restore tried"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a drill came to: what the backup holds, and how many events the ledger has beyond it."""

    backup: Path
    events: int
    root: str
    evidence: int
    accounts: int
    later: int


def try_restore(
    session: OpenLedger,
    shelf: BackupFolder,
    backup: Path,
    beside: Path,
    *,
    known: Sequence[tuple[str, Checkpoint]],
    now: datetime,
) -> Tried:
    """Bring *backup* back into a folder beside *beside*, and hold it to the ledger of *session*.

    Raises ProofError when it is not a state of that ledger, and whatever a restore raises.
    """
    with working_folder(beside, WORKING) as folder:
        url = sqlite_url(folder / "ledger.db")
        target = Target(url, KeyFile(folder / "ledger.db.key"), folder / "evidence")
        done = restore_backup(shelf, backup, target, known=known, accept_missing=False, now=now)
        with open_ledger(url) as brought_back:
            count = _accounts(brought_back.store)
    later = _later(session.store, done.events, done.root)
    with session.store.write() as work:
        keep_fact(work.connection, _FACT, recorded_text(now))
    return Tried(backup, done.events, done.root, done.evidence, count, later)


def last_tried(store: Store) -> datetime | None:
    """Return when a drill last went well, None for never."""
    with store.read() as work:
        kept = fact_of(work.connection, _FACT)
    return instant_of(kept) if kept else None


def _later(store: Store, events: int, root: str) -> int:
    """Return how many events came after the first *events*. Raises ProofError unless those have *root*."""
    with store.read() as work:
        tree = work.tree()
        if events > tree.size:
            raise ProofError(
                Text(
                    "备份有 {theirs} 条事件，台账只有 {ours} 条：台账缺了后面的",
                    theirs=events,
                    ours=tree.size,
                )
            )
        if tree.root(events).hex() != root:
            raise ProofError(Text("备份里的前 {events} 条事件与台账里的不同", events=events))
        return tree.size - events


def _accounts(store: Store) -> int:
    with store.read() as work:
        return len(accounts.everybody(work.connection))
