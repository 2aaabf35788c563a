"""Records as rows of a page: the day it happened beside the instant it was recorded, what came of it since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from projections.delays import first_day, is_first_entry, lag_days
from projections.records import Record, place
from projections.scorecard import Scorecard, records_behind
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import _
from taizhang.language.names import Names
from taizhang.web.pages.unit.record_filter import RecordFilter, kinds_of

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What the macro `record_row` shows."""

    id: str
    title: str
    day: str
    recorded: str
    retracted: bool
    notes: list[str]
    detail: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a unit's records, the latest first."""

    rows: list[RecordRow]
    total: int
    page: int
    pages: int
    clause: str
    sought: RecordFilter
    kinds: list[tuple[str, str]]
    """What there is to look for among all of them, by name."""


def record_row(
    record: Record, words: RecordWords, names: Names, late_days: int, card: Scorecard
) -> RecordRow:
    """Return a record as a row, as it stands on the day of *card*."""
    lag = lag_days(record, card.clocks)
    notes = []
    if record.retracted:
        notes.append(_("已撤回"))
    elif record.verdict(card.day) == "returned":
        notes.append(_("已退回"))
    if record.corrected:
        notes.append(_("已更正"))
    if lag > late_days:
        first = first_day(card.records, card.clocks)
        is_first = is_first_entry(record, first, late_days, card.clocks)
        notes.append(_("首次录入") if is_first else _("晚 {days} 天记入", days=lag))
    detail = []
    if "/" in record.subject:
        detail.append(names.of(record.subject))
    if hours := record.data.get("study_hours"):
        detail.append(_("学时 {hours}", hours=hours))
    return RecordRow(
        record.id,
        words.title(record.type, record.data),
        record.day.isoformat(),
        record.recorded,
        record.retracted,
        notes,
        " · ".join(detail),
    )


def timeline(
    card: Scorecard,
    words: RecordWords,
    names: Names,
    late_days: int,
    page: int,
    clause: str,
    sought: RecordFilter,
) -> Timeline:
    """Return a page of the records that had occurred by the card's day; of one clause only where it names one."""
    chosen: Collection[Record]
    if clause:
        result = next((each for each in card.evaluation.results if each.rule.clause.id == clause), None)
        chosen = records_behind(result) if result else []
    else:
        chosen = [record for record in card.records.by_id.values() if record.day <= card.day]
    kinds = {kind: None for record in chosen for kind in kinds_of(record, words)}
    if not sought.is_empty:
        chosen = [record for record in chosen if sought.fits(record, words, names, card.facts)]
    ordered = sorted(chosen, key=place, reverse=True)
    pages = max(1, -(-len(ordered) // A_PAGE))
    page = min(max(page, 1), pages)
    shown = ordered[(page - 1) * A_PAGE : page * A_PAGE]
    rows = [record_row(record, words, names, late_days, card) for record in shown]
    return Timeline(rows, len(ordered), page, pages, clause, sought, sorted(kinds))
