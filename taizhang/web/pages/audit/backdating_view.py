"""When things were written down, for the whole district: late entries, bursts before an inspection, late edits.

None of it is a fault by itself: it is where to ask. The page shows so many lines of each; the workbook has them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.event import day_of, unit_of
from projections import review_rows, totals
from projections.backdating import BURST_DAYS, BURST_ENTRIES, Burst, Edit, LateEntry, Trail, trail_of
from taizhang.app.ledger import OpenLedger
from taizhang.documents.page_tables import PageTable
from taizhang.language.event_labels import type_word
from taizhang.language.i18n import _

SHOWN_MAX = 100
ROWS_MAX = 50_000
"""Lines of one table of the workbook."""


@dataclass(frozen=True, slots=True)
class UnitTrail:
    """One unit's trail with its name."""

    unit: str
    name: str
    trail: Trail


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of every unit together, the gravest first: (unit's name, what)."""

    late: list[tuple[str, LateEntry]]
    bursts: list[tuple[str, Burst]]
    edits: list[tuple[str, Edit]]


def trails(session: OpenLedger, year: int | None, unit: str) -> tuple[int, list[UnitTrail]]:
    """Return the year that is meant and the trail of each unit, or of one."""
    late_days = session.settings.late_days
    with session.store.read() as work:
        years = review_rows.lag_years(work.connection)
        rows = [row for row in totals.rows(work.connection) if unit in ("", row.unit)]
    shown = year or (years[0] if years else session.clock.today().year)
    found = []
    for row in rows:
        # Each in a transaction of its own: nobody waits for a whole district.
        with session.store.read() as work:
            clocks = session.projections.clocks(work)
            trail = trail_of(row.unit, work.stream(row.unit), late_days=late_days, year=shown, clocks=clocks)
        found.append(UnitTrail(row.unit, row.name, trail))
    return shown, found


def lines_of(found: list[UnitTrail]) -> Lines:
    """Return the lines of all units."""
    return Lines(
        sorted(
            ((each.name, late) for each in found for late in each.trail.late), key=lambda line: -line[1].lag
        ),
        sorted(
            ((each.name, burst) for each in found for burst in each.trail.bursts),
            key=lambda line: (line[1].inspected is None, -line[1].old),
        ),
        sorted(
            ((each.name, edit) for each in found for edit in each.trail.edits),
            key=lambda line: line[1].recorded,
            reverse=True,
        ),
    )


def backdating_page(session: OpenLedger, year: int | None, unit: str) -> dict[str, object]:
    """Return what the template shows."""
    shown, found = trails(session, year, unit)
    lines = lines_of(found)
    with session.store.read() as work:
        years = review_rows.lag_years(work.connection)
        units = [(row.unit, f"{row.name}（{row.unit}）") for row in totals.rows(work.connection)]
    summary = [each for each in found if each.trail.late or each.trail.bursts or each.trail.edits]
    summary.sort(key=lambda each: (-len(each.trail.late), each.unit))
    return {
        "year": shown,
        "years": years,
        "unit": unit,
        "units": [("", _("全部单位")), *units],
        "summary": summary,
        "quiet": len(found) - len(summary),
        "late": lines.late[:SHOWN_MAX],
        "bursts": lines.bursts[:SHOWN_MAX],
        "edits": lines.edits[:SHOWN_MAX],
        "counts": (len(lines.late), len(lines.bursts), len(lines.edits)),
        "shown_max": SHOWN_MAX,
        "burst": (BURST_ENTRIES, BURST_DAYS),
        "type_word": type_word,
        "unit_of": unit_of,
    }


def workbook(session: OpenLedger, year: int | None, unit: str) -> list[PageTable]:
    """Return the sheets of the report: each unit, every late entry, every burst, every late edit."""
    _shown, found = trails(session, year, unit)
    lines = lines_of(found)
    return [
        PageTable(_("各单位"), _summary_rows(found)),
        PageTable(_("晚记入的"), [_late_head(), *map(_late_row, lines.late[:ROWS_MAX])]),
        PageTable(_("集中补录"), [_burst_head(), *map(_burst_row, lines.bursts[:ROWS_MAX])]),
        PageTable(_("季度过后的更正"), [_edit_head(), *map(_edit_row, lines.edits[:ROWS_MAX])]),
    ]


def _summary_rows(found: list[UnitTrail]) -> list[list[str]]:
    head = [_("单位"), _("编号"), _("条数"), _("一半在（天）"), _("九成在（天）"), _("最长（天）")]
    head += [_("晚记入的"), _("集中补录（天数）"), _("季度过后的更正")]
    rows = [head]
    for each in found:
        lags = each.trail.lags
        numbers = (lags.entries, lags.median, lags.ninth, lags.longest)
        counts = (len(each.trail.late), len(each.trail.bursts), len(each.trail.edits))
        rows.append([each.name, each.unit, *map(str, numbers), *map(str, counts)])
    return rows


def _late_head() -> list[str]:
    return [_("单位"), _("组织"), _("类型"), _("发生"), _("记入"), _("晚几天"), _("谁记的"), _("编号")]


def _late_row(line: tuple[str, LateEntry]) -> list[str]:
    name, late = line
    return [
        name,
        late.subject,
        type_word(late.type),
        late.occurred.isoformat(),
        day_of(late.recorded).isoformat(),
        str(late.lag),
        late.by,
        late.id,
    ]


def _burst_head() -> list[str]:
    return [_("单位"), _("哪一天"), _("这一天记了几条"), _("其中早已发生的"), _("随后的检查")]


def _burst_row(line: tuple[str, Burst]) -> list[str]:
    name, burst = line
    looked = burst.inspected.isoformat() if burst.inspected else ""
    return [name, burst.day.isoformat(), str(burst.entries), str(burst.old), looked]


def _edit_head() -> list[str]:
    return [
        _("单位"),
        _("类型"),
        _("发生"),
        _("季度末"),
        _("改动"),
        _("记入"),
        _("谁记的"),
        _("理由"),
        _("编号"),
    ]


def _edit_row(line: tuple[str, Edit]) -> list[str]:
    name, edit = line
    return [
        name,
        type_word(edit.type),
        edit.occurred.isoformat(),
        edit.quarter_end.isoformat(),
        type_word(edit.kind),
        day_of(edit.recorded).isoformat(),
        edit.by,
        edit.reason,
        edit.record,
    ]
