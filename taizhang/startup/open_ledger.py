"""One opened ledger with what stands on it: its rubrics and its projections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from ledger.merkle.proof_error import NotProven
from ledger.problem import StoreError
from ledger.signing import rows as proofs
from ledger.signing.checkpoint import ledger_name
from ledger.signing.key_file import KeyFile
from ledger.signing.signed_log import SignedLog
from ledger.store.components import Room
from ledger.store.log import give_name, is_unfinished, name_of
from ledger.store.protocol import Store
from ledger.store.sqlite import open_sqlite
from ledger.text import Text
from ledger.vocabulary import Vocabulary
from projections import event_search_rows as trail_rows
from projections import review_rows, totals
from projections.service import Projections, require_unit
from reminders.store import schema as reminders
from rubric import installed
from rubric.catalog import Shelf, builtin, builtin_texts
from rubric.load import parse
from rubric.schema import Rubric
from taizhang.accounts import store as accounts
from taizhang.app import ledger_settings as kept_settings
from taizhang.app.clock import Clock
from taizhang.app.ledger_settings import KeptSettings, read_settings, write_settings
from taizhang.app.settings import Settings
from taizhang.app.store_url import BadLocation, default_name, is_postgres, key_path, sqlite_path
from taizhang.entry.workbooks import store as office
from taizhang.entry.workbooks import uploads
from taizhang.people import store as people
from taizhang.proofs.rubric_lists import sign_rubrics

ROOMS = (
    Room("rubric", installed.MIGRATIONS),
    Room("projections", totals.MIGRATIONS),
    Room("review", review_rows.MIGRATIONS),
    Room("trail", trail_rows.MIGRATIONS),
    Room("settings", kept_settings.MIGRATIONS),
    Room("accounts", accounts.MIGRATIONS),
    Room("people", people.MIGRATIONS),
    Room("office", office.MIGRATIONS),
    Room("uploads", uploads.MIGRATIONS),
    Room("reminders", reminders.MIGRATIONS),
    Room("proofs", proofs.MIGRATIONS),
)


class Session:
    """What a command works with; made by `open_session`."""

    def __init__(self, store: Store, projections: Projections, url: str) -> None:
        self.store = store
        self.url = url
        self.projections = projections
        self.alarms: dict[str, Text] = {}
        """What an operator has to look into now, by what it is about: shown on `/admin`, named by `/healthz`."""
        self._parsed: dict[str, Rubric] = {}
        """The rubrics installed in the ledger, by their texts."""
        self.read_shelf()
        self.read_settings()

    @cached_property
    def log(self) -> SignedLog:
        """The ledger as a log that signs, with the key that the settings name."""
        return SignedLog(self.store, KeyFile(key_path(self.url, Settings().key)), self.clock)

    @property
    def shelf(self) -> Shelf:
        """The rubrics that come with the program and those installed in the ledger."""
        return self.projections.shelf

    def read_settings(self) -> None:
        """Take in the settings that are kept in the ledger now; `clock` is what time it is for this ledger."""
        with self.store.read() as work:
            self._keep_in_mind(read_settings(work.connection))

    def take_in(self) -> bool:
        """Take in what somebody else kept since; return whether there are other rubrics. Raises StoreError."""
        with self.store.read() as work:
            settings = read_settings(work.connection)
            if settings != self.settings:
                self._keep_in_mind(settings)
            if installed.count(work.connection) == len(self._parsed):
                return False
            self.read_shelf()
            return True

    def _keep_in_mind(self, settings: KeptSettings) -> None:
        self.settings = settings
        self.clock = Clock(settings.demo_today)

    def keep_settings(self, settings: KeptSettings) -> None:
        """Keep *settings* in the ledger."""
        with self.store.write() as work:
            write_settings(work.connection, settings)
        self.read_settings()

    def read_shelf(self) -> None:
        """Take in the rubrics that are installed in the ledger now."""
        with self.store.read() as work:
            known = self._parsed
            # Those that are here already stay the objects they are: what was compiled of them, and scored, stays good.
            self._parsed = {
                text: known.get(text) or parse(text) for text in installed.installed(work.connection)
            }
            # Within the transaction, in which one thread is at a time: what was read last is taken in last.
            self.projections.shelf = Shelf([*builtin(), *self._parsed.values()])

    def rubric_text(self, rubric_id: str) -> str:
        """Return the text of the highest version of *rubric_id*, to the letter. Raises NoRubric."""
        wanted = self.shelf.get(rubric_id)
        kept = [*zip(builtin_texts(), builtin(), strict=True), *self._parsed.items()]
        return next(text for text, rubric in kept if rubric is wanted)

    def install(self, content: bytes, name: str) -> Rubric:
        """Keep the rubric in *content* in the ledger. Raises RubricRefused."""
        with self.store.write() as work:
            rubric = installed.install(work.connection, content, name)
        self.read_shelf()
        if self.log.key_file.path.exists():
            # Where it cannot be signed now, the next checkpoint does it, or says why not.
            with suppress(NotProven, OSError):
                sign_rubrics(self.log, self.clock)
        return rubric

    def require_unit(self, unit: str) -> None:
        """Raise NotScored when the ledger has no event of *unit*."""
        with self.store.read() as work:
            require_unit(work, unit)


@contextmanager
def open_session(
    url: str, *, durable: bool = True, unfinished: bool = False, as_found: bool = False
) -> Iterator[Session]:
    """Open the ledger at *url*, made at first use. Raises BadLocation and StoreError.

    One into which a copy was begun and not finished is opened only as *unfinished*, to go on with the copy.
    *as_found*: guards of the events that somebody removed are not put back. Without *durable* a power cut may cost what
    is appended: for a ledger that can be made again.
    """
    in_postgres = is_postgres(url)
    projections = Projections(Shelf(), apart=in_postgres)

    def vocabulary() -> Vocabulary:
        return vocabulary_of(projections.shelf)

    store: Store
    if in_postgres:
        # Imported here: whoever keeps the ledger in a file need not wait for it.
        from ledger.store.postgres import BadAddress, open_postgres

        try:
            store = open_postgres(
                url, vocabulary=vocabulary, projector=projections, rooms=ROOMS, durable=durable
            )
        except BadAddress as bad:
            raise BadLocation(bad.text) from None
    else:
        store = open_sqlite(
            sqlite_path(url),
            vocabulary=vocabulary,
            projector=projections,
            rooms=ROOMS,
            durable=durable,
            as_found=as_found,
        )
    try:
        if not unfinished:
            require_whole(store)
        name_once(store, url)
        yield Session(store, projections, url)
    finally:
        store.close()


def require_whole(store: Store) -> None:
    """Raise StoreError when the ledger is the beginning of a copy."""
    with store.read() as work:
        if is_unfinished(work.connection):
            raise StoreError(Text("这个台账是没有复制完的副本；请再运行一次 taizhang copy，把它复制完"))


def name_once(store: Store, url: str) -> None:
    """Name a ledger that has no name yet, as the settings say, else after its file or database."""
    with store.read() as work:
        if name_of(work.connection) is not None:
            return
    wanted = Settings().ledger_name
    with store.write() as work:
        give_name(work.connection, ledger_name(wanted) if wanted else default_name(url))


def vocabulary_of(shelf: Shelf) -> Vocabulary:
    """Return the codes and clauses of all rubrics together, as the ledger checks them (contract §2)."""
    return Vocabulary(
        activities=shelf.codes("activities"),
        documents=shelf.codes("documents"),
        outlets=shelf.codes("outlets"),
        honors=shelf.codes("honors"),
        conditions=shelf.codes("conditions"),
        clauses=shelf.judged_clauses,
        bonus_clauses=shelf.bonus_clauses,
        rubrics=frozenset(rubric.label for rubric in shelf.all),
        target_documents=shelf.target_documents,
    )
