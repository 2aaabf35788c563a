"""What a browser posts, as forms read it: every name with its texts, and the files. Bounded in number and size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from taizhang.web.http.line import in_line

FIELDS_MAX = 3000
"""A committee's attendance has a box for each of 350 members."""
FILES_MAX = 20


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came: nothing of it is believed yet."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Posted:
    """The fields and files of one form."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: list[SentFile] = field(default_factory=list)

    def one(self, name: str) -> str:
        """Return the first text of a name, "" for none."""
        return next(iter(self.values.get(name, ())), "")


async def read_form(request: Request) -> FormData:
    """Return the request's form; a second call gets the same."""
    return await request.form(max_files=FILES_MAX, max_fields=FIELDS_MAX)


async def read_posted(request: Request) -> Posted:
    """Read the form of *request*. Raises HTTPException 400 for one that is malformed or has too many parts."""
    form = await read_form(request)
    values: dict[str, list[str]] = {}
    files = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            # A file field that was left empty is sent as an empty file without a name.
            if value.filename:
                files.append(SentFile(value.filename, await value.read()))
        else:
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Posted(values, files)


async def _posted(request: Request) -> AsyncIterator[Posted]:
    sent = await read_posted(request)
    if not sent.files:
        yield sent
        return
    async with in_line(request, "files"):
        yield sent


Form = Annotated[Posted, Depends(_posted, scope="function")]
"""A route's parameter of this type is what was posted; it stands behind the visitor, who is looked at first.

With files it waits for its turn: looking into them costs.
"""
