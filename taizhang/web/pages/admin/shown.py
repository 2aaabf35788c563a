"""Rendering a page of administration: its sections, and what is wrong with its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Problem
from ledger.text import Text
from taizhang.accounts.permissions import may_open
from taizhang.app.installation import settings_of
from taizhang.web.http.auth import options_of, session_of, visit_of
from taizhang.web.http.templates import render
from taizhang.web.pages.admin.first_steps import Stop, stops_of
from taizhang.web.pages.admin.sections import SECTIONS


def shown(
    request: Request,
    template: str,
    context: Mapping[str, object],
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> Response:
    """Return the page; with *problems*, of a form that was refused."""

    def wrong(field: str) -> Text | None:
        return next((problem.text for problem in problems if problem.field == field), None)

    known = {"sections": SECTIONS, "problems": problems, "wrong": wrong, "walk": _walk(request)}
    return render(request, f"admin/{template}", {**known, **context}, status_code=422 if problems else status)


def _walk(request: Request) -> list[Stop]:
    """Return the stops of the first walk that still wait: pages that it leads to lead back to it."""
    visit = visit_of(request)
    if visit is None or not may_open(visit.account, "admin"):
        return []
    session = session_of(request)
    stops = stops_of(session, settings_of(session.url), secure=options_of(request).secure)
    return [stop for stop in stops if stop.waits]
