"""The process that rebuilds or replays, so that its peak memory is its own.

`python -m tests.bench.child rebuild|replay PATH UNITS` prints one JSON line: cpu and wall in seconds, peak_mb.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .events import TODAY
from .measure import peak_memory_mb, stopwatch
from .workshop import EVENTS_EACH


def main(what: str, path: Path, units: int) -> None:
    """Do the work and tell what it took."""
    # Each imports only what it measures: the memory is part of the figure.
    if what == "rebuild":
        from .product import opened

        with opened(path) as session, stopwatch() as spent:
            done = session.projections.rebuild(session.store, TODAY)
        assert done == units
    else:
        from .peer import Peer

        peer = Peer(path)
        with stopwatch() as spent:
            done = peer.replay(units)
        assert done == units * EVENTS_EACH
        peer.close()
    print(json.dumps({"cpu": spent.cpu, "wall": spent.wall, "peak_mb": peak_memory_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
