"""The assessors' list as `/review` shows it: tabs with their counts, filters, a page of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson

from ledger.events.event import StoredEvent
from ledger.events.types import EVENT_TYPES
from ledger.store.protocol import Transaction
from ledger.store.sql import Connection
from projections import review_rows
from projections.review_items import DECLARATIONS, Kind
from projections.review_queue import renew
from projections.review_rows import ReviewRow, Wanted
from rubric.amounts import Amount, decimal_text
from rubric.catalog import NoRubric, RubricCatalog
from rubric.clauses import Tiers
from rubric.schema import Rubric
from taizhang.accounts import store as accounts
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.entry.facts.asked import facts_asked
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.event_labels import RecordWords, type_word
from taizhang.language.i18n import N_, _
from taizhang.language.labels import days_left, kind_word
from taizhang.people.store import directory_of

ITEMS_A_PAGE = 50

TABS: dict[Kind, str] = {
    Kind.CLAIM: N_("加分待认定"),
    Kind.LATE: N_("补录"),
    Kind.DOUBLE: N_("疑似重复"),
    Kind.DECLARED: N_("自行声明"),
    Kind.AGAIN: N_("审后又改"),
    Kind.RECTIFIED: N_("整改待复查"),
    Kind.APPEAL: N_("申诉"),
    Kind.ASKED: N_("要求与问题"),
    Kind.REVIEWED: N_("已审核"),
}
REVIEWABLE = frozenset(
    {Kind.CLAIM, Kind.LATE, Kind.DOUBLE, Kind.DECLARED, Kind.AGAIN, Kind.RECTIFIED, Kind.REVIEWED}
)
"""What a verdict can be given on. Appeals have their decisions, requests and findings their answers."""
DECLARED: dict[str, str] = {
    "no_committee": N_("不设支委会，支委会会议不再要求"),
    "no_groups": N_("不设党小组，党小组会不再要求"),
    "kind": N_("组织类型有变，按类型定的任务量随之变化"),
    "term": N_("任期届满日期推后，换届期限随之推后"),
    "exempt": N_("一名党员免学时，不再计入人均学时"),
    "not_applicable": N_("声明此项不适用，不再要求"),
    "postponed": N_("称已获准延期换届"),
}
LIVED = tuple(name for name, row in EVENT_TYPES.items() if row.lived)
TYPES = (*LIVED, *(name for name in DECLARATIONS if name not in LIVED))
"""The types whose records may stand in the list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    tab: Kind = Kind.CLAIM
    unit: str = ""
    kind: str = ""
    type: str = ""
    page: int = 1

    def address(self, **changes: Any) -> str:
        """Return the address of the same list with *changes*."""
        said = {
            "tab": self.tab.value,
            "unit": self.unit,
            "kind": self.kind,
            "type": self.type,
            "page": self.page,
        }
        said |= changes
        said["page"] = said["page"] if said["page"] != 1 else ""
        return f"/review?{urlencode({name: value for name, value in said.items() if value})}"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with how much stands under it."""

    kind: Kind
    word: str
    count: int
    address: str


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
    """What it is about: what is claimed, what it may double, what is declared."""
    other: str
    other_title: str
    verdict: str
    evidence: list[dict[str, Any]]


def asked_of(tab: str, unit: str, kind: str, type_: str, page: int) -> Asked:
    """Return what an address asks for; what it cannot mean is left out."""
    known = next((each for each in TABS if each == tab), Kind.CLAIM)
    return Asked(
        known,
        unit.strip()[:80],
        kind if kind in UNIT_KINDS else "",
        type_ if type_ in TYPES else "",
        max(page, 1),
    )


def review_list(session: OpenLedger, asked: Asked) -> dict[str, Any]:
    """Return what the list's template shows."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        wanted = Wanted(
            asked.tab.value, asked.unit, asked.kind, asked.type, trusted=office_accounts(work.connection)
        )
        counts = review_rows.counts(work.connection, wanted)
        pages = max(-(-counts.get(asked.tab, 0) // ITEMS_A_PAGE), 1)
        asked = Asked(asked.tab, asked.unit, asked.kind, asked.type, min(asked.page, pages))
        found = review_rows.page(
            work.connection,
            wanted,
            first=(asked.page - 1) * ITEMS_A_PAGE,
            most=ITEMS_A_PAGE,
            newest_first=asked.tab is Kind.REVIEWED,
        )
        items = _Items(session, work).of(asked.tab, found)
        seen = session.store.size()
        failed = review_rows.failed(work.connection)
    return {
        "asked": asked,
        "tabs": [
            Tab(kind, _(word), counts.get(kind, 0), asked.address(tab=kind.value, page=1))
            for kind, word in TABS.items()
        ],
        "items": items,
        "pages": pages,
        "total": counts.get(asked.tab, 0),
        "kinds": [("", _("全部类型")), *((kind, kind_word(kind)) for kind in UNIT_KINDS)],
        "types": [("", _("全部")), *((each, type_word(each)) for each in TYPES)],
        "seen": seen,
        "not_made_for": failed,
        "reviewable": asked.tab in REVIEWABLE,
        "has_facts": bool(facts_asked(session.shelf.open_at(session.clock.today()))),
    }


def office_accounts(connection: Connection) -> tuple[str, ...]:
    """Return the accounts whose own declarations need nobody's look: what the office itself entered."""
    office = (Role.ASSESSOR, Role.OPERATOR)
    return tuple(account.name for account in accounts.everybody(connection) if account.role in office)


class _Items:
    def __init__(self, session: OpenLedger, work: Transaction) -> None:
        self._session = session
        self._work = work
        self._words: dict[str, RecordWords] = {}
        self._today = session.clock.today()

    def of(self, tab: Kind, found: Sequence[tuple[ReviewRow, str, str]]) -> list[Item]:
        others = self._others([row.about for row, _name, _kind in found if tab is Kind.DOUBLE])
        return [self._item(tab, row, name, others) for row, name, _kind in found]

    def _others(self, ids: list[str]) -> dict[str, StoredEvent]:
        return {each: event for each in ids if (event := self._session.store.find(each)) is not None}

    def _item(self, tab: Kind, row: ReviewRow, name: str, others: dict[str, StoredEvent]) -> Item:
        words = self._words_of(row.unit)
        data = orjson.loads(row.data)
        other = others.get(row.about)
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
            other=other["id"] if other else "",
            other_title=words.title(other["type"], other["data"]) if other else "",
            verdict=row.about if tab in (Kind.AGAIN, Kind.REVIEWED) else "",
            evidence=orjson.loads(row.evidence),
        )

    def _says(self, tab: Kind, row: ReviewRow, data: dict[str, Any]) -> list[str]:
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

    def _rectified(self, row: ReviewRow, data: dict[str, Any]) -> list[str]:
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


def worth_of(shelf: RubricCatalog, day: str, event_type: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the bonus clauses that would count such a record, each with the points of one such item."""
    try:
        rubric = shelf.for_day(date.fromisoformat(day))
    except NoRubric:
        return []
    return [
        (clause.id, decimal_text(points))
        for clause in rubric.clauses
        if isinstance(clause, Tiers) and (points := _points(rubric, clause, event_type, data))
    ]


def _points(rubric: Rubric, clause: Tiers, event_type: str, data: dict[str, Any]) -> Amount:
    if event_type == "honor.received" and data["honor"] in clause.honor:
        return rubric.tier(data["level"], clause.tiers)
    if event_type == "publication.made" and (not clause.feature or data.get("feature")):
        return clause.outlet.get(data["outlet"], 0)
    return 0
