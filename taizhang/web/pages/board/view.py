"""The district board, by exception: who needs help with what, by when; what falls due; how many are short of what.

Everything on it comes from the rows that every append keeps: no unit is folded for a look at today.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from projections.district import District, Line, Need
from projections.requirement import Status
from projections.status_codes import worst_of
from projections.totals import TotalsRow
from rubric.amounts import decimal_text
from rubric.codes_used import codes_used
from rubric.schema import Rubric
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import N_, _
from taizhang.language.labels import clause_text, kind_word
from taizhang.web.pages.board.cache import Glance

A_PAGE = 25
NEEDS_SHOWN = 3
NO_LINE = Line()

SHOWING = {
    "help": N_("需要帮助的"),
    "overdue": N_("有逾期的"),
    "behind": N_("有落后的"),
    "due": N_("30 天内有到期的"),
    "unearned": N_("有未得分的"),
    "missed": N_("有过期无记录的"),
    "undone": N_("有没做完的"),
    "all": N_("全部"),
}
SORTS = {"need": N_("先看预计最低的"), "unit": N_("按编号"), "score": N_("按得分从低到高")}


@dataclass(frozen=True, slots=True)
class Question:
    """What the board is asked: part of a unit's name or id, its kind, what to show, about which clauses."""

    text: str = ""
    kind: str = ""
    status: str = "help"
    indicator: int = 0
    clause: str = ""
    sort: str = "need"
    page: int = 1


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on the board; `marks` are its indicators: number, worst status, and the clause that has it."""

    unit: str
    name: str
    kind: str
    total: dict[str, str]
    bonus: str
    needs: list[Need]
    more: int
    missed: int
    marks: list[tuple[int, str, str]]


def answered(question: Question, district: District, ranking: bool, line: Line) -> list[TotalsRow]:
    """Return the rows that *question* asks for, in its order."""
    found = _named(district.rows, question)
    rows = _standing(question, district.among(found), line)
    if question.sort == "unit":
        return sorted(rows, key=lambda row: row.unit)
    if question.sort == "score" and ranking:
        return sorted(rows, key=lambda row: (row.score, row.unit))
    return district.among(rows).by_need()


def _named(rows: Sequence[TotalsRow], question: Question) -> Sequence[TotalsRow]:
    text = question.text.strip().lower()
    if text:
        rows = [row for row in rows if text in row.unit or text in row.name.lower()]
    if question.kind:
        rows = [row for row in rows if row.kind == question.kind]
    return rows


def _standing(question: Question, district: District, line: Line) -> Sequence[TotalsRow]:
    places = _places(question, district)
    match question.status:
        case "help":
            return district.needing_help(places, line)
        case "due":
            return district.due_soon(places)
        case "undone":
            return district.undone(places)
        case "overdue" | "behind" | "unearned" | "missed":
            return district.with_status(Status(question.status), places)
    return district.rows


def _places(question: Question, district: District) -> slice:
    return _asked_places(question, district) or district.everything()


def _asked_places(question: Question, district: District) -> slice | None:
    """The clauses that the question is about: one, or an indicator's; None for all."""
    place = district.place_of(question.clause) if question.clause else None
    if place is None and question.indicator:
        place = dict(district.indicators()).get(question.indicator)
    return place


def board_page(shown: Glance, question: Question, *, ranking: bool, line: Line = NO_LINE) -> dict[str, Any]:
    """Return what the template shows."""
    district, rubric, day = shown.district, shown.rubric, shown.day
    rows = answered(question, district, ranking, line)
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(max(question.page, 1), pages)
    indicators = list(district.indicators())
    words = _words(rubric)
    kinds = {row.kind for row in district.rows}
    return {
        "question": question,
        "rubric_title": rubric.title,
        "kinds": [(kind, kind_word(kind)) for kind in UNIT_KINDS if kind in kinds],
        "showing": _choices(SHOWING),
        "sorts": _choices(SORTS if ranking else {key: SORTS[key] for key in ("need", "unit")}),
        "indicators": [(number, rubric.words[number].title) for number, _place in indicators],
        "clauses": [(clause, words(clause)) for clause in district.clauses],
        "titles": _titles(rubric),
        "units_total": len(district.rows),
        "units_found": len(rows),
        "page": page,
        "pages": pages,
        "rows": [
            _row(row, district, indicators, rubric, _needs(row, district, question, line))
            for row in rows[(page - 1) * A_PAGE : page * A_PAGE]
        ],
        "summary": [(status, getattr(shown, status)) for status in ("overdue", "behind", "due", "missed")],
        "counts": [(count, words(count.clause)) for count in shown.counts],
        "falling": [(each, (each.due - day).days, words(each.clause)) for each in shown.falling],
        "since": shown.since,
    }


def _needs(row: TotalsRow, district: District, question: Question, line: Line) -> list[Need]:
    """What the row says: what the filter asks for."""
    asked = (
        Status(question.status) if question.status in ("overdue", "behind", "unearned", "missed") else None
    )
    needs = district.needs(row, _asked_places(question, district), asked, line.grace_days)
    return [need for need in needs if district.is_soon(need.due)] if question.status == "due" else needs


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, _(word)) for key, word in words.items()]


def _row(
    row: TotalsRow,
    district: District,
    indicators: Sequence[tuple[int, slice]],
    rubric: Rubric,
    needs: list[Need],
) -> UnitRow:
    full = sum(
        rubric.points_of(number) for number, _place in indicators if number not in rubric.bonus_indicators
    )
    return UnitRow(
        row.unit,
        row.name,
        row.kind,
        {
            "full": decimal_text(full),
            "score": decimal_text(row.score),
            "forecast": decimal_text(row.forecast),
            "awaiting": decimal_text(row.awaiting),
            "floor": decimal_text(row.floor),
            "ceiling": decimal_text(row.ceiling),
        },
        decimal_text(row.bonus),
        needs[:NEEDS_SHOWN],
        max(0, len(needs) - NEEDS_SHOWN),
        row.missed,
        [_mark(row, number, place, district) for number, place in indicators],
    )


def _mark(row: TotalsRow, number: int, place: slice, district: District) -> tuple[int, str, str]:
    status, worst = worst_of(row.standing, place)
    return number, status.value, district.clauses[worst]


def _titles(rubric: Rubric) -> dict[str, str]:
    """A few words for each clause: the name of the code that it asks for, else its indicator's title."""
    titles = {clause.id: rubric.words[clause.indicator].title for clause in rubric.clauses}
    for clause in rubric.clauses:
        for _place, family, code in codes_used(clause):
            titles[clause.id] = rubric.code_names[family][code]
            break
    return titles


def _words(rubric: Rubric) -> Callable[[str], str]:
    items = {clause.id: clause.item for clause in rubric.clauses}
    return lambda clause: clause_text(items[clause], rubric.texts[clause])
