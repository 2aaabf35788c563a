"""The archive of a closed year: a package for each unit and one for the district, in a folder.

A unit's package holds its 台账 and 自评表 (and, once signed, the 签定得分表) as PDF, its records as the ledger stores
them (JSONL), its scorecard, the attached files, and for every event that belongs to the year's result a proof that it
stands in the ledger under the signed checkpoint. The district's holds the table of results, the rubric, the events
about the ledger itself, and the digests of all other packages.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.types import type_of
from ledger.merkle.canonical import canonical_bytes
from ledger.signing.note import Note
from ledger.store.protocol import Progress
from ledger.text import Text
from projections.results import Stage
from projections.year_columns import UnitYear
from rubric.schema import Rubric
from taizhang import __version__
from taizhang.accounts.called import people_called
from taizhang.app.ledger import OpenLedger
from taizhang.documents.archive_package import About, Package
from taizhang.documents.reports.kinds import KINDS
from taizhang.documents.reports.writing import WrittenReports, write_reports
from taizhang.evidence.folder import EvidenceFolder
from taizhang.language.i18n import _
from taizhang.language.result_labels import stage_word

_PDFS = ("ledger-book", "self-assessment", "signed")
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


Steps = Callable[[int, int], None]
"""Hears how many steps are done, of how many."""


class NotArchived(TaizhangError):
    """The year cannot be archived yet."""

    kind = ErrorKind.REFUSED


@dataclass
class Archive:
    """What was written."""

    packages: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Attached files that are not there, or are not what the ledger says: unit and name."""
    not_final: list[str] = field(default_factory=list)
    """Units whose result was not final."""


def archive_year(
    session: OpenLedger,
    rubric: Rubric,
    folder: Path,
    evidence: EvidenceFolder,
    *,
    units: Sequence[str] | None = None,
    progress: Steps | None = None,
) -> Archive:
    """Write the packages of the year of *rubric* into *folder*. Raises NotArchived while the year is not closed.

    *units*: only those; then there is no package of the district. *progress* hears of every document and package.
    """
    today = session.clock.today()
    if today <= rubric.closes_on:
        raise NotArchived(
            Text("{year} 年度到 {day} 才结束，结束之后才能归档", year=rubric.year, day=rubric.closes_on)
        )
    folder.mkdir(parents=True, exist_ok=True)
    table = [each for each in session.year_table(rubric, today) if units is None or each.unit in units]
    note = session.log.checkpoint()
    made = Archive()
    with TemporaryDirectory(dir=folder, prefix=".archive-") as working:
        steps = len(table) * (len(_PDFS) + 1)
        told = (lambda done: progress(done, steps)) if progress else None
        pdfs = _pdfs(session, rubric, [each.unit for each in table], today, Path(working), told)
        for done, year in enumerate(table, 1 + len(table) * len(_PDFS)):
            made.packages.append(_unit(session, rubric, year, note, folder, evidence, pdfs, made))
            if year.result.stage(two_signatures=session.settings.second_signature) is not Stage.FINAL:
                made.not_final.append(year.unit)
            if told:
                told(done)
        if units is None:
            made.packages.append(_district(session, rubric, table, note, folder, Path(working), made))
    return made


def _pdfs(
    session: OpenLedger,
    rubric: Rubric,
    units: Sequence[str],
    day: date,
    working: Path,
    progress: Progress | None,
) -> dict[str, list[tuple[str, Path]]]:
    """Return the PDFs of each unit: what each is called, and where it lies."""
    found: dict[str, list[tuple[str, Path]]] = {unit: [] for unit in units}
    for place, key in enumerate(_PDFS):
        kind = KINDS[key]
        before = place * len(units)
        told = (lambda done, before=before: progress(before + done)) if progress else None
        written: WrittenReports = write_reports(
            session, kind, units, day, "pdf", working / key, rubric_id=rubric.id, for_all=True, progress=told
        )
        for unit in units:
            path = next((each for each in written.files if f"-{unit}-{day.isoformat()}" in each.name), None)
            if path is not None:
                found[unit].append((f"{_(kind.title)}.pdf", path))
    return found


def _called(session: OpenLedger, login: str) -> str:
    with session.store.read() as work:
        return people_called(work.connection).get(login, login)


def _unit(
    session: OpenLedger,
    rubric: Rubric,
    year: UnitYear,
    note: Note,
    folder: Path,
    evidence: EvidenceFolder,
    pdfs: dict[str, list[tuple[str, Path]]],
    made: Archive,
) -> Path:
    two = session.settings.second_signature
    signing = year.result.signing
    figures = (
        {
            "签字得分": signing.data["score"],
            "签字加分": signing.data["bonus"],
            "签字日期": signing.day.isoformat(),
        }
        if signing
        else {}
    )
    about = _about(
        session, rubric, note, title=_("{name} {year} 年度党建工作台账", name=year.name, year=rubric.year),
        unit=year.unit, responsible=_called(session, signing.by) if signing else "",
        more={"进展": stage_word(year.result.stage(two_signatures=two)), **figures},
    )  # fmt: skip
    path = folder / f"{rubric.year}-{year.unit}-{_plain(year.name)}.zip"
    with Package(path, about) as package:
        for name, pdf in pdfs[year.unit]:
            package.add(f"文书/{name}", pdf.read_bytes())
        lines = list(session.store.export(year.unit))
        package.add("记录/events.jsonl", b"".join(line + b"\n" for line in lines))
        package.add("记录/scorecard.json", _scorecard(session, rubric, year.unit))
        package.add("证明/checkpoint.txt", str(note).encode())
        package.add("证明/keys.txt", "".join(f"{key}\n" for key in session.log.verifier_keys()).encode())
        for number, line in enumerate(lines):
            event = orjson.loads(line)
            # The proof of any other event can be had from the ledger, or from its static copy.
            if type_of(event["type"]).settles:
                proof = session.log.prove(event["id"], note_size(note))
                package.add(f"证明/{event['sequence']}.tlog-proof", str(proof).encode())
            elif event["type"] == "evidence.attached":
                _attach(package, evidence, event["data"], number, year.unit, made)
        missing = [each for each in made.missing if each.startswith(f"{year.unit} ")]
        if missing:
            package.add("附件/缺少的附件.txt", "".join(f"{each}\n" for each in missing).encode())
    return path


def _attach(
    package: Package, evidence: EvidenceFolder, data: dict[str, str], number: int, unit: str, made: Archive
) -> None:
    path = evidence.find(data["sha256"])
    content = path.read_bytes() if path is not None else b""
    if path is None or hashlib.sha256(content).hexdigest() != data["sha256"]:
        made.missing.append(f"{unit} {data['filename']}")
        return
    package.add(f"附件/{number:05} {_plain(data['filename'])}", content)


def _district(
    session: OpenLedger,
    rubric: Rubric,
    table: Sequence[UnitYear],
    note: Note,
    folder: Path,
    working: Path,
    made: Archive,
) -> Path:
    title = _("{year} 年度党建工作考核", year=rubric.year)
    about = _about(session, rubric, note, title=title, unit=session.log.origin, responsible="", more={})
    path = folder / f"{rubric.year}-全区.zip"
    final = any(
        each.result.stage(two_signatures=session.settings.second_signature) is Stage.FINAL for each in table
    )
    today = session.clock.today()
    with Package(path, about) as package:
        for key, forms in (("results", ("pdf", "xlsx")), *((("year-bulletin", ("pdf",)),) if final else ())):
            for form in forms:
                kind = KINDS[key]
                written = write_reports(
                    session, kind, [], today, form, working / "district", rubric_id=rubric.id
                )
                package.add(f"文书/{_(kind.title)}.{form}", written.files[0].read_bytes())
        package.add(f"细则/{rubric.id}.yaml", session.rubric_text(rubric.id).encode())
        own = (canonical_bytes(event) for event in session.store.stream(""))
        package.add("记录/events.jsonl", b"".join(line + b"\n" for line in own))
        package.add("证明/checkpoint.txt", str(note).encode())
        package.add("各单位.sha256", b"".join(_digests(made.packages)))
    return path


def _digests(packages: Sequence[Path]) -> Iterator[bytes]:
    for each in packages:
        with each.open("rb") as file:
            yield f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {each.name}\n".encode()


def _scorecard(session: OpenLedger, rubric: Rubric, unit: str) -> bytes:
    with session.store.read():
        card = session.projections.score(session.store, unit, session.clock.today(), None, rubric.id)
        return orjson.dumps(card.as_json(str), option=orjson.OPT_INDENT_2)


def _about(
    session: OpenLedger,
    rubric: Rubric,
    note: Note,
    *,
    title: str,
    unit: str,
    responsible: str,
    more: dict[str, str],
) -> About:
    return About(
        title,
        unit,
        session.settings.district or _("区委教育工委"),
        responsible,
        rubric.year,
        session.clock.today(),
        f"taizhang {__version__}; {session.log.origin}; {rubric.id}@{rubric.version}",
        str(note).strip(),
        more,
    )


def note_size(note: Note) -> int:
    """Return how many events a checkpoint is over: its second line."""
    return int(str(note).split("\n")[1])


def _plain(name: str) -> str:
    return _BAD.sub(" ", name).strip(" .")[:100] or "_"
