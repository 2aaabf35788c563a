"""Whether a pooler stands between us and the database, and gives connections out by transaction.

The ledger keeps to its connections what PostgreSQL keeps to a session: how long a commit waits for the disk, how long
anybody waits for a lock, prepared statements, LISTEN. A pooler in session mode passes all that on. One in transaction
mode (PgBouncer's ``pool_mode=transaction`` or ``statement``) lends the same session to whoever comes next: then what
was set here holds for others and not here, and a commit may be answered before it is safe. So it is refused.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from ledger.problem import StoreError
from ledger.text import Text

Raw = psycopg.Connection[tuple[object, ...]]
_TRIES = 3


def refuse_shared_sessions(connect: Callable[[], Raw], place: str) -> None:
    """Raise StoreError when connections to the database at *place* share sessions. Raises psycopg.Error.

    *connect* opens a new connection on which nothing is set. The server's own word for the process at the other end
    differs from what was told at connecting only where a pooler stands between; it shares sessions when two
    connections that are both open meet one process.
    """
    with connect() as first:
        if _process(first) == first.info.backend_pid:
            return
        for _ in range(_TRIES):
            with connect() as second:
                if _process(first) == _process(second):
                    raise StoreError(
                        Text(
                            "{path} 经过连接池（如 PgBouncer），而且按事务分配连接，台账不能这样用；"
                            "请把连接池改成 pool_mode=session，或直接连接数据库",
                            path=place,
                        )
                    )


def _process(raw: Raw) -> object:
    (number,) = raw.execute("SELECT pg_backend_pid()").fetchone() or (None,)
    return number
