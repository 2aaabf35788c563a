"""Events as a workbook, for who reads Excel and no JSON: a line each, written as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import orjson

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import day_of
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.language.event_labels import RecordWords, type_word
from taizhang.language.i18n import _
from taizhang.people.store import directory_of

ROWS_MAX = 200_000
CELL_MAX = 32_000
"""Letters of one cell: a spreadsheet holds 32,767."""
WIDTHS = (8, 22, 16, 14, 12, 14, 40, 60, 24)


class TooManyRows(TaizhangError):
    """More events than one workbook holds."""

    kind = ErrorKind.REFUSED


def events_workbook(session: OpenLedger, unit: str) -> bytes:
    """Return the events of *unit*'s tree, of all for "", as xlsx. Raises TooManyRows."""
    size = session.store.size()
    if not unit and size > ROWS_MAX:
        raise TooManyRows(
            Text(
                "台账有 {size} 条，一个 Excel 最多 {most} 条；请按单位导出，或导出 JSONL",
                size=size,
                most=ROWS_MAX,
            )
        )
    import xlsxwriter  # here: a server has no need of it before somebody asks

    content = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    sheet = book.add_worksheet(_("台账"))
    bold = book.add_format({"bold": True})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for number, row in enumerate(_rows(session, unit)):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell[:CELL_MAX], bold if number == 0 else None)
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _rows(session: OpenLedger, unit: str) -> Iterator[list[int | str]]:
    yield [
        _("序号"), _("记入"), _("谁记的"), _("单位或支部"), _("发生"),
        _("类型"), _("记录"), _("内容（JSON）"), _("编号"),
    ]  # fmt: skip
    words: dict[str, RecordWords] = {}
    for line in session.store.export(unit or None):
        event = orjson.loads(line)
        subject = event.get("subject", "")
        whose = subject.partition("/")[0]
        if whose not in words:
            with session.store.read() as work:
                words[whose] = RecordWords(session.shelf, directory_of(work.connection, whose).name_of)
        yield [
            int(event["sequence"]),
            event["recordedtime"],
            event["authid"],
            subject,
            day_of(event["time"]).isoformat(),
            type_word(event["type"]),
            words[whose].title(event["type"], event["data"]),
            orjson.dumps(event["data"]).decode(),
            event["id"],
        ]
