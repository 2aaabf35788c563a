"""Where a ledger is: the URL of `--store` and TAIZHANG_STORE (contract §6)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from ledger.errors import ErrorKind, TaizhangError
from ledger.signing.checkpoint import ledger_name
from ledger.text import Text

SQLITE = "sqlite:///"


class BadLocation(TaizhangError):
    """The URL names no ledger this program can open; `text` says what would."""

    kind = ErrorKind.USAGE


def evidence_folder(url: str, chosen: Path | None) -> Path:
    """Return where attached files are kept: where the operator says, else beside the store of *url*."""
    if chosen is not None:
        return chosen
    if url.lower().startswith(SQLITE):
        path = sqlite_path(url)
        return path.with_name(path.name + ".evidence")
    return Path("taizhang.evidence")


def is_postgres(url: str) -> bool:
    """Say whether *url* is that of a PostgreSQL database: ``postgresql://user@host/database``."""
    return url.partition(":")[0].lower() in ("postgresql", "postgres")


def key_path(url: str, chosen: Path | None) -> Path:
    """Return where the key of the ledger at *url* is: where the operator says, else beside the store."""
    if chosen is not None:
        return chosen
    if url.lower().startswith(SQLITE):
        path = sqlite_path(url)
        return path.with_name(path.name + ".key")
    return Path(f"{default_name(url)}.key")


def default_name(url: str) -> str:
    """Return what a new ledger at *url* is called when nobody says: as its file or its database is."""
    if url.lower().startswith(SQLITE):
        return ledger_name(sqlite_path(url).stem)
    return ledger_name(unquote(urlsplit(url).path.strip("/")) or "taizhang")


def sqlite_url(path: Path) -> str:
    """Return the URL of the ledger in the file *path*."""
    return f"{SQLITE}{quote(str(path.absolute()))}"


def sqlite_path(url: str) -> Path:
    """Return the file of ``sqlite:///taizhang.db`` (in the working folder) or ``sqlite:////srv/taizhang.db``.

    Percent escapes are read as in every URL. Raises BadLocation.
    """
    scheme = url.partition(":")[0].lower()
    path = unquote(url[len(SQLITE) :])
    if scheme != "sqlite" or not url.lower().startswith(SQLITE) or not path or "\0" in path:
        raise BadLocation(
            Text(
                "看不懂台账的位置“{url}”；应写成 sqlite:///taizhang.db，绝对路径写成 sqlite:////srv/taizhang.db，"
                "数据库写成 postgresql://用户@主机/数据库",
                url=url,
            )
        )
    return Path(path)
