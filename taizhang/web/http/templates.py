"""Pages from jinja2 templates, and what every template knows."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ledger.events.event import SHANGHAI, instant_of
from ledger.text import Text
from projections import totals
from rubric.amounts import decimal_text
from taizhang.accounts.account import Account
from taizhang.accounts.called import people_called
from taizhang.accounts.roles import ROLE_NAMES
from taizhang.app.ledger import OpenLedger
from taizhang.documents import page_tables
from taizhang.documents.reports.pdf import can_make_pdf
from taizhang.evidence.naming import visible
from taizhang.language.i18n import _, say, spoken
from taizhang.language.labels import clause_text, days_left, kind_word, status_word
from taizhang.web.http.auth import lets_in, session_of, visit_of
from taizhang.web.http.browser_names import browser_name
from taizhang.web.http.downloads import download

_HYPHENED = re.compile(r"(?<![\w-])[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)+(?![\w-])", re.ASCII)
"""A day, or an id with a hyphen in it."""
STATIC = Path(__file__).parent.parent / "static"


Context = dict[str, Any]
"""What a page's template is given, by name."""


def render(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the page that *template* makes of *context* and of what every page knows.

    Where the address asks for it (``?table=xlsx`` or ``csv``), its tables as a file.
    """
    session = session_of(request)
    visit = visit_of(request)
    account = visit.account if visit else None
    known = {
        "request": request,
        "path": request.url.path,
        "account": account,
        "own_units": [unit for unit in account.unit_ids if session.is_unit(unit)] if account else [],
        "unit_name": lambda unit: unit_name(session, unit),
        "scope_name": lambda scope: _scope_name(session, scope),
        "person_name": _names_of_people(session),
        "may": lambda page, unit=None: visit is not None and lets_in(visit, page, unit),
        "today": session.clock.today(),
        "settings": session.settings,
        "provisional": _provisional(session, account),
        "language": spoken(),
        "as_table": lambda form: _as_table(request, form),
    }
    text = environment().get_template(template).render({**known, **(context or {})})
    form = request.query_params.get("table", "")
    if form in page_tables.FORMS and request.method == "GET" and status_code == HTTPStatus.OK:
        return _tables(request, text, form)
    return HTMLResponse(text, status_code=status_code, headers=headers)


def _tables(request: Request, page: str, form: str) -> Response:
    """Return the tables of *page* as a file, called as the page is."""
    found = page_tables.tables_of(page)
    content = page_tables.as_csv(found) if form == "csv" else page_tables.as_xlsx(found)
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    words = unescape(title[1]).partition(" · ")[0] if title else ""
    name = re.sub(r"[^\w()（）：-]+", " ", words).strip()[:80] or "table"
    return download(request, content, f"{name}.{form}")


def _as_table(request: Request, form: str) -> str:
    """Return the address of the same page's tables as a file."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "table"]
    return f"?{urlencode([*asked, ('table', form)])}"


@cache
def environment() -> Environment:
    """Return the templates with their filters; every value is escaped, a missing one is an error."""
    made = Environment(
        loader=PackageLoader("taizhang.web"),
        bytecode_cache=_compiled_before(),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals |= {
        "_": _,
        "asset": asset,
        "can_make_pdf": can_make_pdf,
        "status_word": status_word,
        "kind_word": kind_word,
        "days_left": days_left,
        "clause_text": clause_text,
        "is_day": _is_day,
        "role_name": lambda role: _(ROLE_NAMES[role]),
    }
    made.filters |= {
        "say": _said,
        "day": _day,
        "instant": _instant,
        "size": _size,
        "browser": browser_name,
        "points": decimal_text,
        "unbroken": _unbroken,
        "visible": visible,
    }
    return made


def _compiled_before() -> FileSystemBytecodeCache | None:
    """Return where compiled templates are kept between starts; None where no folder is the user's own.

    Each is kept under its text's hash. What lies there is run: so nobody else may write there.
    """
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        folder = home / "taizhang" / "templates"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
    except (OSError, RuntimeError):
        return None
    owner = getattr(os, "geteuid", lambda: about.st_uid)()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != owner or about.st_mode & 0o077:
        return None
    return FileSystemBytecodeCache(str(folder))


def compile_templates() -> None:
    """Make every template ready, so that no visitor waits for it: at the first start a second of work."""
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)


def unit_name(session: OpenLedger, unit: str) -> str:
    """Return what a unit is called; its id where it is not registered."""
    with session.store.read() as work:
        return totals.name_of(work.connection, unit) or unit


def _scope_name(session: OpenLedger, scope: str) -> str:
    """Return what a secretary acts for: a unit's name, or a branch's behind its unit's."""
    unit = scope.partition("/")[0]
    if unit == scope or not session.is_unit(unit):
        return unit_name(session, scope)
    records = session.projections.records(session.store, unit).by_id.values()
    names = [
        each.data["name"]
        for each in records
        if each.subject == scope
        and each.type in ("organization.registered", "organization.changed")
        and "name" in each.data
        and not each.retracted
    ]
    return f"{unit_name(session, unit)} · {names[-1] if names else scope}"


def _names_of_people(session: OpenLedger) -> Callable[[str], str]:
    """Return what says how an account is called; its login where there is none, as of who wrote at the terminal.

    One person has one name on every page. The accounts are looked up once a page, and only where a page asks.
    """
    names: dict[str, str] = {}

    def name_of(login: str) -> str:
        if not names:
            with session.store.read() as work:
                names.update(people_called(work.connection))
            names.setdefault("", "")
        return names.get(login, login)

    return name_of


def _provisional(session: OpenLedger, account: Account | None) -> list[Text]:
    """Return what is said on every page while today's year has no rubric of its own, for units of the account's."""
    if account is None:
        return []
    units = [unit for unit in account.unit_ids if session.is_unit(unit)] or None
    with session.store.read() as work:
        found = session.projections.missing_years(work, session.clock.today(), units)
    return [each.text() for each in found]


def _said(text: Text | str) -> str:
    return say(text) if isinstance(text, Text) else text


def _day(value: date | str) -> str:
    """Show a day as 2017-09-20."""
    return value if isinstance(value, str) else value.isoformat()


def _is_day(value: str) -> bool:
    """Whether a browser's date field can show *value*."""
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is not None


def _instant(value: datetime | str) -> str:
    """Show an instant as people here write it: 2017-09-20 14:05, in Asia/Shanghai."""
    instant = instant_of(value) if isinstance(value, str) else value
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _unbroken(text: str) -> Markup:
    """Return a sentence whose days and codes (2017-09-30, wj-01/b1) are not torn apart at the end of a line."""
    return Markup(_HYPHENED.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def _size(count: int | None) -> str:
    """Show bytes as people say them: 14.1 MB; what is not known as a dash."""
    if count is None:
        return "—"
    for unit, least in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count} B"


def asset(name: str) -> str:
    """Return the address of a file in static/, which changes when the file does."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
