"""Where a ledger stands in a distributed database (Citus): whole on one node, to which its connections lead.

The address that was given leads to the coordinator, which knows the nodes and alone makes tables and triggers. Every
node knows where each ledger is: one that was moved is found by asking the node that it was on.
"""

from __future__ import annotations

from typing import NamedTuple

from psycopg.conninfo import make_conninfo

from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection


class Node(NamedTuple):
    """A server of a distributed database, as its coordinator calls it."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def is_distributed(connection: PostgresConnection) -> bool:
    """Say whether the database is one of a Citus cluster."""
    return connection.execute(statements.IS_DISTRIBUTED).fetchone() == (True,)


def node_of(connection: PostgresConnection) -> Node | None:
    """Return the node of the ledger in the connection's schema; None where it is on no node but the one that is asked.

    Only for a database that `is_distributed`.
    """
    found = connection.execute(statements.NODE).fetchall()
    # Events spread over several nodes have no order that a reader could trust: no such ledger is made here.
    return Node(*found[0]) if len(found) == 1 else None


def at_node(conninfo: str, node: Node | None) -> str:
    """Return how to connect to *node* as *conninfo* does to the server that it names."""
    if node is None:
        return conninfo
    return make_conninfo(conninfo, host=node.host, port=node.port, hostaddr="", target_session_attrs="any")


def let_guards_be_made(connection: PostgresConnection) -> None:
    """Inside a transaction of a distributed database: triggers on its tables may be made, which it else refuses.

    What it is afraid of are triggers that look at other nodes' rows; ours only refuse.
    """
    if is_distributed(connection):
        connection.execute(statements.ALLOW_TRIGGERS)
