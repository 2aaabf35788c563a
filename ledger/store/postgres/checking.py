"""What can be looked at of a PostgreSQL database from inside: indexes against their tables, and tables, indexes and
guards against those that the program makes.

Where the operator has installed `amcheck` every index is looked through with it. Else each index of the events is held
to its table: the same rows have to come back whichever way they are read.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from ledger.problem import Fault
from ledger.store.components import Component
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.protocol import EngineChecked, SchemaChecked
from ledger.store.sqlite.checking import made_columns
from ledger.text import Text


def check_engine(connection: PostgresConnection) -> EngineChecked:
    """Look through the indexes, inside a reading transaction."""
    if connection.execute(statements.MAY_AMCHECK).fetchone() == (True,):
        return _amcheck(connection)
    how = Text("PostgreSQL：按索引读与按表读，事件和编号一致（没有安装 amcheck）")
    faults = []
    for index, by_table, by_index in statements.READ_BOTH_WAYS:
        connection.execute(statements.ONLY_BY_TABLE).fetchall()
        there = connection.execute(by_table).fetchone()
        connection.execute(statements.ONLY_BY_INDEX).fetchall()
        if connection.execute(by_index).fetchone() != there:
            faults.append(Fault(Text("索引 {name} 与它的表不符；请重建索引（REINDEX）", name=index)))
    connection.execute(statements.ANY_WAY).fetchall()
    return EngineChecked(how, faults)


def _amcheck(connection: PostgresConnection) -> EngineChecked:
    how = Text("PostgreSQL：amcheck 逐个检查索引与它的表")
    faults = []
    for oid, name in connection.execute(statements.BTREE_INDEXES).fetchall():
        connection.execute("SAVEPOINT amcheck")
        try:
            connection.execute(statements.AMCHECK, (oid,)).fetchall()
            connection.execute("RELEASE SAVEPOINT amcheck")
        except (
            psycopg.errors.DataError,
            psycopg.errors.InternalError,
            psycopg.errors.OperationalError,
        ) as error:
            if connection.raw.closed:
                raise
            connection.execute("ROLLBACK TO SAVEPOINT amcheck")
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            faults.append(Fault(Text("索引 {name}：{said}", name=name, said=said)))
    return EngineChecked(how, faults)


def check_schema(connection: PostgresConnection, components: Sequence[Component]) -> SchemaChecked:
    """Hold tables, columns, indexes, triggers and functions to those that this program, with *components*, makes."""
    made = {**made_columns(components), **statements.COLUMNS}
    there: dict[str, set[str]] = {}
    for table, column in connection.execute(statements.ALL_COLUMNS).fetchall():
        there.setdefault(table, set()).add(column)
    faults = []
    for table, columns in made.items():
        if table not in there:
            faults.append(Fault(Text("表 {name}不在了", name=table)))
        elif there[table] != columns:
            faults.append(Fault(Text("表 {name}被改动过", name=table)))
    indexes = dict(connection.execute(statements.ALL_INDEXES).fetchall())
    faults += [
        Fault(Text("索引 {name}不在了，或不能用", name=name))
        for name in statements.INDEXES
        if not indexes.get(name, False)
    ]
    faults += _triggers(connection)
    functions = dict(connection.execute(statements.ALL_FUNCTIONS).fetchall())
    for name, source in statements.FUNCTIONS.items():
        if _plain(functions.get(name, "")) != _plain(source):
            faults.append(Fault(Text("函数 {name}被改动过，或不在了", name=name)))
    count = len(made) + len(statements.INDEXES) + len(statements.GUARD_NAMES) + len(statements.FUNCTIONS)
    return SchemaChecked(count, faults, sorted(set(there) - set(made)))


def _triggers(connection: PostgresConnection) -> list[Fault]:
    wanted = dict(statements.GUARD_NAMES)
    faults = []
    for table, name, enabled, definition in connection.execute(statements.ALL_TRIGGERS).fetchall():
        if name == "ledger_is_closed" and "BEFORE INSERT ON" in definition:
            continue  # it only refuses
        of_table, events = wanted.get(name, ("", ""))
        if of_table != table:
            faults.append(Fault(Text("触发器 {name}不是本程序建立的", name=f"{table}.{name}")))
            continue
        del wanted[name]
        whole = f"BEFORE {events} ON" in definition and "FOR EACH STATEMENT" in definition
        if enabled not in ("O", "A") or not whole or "events_are_never_changed()" not in definition:
            faults.append(Fault(Text("触发器 {name}被改动过，或被停用", name=name)))
    return faults + [Fault(Text("触发器 {name}不在了", name=name)) for name in wanted]


def _plain(sql: str) -> str:
    return "".join(sql.split())
