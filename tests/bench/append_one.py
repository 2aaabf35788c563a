"""One event appended durably: validated, its unit's totals brought up to date, committed."""

from __future__ import annotations

from collections.abc import Callable

from .events import appends
from .measure import Line, Spent, at_most, in_turn, microseconds, stopwatch
from .peer import Peer
from .product import append_each, opened
from .raw import last_rows
from .workshop import Workshop

LIMIT, AIM = 6.0, 4.0
UNITS = 50
ROUNDS = 15
APPENDS = 100
"""Single appends a round; all units of the store take turns."""


def bench(workshop: Workshop) -> list[Line]:
    """Measure on 10,000 stored events of 50 units, product, raw and peer in turn; each append a commit."""
    units = workshop.scaled(UNITS, 2)
    count = workshop.scaled(APPENDS, 10)
    rounds = 2 if workshop.small else ROUNDS
    path = workshop.product(units)
    raw = workshop.raw(units, "append")
    peer = Peer(workshop.peer(units, "append"))
    caching_peer = Peer(workshop.peer(units, "append-cached"), cached=True)

    def peer_appends(which: Peer) -> Callable[[int], Spent]:
        def work(number: int) -> Spent:
            lines = appends(units, (number + 1) * count, count)
            with stopwatch() as spent:
                which.get_apply_save(lines)
            return spent.each(count)

        return work

    with opened(path) as session:
        # One round unmeasured, so that every unit is in memory: that is how a running server has them.
        append_each(session, appends(units, 0, count), 0)
        raw.insert_each(last_rows(path, count))
        caching_peer.get_apply_save(appends(units, 0, count))

        def product_appends(number: int) -> Spent:
            first = (number + 1) * count
            lines = appends(units, first, count)
            with stopwatch() as spent:
                append_each(session, lines, first)
            return spent.each(count)

        def raw_inserts(number: int) -> Spent:
            rows = last_rows(path, count)
            with stopwatch() as spent:
                raw.insert_each(rows)
            return spent.each(count)

        found = in_turn(
            rounds,
            {
                "product": product_appends,
                "raw": raw_inserts,
                "peer": peer_appends(peer),
                "caching peer": peer_appends(caching_peer),
            },
        )

        def not_in_memory(number: int) -> Spent:
            first = (rounds + 1 + number) * count
            total = Spent()
            for place, line in enumerate(appends(units, first, count), first):
                session.projections.forget([f"u{place % units:05d}"])
                with stopwatch() as spent:
                    append_each(session, [line], place)
                total.cpu += spent.cpu
                total.wall += spent.wall
            return total.each(count)

        first_touch = in_turn(1, {"product": not_in_memory})["product"]
    raw.close()
    peer.close()
    caching_peer.close()
    return _lines(found, first_touch)


def _lines(found: dict[str, Spent], first_touch: Spent) -> list[Line]:
    product, raw, peer, caching = (found[name] for name in ("product", "raw", "peer", "caching peer"))
    cpu_ratio = product.cpu / raw.cpu
    peer_ratio = peer.wall / product.wall
    return [
        Line(
            "append one, CPU",
            microseconds(product.cpu),
            f"raw insert + commit {microseconds(raw.cpu)}: {cpu_ratio:.2f} ×",
            f"at most {LIMIT:g} × (aim {AIM:g} ×)",
            at_most(cpu_ratio, LIMIT, AIM),
        ),
        Line(
            "append one, wall",
            microseconds(product.wall),
            f"raw insert + commit {microseconds(raw.wall)}: {product.wall / raw.wall:.2f} ×",
        ),
        Line(
            "append one, against eventsourcing, wall",
            microseconds(product.wall),
            f"get, apply, save {microseconds(peer.wall)}: {peer_ratio:.2f} × as fast",
            "faster",
            "met" if peer_ratio > 1 else "MISSED",
        ),
        Line(
            "append one, against eventsourcing, CPU",
            microseconds(product.cpu),
            f"get, apply, save {microseconds(peer.cpu)}: {peer.cpu / product.cpu:.2f} × as fast",
        ),
        Line(
            "append one, against its cache, CPU",
            microseconds(product.cpu),
            f"with aggregates cached {microseconds(caching.cpu)}: {caching.cpu / product.cpu:.2f} × as fast",
        ),
        Line(
            "append one, unit not in memory, CPU",
            microseconds(first_touch.cpu),
            "its 200 events folded first",
        ),
    ]
