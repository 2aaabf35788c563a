"""What `/audit` shows: who recorded what, when, and of when; searched by id, unit, person, type and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from ledger.events.event import StoredEvent, day_of, event_unit
from ledger.store.protocol import Transaction
from projections import totals
from projections.delays import known_day
from projections.event_search import Found, Sought, look
from taizhang.accounts import store as accounts
from taizhang.app.ledger import OpenLedger
from taizhang.language.event_labels import TYPE_WORDS, RecordWords, type_word
from taizhang.language.i18n import _
from taizhang.people.store import directory_of

ROWS_A_PAGE = 50
CHANGES = frozenset({"record.corrected", "record.retracted"})
NAMES_MAX = 500
"""More names than this are typed, not picked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as it was typed."""

    unit: str = ""
    by: str = ""
    type: str = ""
    """A type, or "changes" for corrections and retractions."""
    recorded_from: str = ""
    recorded_to: str = ""
    occurred_from: str = ""
    occurred_to: str = ""
    below: int | None = None

    @property
    def filtered(self) -> bool:
        """Whether anything is asked for in particular."""
        return any(value for name, value in self._said().items() if name != "below")

    def address(self, **changes: object) -> str:
        """Return the address of the same search with *changes*."""
        said = {name: value for name, value in (self._said() | changes).items() if value}
        return f"/audit?{urlencode(said)}" if said else "/audit"

    def sought(self) -> Sought:
        """Return what is looked for; a day that is none asks for nothing."""
        types = CHANGES if self.type == "changes" else {self.type} if self.type in TYPE_WORDS else ()
        return Sought(
            self.unit,
            self.by,
            frozenset(types),
            _day(self.recorded_from),
            _day(self.recorded_to),
            _day(self.occurred_from),
            _day(self.occurred_to),
        )

    def _said(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event, in words."""

    id: str
    sequence: int
    subject: str
    title: str
    about: str
    """The record that it is about, "" for none."""
    by: str
    recorded: str
    day: str
    lag: int | None
    """Days between the two; None for what is about another record, or about the ledger."""
    late: bool


def audit_trail(session: OpenLedger, asked: Asked) -> dict[str, object]:
    """Return what the template shows."""
    found: Found = look(session.store, asked.sought(), asked.below, ROWS_A_PAGE)
    with session.store.read() as work:
        rows = _Rows(session, work).of(found.events)
        units = [(row.unit, row.name) for row in totals.rows(work.connection)]
        names = [account.name for account in accounts.everybody(work.connection)]
    return {
        "asked": asked,
        "rows": rows,
        "next": found.next,
        "types": [
            ("", _("全部")),
            ("changes", _("更正与撤回")),
            *((each, type_word(each)) for each in TYPE_WORDS),
        ],
        "units": units if len(units) <= NAMES_MAX else [],
        "names": names if len(names) <= NAMES_MAX else [],
        "size": session.store.size(),
    }


class _Rows:
    def __init__(self, session: OpenLedger, work: Transaction) -> None:
        self._session = session
        self._work = work
        self._words: dict[str, RecordWords] = {}
        self._clocks = session.projections.clocks(work)

    def of(self, events: list[StoredEvent]) -> list[TrailRow]:
        return [self._row(event) for event in events]

    def _row(self, event: StoredEvent) -> TrailRow:
        day = day_of(event["time"])
        about = event["data"].get("record", "")
        known = known_day(event["sequence"], event["recordedtime"], self._clocks)
        lag = None if about or "subject" not in event else max((known - day).days, 0)
        return TrailRow(
            event["id"],
            int(event["sequence"]),
            event.get("subject", ""),
            self._words_of(event_unit(event)).title(event["type"], event["data"]),
            about,
            event["authid"],
            event["recordedtime"],
            day.isoformat(),
            lag,
            lag is not None and lag > self._session.settings.late_days,
        )

    def _words_of(self, unit: str) -> RecordWords:
        if unit not in self._words:
            names = directory_of(self._work.connection, unit)
            self._words[unit] = RecordWords(self._session.shelf, names.name_of)
        return self._words[unit]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
