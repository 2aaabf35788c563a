"""What only SQLite says: guards, transactions, versions. The events' statements are `ledger.store.statements`."""

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

CLOSING_GUARD = """
    CREATE TRIGGER ledger_is_closed BEFORE INSERT ON events
    BEGIN SELECT RAISE(ABORT, 'the ledger is closed'); END
"""
"""Stands where a ledger was closed (`ledger.store.closing`)."""
REOPENING = "DROP TRIGGER ledger_is_closed"

BEGIN_WRITE = "BEGIN IMMEDIATE"
BEGIN_READ = "BEGIN"
