"""The ledgers of an installation: which there are, making one, closing one, what an operator is told of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.errors import TaizhangError
from ledger.problem import Problem, Refused
from ledger.store.closing import close_ledger, reopen_ledger, why_closed
from ledger.store.log import give_name, name_of
from ledger.text import Text
from taizhang.app.installation import Installation
from taizhang.app.store_url import NAME, is_postgres, sqlite_path

from . import ledger_nodes
from .open_ledger import open_ledger


class State(StrEnum):
    """What can be done with a ledger."""

    OPEN = "open"
    CLOSED = "closed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Told:
    """What an operator is told of one ledger."""

    name: str
    """In the installation; empty for the first."""
    state: State
    origin: str = ""
    """What its checkpoints call it."""
    events: int = 0
    reason: Text | None = None
    """Why it is closed, or cannot be opened."""
    node: str | None = None
    """On which node of a cluster it stands, where it stands on one."""


def names(here: Installation) -> list[str]:
    """Return the names of the ledgers beside the first, sorted. Raises StoreError."""
    if is_postgres(here.first):
        from ledger.store.postgres.schemas import ledger_schemas

        found = [schema.removeprefix(here.schemas) for schema in ledger_schemas(here.first, here.schemas)]
    else:
        folder = here.folder
        found = sorted(path.stem for path in folder.glob("*.db")) if folder.is_dir() else []
    return [name for name in found if NAME.fullmatch(name)]


def add(here: Installation, name: str) -> str:
    """Make an empty ledger *name*, and return its address. Raises BadLedgerName, Refused where it is there."""
    url = here.address(name)
    if name in names(here):
        raise Refused([Problem("name", Text("已经有台账“{name}”", name=name))])
    if is_postgres(url):
        from ledger.store.postgres.schemas import create_schema

        create_schema(here.first, f"{here.schemas}{name}")
    else:
        sqlite_path(url).parent.mkdir(mode=0o700, exist_ok=True)
    with open_ledger(here.first) as first, first.store.read() as work:
        above = name_of(work.connection) or ""
    with open_ledger(url, new=True, or_nothing=True) as made, made.store.write() as work:
        # Unlike that of any other ledger anywhere: its checkpoints bear it.
        give_name(work.connection, f"{above}.{name}")
    return url


def tell(here: Installation, name: str) -> Told:
    """Look at one ledger; whatever is wrong with it is told and stops nothing."""
    try:
        with open_ledger(here.address(name) if name else here.first, as_found=True) as ledger:
            with ledger.store.read() as work:
                origin, events = name_of(work.connection) or "", work.tree().size
            reason = why_closed(ledger.store)
    except (TaizhangError, OSError) as error:
        reason_text = error.text if isinstance(error, TaizhangError) else Text("{reason}", reason=str(error))
        return Told(name, State.BROKEN, reason=reason_text)
    if reason is None:
        return Told(name, State.OPEN, origin, events)
    return Told(name, State.CLOSED, origin, events, Text("{reason}", reason=reason))


def tell_all(here: Installation, wanted: Sequence[str]) -> list[Told]:
    """Look at each ledger of *wanted*; where they stand on nodes, that is told as well. Raises StoreError."""
    nodes = ledger_nodes.placed(here)
    found = [tell(here, name) for name in wanted]
    return [replace(told, node=str(nodes[told.name])) if told.name in nodes else told for told in found]


def close(here: Installation, name: str, reason: str) -> None:
    """Let nothing be recorded in the ledger *name* any more, by anybody. Raises StoreError."""
    with open_ledger(here.address(name)) as ledger:
        close_ledger(ledger.store, reason)


def reopen(here: Installation, name: str) -> None:
    """Take a closing back. Raises StoreError."""
    with open_ledger(here.address(name)) as ledger:
        reopen_ledger(ledger.store)
