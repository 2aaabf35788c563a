"""What PostgreSQL complains of, as a StoreError that says what to do; and which complaints pass by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import PoolTimeout

from ledger.problem import StoreError
from ledger.remedy import Remedy
from ledger.text import Text


@contextmanager
def told_clearly(place: str) -> Iterator[None]:
    """Turn a psycopg.Error inside the block into a StoreError about the store at *place*."""
    try:
        yield
    except psycopg.Error as error:
        raise store_error(error, place) from error


def store_error(error: psycopg.Error, place: str) -> StoreError:
    """Return what *error* means for the user, and what helps."""
    if isinstance(error, PoolTimeout):
        return StoreError(Text("台账 {path} 的数据库连接都在使用中；请稍后重试", path=place))
    state = error.sqlstate or _state_of_refusal(error)
    message = _MESSAGES.get(state) or _MESSAGES.get(state[:2])
    said = str(error).strip().splitlines()
    reason = said[0] if said else type(error).__name__
    if message is not None:
        remedy = Remedy.CHECK_ADDRESS if state in _MISADDRESSED else None
        return StoreError(Text(message, path=place, reason=reason), remedy=remedy)
    return StoreError(Text("台账 {path} 出错：{error}；没有写入任何内容", path=place, error=reason))


def _state_of_refusal(error: psycopg.Error) -> str:
    """Return the SQLSTATE with which a server turned a new connection away: libpq passes on its words only."""
    if not isinstance(error, psycopg.OperationalError):
        return ""
    said = str(error)
    return next((state for state, words in _REFUSALS if any(word in said for word in words)), "08")


def in_doubt(place: str) -> StoreError:
    """Return the error for a connection that was lost while it committed what cannot be tried again."""
    return StoreError(
        Text("提交时与数据库 {path} 的连接中断，不能确定是否已经写入；请查看后再决定是否重做", path=place)
    )


def append_in_doubt(place: str) -> StoreError:
    """Return the error for an append whose commit was not answered; doing it again is safe, as events have ids."""
    return StoreError(
        Text(
            "提交时与数据库 {path} 的连接中断，不能确定是否已经入账；请用同样的编号再做一次，已入账的会自动跳过",
            path=place,
        )
    )


def closed(place: str) -> StoreError:
    """Return the error for a call on a store that was closed."""
    return StoreError(Text("台账 {path} 已经关闭", path=place))


def is_lost(error: BaseException) -> bool:
    """Say whether the connection is gone, or leads to a server that no longer writes: another one may help."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate or ""
    if state[:2] == "08" or state in _SERVER_GOES:
        return True
    return not state and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))


def is_passing(error: BaseException) -> bool:
    """Say whether the same again may succeed: nothing was written, and what stood in the way passes."""
    return is_lost(error) or (isinstance(error, psycopg.Error) and error.sqlstate in _PASSES)


_REFUSALS = (
    ("28", ("authentication failed", "no password supplied", "no pg_hba.conf entry", "认证失败", "没有用于")),
    (
        "53300",
        ("connection slots are reserved", "too many clients", "too many connections", "连接槽", "太多客户"),
    ),
    ("3D000", ('" does not exist', '" 不存在')),
    ("57P03", ("is starting up", "is shutting down", "正在启动", "正在关闭")),
)
"""SQLSTATEs and what the server says with them, in English and in Chinese."""
_SERVER_GOES = {
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now: starting up, shutting down
    "57P05",  # idle_session_timeout
    "25P03",  # idle_in_transaction_session_timeout
    "25006",  # read_only_sql_transaction: a primary that became a standby
}
_PASSES = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "53300",  # too_many_connections
}
_UNREACHABLE = Text("连不上台账的数据库 {path}（{reason}）；请检查地址、网络和数据库服务，然后重试").message
_MISADDRESSED = {"28000", "28P01", "28", "3D000"}
_MESSAGES = {
    "08": _UNREACHABLE,
    "57P01": _UNREACHABLE,
    "57P02": _UNREACHABLE,
    "57P03": Text("台账的数据库 {path} 正在启动或停止；请稍后重试").message,
    "28": Text("数据库 {path} 不接受这个用户名或密码；请检查地址").message,
    "3D000": Text("没有 {path} 这个数据库或用户（{reason}）；请先建立，或核对地址").message,
    "3F000": Text("数据库 {path} 里没有可用的模式（schema）；请核对地址里的 search_path").message,
    "53100": Text("数据库服务器的磁盘已满，{path} 没有写入任何内容；请腾出空间后重试").message,
    "53200": Text("数据库服务器内存不足，台账 {path} 没有写入任何内容").message,
    "53300": Text("台账的数据库 {path} 连接数已满；请稍后重试，或调大 max_connections").message,
    "57014": Text("台账的数据库 {path} 没有在时限内完成，没有写入任何内容；请稍后重试").message,
    "55P03": Text("台账 {path} 正被另一个程序占用；请稍后重试").message,
    "40": Text("台账 {path} 正被另一个程序占用；请稍后重试").message,
    "25006": Text("台账的数据库 {path} 是只读的（可能是备库），不能写入；请连接主库").message,
    "42501": Text(
        "这个数据库用户没有需要的权限，台账 {path} 没有写入任何内容；请让管理员授权（{reason}）"
    ).message,
    "TZ002": Text("台账 {path} 已停用，不再记入；原有的记录照常可以查看").message,
    "58030": Text("数据库服务器读写台账 {path} 时发生磁盘错误；请检查磁盘后重试").message,
    "XX001": Text("台账 {path} 的数据已损坏；请用备份或导出文件恢复").message,
    "XX002": Text("台账 {path} 的数据已损坏；请用备份或导出文件恢复").message,
}
