"""What proofs cost: an append with the log and without, a proof of one in 1,000,000, verifying, writing tiles."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from taizhang.app.ledger import OpenLedger
from taizhang.proofs.verification import Outside, verify_everything

from .events import appends, history
from .measure import Line, Spent, at_least, at_most, in_turn, median_wall, milliseconds, rate, stopwatch
from .product import append_each, import_all, opened
from .workshop import EVENTS_EACH, Workshop

APPEND_LIMIT = 0.9
PROOF_MS_MAX = 20.0
VERIFY_SECONDS_MAX = 30.0
TILES_MIN = 100_000
FEW_UNITS, MANY_UNITS = 50, 5_000
FIRST = 2_000_000
FIRST_MINUTE = 10_000
ROUNDS, APPENDS = 11, 256
"""Each round completes one tile of the log."""
PROOFS = 50


def bench(workshop: Workshop) -> list[Line]:
    """Measure on copies, so that other benches find their stores as they left them."""
    return [*_appends(workshop), *_imports(workshop), *_reads(workshop)]


@contextmanager
def without_log() -> Iterator[None]:
    """Store events without keeping the tree: what an append would cost if there were no log."""
    with patch("ledger.store.transaction.keep_subtrees", lambda *_: None):
        yield


def _appends(workshop: Workshop) -> list[Line]:
    units = workshop.scaled(FEW_UNITS, 2)
    rounds = 2 if workshop.small else ROUNDS
    source = workshop.product(units)
    with (
        opened(_copy(source, "with-log.db")) as kept,
        opened(_copy(source, "without-log.db")) as bare,
    ):

        def with_log(number: int) -> Spent:
            return _append_round(kept, units, number)

        def no_log(number: int) -> Spent:
            with without_log():
                return _append_round(bare, units, number)

        with_log(-1)
        no_log(-1)
        found = in_turn(rounds, {"with": with_log, "without": no_log})
    _remove(workshop, source.parent, ("with-log.db", "without-log.db"))
    return [
        _line("append one, with the log, CPU", found["with"].cpu, found["without"].cpu),
        _line("append one, with the log, wall", found["with"].wall, found["without"].wall),
    ]


def _append_round(session: OpenLedger, units: int, number: int) -> Spent:
    lines = appends(units, FIRST + number * APPENDS, APPENDS)
    with stopwatch() as spent:
        append_each(session, lines, FIRST_MINUTE + number * APPENDS)
    return spent.each(APPENDS)


def _imports(workshop: Workshop) -> list[Line]:
    units = workshop.scaled(100, 2)
    count = units * EVENTS_EACH
    lines = list(history(units, EVENTS_EACH))

    def importing(name: str, number: int) -> Spent:
        path = workshop.folder / f"{name}-{number}.db"
        with opened(path) as session, stopwatch() as spent:
            import_all(session, lines)
        workshop.remove(path)
        return spent.each(count)

    def no_log(number: int) -> Spent:
        with without_log():
            return importing("bare", number)

    found = in_turn(
        1 if workshop.small else 3, {"with": lambda number: importing("kept", number), "without": no_log}
    )
    return [_line("import, with the log, CPU", found["with"].cpu, found["without"].cpu)]


def _reads(workshop: Workshop) -> list[Line]:
    units = workshop.scaled(MANY_UNITS)
    count = units * EVENTS_EACH
    source = workshop.product(units)
    path = _copy(source, "proofs.db")
    with opened(path) as session:
        session.log.checkpoint()
        proofs = _proof_times(session, count)
        with stopwatch() as verified:
            verify_everything(session.log, Outside())
        tiles = median_wall(1, lambda: _write_tiles(session, workshop.folder / "tiles"))
    shutil.rmtree(workshop.folder / "tiles")
    _remove(workshop, source.parent, (path.name,))
    for name in ("proofs.db.key", "proofs.db.checkpoint"):
        (workshop.folder / name).unlink()
    worst = max(proofs)
    return [
        Line(
            f"proof of one of {count:,} events",
            milliseconds(sorted(proofs)[len(proofs) // 2]),
            f"the slowest of {len(proofs)}: {milliseconds(worst)}",
            f"at most {PROOF_MS_MAX:g} ms",
            at_most(worst * 1000, PROOF_MS_MAX),
        ),
        Line(
            f"verify of {count:,} events",
            f"{verified.wall:.1f} s",
            rate(count, verified.wall),
            f"at most {VERIFY_SECONDS_MAX:g} s",
            at_most(verified.wall, VERIFY_SECONDS_MAX),
        ),
        Line(
            f"static log of {count:,} events written",
            rate(count, tiles),
            f"{tiles:.1f} s",
            f"at least {TILES_MIN:,}/s",
            at_least(count / tiles, TILES_MIN),
        ),
    ]


def _proof_times(session: OpenLedger, count: int) -> list[float]:
    ids = _ids(session, [1 + place * (count - 1) // (PROOFS - 1) for place in range(PROOFS)])
    return [_seconds(lambda event_id=event_id: session.log.prove(event_id)) for event_id in ids]


def _ids(session: OpenLedger, sequences: Sequence[int]) -> list[str]:
    with session.store.read() as work:
        return [
            work.connection.execute("SELECT id FROM events WHERE sequence = ?", (sequence,)).fetchone()[0]
            for sequence in sequences
        ]


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _write_tiles(session: OpenLedger, folder: Path) -> None:
    from ledger.signing.tile_folder import TileFolder

    note = session.log.checkpoint()
    with session.store.read() as work:
        TileFolder(folder).write(work.connection, note)


def _copy(source: Path, name: str) -> Path:
    path = source.with_name(name)
    shutil.copyfile(source, path)
    return path


def _remove(workshop: Workshop, folder: Path, names: Sequence[str]) -> None:
    for name in names:
        workshop.remove(folder / name)


def _line(work: str, kept: float, bare: float) -> Line:
    ratio = bare / kept
    return Line(
        work,
        f"{kept * 1e6:,.1f} µs",
        f"without {bare * 1e6:,.1f} µs: {ratio:.3f} × as fast",
        f"at least {APPEND_LIMIT:g} ×",
        at_least(ratio, APPEND_LIMIT),
    )
