"""What reports are made of: a unit's scorecard of a day with its records, attachments and names; or the district's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ledger.events.types import type_of
from ledger.json_object import JsonObject
from ledger.store.protocol import Transaction
from projections.records import Record
from projections.scorecard import Scorecard
from rubric.schema import Rubric
from taizhang.accounts.called import people_called
from taizhang.app.ledger import OpenLedger
from taizhang.documents.reports.dates import official
from taizhang.language.event_labels import RecordWords, asked_in
from taizhang.language.i18n import current
from taizhang.language.names import Names, names_among
from taizhang.people import store as people_store
from taizhang.people.person import Directory


@dataclass(frozen=True)
class UnitMaterial:
    """A unit on a day. `document` is what `score --json` prints: the source of every figure."""

    unit: str
    day: date
    card: Scorecard
    document: JsonObject
    attachments: dict[str, list[str]]
    """The file names that stand with a record, by its id."""
    people: Directory
    words: RecordWords
    district: str
    printed_on: date
    called: Mapping[str, str] = field(default_factory=dict)
    """What whoever recorded, by login, is called."""

    @property
    def rubric(self) -> Rubric:
        """The rubric that the card was made with."""
        return self.card.rubric

    @property
    def name(self) -> str:
        """The unit's name on the day."""
        name: str = self.document["name"]
        return name

    @cached_property
    def records(self) -> dict[str, Record]:
        """Every record of the year, by day and sequence: behind a clause, laid before judges, and the rest."""
        found = {record: self.card.records.by_id[record] for record in self._named} | self.other_records
        return dict(sorted(found.items(), key=lambda pair: (pair[1].day, pair[1].sequence)))

    @cached_property
    def _named(self) -> set[str]:
        return {
            record
            for indicator in self.document["indicators"]
            for clause in indicator["clauses"]
            for record in clause["records"]
        }

    @cached_property
    def other_records(self) -> dict[str, Record]:
        """What the unit did in the year and no clause names; what was retracted or returned is none of it."""
        return {
            record.id: record
            for record in self.card.records.by_id.values()
            if (type_of(record.type).in_book or type_of(record.type).lived)
            and record.id not in self._named
            and not record.retracted
            and record.day <= self.day
            and self.rubric.year in (record.for_year, record.day.year)
            and record.verdict(self.day) != "returned"
        }

    @cached_property
    def names(self) -> Names:
        """What members and branches are called: reasons know ids only."""
        return names_among(self.people, self.card.facts, self.day)

    def spoken(self, text: str) -> str:
        """Return a reason as a document gives it: people and branches by name, days as officials write them."""
        return official(self.names.spoken(text))


def unit_material(
    session: OpenLedger, work: Transaction, unit: str, day: date, rubric_id: str | None = None
) -> UnitMaterial:
    """Return what reports of *unit* on *day* are made of, inside the transaction of *work*. Raises NotScored."""
    card = session.projections.score(session.store, unit, day, None, rubric_id)
    people = people_store.directory_of(work.connection, unit)
    attachments: defaultdict[str, list[str]] = defaultdict(list)
    for event in work.stream(unit):
        if event["type"] == "evidence.attached":
            attachments[event["data"]["record"]].append(event["data"]["filename"])
    return UnitMaterial(
        unit,
        day,
        card,
        card.as_json(current()),
        dict(attachments),
        people,
        RecordWords(session.shelf, people.name_of, asked_in(card.records.by_id.values())),
        session.settings.district,
        session.clock.today(),
        people_called(work.connection),
    )
