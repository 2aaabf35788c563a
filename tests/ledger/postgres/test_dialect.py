"""SQL in SQLite's spelling means the same on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ledger.store.postgres.dialect import batches, translated
from ledger.store.sql import Connection
from tests.ledger.support import Book, event, open_store, registered


@pytest.mark.parametrize(
    ("sqlite", "postgres"),
    [
        ("SELECT a FROM t WHERE b = ? AND c IN (?, ?)", "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)"),
        ("SELECT text FROM t", "SELECT text FROM t"),
        (
            "CREATE TABLE t (unit TEXT NOT NULL, text TEXT, n INTEGER, b BLOB) STRICT, WITHOUT ROWID",
            'CREATE TABLE t (unit TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C", n BIGINT, b BYTEA)',
        ),
        (
            "\n ALTER TABLE t ADD COLUMN note TEXT NOT NULL DEFAULT ''",
            "\n ALTER TABLE t ADD COLUMN note TEXT COLLATE \"C\" NOT NULL DEFAULT ''",
        ),
        ("CREATE INDEX i ON t (text)", "CREATE INDEX i ON t (text)"),
    ],
)
def test_translated(sqlite: str, postgres: str) -> None:
    assert translated(sqlite) == postgres


def test_many_rows_go_in_few_statements() -> None:
    rows = [(number, "a") for number in range(100)]
    made = list(batches("INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a) DO NOTHING", rows))
    assert [len(values) // 2 for _, values in made] == [64, 32, 4]
    assert [value for _, values in made for value in values] == [value for row in rows for value in row]
    assert made[2][0].count("(?, ?)") == 4
    assert list(batches("DELETE FROM t WHERE a = ? AND b = ?", rows[:2])) == [
        ("DELETE FROM t WHERE a = ? AND b = ?", row) for row in rows[:2]
    ]


@pytest.fixture
def connection(book: Book) -> Iterator[Connection]:
    with book.store.write() as work:
        work.connection.execute("CREATE TABLE things (name TEXT PRIMARY KEY, n INTEGER, b BLOB)")
        yield work.connection


def test_values_come_back_as_from_sqlite(connection: Connection) -> None:
    connection.execute("INSERT INTO things (name, n, b) VALUES (?, ?, ?)", ("a", True, b"\0\xff"))
    connection.executemany(
        "INSERT INTO things (name, n, b) VALUES (?, ?, ?)", [("B", 2**40, None), ("z%s?", -1, b"")]
    )
    rows = connection.execute("SELECT name, n, b FROM things ORDER BY name").fetchall()
    # By bytes, not by language: capitals first.
    assert rows == [("B", 2**40, None), ("a", 1, b"\0\xff"), ("z%s?", -1, b"")]
    assert connection.execute("UPDATE things SET n = n + ? WHERE n < ?", (1, 5)).rowcount == 2
    assert connection.execute(
        "SELECT substr(name, 1, ?) FROM things WHERE name = ?", (2, "z%s?")
    ).fetchone() == ("z%",)
    assert [
        name for (name,) in connection.execute("SELECT name FROM things ORDER BY name LIMIT ?", (1,))
    ] == ["B"]


def test_the_one_character_that_is_no_text(book: Book, connection: Connection) -> None:
    connection.executemany("INSERT INTO things (name) VALUES (?)", [("a\0b",), ("c",)])
    assert connection.execute("SELECT count(*) FROM things WHERE name = ?", ("x\0",)).fetchone() == (0,)
    assert connection.execute("SELECT name FROM things ORDER BY name").fetchall() == [("a\u2400b",), ("c",)]
    assert book.store.find("a\0") is None
    assert list(book.store.stream("wj\0")) == []


def test_text_of_every_column_is_compared_by_its_bytes(path: str) -> None:
    from taizhang.startup.open_ledger import open_ledger

    with open_ledger(path, new=True) as session, session.store.read() as work:
        strange = work.connection.execute(
            "SELECT table_name, column_name, data_type, collation_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
            " AND (data_type NOT IN ('text', 'bigint', 'bytea') OR data_type = 'text' AND collation_name <> 'C')"
            " ORDER BY 1, 2"
        ).fetchall()
    assert strange == []


def test_an_event_with_that_character_is_kept_to_the_byte(
    book: Book, new_postgres_url: Callable[[], str]
) -> None:
    """It is refused at the door now; a ledger that took it before is restored whole."""
    book.refuses(registered("wj-01", name="a\u0000b"), "data.name", "U+0000")
    book.add(registered("wj-01", name="a-b"), event("activity.held", kinds=["study_session"], topic="-"))
    before = [
        body.replace(b"a-b", b"a\\u0000b").replace(b'"topic":"-"', b'"topic":"\\u0000"')
        for body in book.store.export()
    ]
    with open_store(new_postgres_url()) as other:
        other.restore(enumerate(before, 1))
        assert list(other.export()) == before
        assert other.verify().events == 2
