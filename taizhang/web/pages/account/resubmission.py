"""A form that was sent after the login had expired: the login page takes its fields along and gives them back.

Without scripts too: they travel as hidden fields, bounded in number and size. Files are not taken along, passwords
never.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from taizhang.web.http.auth import options_of
from taizhang.web.http.form_data import read_posted

PREFIX = "carried."
TO = "carried-to"
CHARACTERS_MAX = 500_000
_SECRET = ("password", "again", "old")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Carried:
    """Where a form was sent to, and its fields in order; without an address there is none."""

    address: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields in which it travels through the login page."""
        if not self.address:
            return []
        return [(TO, self.address), *((PREFIX + name, value) for name, value in self.fields)]

    @property
    def returns_to_form(self) -> bool:
        """Whether sending it again can show the form instead of recording at once: its page has steps."""
        return any(name == "step" for name, _value in self.fields)

    @property
    def given_back(self) -> list[tuple[str, str]]:
        """The fields that are sent again; the page's step is to show the form."""
        return [(name, "show" if name == "step" else value) for name, value in self.fields]


async def carried_from(request: Request) -> Carried:
    """Return the form that *request* sent in vain."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORMS:
        return Carried()
    # Files are not taken along, and nobody who is not logged in has megabytes read of him.
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > options_of(request).body_max:
        return Carried()
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        sent = await read_posted(request)
    except HTTPException:
        return Carried()
    return _bounded(address, [(name, text) for name, texts in sent.values.items() for text in texts])


async def carried_along(request: Request) -> Carried:
    """Return the form that came along with a login."""
    sent = await read_posted(request)
    fields = [
        (name.removeprefix(PREFIX), text)
        for name, texts in sent.values.items()
        if name.startswith(PREFIX)
        for text in texts
    ]
    return _bounded(sent.one(TO), fields)


def _bounded(address: str, fields: list[tuple[str, str]]) -> Carried:
    own = urlsplit(address)
    local = not own.scheme and not own.netloc and address.startswith("/") and not address.startswith("//")
    too_long = sum(len(name) + len(value) for name, value in fields) > CHARACTERS_MAX
    if not local or not fields or too_long or any(name in _SECRET for name, _value in fields):
        return Carried()
    return Carried(address, fields)


Along = Annotated[Carried, Depends(carried_along)]
"""A login's parameter of this type is the form that came along with it."""


def own_address(address: str) -> str:
    """Return *address* when it is a path of this site, else `/`: nobody is led elsewhere after logging in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    plain = not parts.scheme and not parts.netloc and address.startswith("/")
    if not plain or address.startswith(("//", "/\\")) or any(ord(each) < 32 for each in address):
        return "/"
    return address


def came_from(request: Request) -> str:
    """Return the address on this site of the page that a form was sent from, as far as the browser says; else `/`."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if parts.netloc != request.headers.get("host"):
        return "/"
    return own_address(parts.path + (f"?{parts.query}" if parts.query else ""))
