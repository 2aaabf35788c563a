"""`/review`: what assessors should look at, with a verdict on one thing or on several at once."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import say
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.asked import Asked, asked_in, asked_of
from taizhang.web.pages.review.fields import Short, Typed
from taizhang.web.pages.review.list_view import ALL_MAX, all_that_match, review_list
from taizhang.web.pages.review.verdicts import AT_ONCE_MAX, Looked, Verdict, look_over

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
Chosen = Annotated[str, Form(max_length=100_000)]
_LINE_END = re.compile(r"\r?\n")


@router.get("/review")
def review(request: Request, visit: Visitor, session: Ledger, done: Short = "") -> Response:
    """Show the list; what the address asks for beside it is read by `asked_of`."""
    shown = review_list(session, asked_of(request.query_params), visit.account.name)
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
    only: Chosen = "",
    double: Annotated[str, Form(max_length=200)] = "",
    everything: Annotated[str, Form(max_length=20)] = "",
    reason: Typed = "",
    back: Typed = "",
    then: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Accept or return the records that were chosen; *only* are those of the row whose own button was pressed.

    *double* is one that is returned because it is there twice; *everything*: all that the list's filter means, beyond
    the page. *then* is the record to go on to.
    """
    asked = asked_in(back)
    if making.was_sent(session, form):
        return RedirectResponse(asked.address(), status_code=303)
    name, most = visit.account.name, AT_ONCE_MAX
    if only or double:
        records = [double] if double else _ids([only])
    elif everything:
        records, most = all_that_match(session, asked, name, seen), ALL_MAX
    else:
        records = _ids(record or [])
    if double and not reason.strip():
        reason = _why_double(session, asked, name, double)
    wanted = "returned" if double else "accepted" if only else verdict
    sent = Verdict(records, wanted, reason.strip(), seen, form, most)
    looked = look_over(session, sent)
    if not looked.problems:
        making.append(session, visit.account, looked.events)
    if looked.problems or looked.meanwhile:
        # What a colleague did meanwhile is said; what is left was decided.
        shown = review_list(session, asked, name)
        done = None if looked.problems else (sent.verdict, len(looked.events))
        return render(
            request, "review/list.html", {**shown, **_sent(sent, looked), "done": done}, status_code=422
        )
    if then and session.store.find(then) is not None:
        address = f"/records/{quote(then, safe='')}?{asked.query}&done={sent.verdict}"
        return RedirectResponse(address, status_code=303)
    done_text = f"{sent.verdict}-{len(looked.events)}"
    return RedirectResponse(f"{asked.address()}&done={done_text}", status_code=303)


def _ids(chosen: list[str]) -> list[str]:
    """Return the ids that boxes sent: one row may stand for several records, one a line."""
    return [each for value in chosen for each in _LINE_END.split(value) if each]


def _why_double(session: OpenLedger, asked: Asked, name: str, double: str) -> str:
    """Return the reason that the unit reads: which record was there before."""
    rows = review_list(session, asked, name)["rows"]
    items = (item for row in rows for item in row.items)
    twin = next((item.twin for item in items if item.id == double), None)
    if twin is None:
        return ""
    return say(Text("与 {day} 的“{title}”重复", day=twin.day, title=twin.title[:200]))


def _nothing_sent() -> dict[str, object]:
    return {
        "form": making.new_form(),
        "problems": [],
        "meanwhile": [],
        "standing": [],
        "chosen": frozenset(),
        "reason": "",
    }


def _sent(sent: Verdict, looked: Looked) -> dict[str, object]:
    stays = bool(looked.problems)
    return {
        "form": making.new_form(),
        "problems": looked.problems + (looked.meanwhile if stays else []),
        "meanwhile": [] if stays else looked.meanwhile,
        "standing": looked.standing,
        "chosen": frozenset(sent.records) if stays else frozenset(),
        "reason": sent.reason if stays else "",
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
