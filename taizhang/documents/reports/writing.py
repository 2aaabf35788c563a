"""Reports to bytes and to files: one, or one for each unit with several processes where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ledger.store.protocol import Progress
from projections.service import NotScored
from taizhang.app.errors import FileRefused
from taizhang.app.ledger_session import Session
from taizhang.documents.reports.html import render_html
from taizhang.documents.reports.kinds import ReportKind, district_report, unit_report
from taizhang.documents.reports.pdf import render_pdf
from taizhang.documents.reports.sheet import render_xlsx
from taizhang.documents.reports.word import render_docx
from taizhang.language.i18n import _

_FOR_PROCESSES = 6
"""Fewer PDFs than that are made sooner than a second process is started."""


@dataclass
class Written:
    """The files that were written, and the units for which there was nothing to write."""

    files: list[Path] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def render(kind: str, report: Any, form: str, templates: Path | None = None) -> bytes:
    """Return a report in one of `FORMATS`. Raises FileRefused where PDF cannot be made here."""
    if form == "docx":
        return render_docx(kind, report, templates)
    page = render_html(kind, report, templates)
    if form == "html":
        return page.encode()
    return render_xlsx(page) if form == "xlsx" else render_pdf(page)


def file_name(kind: ReportKind, unit: str | None, day: date, form: str) -> str:
    """Return what a report's file is called: 自评表-wj-01-2017-09-20.docx."""
    return "-".join(part for part in (_(kind.title), unit, day.isoformat()) if part) + f".{form}"


def write_reports(
    session: Session,
    kind: ReportKind,
    units: Sequence[str],
    day: date,
    form: str,
    folder: Path,
    *,
    templates: Path | None = None,
    rubric_id: str | None = None,
    for_all: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write a report of *kind* for each of *units* (for the district: one) into *folder*; no file is left half.

    With *for_all*, units to which there is nothing to say, or that are not registered by *day*, are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = Written()
    if kind.build is None:
        content = render(kind.key, district_report(session, day, rubric_id), form, templates)
        written.files.append(_write(folder / file_name(kind, None, day, form), content))
        return written
    reports = _reports(session, kind, units, day, rubric_id, written if for_all else None)
    rendered = _rendered(kind.key, reports, form, templates, len(units))
    for unit, content in rendered:
        written.files.append(_write(folder / file_name(kind, unit, day, form), content))
        if progress:
            progress(len(written.files) + len(written.skipped))
    return written


def _reports(
    session: Session,
    kind: ReportKind,
    units: Sequence[str],
    day: date,
    rubric_id: str | None,
    leaving_out: Written | None,
) -> Iterator[tuple[str, Any]]:
    for unit in units:
        try:
            report = unit_report(session, kind, unit, day, rubric_id)
        except (NotScored, FileRefused):
            if leaving_out is None:
                raise
            leaving_out.skipped.append(unit)
            continue
        if leaving_out is not None and kind.says_nothing(report):
            leaving_out.skipped.append(unit)
        else:
            yield unit, report


def _rendered(
    kind: str, reports: Iterator[tuple[str, Any]], form: str, templates: Path | None, count: int
) -> Iterator[tuple[str, bytes]]:
    processes = min(os.cpu_count() or 1, count)
    if form != "pdf" or count < _FOR_PROCESSES or processes < 2:
        for unit, report in reports:
            yield unit, render(kind, report, form, templates)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        pages = [(unit, render_html(kind, report, templates)) for unit, report in reports]
        make: Callable[[str], bytes] = render_pdf
        yield from zip(
            [unit for unit, _page in pages], pool.map(make, [page for _unit, page in pages]), strict=True
        )


def _write(path: Path, content: bytes) -> Path:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)
    return path
