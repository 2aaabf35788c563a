"""Opening a ledger: its tables and those of every room, its name, and what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from ledger.problem import NoLedger, StoreError
from ledger.remedy import Remedy
from ledger.signing import rows as proofs
from ledger.signing.checkpoint import ledger_name
from ledger.store.begun import forget_begun, only_begun
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
    is appended: for a ledger that can be made again. *or_nothing*: what was made here and got no event, because the
    block failed or this process was killed in it, is no ledger: it is taken away again, or found to be none. *shared*:
    connections that several ledgers have together.
    """
    projections = Projections(RubricCatalog(), apart=is_postgres(url))
    begins = token_hex(8) if new and or_nothing else ""
    store = _store(
        url, projections, new=new, durable=durable, as_found=as_found, shared=shared, begins=begins
    )
    with _standing(store, url, begins, new=new):
        if not unfinished:
            require_whole(store)
        name_once(store, url)
        session = OpenLedger(store, projections, url)
        if not unfinished:
            take_over_old_table(session)
        yield session


def _store(
    url: str,
    projections: Projections,
    *,
    new: bool,
    durable: bool,
    as_found: bool,
    shared: SharedPool | None,
    begins: str,
) -> Store:
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

    if not is_postgres(url):
        return open_sqlite(
            sqlite_path(url),
            vocabulary=vocabulary,
            projector=projections,
            components=COMPONENTS,
            durable=durable,
            as_found=as_found,
            create=new,
            begins=begins,
        )
    # Imported here: whoever keeps the ledger in a file need not wait for it.
    from ledger.store.postgres import BadAddress, open_postgres

    try:
        return open_postgres(
            url,
            vocabulary=vocabulary,
            projector=projections,
            components=COMPONENTS,
            durable=durable,
            as_found=as_found,
            create=new,
            shared=shared,
            begins=begins,
        )
    except BadAddress as bad:
        raise BadLocation(bad.text) from None


@contextmanager
def _standing(store: Store, url: str, begins: str, *, new: bool) -> Iterator[None]:
    """Close *store* in the end; one that this opening *begins* and that got nothing, the block having failed, goes.

    What another opening began and did not bring to its end is no ledger. Raises NoLedger.
    """
    with closing(store):
        with store.read() as work:
            begun = only_begun(work.connection)
        if begun is not None and not new:
            place = getattr(store, "place", "") or str(sqlite_path(url))
            raise NoLedger(Text("{path} 那里没有台账；请核对路径", path=place))
        try:
            if begun is not None and not begins:
                _keep(store)
            yield
        except BaseException:
            if begun is not None and begun.by == begins:
                _unmake(store, url)
            raise
        if begun is not None and begins:
            _keep(store)


def _keep(store: Store) -> None:
    with store.write() as work:
        forget_begun(work.connection)


def _unmake(store: Store, url: str) -> None:
    """Take an empty ledger away. Where that fails it is none the less no ledger to anybody."""
    if not is_postgres(url):
        if store.size():
            return
        store.close()
        path = sqlite_path(url)
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return
    from ledger.store.postgres.schema import unmake

    with suppress(StoreError), store.write(alone=True, shape=True) as work:
        unmake(work.connection)


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
