"""Every statement of the SQLite ledger, under its name. SQL of the events table stands nowhere else."""

from __future__ import annotations

EVENTS_GUARDS = (
    """
    CREATE TRIGGER IF NOT EXISTS events_are_never_updated BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never updated'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END
    """,
    # INSERT OR REPLACE deletes without a delete trigger (unless recursive_triggers is on).
    """
    CREATE TRIGGER IF NOT EXISTS events_are_never_replaced BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence OR id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'an event is never replaced'); END
    """,
)

BEGIN_WRITE = "BEGIN IMMEDIATE"
BEGIN_READ = "BEGIN"

LAST_EVENT = "SELECT sequence, recordedtime FROM events ORDER BY sequence DESC LIMIT 1"
INSERT_EVENT = "INSERT INTO events (sequence, unit, id, recordedtime, body, leaf) VALUES (?, ?, ?, ?, ?, ?)"
BODY_BY_ID = "SELECT body FROM events WHERE id = ?"
BODIES_BY_IDS = "SELECT id, body FROM events WHERE id IN (SELECT value FROM json_each(?))"
BODIES_OF_UNIT = "SELECT body FROM events WHERE unit = ? AND sequence > ? ORDER BY sequence"
BODIES_OF_UNIT_UP_TO = "SELECT body FROM events WHERE unit = ? AND sequence <= ? ORDER BY sequence"
PAGE_OF_UNIT = "SELECT sequence, body FROM events WHERE unit = ? AND sequence > ? ORDER BY sequence LIMIT ?"
PAGE = "SELECT sequence, body FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?"
PAGE_WHOLE = """
    SELECT sequence, unit, id, recordedtime, body, leaf FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?
"""
LEAVES = "SELECT sequence, leaf FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?"
LAST_OF_UNIT = "SELECT max(sequence) FROM events WHERE unit = ? AND sequence < ?"
# A skip scan over the index: as many steps as there are units, not events.
UNITS = """
    WITH RECURSIVE each(unit) AS (
        SELECT min(unit) FROM events
        UNION ALL
        SELECT (SELECT min(unit) FROM events WHERE unit > each.unit) FROM each WHERE each.unit IS NOT NULL
    )
    SELECT unit FROM each WHERE unit IS NOT NULL
"""

CREATE_ROOMS = "CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
ROOM_VERSIONS = "SELECT name, version FROM rooms"
SET_ROOM_VERSION = """
    INSERT INTO rooms (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
