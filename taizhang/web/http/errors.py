"""What was refused or went wrong: a page for people, problem+json (RFC 9457) for programs, in the reader's language."""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.errors import ErrorKind, TaizhangError
from ledger.intake.admission import is_conflict
from ledger.problem import NotPermitted, Problem, Refused
from rubric.mistake import NoRubric, RubricRefused
from taizhang.accounts.security_log import Happened
from taizhang.app.errors import as_member
from taizhang.app.quota import QuotaReached
from taizhang.documents.append_result import problems_json
from taizhang.language.i18n import _, say
from taizhang.web.http import malformed
from taizhang.web.http.auth import (
    SAFE_METHODS,
    LoginNeeded,
    NotAllowed,
    OnlyInPerson,
    PasswordNeeded,
    visit_of,
)
from taizhang.web.http.methods import allowed, without_slash
from taizhang.web.http.security import happened
from taizhang.web.http.templates import render
from taizhang.web.pages.account.login_view import confirm_page, login_page
from taizhang.web.pages.account.resubmission import came_from, carried_from

log = logging.getLogger(__name__)
API = "/api/"


def install(app: FastAPI) -> None:
    """Have *app* answer with these."""
    app.add_exception_handler(LoginNeeded, _login_needed)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(NotPermitted, _not_permitted)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(QuotaReached, _too_much)
    app.add_exception_handler(TaizhangError, _foreseen)
    app.add_exception_handler(RubricRefused, _foreseen)
    app.add_exception_handler(NoRubric, _foreseen)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


def answer(request: Request, status: int, title: str, problems: list[Problem] | None = None) -> Response:
    """Return the page or the problem document for *status*."""
    if not request.url.path.startswith(API):
        return render(
            request,
            "failure.html",
            {"status": status, "title": title, "problems": problems or []},
            status_code=status,
        )
    document: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    if problems:
        document["errors"] = problems_json(problems)
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(document, status_code=status, media_type="application/problem+json", headers=headers)


async def _login_needed(request: Request, error: Exception) -> Response:
    if "authorization" in request.headers:
        await run_in_threadpool(happened, request, Happened.TOKEN_REFUSED)
    elif request.url.path.startswith(API):
        await run_in_threadpool(happened, request, Happened.REFUSED)
    if request.url.path.startswith(API):
        return answer(request, 401, _("请先登录，或在 Authorization 里带上令牌"))
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method in SAFE_METHODS:
        return RedirectResponse(f"/login?next={quote(back)}", status_code=303)
    # What was typed goes along through the login and comes back.
    return login_page(request, "/", carried=await carried_from(request), expired=True)


async def _not_allowed(request: Request, error: Exception) -> Response:
    if isinstance(error, PasswordNeeded):
        if request.url.path.startswith(API):
            return answer(request, 403, _("请先再输入一次密码（POST /api/v1/account/confirm），再做这件事"))
        return confirm_page(request, came_from(request), carried=await carried_from(request))
    await run_in_threadpool(happened, request, Happened.REFUSED, _account_of(request))
    if isinstance(error, OnlyInPerson):
        return answer(request, 403, _("令牌不能做这件事；请本人登录后来做"))
    return answer(request, 403, _("您的账号没有这项权限；需要的话请联系系统管理员"))


def _account_of(request: Request) -> str:
    visit = visit_of(request)
    return visit.account.name if visit is not None else ""


async def _not_permitted(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotPermitted)
    await run_in_threadpool(happened, request, Happened.REFUSED, _account_of(request))
    return answer(request, 403, say(error.text), list(error.problems))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    # Every one of them is an id that is taken: nothing is wrong with what was sent.
    status = 409 if error.problems and all(map(is_conflict, error.problems)) else 422
    return answer(request, status, say(error.text), error.problems)


async def _too_much(request: Request, error: Exception) -> Response:
    assert isinstance(error, QuotaReached)
    response = answer(request, 429, _("今天记入的太多了，这些没有记入"), error.problems)
    response.headers["retry-after"] = str(error.seconds)
    return response


_STATUS = {
    ErrorKind.REFUSED: 422,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.DENIED: 403,
    ErrorKind.CONFLICT: 409,
    ErrorKind.USAGE: 422,
    ErrorKind.STORE: 503,
    ErrorKind.UNAVAILABLE: 503,
}


async def _foreseen(request: Request, error: Exception) -> Response:
    # Every member of the family for which nothing more is to be done than to say it.
    member = as_member(error)
    assert member is not None
    if member.kind in (ErrorKind.STORE, ErrorKind.CONFLICT):
        log.error("%s: %s", member.kind, member)
    if member.kind is ErrorKind.STORE:
        request.state.visit = None  # who it was cannot be asked now
    return answer(request, _STATUS[member.kind], say(member.text), list(member.problems))


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request, 422, _("请求的内容不合要求"), malformed.problems_of(error.errors()))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    titles = {
        400: _("请求的内容看不懂；请检查格式"),
        404: _("没有这个页面；请核对地址"),
        405: _("这个地址不接受这种请求"),
        408: _("传送太慢，已中断；请重试"),
        413: _("内容太大"),
        503: _("现在太忙；请过一会儿再试"),
        415: _("不接受这种内容类型；请用 application/json 或 application/x-ndjson"),
    }
    routes = request.app.router.routes
    if error.status_code == 404:
        elsewhere = without_slash(request, routes)
        if elsewhere is not None:
            return elsewhere
    seconds = (error.headers or {}).get("retry-after", "")
    if error.status_code == 503 and seconds.isdigit():
        titles[503] = _("现在太忙；请 {seconds} 秒后再试", seconds=seconds)
    response = answer(request, error.status_code, titles.get(error.status_code, error.detail))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if error.status_code == 405:
        response.headers["allow"] = allowed(request, routes)
    return response


class LastResort:
    """Answers what was not foreseen, inside the middleware that sets the headers of every answer. Plain ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            # Not the address: what stands in it may let in (a calendar's, a one-time link), or be lines of another's.
            route = getattr(scope.get("route"), "path", None)
            log.exception("%s %s", scope["method"], route or "(no route)")
            response = _unforeseen(Request(scope, receive))
            await response(scope, receive, noting)


def _unforeseen(request: Request) -> Response:
    # The traceback is in the log; the visitor is told nothing of the inside.
    request.state.visit = None
    return answer(request, 500, _("程序出了错，已记入日志；没有写入任何内容，请稍后重试"))
