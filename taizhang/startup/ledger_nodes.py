"""The nodes of a Citus cluster that ledgers of an installation stand on: preparing them, placing and moving them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.app.installation import Installation
from taizhang.app.store_url import is_postgres

if TYPE_CHECKING:
    from ledger.store.postgres.nodes import Node


def prepare(here: Installation, workers: Sequence[Node]) -> list[Node]:
    """Make the database of *here* the coordinator of *workers*; return the nodes. Raises Refused, StoreError."""
    from ledger.store.postgres.cluster import prepare_cluster

    _require_postgres(here)
    return prepare_cluster(here.first, workers)


def placed(here: Installation) -> dict[str, Node]:
    """Return the node of each ledger that stands on one, by name. Raises StoreError."""
    if not is_postgres(here.first):
        return {}
    from ledger.store.postgres.cluster import placements

    found = placements(here.first, here.schemas)
    return {schema.removeprefix(here.schemas): node for schema, node in found.items()}


def distribute(here: Installation, name: str) -> Node:
    """Bring the ledger *name* from the coordinator to a node, and return it. Raises Refused, StoreError."""
    from ledger.store.postgres.cluster import distribute_schema

    _require_postgres(here)
    at = placed(here).get(name)
    if at is not None:
        raise Refused([Problem("NAME", Text("台账“{name}”已经在节点 {node} 上", name=name, node=str(at)))])
    distribute_schema(here.first, f"{here.schemas}{name}")
    return placed(here)[name]


def move(here: Installation, name: str, node: Node) -> Node:
    """Bring the ledger *name* from its node to another, and return that. Raises Refused, StoreError."""
    from ledger.store.postgres.cluster import move_schema

    _require_postgres(here)
    at = placed(here).get(name)
    if at is None:
        raise Refused([Problem("NAME", Text("台账“{name}”不在节点上；请先用 distribute", name=name))])
    if at == node:
        raise Refused([Problem("--node", Text("台账“{name}”已经在节点 {node} 上", name=name, node=str(at)))])
    move_schema(here.first, f"{here.schemas}{name}", node)
    return placed(here)[name]


def _require_postgres(here: Installation) -> None:
    if not is_postgres(here.first):
        raise Refused([Problem("--store", Text("只有 PostgreSQL 里的台账可以放在几个节点上"))])
