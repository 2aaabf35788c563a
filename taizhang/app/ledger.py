"""One opened ledger with what stands on it: its rubrics, its projections, its settings and its clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from ledger.intake.clock_guard import leave_unguarded
from ledger.signing import rows
from ledger.signing.key_file import KeyFile
from ledger.signing.signed_log import SignedLog
from ledger.store.protocol import Store
from ledger.text import Text
from ledger.vocabulary import Judging, Vocabulary
from projections import year_rows
from projections.not_scored import NotScored, require_unit
from projections.review_items import Standards, standards
from projections.roster import joining_order
from projections.service import Projections
from projections.year_columns import UnitYear
from projections.year_table import YearTable, YearTables
from reminders.job_log import JobLog
from rubric.catalog import RubricCatalog
from rubric.format2.rubric2 import Rubric2
from rubric.mistake import NoRubric, msgid
from rubric.schema import Rubric

from .clock import Clock
from .fact_vocabulary import fact_vocabulary
from .ledger_settings import KeptSettings, read_settings, write_settings
from .quota import Quota
from .settings import Settings
from .store_url import former_key_path, key_path


class OpenLedger:
    """What a command works with; made by `taizhang.startup.open_ledger.open_ledger`."""

    def __init__(self, store: Store, projections: Projections, url: str) -> None:
        self.store = store
        self.url = url
        self.projections = projections
        self.alarms: dict[str, Text] = {}
        """What an operator has to look into now, by what it is about: shown on `/admin`, named by `/healthz`."""
        self.jobs = JobLog()
        """What became of the jobs that this server runs for the ledger."""
        self.quota = Quota()
        """What was added today through pages and API."""
        self._years = YearTables()
        self._rubrics_last = 0
        """The last event about the ledger itself of which the rubrics were taken in."""
        self.read_shelf()
        self.read_settings()

    @cached_property
    def log(self) -> SignedLog:
        """The ledger as a log that signs, with the key that the settings name."""
        return SignedLog(self.store, KeyFile(self._key_path()), self.clock)

    def _key_path(self) -> Path:
        """Return the key file of this very ledger: that of its address, or one that an older program made for it."""
        chosen = Settings().key
        path, former = key_path(self.url, chosen), former_key_path(self.url)
        if chosen is not None or former is None or path.exists() or not former.exists():
            return path
        key = KeyFile(former).read()
        with self.store.read() as work:
            known = {vkey for vkey, _ in rows.keys(work.connection)}
        return former if key is not None and str(key.verifier) in known else path

    def review_standards(self) -> Standards:
        """Return what the assessors' list looks for, by the settings and by who answered for the clock."""
        with self.store.read() as work:
            clocks = self.projections.clocks(work)
        return standards(self.shelf, self.settings.late_days, clocks)

    def roster_order(self, unit: str) -> Callable[[str], tuple[int, str]]:
        """Return what members of *unit* are sorted by: the roster's order, then who never joined, by id."""
        try:
            places = joining_order(self.projections.records(self.store, unit).by_id.values())
        except NotScored:
            places = {}
        return lambda member: (places.get(member, len(places)), member)

    def year_table(self, rubric: Rubric, day: date) -> list[UnitYear]:
        """Return every unit's year of *rubric* as of *day*, by unit id."""
        return self._years.of(self.projections, self.store, rubric, day).years

    def year_at_hand(self, rubric: Rubric, day: date, until: float) -> YearTable:
        """Return the same as far as it can be had by the instant *until* (of `time.monotonic`)."""
        return self._years.of(self.projections, self.store, rubric, day, until)

    def year_days(self, rubric: Rubric) -> list[date]:
        """Return the days of which years are kept under *rubric*, the latest first."""
        with self.store.read() as work:
            return year_rows.days(work.connection, year_rows.basis_of(rubric))

    def keep_year_days(self, rubric: Rubric, wanted: Sequence[date]) -> None:
        """Let years be kept of *rubric* and of the days *wanted* alone: of others nobody asks again."""
        with self.store.write(alone=True) as work:
            year_rows.keep_only(work.connection, year_rows.basis_of(rubric), wanted)

    @property
    def shelf(self) -> RubricCatalog:
        """The rubrics that come with the program and those installed in the ledger."""
        return self.projections.rubrics.shelf

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
            if work.last_sequence("") == self._rubrics_last:
                return False
            before = self.shelf
            self.read_shelf()
            return self.shelf is not before

    def _keep_in_mind(self, settings: KeptSettings) -> None:
        self.settings = settings
        self.clock = Clock(settings.demo_today)

    def keep_settings(self, settings: KeptSettings) -> None:
        """Keep *settings* in the ledger."""
        with self.store.write() as work:
            write_settings(work.connection, settings)
            if settings.demo_today is not None:
                leave_unguarded(work.connection)
        self.read_settings()

    def read_shelf(self) -> None:
        """Take in the rubrics that are installed in the ledger now."""
        with self.store.read() as work:
            # Within the transaction, in which one thread is at a time: what was read last is taken in last.
            self._rubrics_last = work.last_sequence("")
            self.projections.rubrics.shelf = self.projections.rubrics.catalog(work)

    def rubric_text(self, rubric_id: str) -> str:
        """Return the text of the highest version of *rubric_id*, to the letter. Raises NoRubric."""
        wanted = self.shelf.get(rubric_id)
        if wanted.is_provisional:
            raise NoRubric(msgid("{id} 是暂用的，没有自己的文件"), id=rubric_id)
        return wanted.file.decode("utf-8")

    def is_unit(self, unit: str) -> bool:
        """Say whether the ledger has events of *unit*."""
        with self.store.read() as work:
            return work.last_sequence(unit) > 0

    def require_unit(self, unit: str) -> None:
        """Raise NotScored when the ledger has no event of *unit*."""
        with self.store.read() as work:
            require_unit(work, unit)


def vocabulary_of(shelf: RubricCatalog, projections: Projections | None = None) -> Vocabulary:
    """Return the codes and clauses of all rubrics together, as the ledger checks them (contract §2).

    *projections*: who reads the files of rubrics that are installed.
    """
    vocabulary = Vocabulary(
        activities=shelf.codes("activities"),
        documents=shelf.codes("documents"),
        outlets=shelf.codes("outlets"),
        honors=shelf.codes("honors"),
        conditions=shelf.codes("conditions"),
        clauses=shelf.judged_clauses,
        bonus_clauses=shelf.bonus_clauses,
        rubrics={rubric.label: rubric.sha256 for rubric in shelf.all},
        judging={
            # Of one id the highest version counts.
            rubric.id: _judging(rubric)
            for rubric in sorted(shelf.all, key=lambda each: each.version)
        },
        target_documents=shelf.target_documents,
        **fact_vocabulary(shelf.all),
    )
    if projections is None:
        return vocabulary
    return replace(
        vocabulary,
        rubric_problems=partial(projections.rubrics.problems, shelf),
        after=lambda events: vocabulary_of(projections.rubrics.after(events), projections),
    )


def _judging(rubric: Rubric) -> Judging:
    bonus = frozenset(each.id for each in rubric.clauses if each.indicator in rubric.bonus_indicators)
    clauses = frozenset(each.id for each in rubric.clauses) - bonus
    return Judging(rubric.year, rubric.judged_until, clauses, bonus, adds_up=not isinstance(rubric, Rubric2))
