"""`/review`: what assessors should look at, with a verdict on one thing or on several at once."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from taizhang.accounts.entry import Visit
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.fields import Short, Typed
from taizhang.web.pages.review.list_view import Asked, asked_of, review_list
from taizhang.web.pages.review.verdicts import Looked, Verdict, look_over

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
Page = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/review")
def review(
    request: Request,
    visit: Visitor,
    session: Ledger,
    tab: Short = "",
    unit: Short = "",
    kind: Short = "",
    type: Short = "",  # noqa: A002  # the parameter's name in the address
    page: Page = 1,
    done: Short = "",
) -> Response:
    """Show the list."""
    shown = review_list(session, asked_of(tab, unit, kind, type, page))
    return render(request, "review/list.html", {**shown, **_nothing_sent(), "done": _done(done)})


@router.post("/review")
def give_verdict(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: Annotated[str, Form(max_length=100)],
    seen: Annotated[int, Form(ge=0)],
    record: Annotated[list[str] | None, Form()] = None,
    verdict: Annotated[str, Form(max_length=20)] = "",
    only: Annotated[str, Form(max_length=200)] = "",
    reason: Typed = "",
    back: Typed = "",
    then: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Accept or return the records that were chosen; *only* is the one whose own button was pressed.

    *then* is the record to go on to.
    """
    asked = _asked_again(back)
    sent = Verdict(
        [only] if only else record or [], "accepted" if only else verdict, reason.strip(), seen, form
    )
    if making.was_sent(session, form):
        return RedirectResponse(asked.address(), status_code=303)
    looked = look_over(session, sent)
    if looked.problems:
        shown = review_list(session, asked)
        return render(request, "review/list.html", {**shown, **_sent(sent, looked)}, status_code=422)
    making.append(session, visit.account, looked.events)
    if then and session.store.find(then) is not None:
        address = f"/records/{quote(then, safe='')}?tab={asked.tab.value}&done={sent.verdict}"
        return RedirectResponse(address, status_code=303)
    done = f"{sent.verdict}-{len(looked.events)}"
    return RedirectResponse(f"{asked.address()}&done={done}", status_code=303)


def _asked_again(query: str) -> Asked:
    said = {name: values[0] for name, values in parse_qs(query.removeprefix("/review?")).items()}
    page = said.get("page", "1")
    return asked_of(
        said.get("tab", ""),
        said.get("unit", ""),
        said.get("kind", ""),
        said.get("type", ""),
        int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _nothing_sent() -> dict[str, Any]:
    return {"form": making.new_form(), "problems": [], "standing": [], "chosen": frozenset(), "reason": ""}


def _sent(sent: Verdict, looked: Looked) -> dict[str, Any]:
    return {
        "form": making.new_form(),
        "problems": looked.problems,
        "standing": looked.standing,
        "chosen": frozenset(sent.records),
        "reason": sent.reason,
        "done": None,
    }


def _done(text: str) -> tuple[str, int] | None:
    verdict, _, count = text.partition("-")
    if (
        verdict in ("accepted", "returned", "asked")
        and count.isascii()
        and count.isdigit()
        and len(count) < 5
    ):
        return verdict, int(count)
    return None
