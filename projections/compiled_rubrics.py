"""The rubrics as the ledger has them, each made ready for evaluation once, and which of them a unit is scored by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from ledger.events.event import StoredEvent, instant_of, recorded_text
from ledger.remedy import Remedy
from ledger.store.protocol import Transaction
from ledger.text import Text
from rubric.applicants import Who, fits
from rubric.catalog import NoRubric, RubricCatalog
from rubric.schema import Rubric

from . import rubrics
from .known_at import recorded_by
from .live import LiveUnit
from .not_scored import NotScored
from .rebuild import Choice
from .rule_set import RuleSet, shared


class CompiledRubrics:
    """The catalogue of rubrics: files below, and on top of them what events installed."""

    def __init__(self, shelf: RubricCatalog) -> None:
        self.shelf = shelf
        """The catalogue as it was last taken in; inside a transaction `catalog` says what it is there."""
        self._base = shelf
        self._files = rubrics.RubricFiles()
        self._catalogs: tuple[int, RubricCatalog] = (0, shelf)
        """The catalogue, as of the event about the ledger that is named first."""
        self._installed: tuple[int, list[rubrics.Installation]] = (0, [])
        self._rule_sets: dict[str, RuleSet] = {}

    def forget(self) -> None:
        """Drop what was read of the store: it is not what the store holds."""
        self._catalogs, self._installed = (0, self._base), (0, [])

    def catalog(self, work: Transaction, known_at: str | None = None) -> RubricCatalog:
        """Return the rubrics as the transaction sees them, or as they were known at an instant (RFC 3339 text)."""
        if known_at is not None:
            instant = recorded_text(instant_of(known_at))
            return self._files.catalog(recorded_by(instant, work.stream("")), self._base)
        last = work.last_sequence("")
        known = self._catalogs
        if known[0] != last:
            # One assignment: threads that meet here read the same events.
            known = self._catalogs = last, self._files.catalog(work.stream(""), self._base)
        return known[1]

    def after(self, events: Iterable[Mapping[str, object]]) -> RubricCatalog:
        """Return the rubrics once the ledger itself has *events*, of which the last are not recorded yet."""
        return self._files.catalog(cast("Iterable[StoredEvent]", events), self._base)

    def installations(self, work: Transaction) -> list[rubrics.Installation]:
        """Return every installation of a rubric, in ledger order, with what became of it."""
        last = work.last_sequence("")
        known = self._installed
        if known[0] != last:
            known = self._installed = last, self._files.installations(work.stream(""))
        return known[1]

    def problems(
        self, catalog: RubricCatalog, kind: str, data: Mapping[str, object]
    ) -> Iterator[tuple[str, Text]]:
        """Yield what speaks against an event of a rubric, by field."""
        return rubrics.rubric_problems(catalog, self._files, kind, data)

    def stand_on(self, base: RubricCatalog) -> None:
        """Let the rubrics of events come on top of those of *base*."""
        self._base = base
        self._catalogs = (0, base)

    def who(self, live: LiveUnit, day: date, catalog: RubricCatalog | None = None) -> Who | None:
        """Return what tells whom a rubric assesses; None where that is no question, or the unit is not there."""
        catalog = catalog or self.shelf
        asked = catalog.is_selective or any(each.rubric.meant for each in catalog.installed)
        if not asked or live.facts(day, day).organization(live.records.unit).registered is None:
            return None
        return live.who

    def open_sets(self, live: LiveUnit, day: date) -> list[RuleSet]:
        """Return the rules of every rubric of the unit that is open on *day*."""
        return [self.compiled(rubric) for rubric in self.shelf.open_at(day, self.who(live, day))]

    def choice(self, catalog: RubricCatalog | None = None) -> Choice:
        """Return what chooses a unit's main rubric among those of *catalog* (None: of the one taken in)."""
        return Choice(catalog or self.shelf, self.compiled)

    def rule_set(
        self,
        day: date,
        rubric_id: str | None = None,
        catalog: RubricCatalog | None = None,
        live: LiveUnit | None = None,
    ) -> RuleSet:
        """Return the rules of the rubric named, else of that which *day* is scored by: for *live*, or for everybody.

        Raises NotScored where there is none.
        """
        catalog = catalog or self.shelf
        who = None if live is None else self.who(live, day, catalog)
        try:
            return self.compiled(catalog.for_day(day, rubric_id, who))
        except NoRubric as missing:
            if rubric_id is not None:
                raise NotScored(
                    Text("没有安装“{id}”这份考核细则", id=rubric_id), remedy=Remedy.LIST_RUBRICS
                ) from missing
            raise NotScored(
                Text("没有适用于 {day} 的考核细则", day=day), remedy=Remedy.INSTALL_RUBRIC
            ) from missing

    def compiled(self, rubric: Rubric) -> RuleSet:
        """Return a rubric made ready for evaluation, once."""
        rule_set = self._rule_sets.get(rubric.basis)
        if rule_set is None or rule_set.rubric is not rubric:
            rule_set = self._rule_sets[rubric.basis] = shared(rubric)
        return rule_set

    def rubrics_of(self, live: LiveUnit, day: date) -> tuple[Rubric, ...]:
        """Return the rubrics that a unit is scored by on *day*: the main one, and after it those beside.

        Those of the main one's year; none where no rubric answers for the day.
        """
        who = self.who(live, day)
        try:
            main = self.shelf.for_day(day, None, who)
        except NoRubric:
            return ()
        besides = (each for each in self.shelf.besides_of(main.year) if who is None or fits(each, who, day))
        return (main, *besides)

    def known_at(self, work: Transaction, live: LiveUnit, day: date, known_at: str) -> Rubric | None:
        """Return the unit's main rubric of *day* by the installations known at an instant; None where none answers."""
        catalog = self.catalog(work, known_at)
        try:
            return catalog.for_day(day, None, self.who(live, day, catalog))
        except NoRubric:
            return None
