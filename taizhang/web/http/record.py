"""Recording what a page made: held against the ledger first, files beside the store, then one append."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from ledger.events.event import ClientEvent
from ledger.intake.draft import Draft
from ledger.intake.dry_run import Rehearsed, dry_run
from ledger.problem import Problem
from ledger.store.protocol import Appended, Line
from ledger.text import Text
from taizhang.accounts.account import Account
from taizhang.accounts.recording import append_as, recorder_of
from taizhang.app.ledger import OpenLedger, vocabulary_of
from taizhang.entry.forms.situation import Situation
from taizhang.evidence.attaching import Attachment, taken
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import NotEvidence
from taizhang.web.http.form_data import SentFile


def record(
    session: OpenLedger, account: Account, events: Sequence[ClientEvent], *, files: Sequence[Attachment] = ()
) -> Appended:
    """Append *events* in the name of *account*, all or nothing; *files* came with them.

    Raises NotPermitted, Refused, StoreError.
    """
    return append_as(
        session, account, as_lines(events), now=session.clock(), files=[each.facts for each in files]
    )


def record_looked_at(
    session: OpenLedger,
    account: Account,
    lines: Sequence[Line],
    situation: Situation,
    *,
    evidence: Sequence[ClientEvent] = (),
    files: Sequence[Attachment] = (),
) -> Appended:
    """Append *lines* as `rehearsed` has looked at them, with the *evidence* of *files*, in the name of *account*.

    What was read for that look, lines and the unit's events, is not read again. Raises as `record`.
    """
    return append_as(
        session,
        account,
        [*lines, *as_lines(evidence)],
        now=session.clock(),
        files=[each.facts for each in files],
        known={situation.unit: situation.events},
    )


def as_lines(events: Sequence[ClientEvent]) -> list[Line]:
    """Return *events* as an append takes them."""
    return [(None, orjson.dumps(event)) for event in events]


def rehearsed(
    session: OpenLedger, account: Account, situation: Situation, drafts: Sequence[Draft]
) -> Rehearsed:
    """Return what an append of *drafts* would forbid and refuse, and the probable doubles it would warn of."""
    return dry_run(
        drafts,
        situation.events,
        find=session.store.find,
        is_unit=session.is_unit,
        vocabulary=vocabulary_of(session.shelf),
        by=recorder_of(session, account),
        now=session.clock(),
    )


def looked_at(files: Sequence[SentFile]) -> tuple[list[Attachment], list[Problem]]:
    """Return the files that are taken, and for each of the others why it is not."""
    attachments: list[Attachment] = []
    problems: list[Problem] = []
    for file in files:
        try:
            attachments.append(taken(file.content, file.filename))
        except NotEvidence as refused:
            text = Text("“{name}”没有收：{why}", name=file.filename[:80], why=refused.text)
            problems.append(Problem("files", text))
    return attachments, problems


def keep(
    session: OpenLedger,
    account: Account,
    unit: str,
    folder: EvidenceFolder,
    attachments: Sequence[Attachment],
) -> None:
    """Keep the content of files, before the events that speak of them. Raises QuotaReached, StoreError.

    They count for the day whatever becomes of those events: they take room.
    """
    size = sum(len(each.content) for each in attachments if folder.find(each.sha256) is None)
    if size:
        session.quota.take(account.name, unit, session.settings.limits, session.clock(), size=size)
    for attachment in attachments:
        folder.keep(attachment.content)
