"""The whole examination: what does not need the ledger first, so that one that cannot be opened hides nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import TaizhangError
from ledger.problem import NoLedger
from ledger.text import Text
from taizhang import __version__
from taizhang.app.clock import Clock
from taizhang.app.settings import Settings
from taizhang.app.store_url import evidence_folder
from taizhang.health.checkup import Checkup
from taizhang.health.doctor.address_look import address_look
from taizhang.health.doctor.files_look import files_look
from taizhang.health.doctor.mail_look import mail_look
from taizhang.health.doctor.settings_look import settings_look
from taizhang.health.doctor.time_look import time_look
from taizhang.health.finding import Finding, Severity, down, fine
from taizhang.startup.open_ledger import open_ledger


def examine(url: str, settings: Settings, path: Path | None, *, offline: bool = False) -> Iterator[Finding]:
    """Yield what is found of the installation over the ledger at *url*, the fine things too; nothing is made.

    *path*: the settings file. *offline*: nobody is asked over the network.
    """
    yield fine("program", Text("taizhang {version}", version=__version__))
    yield from settings_look(settings, path, os.environ)
    yield from files_look(url, settings)
    yield _pdf()
    yield from time_look()
    if offline:
        yield Finding("network", Severity.LEFT_OUT, Text("没有看邮件服务器、网址和证书（--offline）"))
    else:
        yield from mail_look(settings)
        yield from address_look(settings, Clock()())
    yield from _ledger(url, settings)


def _ledger(url: str, settings: Settings) -> Iterator[Finding]:
    try:
        with open_ledger(url) as session:
            found = Checkup(session, evidence_folder(url, settings.evidence)).findings(settings)
            events = session.store.size()
    except NoLedger as error:
        yield down(
            "ledger", error.text, Text("头一次用：taizhang serve --new；从备份取回：taizhang restore DIR")
        )
    except TaizhangError as error:
        yield down("ledger", error.text)
    else:
        yield from found
        if not any(finding.severity is Severity.DOWN for finding in found):
            yield fine("ledger", Text("台账打得开，能写入，有 {events} 条事件", events=events))


def _pdf() -> Finding:
    from taizhang.documents.reports.pdf import WITHOUT, can_make_pdf

    return fine("pdf", Text("能生成 PDF")) if can_make_pdf() else Finding("pdf", Severity.LEFT_OUT, WITHOUT)
