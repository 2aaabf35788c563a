"""A server of its own that appends: `python -m tests.bench.appending_child URL UNITS FIRST COUNT PART PARTS`.

It says "ready", waits for a line, and prints when it began and ended.
"""

from __future__ import annotations

import json
import sys
import time

from .postgres import opened
from .postgres_append import _append, shares


def main(url: str, units: int, first: int, count: int, part: int, parts: int) -> None:
    """Append *part* of *parts* of *count* events, each in a commit of its own: those of its own units."""
    lines = shares(units, first, count, parts)[part]
    with opened(url) as session:
        session.store.size()
        print("ready", flush=True)
        sys.stdin.readline()
        start = time.time()
        _append(session, lines)
        print(json.dumps({"start": start, "end": time.time(), "events": len(lines)}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
