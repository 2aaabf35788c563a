"""Whatever stands in the way is said clearly, and nothing is lost by it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ledger.problem import StoreError
from ledger.store.sqlite.errors import store_text
from tests.ledger.support import Book, held, line, open_store, registered


def _text(path: Path, **options: Any) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(path, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = x'00'",
        "UPDATE events SET unit = 'x' WHERE sequence = 1",
        "DELETE FROM events",
        "DELETE FROM events WHERE sequence = 2",
        "INSERT OR REPLACE INTO events SELECT sequence, unit, 'other', recordedtime, body, leaf FROM events",
        "INSERT OR REPLACE INTO events SELECT 99, unit, id, recordedtime, body, leaf FROM events",
        "REPLACE INTO events SELECT * FROM events",
        "INSERT INTO events SELECT * FROM events WHERE 1 ON CONFLICT DO UPDATE SET unit = 'x'",
    ],
)
def test_no_program_changes_an_event(book: Book, path: Path, statement: str) -> None:
    book.add(registered(), held())
    before = list(book.store.export())
    outsider = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="an event is never"):
        outsider.execute(statement)
    outsider.close()
    assert list(book.store.export()) == before


def test_promised_settings(book: Book) -> None:
    def pragma(name: str) -> Any:
        with book.store.read() as work:
            return work.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert [pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")] == [
        "wal", 2, 1, 100,
    ]  # fmt: skip


def test_disk_full(book: Book) -> None:
    book.add(registered())
    with book.store.read() as work:
        (pages,) = work.connection.execute("PRAGMA page_count").fetchone()
        work.connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [held(time=f"2017-03-{day:02d}", topic="x" * 2000) for day in range(1, 28)]
    with pytest.raises(StoreError, match="磁盘已满"):
        book.add(*many)
    assert book.store.size() == 1
    with book.store.read() as work:
        work.connection.execute("PRAGMA max_page_count = 1000000")
    assert book.add(*many).appended == 27
    assert book.store.verify().events == 28


def test_locked(path: Path) -> None:
    with open_store(path, busy_seconds=0.05) as store, open_store(path) as other:
        Book(other).add(registered())
        with other.write(), pytest.raises(StoreError, match="占用"):
            Book(store).add(held())
        assert store.size() == 1
        assert Book(store).add(held()).appended == 1


def test_readers_go_on_while_another_process_writes(path: Path) -> None:
    with open_store(path) as store, open_store(path) as other:
        Book(other).add(registered())
        with ThreadPoolExecutor(1) as pool:
            with other.write():
                waiting = pool.submit(Book(store).add, held())
                for _ in range(20):
                    assert store.size() == 1
                    with store.read() as work:
                        assert work.last_sequence("wj-01") == 1
                assert not waiting.done()
            assert waiting.result(60).appended == 1


def test_newer(path: Path) -> None:
    open_store(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    assert "升级" in _text(path)
    assert "升级" in _text(path, read_only=True)
    assert path.read_bytes() == before


def test_no_database(path: Path) -> None:
    path.write_bytes(b"wj-01,2017\n" * 1000)
    assert "不是数据库" in _text(path)
    assert "不是数据库" in _text(path, read_only=True)
    assert path.read_bytes() == b"wj-01,2017\n" * 1000


def test_another_programs_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a)")
    database.close()
    assert "别的程序" in _text(path)
    assert "别的程序" in _text(path, read_only=True)


def test_missing(path: Path, tmp_path: Path) -> None:
    assert "没有台账" in _text(path, read_only=True)
    assert not path.exists()
    assert "没有文件夹" in _text(tmp_path / "no" / "a.db")
    assert "不是文件" in _text(tmp_path)


def test_empty_file_becomes_a_ledger(path: Path) -> None:
    path.touch()
    assert "没有台账" in _text(path, read_only=True)
    with open_store(path) as store:
        assert Book(store).add(registered()).appended == 1


def test_damaged(path: Path) -> None:
    with open_store(path) as store:
        Book(store).add(registered(), *[held(time=f"2017-03-{day:02d}") for day in range(1, 28)])
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="损坏"), open_store(path) as store:
        list(store.export())


def test_opened_for_reading(path: Path) -> None:
    with open_store(path) as store:
        Book(store).add(registered())
    with open_store(path, read_only=True) as store:
        assert store.size() == 1
        assert store.verify().events == 1
        with pytest.raises(StoreError, match="只读"):
            Book(store).add(held())
        with pytest.raises(StoreError, match="只读"), store.write():
            pass


def test_closed(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()
    for call in (
        store.size,
        store.units,
        lambda: list(store.export()),
        lambda: Book(store).add(registered()),
    ):
        with pytest.raises(StoreError, match="关闭"):
            call()


def test_io_error_is_told(path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR | (4 << 8)  # type: ignore[attr-defined]
    assert "磁盘错误" in str(store_text(error, path))
    assert "strange" in str(store_text(sqlite3.OperationalError("strange"), path))


_AS_NOBODY = """
    import os, sys
    sys.path.insert(0, {root!r})
    from pathlib import Path
    from ledger.problem import StoreError
    from tests.ledger.support import Book, held, open_store
    if os.getuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
    try:
        with open_store(Path({path!r})) as store:
            print(store.size(), store.verify().events, len(list(store.export())))
            Book(store).add(held())
            print("written")
    except StoreError as error:
        print(error)
"""


def _as_nobody(path: Path) -> str:
    """Append to the store in a process that the modes bind: root, whom they do not, becomes nobody first."""
    root = str(Path(__file__).parents[3])
    code = textwrap.dedent(_AS_NOBODY.format(root=root, path=str(path)))
    done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def public_path() -> Iterator[Path]:
    """A store where everybody may look: pytest's own folders are closed again by every other run of pytest."""
    with TemporaryDirectory() as name:
        folder = Path(name, "open")
        Path(name).chmod(0o755)
        folder.mkdir()
        yield folder / "taizhang.db"
        folder.chmod(0o755)


@pytest.mark.parametrize("folder_is_writable", [True, False])
def test_read_only_file(public_path: Path, folder_is_writable: bool) -> None:
    with open_store(public_path) as store:
        Book(store).add(registered())
    public_path.chmod(0o444)
    public_path.parent.chmod(0o777 if folder_is_writable else 0o555)
    said = _as_nobody(public_path)
    assert said.startswith("1 1 1\n")
    assert "只读" in said
    assert "written" not in said


def test_read_only_folder(public_path: Path) -> None:
    with open_store(public_path) as store:
        Book(store).add(registered())
    public_path.chmod(0o666)
    public_path.parent.chmod(0o555)
    said = _as_nobody(public_path)
    assert said.startswith("1 1 1\n")
    assert "只读" in said


def test_folder_where_nothing_can_be_created(public_path: Path) -> None:
    public_path.parent.chmod(0o555)
    assert "不能写入" in _as_nobody(public_path)


def test_a_store_in_use_can_be_read(path: Path) -> None:
    with open_store(path) as store:
        Book(store).add(registered())
        assert line(registered())
        with open_store(path, read_only=True) as reader, store.write():
            assert reader.size() == 1
