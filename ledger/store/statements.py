"""Every statement on the events, under its name, for both engines. SQL of the events table stands nowhere else."""

from __future__ import annotations

from functools import lru_cache

LAST_EVENT = "SELECT sequence, recordedtime FROM events ORDER BY sequence DESC LIMIT 1"
INSERT_EVENT = "INSERT INTO events (sequence, unit, id, recordedtime, body, leaf) VALUES (?, ?, ?, ?, ?, ?)"
BODY_BY_ID = "SELECT body FROM events WHERE id = ?"
BODIES_OF_UNIT = "SELECT body FROM events WHERE unit = ? AND sequence > ? ORDER BY sequence"
BODIES_OF_UNIT_UP_TO = "SELECT body FROM events WHERE unit = ? AND sequence <= ? ORDER BY sequence"
PAGE_OF_UNIT = "SELECT sequence, body FROM events WHERE unit = ? AND sequence > ? ORDER BY sequence LIMIT ?"
# Of the whole ledger by range: sequences have no gaps, and no plan hangs on how many rows the server thinks there are.
PAGE = "SELECT sequence, body FROM events WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
PAGE_BACK = "SELECT body FROM events WHERE sequence > ? AND sequence <= ? ORDER BY sequence DESC"
PAGE_BACK_OF_UNIT = "SELECT body FROM events WHERE unit = ? AND sequence <= ? ORDER BY sequence DESC LIMIT ?"
RECORDED_AT = "SELECT recordedtime FROM events WHERE sequence = ?"
PAGE_WHOLE = """
    SELECT sequence, unit, id, recordedtime, body, leaf FROM events
    WHERE sequence > ? AND sequence <= ? ORDER BY sequence
"""
LEAVES = "SELECT leaf FROM events WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
# Over the table itself, never over an index of ids, which may be what is damaged: neither its order nor its columns do.
DOUBLED_ID = """
    SELECT min(id), min(sequence), max(sequence) FROM events
    GROUP BY id || '' HAVING count(leaf) > 1 ORDER BY max(sequence) LIMIT 1
"""
CHANGED_UNITS = "SELECT DISTINCT unit FROM events WHERE sequence > ? ORDER BY unit"
LAST_OF_UNIT = "SELECT max(sequence) FROM events WHERE unit = ? AND sequence < ?"
# A skip scan over the index: as many steps as there are units, not events. Anchors are of no unit.
UNITS = """
    WITH RECURSIVE each(unit) AS (
        SELECT min(unit) FROM events
        UNION ALL
        SELECT (SELECT min(unit) FROM events WHERE unit > each.unit) FROM each WHERE each.unit IS NOT NULL
    )
    SELECT unit FROM each WHERE unit <> ''
"""

CREATE_SUBTREES = """
    CREATE TABLE subtrees (
        level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, place)
    )
"""
SUBTREES = "SELECT hash FROM subtrees WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
COUNT_SUBTREES = "SELECT count(*) FROM subtrees WHERE level = ?"
KEEP_SUBTREE = "INSERT INTO subtrees (level, place, hash) VALUES (?, ?, ?)"
DROP_SUBTREES = "DELETE FROM subtrees"

CREATE_FACTS = "CREATE TABLE ledger_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
FACT = "SELECT value FROM ledger_facts WHERE name = ?"
SET_FACT = """
    INSERT INTO ledger_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""

DROP_FACT = "DELETE FROM ledger_facts WHERE name = ?"

CREATE_ROOMS = "CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
ROOM_VERSIONS = "SELECT name, version FROM rooms"
SET_ROOM_VERSION = """
    INSERT INTO rooms (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""


@lru_cache
def bodies_by_ids(count: int) -> str:
    """Return the statement for id and body of up to *count* events by id."""
    return f"SELECT id, body FROM events WHERE id IN ({', '.join('?' * count)})"  # noqa: S608  # marks only
