"""The rows of the assessors' list in words: what is claimed, what it may double, what is declared, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import orjson

from ledger.json_object import JsonObject
from ledger.store.protocol import Transaction
from projections.records import Record
from projections.review_items import Kind
from projections.review_rows import ReviewRow
from projections.review_worth import bonus_of
from rubric.amounts import decimal_text
from rubric.catalog import NoRubric, RubricCatalog
from taizhang.app.ledger import OpenLedger
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import N_, _
from taizhang.language.labels import days_left
from taizhang.people.store import directory_of

DECLARED: dict[str, str] = {
    "no_committee": N_("不设支委会，支委会会议不再要求"),
    "no_groups": N_("不设党小组，党小组会不再要求"),
    "kind": N_("组织类型有变，按类型定的任务量随之变化"),
    "term": N_("任期届满日期推后，换届期限随之推后"),
    "exempt": N_("一名党员免学时，不再计入人均学时"),
    "not_applicable": N_("声明此项不适用，不再要求"),
    "postponed": N_("称已获准延期换届"),
}


@dataclass(frozen=True, slots=True)
class Twin:
    """The record that another may double, side by side with it."""

    id: str
    title: str
    day: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    """Each field's name, what this record says, and what the twin says."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at, in words."""

    id: str
    unit: str
    unit_name: str
    subject: str
    title: str
    day: str
    recorded: str
    by: str
    lag_days: int
    says: list[str]
    """What it is about: what is claimed, what is declared."""
    twin: Twin | None
    verdict: str
    evidence: list[JsonObject]
    clauses: list[str]
    """The clauses that name its code."""


class Items:
    """Says rows in words, within one reading transaction."""

    def __init__(self, session: OpenLedger, work: Transaction) -> None:
        self._session = session
        self._work = work
        self._words: dict[str, RecordWords] = {}
        self._today = session.clock.today()

    def of(self, tab: Kind, found: Sequence[tuple[ReviewRow, str, str]]) -> list[Item]:
        """Return the items of *found* rows."""
        return [self._item(tab, row, name) for row, name, _kind in found]

    def _item(self, tab: Kind, row: ReviewRow, name: str) -> Item:
        words = self._words_of(row.unit)
        data = orjson.loads(row.data)
        return Item(
            id=row.record,
            unit=row.unit,
            unit_name=name,
            subject=row.subject,
            title=words.title(row.type, data),
            day=row.day,
            recorded=row.recorded,
            by=row.by_whom,
            lag_days=row.lag_days,
            says=self._says(tab, row, data),
            twin=self._twin(row, words) if tab is Kind.DOUBLE else None,
            verdict=row.about if tab in (Kind.AGAIN, Kind.REVIEWED) else "",
            evidence=orjson.loads(row.evidence),
            clauses=row.clauses.split(),
        )

    def _twin(self, row: ReviewRow, words: RecordWords) -> Twin | None:
        by_id = self._session.projections.records(self._session.store, row.unit).by_id
        record, other = by_id.get(row.record), by_id.get(row.about)
        if record is None or other is None:
            return None
        said, beside = self._fields(record, words), self._fields(other, words)
        names = list(dict.fromkeys([*said, *beside]))
        return Twin(
            other.id,
            words.title(other.type, other.data),
            other.day.isoformat(),
            [(name, said.get(name, "—"), beside.get(name, "—")) for name in names],
        )

    def _fields(self, record: Record, words: RecordWords) -> dict[str, str]:
        """Return what two records are compared by, in words: the days first, then what each says."""
        by_id = self._session.projections.records(self._session.store, record.subject.partition("/")[0]).by_id
        files = sum(
            each.type == "evidence.attached" and each.data["record"] == record.id and not each.retracted
            for each in by_id.values()
        )
        return {
            _("所属组织"): record.subject,
            _("发生"): record.day.isoformat(),
            **dict(words.details(record.data)),
            _("附件"): str(files) if files else _("没有附件"),
        }

    def _says(self, tab: Kind, row: ReviewRow, data: dict[str, object]) -> list[str]:
        match tab:
            case Kind.DECLARED:
                return [_(DECLARED[word]) for word in row.about.split()]
            case Kind.ASKED:
                due = date.fromisoformat(row.due)
                return [_("{due} 前答复，{left}", due=row.due, left=days_left((due - self._today).days))]
            case Kind.APPEAL:
                return [_("对 {clause} 的申诉，待答复", clause=row.about)]
            case Kind.RECTIFIED:
                return self._rectified(row, data)
        worth = worth_of(self._session.shelf, row.day, row.type, data)
        return [
            _("通过后 {clause} 可加 {points} 分", clause=clause, points=points) for clause, points in worth
        ]

    def _rectified(self, row: ReviewRow, data: dict[str, object]) -> list[str]:
        """What was found, and until when it was to be rectified; what the unit says it has done."""
        records = self._session.projections.records(self._session.store, row.unit).by_id.values()
        found = [
            _("问题：{text}（{due} 前整改）", text=each.data["text"], due=each.data["due_on"])
            for each in records
            if each.type == "finding.raised" and each.data["finding"] == row.about and not each.retracted
        ]
        return [*found, *([_("单位说：{text}", text=data["text"])] if "text" in data else [])]

    def _words_of(self, unit: str) -> RecordWords:
        if unit not in self._words:
            names = directory_of(self._work.connection, unit)
            self._words[unit] = RecordWords(self._session.shelf, names.name_of)
        return self._words[unit]


def worth_of(
    shelf: RubricCatalog, day: str, event_type: str, data: dict[str, object]
) -> list[tuple[str, str]]:
    """Return the bonus clauses that would count such a record, each with the points of one such item."""
    try:
        rubric = shelf.for_day(date.fromisoformat(day))
    except NoRubric:
        return []
    return [(clause, decimal_text(points)) for clause, points in bonus_of(rubric, event_type, data)]
