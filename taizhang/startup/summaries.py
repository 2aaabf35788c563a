"""Making a ledger's summary and keeping it in the first ledger of the installation."""

from __future__ import annotations

from projections import totals
from projections.summary import summarise
from rubric.schema import Rubric
from taizhang.app import ledger_summaries
from taizhang.app.ledger import OpenLedger
from taizhang.app.ledger_summaries import LedgerSummary

HUNDRED = 100


def _version(rubric: Rubric) -> int:
    return rubric.version


def keep_summary(first: OpenLedger, name: str, ledger: OpenLedger) -> LedgerSummary:
    """Keep in *first* what the kept rows of *ledger* say now; nothing but them is read. Return it."""
    rubrics = {rubric.id: rubric for rubric in sorted(ledger.shelf.all, key=_version)}
    day = ledger.clock.today()
    line = ledger.settings.forecast_line * HUNDRED
    with ledger.store.read() as work:
        found = summarise(totals.rows(work.connection), rubrics, day, line, ledger.settings.grace_days)
    made = LedgerSummary(name, ledger.settings.district, first.clock(), tuple(found))
    with first.store.write() as work:
        ledger_summaries.keep(work.connection, made)
    return made
