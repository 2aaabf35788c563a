"""The assessors' list as `/review` shows it: tabs with their counts, filters, a page of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from projections import review_rows
from projections.review_items import Kind
from projections.review_queue import renew
from rubric.catalog import NoRubric
from rubric.schema import Rubric
from taizhang.accounts import assignments
from taizhang.app.judged_year import judged_rubric
from taizhang.app.ledger import OpenLedger
from taizhang.entry.facts.asked import facts_asked
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.event_labels import type_word
from taizhang.language.i18n import _
from taizhang.language.labels import clause_text, kind_word
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.asked import TABS, TYPES, Asked
from taizhang.web.pages.review.list_items import Item, Items

ITEMS_A_PAGE = 50
DECLARED_A_PAGE = 200
"""Declarations stand unit by unit: a page holds as many as a verdict takes at once."""
ALL_MAX = 1000
"""So many rows are decided at once where all that match are meant."""
CLAUSE_LETTERS_MAX = 30
REVIEWABLE = frozenset(
    {Kind.CLAIM, Kind.LATE, Kind.DOUBLE, Kind.DECLARED, Kind.AGAIN, Kind.RECTIFIED, Kind.REVIEWED}
)
"""What a verdict can be given on. Appeals have their decisions, requests and findings their answers."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with how much stands under it."""

    kind: Kind
    word: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list: one thing to look at, or all that a unit declares."""

    items: list[Item]

    @property
    def value(self) -> str:
        """What its box sends: the ids of its records, one a line (no id holds a line's end)."""
        return "\n".join(item.id for item in self.items)

    @property
    def key(self) -> str:
        """By what the row is known when the page is brought up to date."""
        return self.items[0].id if len(self.items) == 1 else f"unit-{self.items[0].unit}"


def review_list(session: OpenLedger, asked: Asked, name: str) -> Context:
    """Return what the list's template shows to the account *name*."""
    renew(session.store, session.review_standards())
    a_page = DECLARED_A_PAGE if asked.tab is Kind.DECLARED else ITEMS_A_PAGE
    with session.store.read() as work:
        wanted = asked.wanted(work.connection, name)
        counts = review_rows.counts(work.connection, wanted)
        pages = max(-(-counts.get(asked.tab, 0) // a_page), 1)
        asked = replace(asked, page=min(asked.page, pages))
        found = review_rows.page(
            work.connection,
            wanted,
            first=(asked.page - 1) * a_page,
            most=a_page,
            newest_first=asked.tab is Kind.REVIEWED,
            by_unit=asked.tab is Kind.DECLARED,
        )
        items = Items(session, work).of(asked.tab, found)
        seen = session.store.size()
        failed = review_rows.failed(work.connection)
        mine = assignments.units_of(work.connection, name)
        whole = replace(wanted, units=mine) if mine else None
        own = review_rows.counts(work.connection, whole).get(asked.tab, 0) if whole else 0
    total = counts.get(asked.tab, 0)
    return {
        "asked": asked,
        "tabs": [
            Tab(kind, _(word), counts.get(kind, 0), asked.address(tab=kind.value, page=1))
            for kind, word in TABS.items()
        ],
        "rows": _rows(asked.tab, items),
        "pages": pages,
        "total": total,
        "everything": min(total, ALL_MAX) if total > len(items) else 0,
        "mine": (len(mine), own),
        "kinds": [("", _("全部类型")), *((kind, kind_word(kind)) for kind in UNIT_KINDS)],
        "types": [("", _("全部")), *((each, type_word(each)) for each in TYPES)],
        "clauses": [("", _("全部")), *_clauses(session)],
        "files": [("", _("不论")), ("with", _("有附件")), ("without", _("没有附件"))],
        "seen": seen,
        "not_made_for": failed,
        "reviewable": asked.tab in REVIEWABLE,
        "has_facts": bool(facts_asked(session.shelf.open_at(session.clock.today()))),
    }


def _rows(tab: Kind, items: Sequence[Item]) -> list[Row]:
    """Return a row for each item; what one unit declares stands in one row."""
    if tab is not Kind.DECLARED:
        return [Row([item]) for item in items]
    units: dict[str, list[Item]] = {}
    for item in items:
        units.setdefault(item.unit, []).append(item)
    return [Row(group) for group in units.values()]


def _clauses(session: OpenLedger) -> list[tuple[str, str]]:
    try:
        rubric: Rubric = judged_rubric(session.shelf, session.clock.today())
    except NoRubric:
        return []
    words = (
        (clause.id, clause_text(getattr(clause, "item", None), rubric.texts[clause.id]))
        for clause in rubric.clauses
    )
    return [(clause, f"{clause} {text[:CLAUSE_LETTERS_MAX]}") for clause, text in words]


def all_that_match(session: OpenLedger, asked: Asked, name: str, seen: int) -> list[str]:
    """Return the records of all rows that *asked* means and that stood there at the event *seen*, at most ALL_MAX."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        wanted = asked.wanted(work.connection, name)
        found = review_rows.page(
            work.connection, wanted, first=0, most=ALL_MAX, newest_first=asked.tab is Kind.REVIEWED
        )
    return list(dict.fromkeys(row.record for row, _name, _kind in found if row.sequence <= seen))
