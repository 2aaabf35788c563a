"""Bits of the database file are flipped, one at a time, by a seed: `verify` tells it, or nothing that counts changed.

The flips are spread evenly over what a file is made of (each table, each index), not over its bytes, most of which are
bodies of events. Where `verify` finds nothing broken, everything that it says it looked at has to be what it was, an
import of what is there skips every line, and a backup and a restored export come to the same root.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken, Refused, StoreError
from ledger.store.protocol import Recorder
from projections import review_queue
from projections.review_items import standards
from rubric.mistake import RubricRefused
from taizhang.backup.folder import open_shelf
from taizhang.backup.making import make_backup
from taizhang.proofs.looks import Checked, Result
from taizhang.proofs.verification import Beside, Outside, look_through
from taizhang.startup.open_ledger import open_ledger
from tests.rubric.files import SMALL
from tests.taizhang.conftest import Run

from .conftest import add_events

URL = "sqlite:///taizhang.db"
FILE = Path("taizhang.db")
EVERYDAY_FLIPS = 96
FLIPS = int(os.environ.get("TAIZHANG_FLIPS", EVERYDAY_FLIPS))
"""How many bits; with more than every day they are others each time."""
TOLD = (StoreError, Broken, ProofError, Refused, RubricRefused)
OWN = {
    "settings", "accounts", "account_units", "sessions", "links", "api_tokens", "failed_logins", "administration",
    "people", "sheet_headers", "sheet_rows", "uploads", "reminder_people", "reminder_contacts", "reminder_messages",
    "reminder_posts", "reminder_runs", "reminder_agenda", "reminder_leads", "workday_notices", "reminder_feeds",
    "witnesses", "witnessed",
}  # fmt: skip
"""Tables of which `verify` says that it does not look at their rows."""
REMARKS = {("log_keys", "since"), ("checkpoints", "signed_at"), ("checkpoints", "automatic"),
           ("rubric_lists", "signed_at"), ("rubrics", "position")}  # fmt: skip
"""Columns that say when something was kept: nothing rests on them."""
KEPT = {"totals", "review_rows", "review_lags", "review_units"}


@dataclass
class Tally:
    """What came of the flips."""

    told: int = 0
    harmless: int = 0
    own: int = 0
    agreed: int = 0
    unseen: list[str] = field(default_factory=list)


@pytest.fixture
def ledger(run: Run) -> Run:
    add_events(run, 90)
    Path("small.yaml").write_text(SMALL, "utf-8")
    assert run("rubric", "install", "small.yaml").status == 0
    assert run("checkpoint").status == 0
    unit = ("--unit", "wj-01")
    for number in range(20):
        assert run("people", "set", f"m{number}", *unit, "--name", f"样例{number}").status in (0, 1)
    with open_ledger(URL) as session:
        review_queue.renew(session.store, standards(session.shelf, session.settings.late_days))
    with closing(sqlite3.connect(FILE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    return run


def flips(count: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """Yield the part of the file, the byte and the bit of each flip."""
    with closing(sqlite3.connect(FILE)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        pages: dict[str, list[int]] = {}
        for name, page in connection.execute("SELECT name, pageno FROM dbstat ORDER BY name, pageno"):
            pages.setdefault(name, []).append(page)
    content = FILE.read_bytes()
    chance = random.Random(seed)
    for number in range(count):
        name = sorted(pages)[number % len(pages)]
        start = (chance.choice(pages[name]) - 1) * size
        # Half of them where something is written: free space is most of a small file.
        written = [place for place in range(start, start + size) if content[place]]
        place = (
            chance.choice(written) if written and chance.random() < 0.7 else start + chance.randrange(size)
        )
        yield name, place, chance.randrange(8)


def content_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, remarks left out, read without any index."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = {}
        for table in tables:
            columns = [
                f'"{column}"'
                for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
                if (table, column) not in REMARKS
            ]
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED").fetchall()
            found[table] = sorted(rows, key=repr)
        return found


def looked() -> Checked | None:
    """Return what a verification found; None where the file cannot even be opened, and that is told."""
    try:
        with open_ledger(URL, as_found=True) as session:
            beside = Beside(session.shelf, session.settings.late_days, session.clock(), None)
            return look_through(session.log, Outside(), beside)
    except TOLD:
        return None


def flip_all(count: int, seed: int) -> Tally:
    sound, before, tally = FILE.read_bytes(), content_of(FILE), Tally()
    lines = Path("events.jsonl").read_bytes().splitlines()
    for number, (name, place, bit) in enumerate(flips(count, seed)):
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"taizhang.db{suffix}").unlink(missing_ok=True)
        changed = bytearray(sound)
        changed[place] ^= 1 << bit
        FILE.write_bytes(changed)
        checked = looked()
        if checked is None or not checked.is_sound:
            tally.told += 1
            continue
        after = content_of(FILE)
        different = {table for table in before if before[table] != after.get(table)}
        if not different:
            tally.harmless += 1
        elif different <= OWN | (KEPT if _says_stale(checked) else set()):
            tally.own += 1
        else:
            tally.unseen.append(f"{name}: byte {place}, bit {bit}, changed {sorted(different)}")
            continue
        if number % 8 == 0:
            _agree(lines, checked)
            tally.agreed += 1
    FILE.write_bytes(sound)
    return tally


def _says_stale(checked: Checked) -> bool:
    return any(look.name == "kept_rows" and "已过时" in str(look.text) for look in checked.looks)


def _agree(lines: list[bytes], checked: Checked) -> None:
    """Import, backup and restore say of a file that was verified what `verify` says."""
    with open_ledger(URL) as session:
        again = session.store.append(list(enumerate(lines, 1)), by=Recorder("again"), now=session.clock())
        assert (again.appended, again.skipped) == (0, len(lines))
        shelf = Path("shelf")
        assert make_backup(session, open_shelf(shelf, None, create=True), Path("none")).root == checked.root
        with open_ledger("sqlite:///restored.db", new=True) as target:
            done = target.store.restore(enumerate(session.store.export(), 1))
        assert (done.events, done.root) == (checked.events, checked.root)
    Path("restored.db").unlink()


def test_bits_of_every_table_and_index(ledger: Run) -> None:
    checked = looked()
    assert checked is not None
    assert [look.name for look in checked.looks if look.result is Result.BROKEN] == []
    tally = flip_all(FLIPS, seed=20261128 if FLIPS == EVERYDAY_FLIPS else random.randrange(10**6))
    assert tally.unseen == []
    assert tally.told > 20
    assert tally.harmless > 10
    assert tally.agreed > 3
