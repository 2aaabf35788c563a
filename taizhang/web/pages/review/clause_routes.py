"""`/review/clauses`: one judged clause over all units, several judged at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from projections import totals
from taizhang.accounts.entry import Visit
from taizhang.entry.facts.deductions import Deduction, read_deductions
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review import clause_table
from taizhang.web.pages.review.clause_table import Sent
from taizhang.web.pages.review.fields import Brief, Short
from taizhang.web.pages.review.rubric_choice import rubric_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Pasted:
    """A list that was pasted: its text, what was read in it, and the units of rows without a deduction."""

    table: str = ""
    reason: str = ""
    rows: Sequence[Deduction] = ()
    empty: Sequence[str] = ()


Visitor = Annotated[Visit, Depends(May("review"))]


@router.get("/review/clauses")
def clauses(
    request: Request,
    visit: Visitor,
    session: Ledger,
    clause: Short = "",
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Short = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    done: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    """Show the table of a clause."""
    shown = clause_table.table(session, clause, year, page, rubric)
    return _shown(request, shown, Sent(form=making.new_form()), [], done)


def _shown(
    request: Request,
    shown: dict[str, object],
    sent: Sent,
    problems: list[Problem],
    done: int = 0,
    pasted: Pasted | None = None,
) -> Response:
    context = {**shown, "sent": sent, "problems": problems, "done": done, "pasted": pasted or Pasted()}
    return render(request, "review/clauses.html", context, status_code=422 if problems else 200)


@router.post("/review/clauses")
def judge(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: Annotated[str, Form(max_length=100)],
    clause: Brief,
    year: Annotated[int, Form(ge=1950, le=2999)],
    seen: Annotated[int, Form(ge=0)],
    page: Annotated[int, Form(ge=1, le=100_000)] = 1,
    unit: Annotated[list[str] | None, Form()] = None,
    row: Annotated[list[str] | None, Form()] = None,
    deduct: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    sure: Brief = "",
    rubric: Brief = "",
    why: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Judge the units that were ticked, or have a deduction beside them: all or none."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    typed = {each: said.strip() for each, said in zip(row or [], deduct or [], strict=False)}
    reasons = {each: said.strip()[:2000] for each, said in zip(row or [], why or [], strict=False)}
    sent = Sent(unit or [], typed, reason.strip(), seen, bool(sure), form, reasons)
    address = clause_table.Asked(clause, found.year, page, rubric).address(done=len(sent.chosen))
    if making.was_sent(session, form):
        return RedirectResponse(address, status_code=303)
    events, problems = clause_table.looked_over(session, found, clause, sent)
    if not problems:
        try:
            making.append(session, visit.account, events)
            return RedirectResponse(address, status_code=303)
        except Refused as refused:
            problems = refused.problems
    shown = clause_table.table(session, clause, year, page, rubric)
    looked = _pasted_again(shown, sent) if why else None
    return _shown(request, shown, sent, problems, pasted=looked)


@router.post("/review/clauses/paste")
def look_at_paste(
    request: Request,
    visit: Visitor,
    session: Ledger,
    clause: Brief,
    year: Annotated[int, Form(ge=1950, le=2999)],
    table: Annotated[str, Form(max_length=400_000)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    rubric: Brief = "",
) -> Response:
    """Look at a pasted list: what it would deduct of whom, and what is wrong in which row. Nothing is recorded."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    shown = clause_table.table(session, clause, year, 1, rubric)
    with session.store.read() as work:
        names = {row.unit: row.name for row in totals.rows(work.connection) if not row.closed_on}
    read = read_deductions(table, names, reason.strip())
    sent = Sent(
        deducts={each.unit: each.deduct for each in read.rows},
        reason=reason.strip(),
        seen=shown["seen"],
        form=making.new_form(),
        reasons={each.unit: each.reason for each in read.rows},
    )
    problems = [
        Problem("table", Text("第 {row} 行：{problem}", row=row, problem=text)) for row, text in read.problems
    ]
    if not read.rows and not problems:
        problems.append(Problem("table", Text("没有要记的：把单位、扣分、理由三列从表格里粘贴进来")))
    if not problems:
        _events, problems = clause_table.looked_over(session, found, clause, sent)
    pasted = Pasted(table, reason, read.rows, read.empty)
    return _shown(request, shown, sent, problems, pasted=pasted)


def _pasted_again(shown: dict[str, object], sent: Sent) -> Pasted:
    """Return what was looked at and then refused, or asked about, to be looked at once more."""
    rows = [
        Deduction(number, unit, unit, deduct, sent.reasons.get(unit, ""))
        for number, (unit, deduct) in enumerate(sent.deducts.items(), 1)
    ]
    return Pasted("", sent.reason, rows, [])
