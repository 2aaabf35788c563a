"""Every projection of 1,000,000 events of 5,000 units made anew, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .measure import Line, Spent, at_least, at_most, in_turn, rate
from .workshop import EVENTS_EACH, Workshop

LIMIT, AIM = 2.5, 4.0
MEMORY_MB_MAX = 400.0
UNITS = 5_000
ROUNDS = 2


def bench(workshop: Workshop) -> list[Line]:
    """Measure the product's rebuild and the peer's replay in turn, each in a new process."""
    units = workshop.scaled(UNITS)
    count = units * EVENTS_EACH
    product_path = workshop.product(units)
    peer_path = workshop.peer(units)
    peaks: list[float] = []

    def product_rebuilds(number: int) -> Spent:
        spent, peak_mb = _in_child("rebuild", product_path, units)
        peaks.append(peak_mb)
        return spent

    def peer_replays(number: int) -> Spent:
        return _in_child("replay", peer_path, units)[0]

    found = in_turn(1 if workshop.small else ROUNDS, {"product": product_rebuilds, "peer": peer_replays})
    product, peer = found["product"], found["peer"]
    ratio = peer.wall / product.wall
    built = workshop.built[product_path.name]
    workshop.remove(peer_path)
    return [
        Line(
            f"rebuild of {count:,} events, {units:,} units",
            rate(count, product.wall),
            f"eventsourcing replaying {rate(count, peer.wall)}: {ratio:.2f} ×",
            f"at least {LIMIT:g} × (aim {AIM:g} ×)",
            at_least(ratio, LIMIT, AIM),
        ),
        Line(
            "rebuild, CPU seconds",
            f"{product.cpu:.2f} s",
            f"eventsourcing replaying {peer.cpu:.2f} s: {peer.cpu / product.cpu:.2f} ×",
        ),
        Line(
            "rebuild, peak memory",
            f"{max(peaks):,.0f} MB",
            "resident, its worker process included",
            f"under {MEMORY_MB_MAX:g} MB",
            at_most(max(peaks), MEMORY_MB_MAX),
        ),
        Line(
            f"import of those {count:,} events",
            rate(count, built.wall),
            "in one file, while building the store",
        ),
    ]


def _in_child(what: str, path: Path, units: int) -> tuple[Spent, float]:
    """Return what the work spent, without starting Python, and its process's peak memory in MB."""
    command = [sys.executable, "-m", "tests.bench.child", what, str(path), str(units)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return Spent(told["cpu"], told["wall"]), told["peak_mb"]
