"""Reports to files: one, or one for each unit, by as many processes as there are processors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import SimpleQueue

from ledger.store.protocol import Progress
from ledger.text import Text
from projections.not_scored import NotScored
from taizhang.app.errors import FileRefused
from taizhang.app.ledger import OpenLedger
from taizhang.documents.reports.kinds import ReportKind, district_report, unit_report
from taizhang.documents.reports.rendering import Renderer
from taizhang.language.i18n import _, spoken, use


@dataclass
class WrittenReports:
    """The files that were written, the units for which there was nothing to write, and those that could not be."""

    files: list[Path] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[tuple[str, Text]] = field(default_factory=list)


def file_name(kind: ReportKind, unit: str | None, day: date, form: str) -> str:
    """Return what a report's file is called: 自评表-wj-01-2017-09-20.docx."""
    return "-".join(part for part in (_(kind.title), unit, day.isoformat()) if part) + f".{form}"


def write_reports(
    session: OpenLedger,
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
) -> WrittenReports:
    """Write a report of *kind* for each of *units* (for the district: one) into *folder*; no file is left half.

    With *for_all*, units to which there is nothing to say, or that are not registered by *day*, are left out, and one
    whose report cannot be made keeps no other from theirs. Raises NotScored and FileRefused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = WrittenReports()
    if kind.build is None:
        with Renderer(templates) as renderer:
            content = renderer.render(
                kind.template or kind.key, district_report(session, kind, day, rubric_id), form
            )
        written.files.append(_write(folder / file_name(kind, None, day, form), content))
        return written
    reports = _reports(session, kind, units, day, rubric_id, written if for_all else None)

    def step() -> None:
        if progress:
            progress(len(written.files) + len(written.skipped) + len(written.refused))

    def refusing(unit: str, refused: FileRefused) -> None:
        if not for_all:
            raise refused
        written.refused.append((unit, refused.text))
        step()

    for unit, content in _rendered(kind.key, reports, form, templates, len(units), refusing):
        written.files.append(_write(folder / file_name(kind, unit, day, form), content))
        step()
    return written


def _reports(
    session: OpenLedger,
    kind: ReportKind,
    units: Sequence[str],
    day: date,
    rubric_id: str | None,
    leaving_out: WrittenReports | None,
) -> Iterator[tuple[str, object]]:
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
    kind: str,
    reports: Iterator[tuple[str, object]],
    form: str,
    templates: Path | None,
    count: int,
    refusing: Callable[[str, FileRefused], None],
) -> Iterator[tuple[str, bytes]]:
    """Yield units' files in the order of *reports*; for one that cannot be made call *refusing*, and go on."""
    at_once = max(1, min(os.cpu_count() or 1, count)) if form != "html" else 1
    language = spoken()
    idle: SimpleQueue[Renderer] = SimpleQueue()

    def made(report: object) -> bytes:
        use(language)
        renderer = idle.get()
        try:
            return renderer.render(kind, report, form)
        finally:
            idle.put(renderer)

    coming: deque[tuple[str, Future[bytes]]] = deque()

    def first() -> Iterator[tuple[str, bytes]]:
        unit, content = coming.popleft()
        try:
            yield unit, content.result()
        except FileRefused as refused:
            refusing(unit, refused)

    # The processes end first, whatever the threads wait for.
    with ThreadPoolExecutor(at_once) as threads, ExitStack() as ending:
        for _number in range(at_once):
            idle.put(ending.enter_context(Renderer(templates)))
        for unit, report in reports:
            # No more reports are kept than there are processes to make them.
            if len(coming) == at_once:
                yield from first()
            coming.append((unit, threads.submit(made, report)))
        while coming:
            yield from first()


def _write(path: Path, content: bytes) -> Path:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)
    return path
