"""Many ledgers, one installation: where each stands, by its name. Addresses only; nothing is opened here.

The first ledger is the one that `--store` names, as it always was. The others stand beside it: as files in the folder
``taizhang.ledgers``, or as schemas ``taizhang__NAME`` of the same database. What is there is what there is: no list of
them is kept that could say otherwise. Each has its own key, evidence, backups and settings, found by its address.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text

from .settings import Settings
from .store_url import FOLDER, MARK, NAME, is_postgres, ledger_in, schema_of, sqlite_path, sqlite_url

FIRST_SCHEMA = "taizhang"
"""Begins the schemas of the others where the first ledger stands in no schema of its own."""


class BadLedgerName(TaizhangError):
    """No ledger can be called so."""

    kind = ErrorKind.USAGE


@dataclass(frozen=True, slots=True)
class Installation:
    """The ledgers that stand with the one at `first`, the address of `--store`."""

    first: str

    @property
    def folder(self) -> Path:
        """The folder of the others, where the first is a file."""
        path = sqlite_path(self.first)
        return path.with_name(f"{path.stem}{FOLDER}")

    @property
    def schemas(self) -> str:
        """What the schemas of the others begin with, where the first is in PostgreSQL."""
        return f"{schema_of(self.first) or FIRST_SCHEMA}{MARK}"

    def address(self, name: str) -> str:
        """Return the address of the ledger *name*, which need not be there. Raises BadLedgerName."""
        if not NAME.fullmatch(name):
            raise BadLedgerName(
                Text("“{name}”不能作台账的名称；请用小写字母、数字和单个的 - 或 _，最多 47 个字", name=name)
            )
        if is_postgres(self.first):
            return _in_schema(self.first, f"{self.schemas}{name}")
        return sqlite_url(self.folder / f"{name}.db")


def path_of(url: str) -> str:
    """Return where the pages of the ledger at *url* begin on the server: nothing for the first, else ``/l/NAME``."""
    name = ledger_in(url)
    return "" if name is None else f"/l/{name}"


def settings_of(url: str, settings: Settings | None = None) -> Settings:
    """Return the settings as they are for the ledger at *url*: folders and addresses of its own below those named."""
    given = Settings() if settings is None else settings
    name = ledger_in(url)
    if name is None:
        return given
    changed: dict[str, object] = {"ledger_name": None, "witness_for": []}
    for field in ("backup", "tiles"):
        folder = getattr(given, field)
        if folder is not None:
            changed[field] = folder / name
    if given.base_url is not None:
        changed["base_url"] = f"{given.base_url.rstrip('/')}{path_of(url)}"
    return given.model_copy(update=changed)


def _in_schema(url: str, schema: str) -> str:
    """Return *url* with *schema* as its search_path, whatever else its options say."""
    before, _, asked = url.partition("?")
    pairs = parse_qsl(asked, keep_blank_values=True)
    options = [
        word for name, value in pairs if name == "options" for word in value.replace("-c ", "-c").split()
    ]
    others = [word for word in options if not word.startswith("-csearch_path=")]
    kept = [(name, value) for name, value in pairs if name != "options"]
    kept.append(("options", " ".join([*others, f"-csearch_path={schema}"])))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept)
    return f"{before}?{query}"
