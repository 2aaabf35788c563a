"""Opening a ledger: its tables and those of every room, its name, and what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.problem import StoreError
from ledger.remedy import Remedy
from ledger.signing import rows as proofs
from ledger.signing.checkpoint import ledger_name
from ledger.store.components import Component
from ledger.store.log import give_name, is_unfinished, name_of
from ledger.store.protocol import Store, Transaction
from ledger.store.sqlite import open_sqlite
from ledger.text import Text
from ledger.vocabulary import Vocabulary
from projections import event_search_rows as trail_rows
from projections import kept_beside, kept_firsts, review_rows, totals, year_rows
from projections.service import Projections
from reminders.store import schema as reminders
from rubric import installed
from rubric.catalog import RubricCatalog
from taizhang.accounts import store as accounts
from taizhang.app import ledger_settings as kept_settings
from taizhang.app import ledger_summaries
from taizhang.app.ledger import OpenLedger, vocabulary_of
from taizhang.app.rubrics import take_over_old_table
from taizhang.app.settings import Settings
from taizhang.app.store_url import BadLocation, default_name, is_postgres, sqlite_path
from taizhang.entry.workbooks import store as office
from taizhang.entry.workbooks import uploads
from taizhang.people import store as people

if TYPE_CHECKING:
    from ledger.store.postgres.shared_pool import SharedPool

COMPONENTS = (
    Component("rubric", installed.MIGRATIONS),
    Component("projections", totals.MIGRATIONS),
    Component("beside", kept_beside.MIGRATIONS),
    Component("first stage", kept_firsts.MIGRATIONS),
    Component("review", review_rows.MIGRATIONS),
    Component("trail", trail_rows.MIGRATIONS),
    Component("years", year_rows.MIGRATIONS),
    Component("settings", kept_settings.MIGRATIONS),
    Component("accounts", accounts.MIGRATIONS),
    Component("people", people.MIGRATIONS),
    Component("office", office.MIGRATIONS),
    Component("uploads", uploads.MIGRATIONS),
    Component("reminders", reminders.MIGRATIONS),
    Component("proofs", proofs.MIGRATIONS),
    Component("ledgers", ledger_summaries.MIGRATIONS),
)


@contextmanager
def open_ledger(
    url: str,
    *,
    new: bool = False,
    durable: bool = True,
    unfinished: bool = False,
    as_found: bool = False,
    or_nothing: bool = False,
    shared: SharedPool | None = None,
) -> Iterator[OpenLedger]:
    """Open the ledger at *url*. Raises BadLocation, NoLedger and StoreError.

    *new*: where there is none it is made; a store that is not there is else never taken for an empty one.
    One into which a copy was begun and not finished is opened only as *unfinished*, to go on with the copy.
    *as_found*: guards of the events that somebody removed are not put back. Without *durable* a power cut may cost what
    is appended: for a ledger that can be made again. *or_nothing*: a file that was made here and got no event, because
    the block failed, is taken away again. *shared*: connections that several ledgers have together.
    """
    in_postgres = is_postgres(url)
    projections = Projections(RubricCatalog(), apart=in_postgres)

    known: tuple[RubricCatalog, Vocabulary] = (
        projections.rubrics.shelf,
        vocabulary_of(projections.rubrics.shelf, projections),
    )

    def vocabulary(work: Transaction) -> Vocabulary:
        # The rubrics as the append's own transaction sees them: one that is being installed counts for all after it.
        nonlocal known
        catalog = projections.rubrics.catalog(work)
        if known[0] is not catalog:
            known = catalog, vocabulary_of(catalog, projections)
        return known[1]

    made_here = new and or_nothing and not in_postgres and not sqlite_path(url).exists()
    store: Store
    if in_postgres:
        # Imported here: whoever keeps the ledger in a file need not wait for it.
        from ledger.store.postgres import BadAddress, open_postgres

        try:
            store = open_postgres(
                url,
                vocabulary=vocabulary,
                projector=projections,
                components=COMPONENTS,
                durable=durable,
                as_found=as_found,
                create=new,
                shared=shared,
            )
        except BadAddress as bad:
            raise BadLocation(bad.text) from None
    else:
        store = open_sqlite(
            sqlite_path(url),
            vocabulary=vocabulary,
            projector=projections,
            components=COMPONENTS,
            durable=durable,
            as_found=as_found,
            create=new,
        )
    try:
        if not unfinished:
            require_whole(store)
        name_once(store, url)
        session = OpenLedger(store, projections, url)
        if not unfinished:
            take_over_old_table(session)
        try:
            yield session
        except BaseException:
            made_here = made_here and store.size() == 0
            raise
        else:
            made_here = False
    finally:
        store.close()
        if made_here:
            _unmake(sqlite_path(url))


def _unmake(path: Path) -> None:
    """Take an empty ledger away: else it would be taken for one that is there, and whole."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def require_whole(store: Store) -> None:
    """Raise StoreError when the ledger is the beginning of a copy."""
    with store.read() as work:
        if is_unfinished(work.connection):
            raise StoreError(
                Text("这个台账是没有复制完的副本；请再复制一次，把它复制完"), remedy=Remedy.FINISH_COPY
            )


def name_once(store: Store, url: str) -> None:
    """Name a ledger that has no name yet, as the settings say, else after its file or database."""
    with store.read() as work:
        if name_of(work.connection) is not None:
            return
    wanted = Settings().ledger_name
    with store.write() as work:
        give_name(work.connection, ledger_name(wanted) if wanted else default_name(url))
