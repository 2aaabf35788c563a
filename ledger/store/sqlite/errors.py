"""What SQLite complains of, as a StoreError that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.problem import StoreError
from ledger.text import Text


@contextmanager
def told_clearly(path: Path) -> Iterator[None]:
    """Turn an sqlite3.Error inside the block into a StoreError about the store at *path*."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(store_text(error, path)) from error
    except UnicodeDecodeError as error:
        # What SQLite complains of may quote a damaged file, and that need not be text.
        raise StoreError(Text(_MESSAGES[sqlite3.SQLITE_CORRUPT], path=str(path))) from error


def store_text(error: sqlite3.Error, path: Path) -> Text:
    """Return what *error* means for the user, and what helps."""
    # The low byte is the primary code; the rest only refines it.
    if "the ledger is closed" in str(error):
        return Text("台账 {path} 已停用，不再记入；原有的记录照常可以查看", path=str(path))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    message = _MESSAGES.get(code)
    if message is not None:
        return Text(message, path=str(path))
    return Text("台账 {path} 出错：{error}；没有写入任何内容", path=str(path), error=str(error))


def closed(path: Path) -> StoreError:
    """Return the error for a call on a store that was closed."""
    return StoreError(Text("台账 {path} 已经关闭", path=str(path)))


_MESSAGES = {
    sqlite3.SQLITE_FULL: Text("磁盘已满，{path} 没有写入任何内容；请腾出空间后重试").message,
    sqlite3.SQLITE_BUSY: Text("台账 {path} 正被另一个程序占用；请稍后重试").message,
    sqlite3.SQLITE_LOCKED: Text("台账 {path} 正被另一个程序占用；请稍后重试").message,
    sqlite3.SQLITE_READONLY: Text("台账 {path} 是只读的，不能写入；请检查文件和文件夹的权限").message,
    sqlite3.SQLITE_PERM: Text("没有权限使用台账 {path}；请检查文件和文件夹的权限").message,
    sqlite3.SQLITE_CANTOPEN: Text("打不开台账 {path}；请检查路径、文件和文件夹的权限").message,
    sqlite3.SQLITE_NOTADB: Text("{path} 不是数据库文件；请核对路径").message,
    sqlite3.SQLITE_CORRUPT: Text("台账 {path} 的文件已损坏；请用备份或导出文件恢复").message,
    sqlite3.SQLITE_IOERR: Text("读写台账 {path} 时发生磁盘错误；请检查磁盘后重试").message,
    sqlite3.SQLITE_TOOBIG: Text("内容太大，台账 {path} 存不下").message,
    sqlite3.SQLITE_NOMEM: Text("内存不足，台账 {path} 没有写入任何内容").message,
}
