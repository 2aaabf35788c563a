"""The tables of the ledger in a PostgreSQL schema, and how an older one comes forward: in one transaction.

All versions stand in the table `rooms`, the ledger's own under the name "ledger".
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.problem import NoLedger, StoreError
from ledger.store import statements as both
from ledger.store.begun import note_begun, only_begun
from ledger.store.components import AFTER_EVENTS, Component, Migration, Versions, check_not_newer, is_current
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.nodes import let_guards_be_made
from ledger.store.sql import Connection
from ledger.text import Text

LEDGER = "ledger"
MIGRATING = 1
"""Makes of the ledger's number the lock of who migrates."""


def _create_events(connection: Connection) -> None:
    for statement in statements.TABLES:
        connection.execute(statement)


def put_guards(connection: Connection) -> None:
    """Make the guards of the events and the function that appends, in the place of older ones."""
    for statement in (*statements.GUARDS, statements.APPEND_FUNCTION):
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (_create_events, *AFTER_EVENTS, put_guards)
"""The ledger's own versions, first to last."""


def prepare(
    connection: PostgresConnection,
    place: str,
    *,
    read_only: bool,
    migrations: Sequence[Migration],
    components: Sequence[Component],
    create: bool = True,
    begins: str = "",
) -> None:
    """See that the schema holds a ledger of these versions, and bring it there unless *read_only* (StoreError).

    One that is not there is made if *create*, for the opening *begins*; else NoLedger is raised.
    """
    if connection.execute("SELECT current_schema()").fetchone() == (None,):
        raise StoreError(
            Text("数据库 {path} 里没有可用的模式（schema）；请核对地址里的 search_path", path=place)
        )
    versions = _read_versions(connection, place)
    if versions.ledger == 0 and not create:
        raise NoLedger(Text("{path} 那里没有台账；请核对路径", path=place))
    check_not_newer(versions, migrations, components, place)
    if is_current(versions, migrations, components):
        return
    if read_only:
        raise StoreError(
            Text("数据库 {path} 里没有台账，或版本较旧，且现在不能写入；请先用可写的连接打开一次", path=place)
        )
    connection.execute(statements.BEGIN_WRITE)
    try:
        (space,) = connection.execute(statements.LOCK_SPACE).fetchone() or (0,)
        connection.execute(statements.LOCK, (space ^ MIGRATING,))
        let_guards_be_made(connection)
        _migrate(connection, place, migrations, components, begins)
        connection.execute("COMMIT")
    except BaseException:
        if not connection.raw.closed:
            connection.execute("ROLLBACK")
        raise


def _migrate(
    connection: PostgresConnection,
    place: str,
    migrations: Sequence[Migration],
    components: Sequence[Component],
    begins: str,
) -> None:
    # Who waited for the lock finds it done.
    versions = _read_versions(connection, place)
    check_not_newer(versions, migrations, components, place)
    begins = begins if versions.ledger == 0 else ""
    before = _objects(connection) if begins else set()
    connection.execute(both.CREATE_ROOMS)
    for migration in migrations[versions.ledger :]:
        migration(connection)
    connection.execute(both.SET_ROOM_VERSION, (LEDGER, len(migrations)))
    for component in components:
        for migration in component.migrations[versions.components.get(component.name, 0) :]:
            migration(connection)
        connection.execute(both.SET_ROOM_VERSION, (component.name, len(component.migrations)))
    if begins:
        note_begun(connection, begins, sorted(_objects(connection) - before, reverse=True))


def unmake(connection: Connection) -> None:
    """Take away what a ledger that is only begun consists of; one that holds an event stays."""
    begun = only_begun(connection)
    for each in begun.made if begun is not None else ():
        connection.execute(f"DROP {each} CASCADE")


def _objects(connection: Connection) -> set[str]:
    """Return the tables and functions of the schema, as DROP takes them."""
    return {name for (name,) in connection.execute(statements.OBJECTS).fetchall()}


def _read_versions(connection: PostgresConnection, place: str) -> Versions:
    if not _has_table(connection, "rooms"):
        if _has_table(connection, "events"):
            raise StoreError(
                Text(
                    "{path} 里已有别的程序的表，不是台账；请另建一个数据库，或在地址里另选模式（schema）",
                    path=place,
                )
            )
        return Versions(0, {})
    found = dict(connection.execute(both.ROOM_VERSIONS).fetchall())
    return Versions(found.pop(LEDGER, 0), found)


def _has_table(connection: PostgresConnection, name: str) -> bool:
    (there,) = connection.execute(statements.HAS_TABLE, (name,)).fetchone() or (False,)
    return bool(there)
