"""Preparing a distributed database (Citus), and placing ledgers on its nodes: each schema whole on one of them.

All of it is asked of the coordinator. Nothing of it is needed where a ledger is opened (`nodes`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from ledger.problem import StoreError
from ledger.remedy import Remedy
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.connections import Connections
from ledger.store.postgres.errors import told_clearly
from ledger.store.postgres.nodes import Node, is_distributed
from ledger.text import Text

PATIENCE_SECONDS = 10.0
MOVE_LOCK_SECONDS = 60
"""So long a move waits for those who are at work on the ledger, before it gives up and all stays where it was."""

DISTRIBUTE_TRIES = MOVE_TRIES = 10
_LEFTOVER = "leftover from the previous move"
"""In the words of Citus, which has no translations and gives this no code of its own."""


@contextmanager
def _coordinator(url: str, *, prepared: bool = True) -> Iterator[PostgresConnection]:
    """Connect to the server at *url*, which has to be a coordinator that is *prepared*. Raises StoreError."""
    ways = Connections(url, pool_size=1, patience=PATIENCE_SECONDS)
    with told_clearly(ways.place):
        raw = ways.open_given()
        try:
            connection = PostgresConnection(raw)
            if prepared and not (is_distributed(connection) and _nodes(connection)):
                raise StoreError(
                    Text("{path} 不是准备好的 Citus 集群", path=ways.place), remedy=Remedy.PREPARE_CLUSTER
                )
            yield connection
        finally:
            raw.close()


def prepare_cluster(url: str, workers: Sequence[Node]) -> list[Node]:
    """Make the server at *url* the coordinator of a cluster with *workers*, and return all nodes that take ledgers.

    What is there already stays. Raises StoreError where the extension is not to be had, or a worker does not answer.
    """
    with _coordinator(url, prepared=False) as connection:
        if not is_distributed(connection):
            if connection.execute(statements.CITUS_AVAILABLE).fetchone() is None:
                raise StoreError(
                    Text(
                        "数据库服务器没有安装 Citus 扩展；请先在每个节点安装，并写进 shared_preload_libraries"
                    )
                )
            connection.execute("CREATE EXTENSION citus")
        if connection.execute(statements.COORDINATOR).fetchone() is None:
            host = connection.raw.info.hostaddr or connection.raw.info.host
            name = "localhost" if host.startswith("/") else host
            connection.execute(statements.SET_COORDINATOR, (name, connection.raw.info.port)).fetchall()
        for worker in workers:
            connection.execute(statements.ADD_NODE, worker).fetchall()
        return _nodes(connection)


def placements(url: str, beginning: str) -> dict[str, Node]:
    """Return the node of each schema that begins so and stands on one; empty where nothing is distributed."""
    with _coordinator(url, prepared=False) as connection:
        if not is_distributed(connection):
            return {}
        rows = connection.execute(statements.PLACEMENTS, (beginning, beginning)).fetchall()
        return {schema: Node(host, port) for schema, host, port in rows}


def distribute_schema(url: str, schema: str) -> None:
    """Bring a schema that stands on the coordinator to a node, the one with the fewest. Raises StoreError.

    Who writes to it waits until it is there.
    """
    with _coordinator(url) as connection:
        for attempt in range(1, DISTRIBUTE_TRIES + 1):
            try:
                with _transaction(connection):
                    _distribute(connection, schema)
            except psycopg.errors.DeadlockDetected:
                # Somebody at work held one table and wanted another: nothing was done, and he is through now.
                if attempt == DISTRIBUTE_TRIES:
                    raise
            else:
                return


def _distribute(connection: PostgresConnection, schema: str) -> None:
    connection.execute(statements.ALLOW_TRIGGERS)
    quoted = _quoted(connection, schema)
    tables = [
        f"{quoted}.{_quoted(connection, name)}"
        for (name,) in connection.execute(statements.TABLES_IN, (schema,))
    ]
    if tables:
        # All at once and first: taken one by one as it goes, they meet those of who writes.
        connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    connection.execute(statements.DISTRIBUTE, (quoted,)).fetchall()


def move_schema(url: str, schema: str, node: Node) -> None:
    """Bring a distributed schema to *node*; who writes to it goes on meanwhile, but for a moment at the end.

    Raises StoreError where that is no node of the cluster, or the schema is not distributed.
    """
    with _coordinator(url) as connection:
        known = _nodes(connection)
        if node not in known:
            raise StoreError(
                Text(
                    "集群里没有可以放台账的节点 {node}；有：{known}",
                    node=str(node),
                    known=list(map(str, known)),
                )
            )
        quoted = _quoted(connection, schema)
        for (table,) in connection.execute(statements.WITHOUT_KEY, (schema,)).fetchall():
            # The copy follows changes row by row: where no key tells rows apart, the whole row does.
            connection.execute(f"ALTER TABLE {quoted}.{_quoted(connection, table)} REPLICA IDENTITY FULL")
        logical = connection.execute(statements.ALL_LOGICAL).fetchone() == (True,)
        mode = "force_logical" if logical else "block_writes"
        connection.execute(
            "SELECT set_config('lock_timeout', ?, false)", (f"{MOVE_LOCK_SECONDS}s",)
        ).fetchall()
        for attempt in range(1, MOVE_TRIES + 1):
            # What an earlier move left where it was is dropped once nobody reads it any more.
            connection.execute(statements.CLEAN_UP)
            try:
                connection.execute(statements.MOVE_SCHEMA, (quoted, node.host, node.port, mode)).fetchall()
            except psycopg.Error as error:
                if _LEFTOVER not in str(error) or attempt == MOVE_TRIES:
                    raise
                time.sleep(1)
            else:
                return


def place_new_schemas(connection: PostgresConnection) -> None:
    """Let schemas that are made on *connection* from now on stand on a node, where there are nodes."""
    if is_distributed(connection) and _nodes(connection):
        connection.execute("SET citus.enable_schema_based_sharding TO on")


def _nodes(connection: PostgresConnection) -> list[Node]:
    return [Node(host, port) for host, port in connection.execute(statements.NODES).fetchall()]


def _quoted(connection: PostgresConnection, name: str) -> str:
    quoted: str = sql.Identifier(name).as_string(connection.raw)
    return quoted


@contextmanager
def _transaction(connection: PostgresConnection) -> Iterator[None]:
    connection.execute(statements.BEGIN_WRITE)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if not connection.raw.closed:
            connection.execute("ROLLBACK")
        raise
