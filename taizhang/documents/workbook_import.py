"""An import, prepared or done, as one document: for the terminal, for programs and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ledger.json_object import JsonObject
from ledger.store.protocol import Appended
from ledger.text import Text
from projections.points import Totals
from projections.preview import Preview
from rubric.amounts import decimal_text
from taizhang.app.ledger import OpenLedger
from taizhang.entry.sheets import SheetReading, State, Step
from taizhang.entry.workbooks.importing import Prepared
from taizhang.language.event_labels import RecordWords, field_word
from taizhang.language.i18n import _, say
from taizhang.people.person import Directory

_ROWS_NAMED = 12
_TOLD = ("study_hours", "attendees", "lecturer")
"""What decides whose hours they are stands beside a row's title."""


def summary_of(
    session: OpenLedger, prepared: Prepared, done: Appended | None, notes: Sequence[Text] = ()
) -> JsonObject:
    """Return what an import did, or (*done* is None) would do."""
    words = _words(session, prepared.directory)
    states = Counter(step.state for step in prepared.plan.steps)
    return {
        "unit": prepared.unit,
        "workbook": prepared.workbook,
        "recorded": done is not None,
        "appended": done.appended if done is not None else 0,
        "new": states[State.NEW],
        "corrections": sum(step.state is State.CHANGED for step in prepared.steps),
        "undecided": len(prepared.undecided),
        "there": states[State.THERE],
        "doubles": states[State.DOUBLE],
        "people": len(prepared.people),
        "new_people": prepared.new_people,
        "sheets": [_sheet(sheet, prepared, words) for sheet in prepared.plan.sheets],
        "warnings": [
            {"sheet": each.sheet, "row": each.row, "problem": say(each.text)} for each in prepared.warnings
        ],
        "unread_sheets": prepared.unread_sheets,
        "left_out": left_out(prepared.plan.sheets),
        "not_taken": not_taken(prepared),
        "notes": [
            say(note)
            for note in (
                *notes,
                *(note for sheet in prepared.plan.sheets for note in sheet.notes),
                *prepared.notes,
                *_nobodys(prepared),
            )
        ],
        "counts": [preview_json(each, session.shelf.get(each.rubric).texts) for each in prepared.previews],
    }


def _nobodys(prepared: Prepared) -> list[Text]:
    """Return what is told of hours that would be credited to nobody."""
    if not prepared.nobodys:
        return []
    rows = [step.row.row for step in prepared.nobodys]
    hours = sum((Decimal(step.draft.data["study_hours"]) for step in prepared.nobodys), Decimal(0))
    return [
        Text(
            "有 {count} 条写了学时、没有写参加人员（第 {rows} 行），这 {hours} 学时记不到任何人名下",
            count=len(rows),
            rows=[str(row) for row in rows[:_ROWS_NAMED]] + ["…"] * (len(rows) > _ROWS_NAMED),
            hours=format(hours.normalize(), "f"),
        )
    ]


def left_out(sheets: Sequence[SheetReading]) -> list[JsonObject]:
    """Return what was not taken of sheets that were read, the rows of one reason together."""
    grouped: dict[tuple[str, str, str], list[int]] = {}
    for sheet in sheets:
        for each in sheet.left_out:
            grouped.setdefault((each.sheet, each.column, say(each.text)), []).append(each.row)
    return [
        {"sheet": sheet, "rows": rows, "column": column, "what": what}
        for (sheet, column, what), rows in grouped.items()
    ]


def not_taken(prepared: Prepared) -> list[str]:
    """Return what was not taken of the workbook, and why, in words, a line each."""
    lines = [_("{sheet}：没有认出是哪一种表，没有读取", sheet=sheet) for sheet in prepared.unread_sheets]
    for each in left_out(prepared.plan.sheets):
        rows = [str(row) for row in each["rows"][:_ROWS_NAMED]] + ["…"] * (len(each["rows"]) > _ROWS_NAMED)
        place = f"{each['sheet']} {each['column']}".strip()
        lines.append(
            _("{place} 第 {rows} 行没有记：{what}", place=place, rows=_("、").join(rows), what=each["what"])
        )
    return lines


def difference_words(session: OpenLedger, step: Step, directory: Directory | None = None) -> list[str]:
    """Return what a changed row says otherwise, in words: 学时 2 → 2.5."""
    words = _words(session, directory or Directory())
    return [
        f"{field_word(name)} {_value(words, name, stands)} → {_value(words, name, says)}"
        for name, stands, says in step.differences
    ]


def preview_json(preview: Preview, texts: Mapping[str, str]) -> dict[str, object]:
    """Return what events count for under one rubric; *texts* are its clauses' words."""
    return {
        "rubric": preview.rubric,
        "sentence": say(preview.sentence()),
        "before": _totals(preview.before),
        "after": _totals(preview.after),
        "hours": decimal_text(preview.hours),
        "clauses": [
            {
                "clause": move.clause,
                "text": texts[move.clause],
                "score": decimal_text(move.score),
                "floor": decimal_text(move.floor),
                "claimed": decimal_text(move.claimed) if move.claimed is not None else None,
                "before": move.before.value,
                "after": move.after.value,
                "parts": [
                    {
                        "subject": part.subject,
                        "what": say(part.what) if part.what is not None else None,
                        "outcome": part.outcome.value,
                        "missing": decimal_text(part.missing),
                    }
                    for part in move.parts
                ],
            }
            for move in preview.moves
        ],
    }


def _totals(totals: Totals) -> dict[str, str]:
    return {
        "score": decimal_text(totals.score),
        "floor": decimal_text(totals.floor),
        "ceiling": decimal_text(totals.ceiling),
        "bonus": decimal_text(totals.bonus),
    }


def _sheet(sheet: SheetReading, prepared: Prepared, words: RecordWords) -> JsonObject:
    steps: dict[int, list[Step]] = {}
    for step in prepared.plan.steps:
        steps.setdefault(id(step.row), []).append(step)
    return {
        "name": sheet.name,
        "kind": sheet.kind.key if sheet.kind is not None else None,
        "columns": [
            {"header": written, "column": column.key if column is not None else None}
            for _, written, column in (sheet.header.cells if sheet.header is not None else ())
        ],
        "rows": [
            {"row": row.row, "steps": [_step(step, words) for step in steps.get(id(row), [])]}
            for row in sheet.rows
        ],
    }


def _step(step: Step, words: RecordWords) -> dict[str, object]:
    event = step.event
    described: dict[str, object] = {
        "state": step.state.value,
        "type": event["type"],
        "subject": event["subject"],
        "day": step.draft.moment.day.isoformat(),
        "title": words.title(event["type"], event["data"]),
        "id": step.record.id if step.record is not None else event["id"],
    }
    said = [name for name in _TOLD if name in event["data"]]
    described["details"] = [
        {"word": field_word(name), "value": words.value(name, event["data"][name])} for name in said
    ]
    if step.state is State.DOUBLE:
        described["same_as_row"] = step.same_as_row
    if step.differences:
        described["differences"] = [
            {
                "field": name,
                "word": field_word(name),
                "from": _value(words, name, stands),
                "to": _value(words, name, says),
            }
            for name, stands, says in step.differences
        ]
    if step.record is not None and step.record.retracted:
        described["retracted"] = True
    return described


def _value(words: RecordWords, name: str, value: object) -> str:
    if value is None:
        return "（空）"
    return str(value)[:10] if name == "time" else words.value(name, value)


def _words(session: OpenLedger, directory: Directory) -> RecordWords:
    return RecordWords(session.shelf, directory.name_of)
