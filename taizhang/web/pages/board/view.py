"""The district board, by exception: who needs help with what, by when; what falls due; how many are short of what.

Everything on it comes from the rows that every append keeps: no unit is folded for a look at today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from projections.district import District, Need
from projections.requirement import Status
from projections.totals import TotalsRow
from rubric.amounts import decimal_text
from rubric.clauses import Total
from rubric.codes_used import codes_used
from rubric.schema import Rubric
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import N_, _
from taizhang.language.labels import clause_text, kind_word
from taizhang.web.pages.board.cache import Glance
from taizhang.web.pages.board.falls import UNITS_MAX

A_PAGE = 25
NEEDS_SHOWN = 3
Moves = Mapping[str, int]
MovesOf = Callable[[Sequence[TotalsRow]], Moves]
NO_MOVES: Moves = MappingProxyType({})

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
SORTS = {
    "need": N_("先看预计最低的"),
    "fall": N_("先看 30 天里跌得最多的"),
    "unit": N_("按编号"),
    "score": N_("按得分从低到高"),
}
SORTS_ALWAYS = ("need", "fall", "unit")


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
    mine: frozenset[str] | None = None
    """Only these units: those that the visitor looks after."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on the board."""

    unit: str
    name: str
    kind: str
    total: dict[str, str]
    bonus: str
    needs: list[tuple[Need, str]]
    """What it needs, and how much of it is short in words."""
    more: int
    missed: int
    fall: str
    """By how much the forecast moved in 30 days, with its sign; empty where that is not known."""
    falls: bool

    @property
    def is_quiet(self) -> bool:
        """Whether it needs nothing now: on a phone such units share one line."""
        return not self.needs and not self.missed and not self.falls


def answered(
    question: Question, district: District, ranking: bool, forecast_line: int, moves: Moves = NO_MOVES
) -> list[TotalsRow]:
    """Return the rows that *question* asks for, in its order."""
    found = _named(district.rows, question)
    rows = _standing(question, district.among(found), forecast_line)
    if question.sort == "fall":
        return sorted(rows, key=lambda row: (moves.get(row.unit, 0), row.forecast, row.unit))
    if question.sort == "unit":
        return sorted(rows, key=lambda row: row.unit)
    if question.sort == "score" and ranking:
        return sorted(rows, key=lambda row: (row.score, row.unit))
    return district.among(rows).by_need()


def _named(rows: Sequence[TotalsRow], question: Question) -> Sequence[TotalsRow]:
    if question.mine is not None:
        rows = [row for row in rows if row.unit in question.mine]
    text = question.text.strip().lower()
    if text:
        rows = [row for row in rows if text in row.unit or text in row.name.lower()]
    if question.kind:
        rows = [row for row in rows if row.kind == question.kind]
    return rows


def _standing(question: Question, district: District, forecast_line: int) -> Sequence[TotalsRow]:
    places = _places(question, district)
    match question.status:
        case "help":
            return district.needing_help(places, forecast_line)
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


def board_page(
    shown: Glance,
    question: Question,
    *,
    ranking: bool,
    forecast_line: int = 0,
    moves_of: MovesOf | None = None,
) -> dict[str, object]:
    """Return what the template shows; *moves_of* works out by how much the forecasts of some rows moved in 30 days."""
    district, rubric, day = shown.district, shown.rubric, shown.day
    moves_of = moves_of or (lambda _rows: NO_MOVES)
    few = len(district.rows) <= UNITS_MAX
    moves = moves_of(district.rows) if few else NO_MOVES
    rows = answered(question, district, ranking, forecast_line, moves)
    pages = max(1, -(-len(rows) // A_PAGE))
    page = min(max(question.page, 1), pages)
    rows_shown = rows[(page - 1) * A_PAGE : page * A_PAGE]
    if not few:
        moves = moves_of(rows_shown)
    words, short = _words(rubric), _short_words(rubric)
    kinds = {row.kind for row in district.rows}
    return {
        "question": question,
        "rubric_title": rubric.title,
        "rubric_id": rubric.id,
        "kinds": [(kind, kind_word(kind)) for kind in UNIT_KINDS if kind in kinds],
        "showing": _choices(SHOWING),
        "sorts": _choices(SORTS if ranking else {key: SORTS[key] for key in SORTS_ALWAYS}),
        "indicators": [(number, rubric.words[number].title) for number, _place in district.indicators()],
        "clauses": [(clause, words(clause)) for clause in district.clauses],
        "titles": _titles(rubric),
        "units_total": len(district.rows),
        "units_found": len(rows),
        "page": page,
        "pages": pages,
        "rows": [
            _row(row, district, _needs(row, district, question), short, moves.get(row.unit))
            for row in rows_shown
        ],
        "summary": [(status, getattr(shown, status)) for status in ("overdue", "behind", "due", "missed")],
        "counts": [(count, words(count.clause)) for count in shown.counts],
        "falling": [(each, (each.due - day).days, words(each.clause)) for each in shown.falling],
        "since": shown.since,
    }


def _needs(row: TotalsRow, district: District, question: Question) -> list[Need]:
    """What the row says: what the filter asks for."""
    asked = (
        Status(question.status) if question.status in ("overdue", "behind", "unearned", "missed") else None
    )
    needs = district.needs(row, _asked_places(question, district), asked)
    return [need for need in needs if district.is_soon(need.due)] if question.status == "due" else needs


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, _(word)) for key, word in words.items()]


def _row(
    row: TotalsRow, district: District, needs: list[Need], short: Callable[[Need], str], move: int | None
) -> UnitRow:
    rubric = district.rubric
    full = sum(
        rubric.points_of(number)
        for number in rubric.indicator_clauses
        if number not in rubric.bonus_indicators
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
        [(need, short(need)) for need in needs[:NEEDS_SHOWN]],
        max(0, len(needs) - NEEDS_SHOWN),
        district.missed(row),
        "" if move is None else signed_text(move),
        move is not None and move < 0,
    )


def signed_text(amount: int) -> str:
    """Return *amount* hundredths with its sign; 0 has none."""
    text = decimal_text(abs(amount))
    return f"−{text}" if amount < 0 else f"+{text}" if amount else text


def _short_words(rubric: Rubric) -> Callable[[Need], str]:
    """Say how much is short, in what is counted: hours of the member who has least, or things."""
    hours = {
        clause.id
        for clause in rubric.clauses
        if isinstance(clause, Total) and clause.measure == "study_hours"
    }

    def short(need: Need) -> str:
        if not need.short:
            return ""
        amount = decimal_text(need.short)
        if need.clause in hours:
            return _("最少的还差 {amount} 学时", amount=amount)
        return _("还差 {amount} 项", amount=amount)

    return short


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
