"""Installing and withdrawing rubrics: each is an event of the ledger, with who, when and why (contract §3, §6)."""

from __future__ import annotations

from datetime import datetime

import orjson

from ledger.events.new import new_event
from ledger.events.packed import pack
from ledger.problem import Problem, Refused
from ledger.store.protocol import Recorder
from ledger.text import Text
from projections.rubrics import INSTALLED, WITHDRAWN
from rubric import installed
from rubric.catalog import RubricCatalog, builtin
from rubric.installing import installing_mistakes, same_installed
from rubric.load import parse
from rubric.mistake import RubricRefused
from rubric.schema import Rubric

from .ledger import OpenLedger

PROGRAM = Recorder("taizhang", "system")
FILE_MAX = 63_000
"""What a packed file may take in an event of 65,535 bytes."""


def install_rubric(
    session: OpenLedger,
    content: bytes,
    name: str = "",
    replaces: str | None = None,
    *,
    beside: bool = False,
    reason: str | None = None,
    by: Recorder = PROGRAM,
    now: datetime | None = None,
) -> Rubric:
    """Record that the rubric file *content* is installed from now on; return it. What is installed already stays so.

    *name* is the file's, for messages; *now* the ledger's clock unless given. Raises RubricRefused with all that is
    wrong with the file or does not fit the rubrics that are there, at its lines; Refused for an event too big.
    """
    rubric = parse(content, name)
    session.read_shelf()
    catalog = session.shelf
    if same_installed(catalog, rubric):
        return rubric
    mistakes = installing_mistakes(catalog, rubric, replaces=replaces, beside=beside)
    if mistakes:
        raise RubricRefused(mistakes, name)
    packed = packed_file(content)
    data = {
        "rubric": rubric.id,
        "version": rubric.version,
        "sha256": rubric.sha256,
        "file": packed,
        **({"replaces": replaces} if replaces else {}),
        **({"beside": True} if beside or rubric.only_beside else {}),
        **({"reason": reason} if reason else {}),
    }
    _append(session, INSTALLED, data, by, now)
    return rubric


def packed_file(content: bytes) -> str:
    """Return the rubric file *content* as its event holds it. Raises Refused for one that is too big for an event."""
    packed = pack(content)
    if len(packed) > FILE_MAX:
        text = Text(
            "考核细则文件太大：压缩后还有 {bytes} 字节，最多 {most} 字节；请把说明性的文字删短",
            bytes=len(packed),
            most=FILE_MAX,
        )
        raise Refused([Problem("data.file", text)])
    return packed


def withdraw_rubric(
    session: OpenLedger,
    rubric_id: str,
    version: int | None,
    reason: str,
    *,
    by: Recorder = PROGRAM,
    now: datetime | None = None,
) -> None:
    """Record that *rubric_id*, or one *version* of it, is not to count from now on. Raises Refused."""
    data = {"rubric": rubric_id, **({"version": version} if version is not None else {}), "reason": reason}
    _append(session, WITHDRAWN, data, by, now)


def take_over_old_table(session: OpenLedger) -> int:
    """Bring rubrics from the table of older programs into the ledger as events, in order; return how many were.

    Where nothing can be written now (a standby, a clock in doubt), they count from the table until it can.
    """
    with session.store.read() as work:
        rows = installed.texts(work.connection)
    if not rows:
        return 0
    moved = 0
    for row in rows:
        try:
            if not session.store.only_reads and not _is_event(session.shelf, row):
                _record_old(session, row)
        except (Refused, RubricRefused):
            break
        if session.store.only_reads:
            break
        with session.store.write() as work:
            installed.remove(work.connection, row)
        moved += 1
    left = [parse(row.text) for row in rows[moved:]]
    if left:
        session.projections.rubrics.stand_on(RubricCatalog([*builtin(), *left]))
        session.read_shelf()
    return moved


def _record_old(session: OpenLedger, row: installed.InstalledText) -> None:
    before = [each.id for each in session.shelf.mains_of(row.year) if each.id != row.id]
    install_rubric(
        session,
        row.text.encode(),
        replaces=before[-1] if before else None,
        reason="原先装在数据表里，升级时记入台账",
    )


def _is_event(catalog: RubricCatalog, row: installed.InstalledText) -> bool:
    return any(
        entry.rubric.label == f"{row.id}@{row.version}" and entry.rubric.file == row.text.encode()
        for entry in catalog.ever_installed
    )


def _append(
    session: OpenLedger, kind: str, data: dict[str, object], by: Recorder, now: datetime | None
) -> None:
    instant = now or session.clock()
    event = new_event(kind, None, instant, data)
    session.store.append([(None, orjson.dumps(event))], by=by, now=instant)
    session.read_shelf()
