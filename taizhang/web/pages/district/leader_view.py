"""`/district`: the leader's page, on one sheet of paper: where the district stands, how it got there, whom to call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from projections.district_course import (
    Call,
    MonthEnd,
    Moved,
    Reason,
    Trouble,
    calls,
    month_end,
    month_ends,
    moved_since,
    troubles,
)
from projections.results import Stage
from projections.year_columns import UnitYear
from projections.year_table import YearTable
from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.language.labels import clause_text
from taizhang.language.result_labels import stage_word
from taizhang.web.pages.review.rubric_choice import rubric_query, rubric_tabs, years_of
from taizhang.web.pages.unit.chart import HEIGHT, TEN_POINTS, WIDTH

PATIENCE_SECONDS = 0.5
"""So long at most a visitor waits for figures that are not kept yet."""
CALLS_SHOWN, MOVES_SHOWN, TROUBLES_SHOWN = 10, 5, 10


@dataclass(frozen=True, slots=True)
class Chart:
    """The course drawn, 1000 wide and 100 high: two lines over the months."""

    score: str
    forecast: str
    months: list[str]
    ticks: tuple[str, str, str]


def leader_page(session: OpenLedger, rubric: Rubric, day: date) -> dict[str, object]:
    """Return what the page shows of the year of *rubric* as of *day*."""
    line = session.settings.forecast_line * HUNDRED
    until, asked = monotonic() + PATIENCE_SECONDS, day
    table = _latest(session, rubric, day, until)
    now, day = table.years, table.day
    last = day.replace(day=1) - timedelta(days=1)
    before = _whole(session, rubric, last, until) if last >= rubric.opens_on else []
    ends = month_ends(rubric, day)
    tables = _tables(session, rubric, ends, until)
    course = [*(month_end(end, table, line) for end, table in tables.items()), month_end(day, now, line)]
    then = month_end(last, before, line) if before else None
    moves = moved_since(now, before)
    found = calls(now, before, rubric, day, line)
    stages = Counter(each.result.stage(two_signatures=session.settings.second_signature) for each in now)
    return {
        "rubric": rubric,
        "query": rubric_query(session.shelf, rubric),
        "tabs": rubric_tabs(session.shelf, rubric, f"/district?year={rubric.year}"),
        "day": day,
        "last": last if before else None,
        "years": years_of(session.shelf, session.clock.today()),
        "line": session.settings.forecast_line,
        "figures": _figures(course[-1], then),
        "calls": [_call(each) for each in found[:CALLS_SHOWN]],
        "calls_more": max(len(found) - CALLS_SHOWN, 0),
        "fell": [_moved(each) for each in moves if each.by < 0][:MOVES_SHOWN],
        "rose": [_moved(each) for each in reversed(moves) if each.by > 0][:MOVES_SHOWN],
        "troubles": [_trouble(each, rubric) for each in troubles(now, before)[:TROUBLES_SHOWN]],
        "course": [_month(each) for each in course],
        "months_missing": len(ends) - len(tables),
        "waiting": table.waiting,
        "asked_day": asked,
        "chart": _chart(course, rubric) if len(course) > 1 else None,
        "stages": [(stage_word(stage), stages[stage]) for stage in Stage if stages[stage]],
        "judging": day > rubric.ends_on,
    }


def _latest(session: OpenLedger, rubric: Rubric, day: date, until: float) -> YearTable:
    """Return the table of *day*; while that is still being worked out, the latest one that is whole, if there is one.

    Just after midnight, or after an import, a large district takes longer than anybody waits: then the page is of
    yesterday, and says so. Where nothing was kept either, it is of the units that are there, and says how many lack.
    """
    table = session.year_at_hand(rubric, day, until)
    if table.waiting:
        for earlier in session.year_days(rubric):
            if earlier < day and not (kept := session.year_at_hand(rubric, earlier, until)).waiting:
                return YearTable(earlier, kept.years, table.waiting)
    return table


def _whole(session: OpenLedger, rubric: Rubric, day: date, until: float) -> list[UnitYear]:
    table = session.year_at_hand(rubric, day, until)
    return [] if table.waiting else table.years


def _tables(
    session: OpenLedger, rubric: Rubric, ends: Sequence[date], until: float
) -> dict[date, list[UnitYear]]:
    """Return the tables of the months that are at hand, the latest ones worked out where they are not: until then.

    The server makes them by itself (`jobs.year_tables`) and keeps them.
    """
    found = {end: _whole(session, rubric, end, until) for end in reversed(ends)}
    return {end: years for end, years in sorted(found.items()) if years}


def _figures(now: MonthEnd, then: MonthEnd | None) -> list[dict[str, str]]:
    def figure(word: str, value: Amount, before: Amount | None, *, points: bool = True) -> dict[str, str]:
        text = decimal_text(value) if points else str(value)
        change = None if before is None else value - before
        return {
            "word": word,
            "value": text,
            "change": "" if not change else _change(change if points else change * HUNDRED),
        }

    old = then
    return [
        figure(_("预计到年底平均"), now.forecast, old.forecast if old else None),
        figure(_("目前算得平均"), now.score, old.score if old else None),
        figure(_("预计最低"), now.lowest, old.lowest if old else None),
        figure(_("预计低于警戒线的单位"), now.below, old.below if old else None, points=False),
        figure(_("各单位没做到的条款合计"), now.short, old.short if old else None, points=False),
    ]


def _change(amount: Amount) -> str:
    text = decimal_text(abs(amount))
    return f"+{text}" if amount > 0 else f"−{text}"


def _call(call: Call) -> dict[str, object]:
    said = {
        Reason.LOW: _("预计 {points} 分", points=decimal_text(call.forecast)),
        Reason.FELL: _("比上月末少 {points} 分", points=decimal_text(call.fell)),
        Reason.OVERDUE: _("逾期 {count} 条，还能补办", count=call.overdue),
        Reason.SILENT: (
            _("{day} 之后没有新活动的记录", day=call.silent_since)
            if call.silent_since
            else _("今年还没有活动的记录")
        ),
    }
    return {
        "unit": call.unit,
        "name": call.name,
        "forecast": decimal_text(call.forecast),
        "said": _("；").join(said[reason] for reason in call.reasons),
    }


def _moved(moved: Moved) -> dict[str, str]:
    return {
        "unit": moved.unit,
        "name": moved.name,
        "forecast": decimal_text(moved.forecast),
        "by": _change(moved.by),
    }


def _trouble(trouble: Trouble, rubric: Rubric) -> dict[str, object]:
    clause = next(each for each in rubric.clauses if each.id == trouble.clause)
    return {
        "clause": trouble.clause,
        "text": clause_text(getattr(clause, "item", None), rubric.texts[trouble.clause]),
        "units": trouble.units,
        "change": _change(trouble.more * HUNDRED) if trouble.more else "",
    }


def _month(month: MonthEnd) -> dict[str, object]:
    return {
        "day": month.day,
        "units": month.units,
        "score": decimal_text(month.score),
        "forecast": decimal_text(month.forecast),
        "lowest": decimal_text(month.lowest),
        "below": month.below,
    }


def _chart(course: Sequence[MonthEnd], rubric: Rubric) -> Chart:
    full = sum(rubric.points_of(number) for number in rubric.words if number not in rubric.bonus_indicators)
    bottom = int(min(min(each.forecast, each.score) for each in course)) // TEN_POINTS * TEN_POINTS
    top = max(full, bottom + 1)
    step = WIDTH / max(len(course) - 1, 1)

    def path(values: Sequence[Amount]) -> str:
        return "M" + "L".join(
            f"{step * place:.1f} {HEIGHT - HEIGHT * float(value - bottom) / float(top - bottom):.2f}"
            for place, value in enumerate(values)
        )

    return Chart(
        path([each.score for each in course]),
        path([each.forecast for each in course]),
        [f"{each.day:%m-%d}" for each in course],
        (decimal_text(top), decimal_text((top + bottom) // 2), decimal_text(bottom)),
    )
