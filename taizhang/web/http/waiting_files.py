"""A file that is looked at before it is recorded: read in its turn, kept meanwhile, found again by its token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.workbooks import uploads
from taizhang.entry.workbooks.uploads import Upload
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.http.form_data import Posted, read_posted
from taizhang.web.http.line import in_line

FILENAME_MAX = 200


async def _sent(request: Request) -> AsyncIterator[Posted]:
    sent = await read_posted(request)
    async with in_line(request, "workbooks"):
        yield sent


SentInTurn = Annotated[Posted, Depends(_sent, scope="function")]
"""What was posted, when it is its turn: the file is read each time its page is shown."""


async def _turn(request: Request) -> AsyncIterator[None]:
    async with in_line(request, "workbooks"):
        yield


Turn = Annotated[None, Depends(_turn, scope="function")]
"""A place in the same line, for what takes as long and posts nothing."""


def sent_or_waiting(
    session: OpenLedger, visit: Visit, unit: str, sent: Posted, *, size_max: int | None = None
) -> tuple[str, Upload | None]:
    """Return the token and the file: the one that was sent, kept from now on, or the one that waits by its token.

    *unit* is whom it is about, or what stands in place of one. The store has it, whichever server looked at it. A file
    of more than *size_max* bytes is returned and not kept. None: no file was sent, or it waits no longer.
    """
    account, now = visit.account.name, WALL_CLOCK()
    if sent.files:
        upload = Upload(sent.files[0].filename[:FILENAME_MAX], sent.files[0].content)
        if size_max is not None and len(upload.content) > size_max:
            return "", upload
        with session.store.write() as work:
            return uploads.keep(work.connection, account, unit, upload, now), upload
    token = sent.one("token")
    with session.store.read() as work:
        return token, uploads.get(work.connection, token, account, unit, now)


def forget(session: OpenLedger, visit: Visit, token: str) -> None:
    """Drop a file that was recorded or refused."""
    with session.store.write() as work:
        uploads.drop(work.connection, token, visit.account.name)
