"""A server's ledgers in a process of their own: `python -m tests.bench.ledgers_child URL USED`.

It finds all ledgers of the installation at URL, uses so many of them, and prints what that took.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing

from taizhang.app.installation import Installation
from taizhang.startup.ledgers import names
from taizhang.startup.open_ledgers import OpenLedgers

from .events import TODAY, unit_name
from .measure import peak_memory_mb


def main(url: str, used: int) -> None:
    """Measure."""
    here = Installation(url)
    start = time.perf_counter()
    found = names(here)
    started = time.perf_counter()
    with closing(OpenLedgers(here)) as ledgers:
        for number in range(used):
            with ledgers.use(f"d{number}") as ledger:
                ledger.projections.board(ledger.store, TODAY)
                ledger.projections.score(ledger.store, unit_name(0), TODAY)
        assert len(ledgers.opened()) == used
        told = {
            "ledgers": len(found),
            "start_s": started - start,
            "use_s": time.perf_counter() - started,
            "memory_mb": peak_memory_mb(),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
