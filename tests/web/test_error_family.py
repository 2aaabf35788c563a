"""Every error that a user can meet is told by the command line, the pages and the API; none shows a traceback."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import ledger
import projections
import reminders
import rubric
import taizhang
from ledger.errors import ErrorKind, TaizhangError
from ledger.problem import Problem
from ledger.text import Text
from rubric.mistake import Mistake, NoRubric, RubricRefused
from taizhang.web.http.auth import visit_of

from .site import SECRETARY, Site

# The package `taizhang.cli` gives its function the module's name.
cli = importlib.import_module("taizhang.cli.main")

WORDS = Text("这里不对")
PROBLEMS = [Problem("data.x", WORDS, 3)]
MADE_WITH: dict[str, tuple[Any, ...]] = {
    "Refused": (PROBLEMS,),
    "ClockRefused": (PROBLEMS,),
    "NotPermitted": (PROBLEMS,),
    "Unsound": (PROBLEMS,),
    "BadSettings": (PROBLEMS,),
    "QuotaReached": (WORDS, 60),
    "Broken": (7, WORDS),
    "CannotListen": ("127.0.0.1", 80, "taken"),
    "BadMailSetting": ("smtp_url", WORDS),
    "UnknownLanguage": ("fr",),
}
NO_ARGUMENTS = {"Ending", "LoginNeeded", "NotAllowed", "OnlyInPerson", "PasswordNeeded"}
CAUGHT_INSIDE = {
    # These steer the program and are always caught by the room that raises them, or by its only caller.
    "Amiss", "Damaged", "InUse", "JobFailed", "LeftOut", "Locked", "Moved", "NamesABranch", "NotOurs",
    "NotStrict", "NotUnpacked", "OverBounds", "Stranger", "TooMuch", "UncommonPacking",
    "Unheard", "Unreadable", "_Faulty", "_Refused", "_TooManyFields",
}  # fmt: skip
TOLD_OTHERWISE = {"RubricRefused", "NoRubric", "TooLarge", "TooSlow"}
"""The rubric knows nothing of the ledger's family (see `as_member`); two are answers of HTTP."""


def _below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


@pytest.fixture(scope="module")
def exceptions() -> set[type[BaseException]]:
    """Every exception class of ours."""
    rooms = (ledger, projections, reminders, rubric, taizhang)
    for room in rooms:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    names = tuple(f"{room.__name__}." for room in rooms)
    return {kind for kind in _below(Exception) if kind.__module__.startswith(names)}


def _made(kind: Any) -> TaizhangError:
    error = kind() if kind.__name__ in NO_ARGUMENTS else kind(*MADE_WITH.get(kind.__name__, (WORDS,)))
    assert isinstance(error, TaizhangError)
    return error


def test_an_exception_is_of_the_family_or_never_reaches_a_user(exceptions: set[type[BaseException]]) -> None:
    strangers = {kind.__name__ for kind in exceptions if not issubclass(kind, TaizhangError)}
    assert strangers - CAUGHT_INSIDE - TOLD_OTHERWISE == set()


def test_the_command_line_tells_every_one(
    exceptions: set[type[BaseException]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    family = [_made(kind) for kind in exceptions if issubclass(kind, TaizhangError)]
    assert len(family) > 25
    errors: list[Exception] = [*family, NoRubric("没有"), RubricRefused([Mistake(1, "x", "不对")])]
    for error in errors:

        def fail(_arguments: list[str], error: Exception = error) -> int:
            raise error

        monkeypatch.setattr(cli, "_run", fail)
        usage = isinstance(error, TaizhangError) and error.kind is ErrorKind.USAGE
        assert cli.main(["score"]) == (2 if usage else 1), error
        told = capsys.readouterr().err
        assert told.strip(), error
        assert "Traceback" not in told


def test_pages_and_api_tell_every_one(exceptions: set[type[BaseException]], site: Site) -> None:
    errors: dict[str, Exception] = {
        kind.__name__: _made(kind) for kind in exceptions if issubclass(kind, TaizhangError)
    } | {"NoRubric": NoRubric("没有"), "RubricRefused": RubricRefused([Mistake(1, "x", "不对")])}

    def fail(request: Request) -> Response:
        visit_of(request)
        raise errors[request.path_params["name"]]

    for at in ("/raised/{name}", "/api/v1/raised/{name}"):
        site.app.router.routes.insert(0, Route(at, fail))
    with site.visitor(SECRETARY) as client:
        for name in errors:
            for at in ("/raised", "/api/v1/raised"):
                answer = client.get(f"{at}/{name}")
                assert answer.status_code < 500 or answer.status_code == 503, (at, name, answer.status_code)
                assert "Traceback" not in answer.text
                if at.startswith("/api"):
                    assert answer.headers["content-type"] == "application/problem+json", name
                    assert answer.json()["title"], name
