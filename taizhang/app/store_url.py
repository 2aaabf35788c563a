"""Where a ledger is: the URL of `--store` and TAIZHANG_STORE (contract §6)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ledger.errors import ErrorKind, TaizhangError
from ledger.signing.checkpoint import ledger_name
from ledger.text import Text

SQLITE = "sqlite:///"
_SEARCH_PATH = re.compile(r"search_path=((?:[^\s\\]|\\.)+)")
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w.]+")
_LOCAL = frozenset({"", "localhost", "localhost:5432", "127.0.0.1", "127.0.0.1:5432"})


class BadLocation(TaizhangError):
    """The URL names no ledger this program can open; `text` says what would."""

    kind = ErrorKind.USAGE


def evidence_folder(url: str, chosen: Path | None) -> Path:
    """Return where attached files are kept: where the operator says, else beside the store of *url*.

    Each of several ledgers of an installation (`installation`) has a folder of its own.
    """
    name = ledger_in(url)
    if chosen is not None:
        return chosen if name is None else chosen / name
    if url.lower().startswith(SQLITE):
        path = sqlite_path(url)
        return path.with_name(path.name + ".evidence")
    return Path("taizhang.evidence") if name is None else Path("taizhang.ledgers") / f"{name}.evidence"


def is_postgres(url: str) -> bool:
    """Say whether *url* is that of a PostgreSQL database: ``postgresql://user@host/database``."""
    return url.partition(":")[0].lower() in ("postgresql", "postgres")


def key_path(url: str, chosen: Path | None) -> Path:
    """Return where the key of the ledger at *url* is: where the operator says, else beside the store.

    For a server it is called after the whole address, so that no two ledgers share a key or its last checkpoint.
    """
    if chosen is not None:
        name = ledger_in(url)
        return chosen if name is None else chosen.with_name(f"{chosen.stem}.{name}{chosen.suffix}")
    if url.lower().startswith(SQLITE):
        path = sqlite_path(url)
        return path.with_name(path.name + ".key")
    return Path(f"{_server(url)}{default_name(url)}.key")


def former_key_path(url: str) -> Path | None:
    """Return the key file that older programs took: after the database alone; None for a ledger in a file."""
    return Path(f"{_database(url)}.key") if is_postgres(url) else None


def default_name(url: str) -> str:
    """Return what a new ledger at *url* is called when nobody says: as its file, or its database and schema are."""
    if url.lower().startswith(SQLITE):
        return ledger_name(sqlite_path(url).stem)
    schema = schema_of(url)
    return _database(url) if schema is None else f"{_database(url)}.{ledger_name(schema)}"


def _database(url: str) -> str:
    return ledger_name(unquote(urlsplit(url).path.strip("/")) or "taizhang")


def schema_of(url: str) -> str | None:
    """Return the schema that the address names, None where it leaves that to the server."""
    options = " ".join(value for name, value in parse_qsl(urlsplit(url).query) if name == "options")
    named = _SEARCH_PATH.findall(options)
    if not named:
        return None
    schema = str(named[-1]).split(",")[0].replace("\\", "").strip().strip('"')
    return None if schema in ("", "public", "$user") else schema


FOLDER = ".ledgers"
"""Ends the name of the folder in which the other ledgers of an installation are, beside the first one's file."""
MARK = "__"
"""Stands between the first ledger's schema and another one's name."""
NAME = re.compile(r"[a-z0-9](?:[a-z0-9]|-(?!-)|_(?!_)){0,46}", re.ASCII)
"""What a ledger of an installation may be called: a file, a schema and a part of an address."""


def ledger_in(url: str) -> str | None:
    """Return what the ledger at *url* is called in its installation; None for the first, or only, one."""
    if is_postgres(url):
        _, mark, name = (schema_of(url) or "").partition(MARK)
        return name if mark and NAME.fullmatch(name) else None
    if not url.lower().startswith(SQLITE):
        return None
    path = sqlite_path(url)
    is_one = path.suffix == ".db" and path.parent.suffix == FOLDER and NAME.fullmatch(path.stem)
    return path.stem if is_one else None


def _server(url: str) -> str:
    """Return host and port as a file name begins with them; nothing for the server of this machine."""
    given = urlsplit(url)
    where = unquote(given.netloc.rpartition("@")[2]).lower()
    for name, value in parse_qsl(given.query):
        if name in ("host", "port"):
            where += f":{value}"
    return "" if where in _LOCAL else f"{_NOT_IN_A_FILE_NAME.sub('-', where).strip('-')}-"


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
