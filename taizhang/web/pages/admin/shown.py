"""Rendering a page of administration: its sections, and what is wrong with its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Problem
from ledger.text import Text
from taizhang.web.http.templates import render
from taizhang.web.pages.admin.sections import SECTIONS


def shown(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> Response:
    """Return the page; with *problems*, of a form that was refused."""

    def wrong(field: str) -> Text | None:
        return next((problem.text for problem in problems if problem.field == field), None)

    known = {"sections": SECTIONS, "problems": problems, "wrong": wrong}
    return render(request, f"admin/{template}", {**known, **context}, status_code=422 if problems else status)
