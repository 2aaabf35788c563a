"""Whether the server refuses to change an event: tried at every opening where the rows are, not believed.

A trigger that stands in the catalogue may still not act: on a shard it was never made, a setting switches it off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import psycopg

from ledger.events.event import recorded_text
from ledger.problem import StoreError
from ledger.store.log import note_guards_put_back
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.nodes import is_distributed, let_guards_be_made
from ledger.store.postgres.schema import put_guards
from ledger.text import Text

_REFUSED = ("23001", "42501")
"""By the guard (restrict_violation), or because the program's role has not the right at all."""


def see_guards_hold(connection: PostgresConnection, place: str) -> None:
    """Make guards anew that are gone, which `verify` tells of ever after; raises StoreError where they do not hold."""
    missing = unguarded(connection)
    if not missing:
        return
    connection.execute(statements.BEGIN_WRITE)
    try:
        let_guards_be_made(connection)
        for name, (table, _) in statements.GUARD_NAMES.items():
            # One that was switched off stays so when it is replaced.
            connection.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        put_guards(connection)
        note_guards_put_back(connection, f"{recorded_text(datetime.now(UTC))} {' '.join(missing)}")
        connection.execute("COMMIT")
    except psycopg.errors.InsufficientPrivilege:
        connection.execute("ROLLBACK")
    else:
        missing = unguarded(connection)
    if missing:
        raise StoreError(
            Text(
                "数据库没有拒绝改动事件的语句（{statements}），台账 {path} 没有打开；"
                "请由表的所有者打开一次，仍不行的请数据库管理员检查触发器",
                statements=list(missing),
                path=place,
            )
        )


def unguarded(connection: PostgresConnection) -> list[str]:
    """Return the statements on the events that the server would not refuse; nothing is changed by asking."""
    found = _not_refused(connection, statements.TRIALS)
    if is_distributed(connection):
        return found + _not_refused(connection, statements.TRUNCATE_TRIALS)
    guarded = {table for (table,) in connection.execute(statements.UNTRUNCATED).fetchall()}
    return found + [f"TRUNCATE {table}" for table in statements.GUARDED if table not in guarded]


def _not_refused(connection: PostgresConnection, trials: Mapping[str, str]) -> list[str]:
    found = []
    for name, trial in trials.items():
        connection.execute(statements.BEGIN_WRITE)
        try:
            connection.execute(trial)
            found.append(name)
        except psycopg.Error as error:
            if error.sqlstate not in _REFUSED:
                raise
        finally:
            if not connection.raw.closed:
                connection.execute("ROLLBACK")
    return found
