"""The process that copies or rebuilds: `python -m tests.bench.bulk_child copy|rebuild URL [TARGET]`."""

from __future__ import annotations

import json
import sys

from taizhang.backup.copy_ledger import copy_ledger
from taizhang.startup.open_ledger import open_ledger

from .events import TODAY
from .measure import peak_memory_mb, stopwatch


def main(what: str, url: str, target: str) -> None:
    """Do the work and tell what it took."""
    with open_ledger(url, new=True) as session:
        if what == "copy":
            with open_ledger(target, unfinished=True, new=True) as other, stopwatch() as spent:
                done = copy_ledger(session, other)
            assert done.events == session.store.size()
        else:
            with stopwatch() as spent:
                session.projections.rebuild(session.store, TODAY)
    print(json.dumps({"cpu": spent.cpu, "wall": spent.wall, "peak_mb": peak_memory_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
