"""Moving a ledger of an installation into another: closed here, copied, compared, and open there under its own key.

It is in one of the two at every moment, and nothing can be recorded here once the copy begins. What was begun and
broken off is gone on with by moving again; `taizhang ledgers close NAME --reopen` stays here instead.
"""

from __future__ import annotations

from ledger.store.closing import CLOSED, close_ledger
from ledger.store.log import drop_fact, is_unfinished
from ledger.store.protocol import Progress, Restored, Store
from taizhang.app.installation import Installation
from taizhang.app.settings import Settings
from taizhang.app.store_url import default_name, evidence_folder, is_postgres, sqlite_path
from taizhang.backup.copy_ledger import copy_files, copy_ledger
from taizhang.startup.open_ledger import open_ledger


def move_ledger(
    here: Installation, name: str, there: Installation, progress: Progress | None = None
) -> Restored:
    """Move the ledger *name* from *here* to *there*; what stays here is closed. Raises Refused, StoreError."""
    url, to = here.address(name), there.address(name)
    if is_postgres(to):
        from ledger.store.postgres.schemas import create_schema

        create_schema(there.first, f"{there.schemas}{name}")
    else:
        sqlite_path(to).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    evidence = Settings().evidence
    with open_ledger(url) as source, open_ledger(to, new=True, unfinished=True) as target:
        close_ledger(source.store, f"-> {default_name(to)}")
        done = _moved_before(source.store, target.store) or copy_ledger(source, target, progress)
        copy_files(source, target, evidence_folder(url, evidence), evidence_folder(to, evidence))
        with target.store.write() as work:
            drop_fact(work.connection, CLOSED)
    return done


def _moved_before(source: Store, target: Store) -> Restored | None:
    """Return what is there where an earlier move had copied all of it; None where something is left to copy."""
    with target.read() as work:
        if not work.tree().size or is_unfinished(work.connection):
            return None
    root = target.root()
    return Restored(target.size(), root) if root == source.root() else None
