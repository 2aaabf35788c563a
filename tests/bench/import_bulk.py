"""A file of 200,000 events imported at once, all or nothing."""

from __future__ import annotations

from .events import history
from .measure import Line, Spent, at_least, in_turn, rate, stopwatch
from .peer import AT_ONCE, Peer
from .product import import_all, opened
from .raw import RawTable, last_rows
from .workshop import EVENTS_EACH, Workshop

LIMIT, AIM = 0.25, 0.4
UNITS = 1_000
ROUNDS = 2


def bench(workshop: Workshop) -> list[Line]:
    """Import into a new file each round, product, raw and peer in turn."""
    units = workshop.scaled(UNITS)
    count = units * EVENTS_EACH
    folder = workshop.folder
    source = folder / "import.jsonl"
    source.write_bytes(b"".join(line + b"\n" for line in history(units, EVENTS_EACH)))
    path = folder / "import-product.db"

    def product_imports(number: int) -> Spent:
        workshop.remove(path)
        with opened(path) as session, source.open("rb") as lines, stopwatch() as spent:
            stored = import_all(session, lines)
        assert stored == count
        return spent

    def raw_inserts(number: int) -> Spent:
        rows = last_rows(path, count)
        raw_path = folder / "import-raw.db"
        workshop.remove(raw_path)
        raw = RawTable(raw_path, like=path)
        with stopwatch() as spent:
            raw.insert_all(rows)
        raw.close()
        return spent

    def peer_saves(at_once: int) -> Spent:
        peer_path = folder / "import-peer.db"
        workshop.remove(peer_path)
        peer = Peer(peer_path)
        with stopwatch() as spent:
            peer.create_and_save(units, EVENTS_EACH, at_once)
        peer.close()
        return spent

    found = in_turn(
        1 if workshop.small else ROUNDS,
        {
            "product": product_imports,
            "raw": raw_inserts,
            "peer": lambda _: peer_saves(units),
            "peer in parts": lambda _: peer_saves(AT_ONCE),
        },
    )
    for name in ("import-product.db", "import-raw.db", "import-peer.db", source.name):
        workshop.remove(folder / name)
    return _lines(found, count)


def _lines(found: dict[str, Spent], count: int) -> list[Line]:
    product, raw = found["product"], found["raw"]
    peer, parts = found["peer"], found["peer in parts"]
    ratio = raw.wall / product.wall
    peer_ratio = peer.wall / product.wall
    return [
        Line(
            f"import of {count:,} events",
            rate(count, product.wall),
            f"raw executemany {rate(count, raw.wall)}: {ratio:.3f} ×",
            f"at least {LIMIT:g} × (aim {AIM:g} ×)",
            at_least(ratio, LIMIT, AIM),
        ),
        Line(
            "import, CPU seconds",
            f"{product.cpu:.2f} s",
            f"raw executemany {raw.cpu:.2f} s: {raw.cpu / product.cpu:.3f} ×",
        ),
        Line(
            "import, against eventsourcing in one commit",
            rate(count, product.wall),
            f"create and save {rate(count, peer.wall)}: {peer_ratio:.2f} × as fast",
            "faster",
            "met" if peer_ratio > 1 else "MISSED",
        ),
        Line(
            f"import, against it in commits of {AT_ONCE} units",
            rate(count, product.wall),
            f"create and save {rate(count, parts.wall)}: {parts.wall / product.wall:.2f} × as fast",
        ),
    ]
