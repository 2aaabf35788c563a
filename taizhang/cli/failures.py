"""What goes wrong in a command, as lines that say what to do, and the exit status (contract §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ledger.errors import ErrorKind, TaizhangError
from ledger.json_object import JsonObject
from ledger.problem import Broken, NoLedger, NotPermitted, Problem, Refused
from ledger.text import Text
from taizhang.cli.remedies import with_remedy
from taizhang.language.i18n import _, say


class Status(IntEnum):
    """The exit statuses."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    INTERRUPTED = 130
    """As a shell reports Ctrl-C."""
    NOBODY_READS = 141
    """As a shell reports a closed pipe."""


class UsageMistake(TaizhangError):
    """The command was not called as it has to be; `field` is the option or argument."""

    kind = ErrorKind.USAGE


class Failure(TaizhangError):
    """The command cannot do its work; `field` is what it is about (a file, an id)."""


class Unsound(TaizhangError):
    """The ledger is not whole; `problems` says at which events, and how."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(Text("台账不完整"), problems=list(problems))


@dataclass(frozen=True, slots=True)
class Report:
    """What is told about a failed command."""

    status: Status
    problems: list[Problem]
    show_field: bool = False
    """Whether a line begins with the field: in a record or a rubric it does; an option is named by the words."""

    def lines(self) -> list[str]:
        """Return one line for each problem, in the reader's language."""
        return [self._line(problem) for problem in self.problems]

    def _line(self, problem: Problem) -> str:
        place = [_("第 {line} 行", line=problem.line)] if problem.line is not None else []
        if self.show_field and problem.field:
            place.append(problem.field)
        said = " ".join(say(problem.text).splitlines())
        return f"{' '.join(place)}: {said}" if place else said

    def as_json(self) -> dict[str, list[JsonObject]]:
        """Return the document of contract §6."""
        from taizhang.documents.append_result import problems_json

        return {"errors": problems_json(self.problems)}


_STATUS = dict.fromkeys(ErrorKind, Status.REFUSED) | {ErrorKind.USAGE: Status.USAGE}


def report_of(error: BaseException) -> Report | None:
    """Return what to say about *error*; None when it is none that was foreseen."""
    from ledger.intake.clock_guard import ClockRefused
    from taizhang.app.errors import RubricFileRefused, as_member, problems_of
    from taizhang.app.store_url import BadLocation

    if isinstance(error, OSError):
        return Report(Status.REFUSED, [_os_problem(error)])
    member = as_member(error)
    if member is None:
        return None
    problems = list(problems_of(member))
    match member:
        case ClockRefused():
            (problem,) = problems
            text = Text("{problem}（命令行：--clock-is-right）", problem=problem.text)
            problems = [Problem(problem.field, text)]
        case Broken():
            where = Text(
                "台账在第 {sequence} 号事件处对不上：{text}", sequence=member.sequence, text=member.text
            )
            problems = [Problem(f"sequence {member.sequence}", where)]
        case NoLedger():
            problems = [Problem("", _how_to_begin(member.text))]
        case BadLocation():
            problems = [Problem("--store", member.text)]
    shows_field = isinstance(member, Refused | NotPermitted | RubricFileRefused) and not isinstance(
        member, ClockRefused
    )
    told = [replace(each, text=with_remedy(each.text, each.remedy)) for each in problems]
    return Report(_STATUS[member.kind], told, show_field=shows_field)


def _how_to_begin(text: Text) -> Text:
    return Text(
        "{problem}。头一次用：taizhang serve --new（网页服务）、taizhang import FILE 或 taizhang demo；"
        "从备份取回：taizhang restore DIR",
        problem=text,
    )


def _os_problem(error: OSError) -> Problem:
    name = str(error.filename) if error.filename is not None else ""
    match error:
        case FileNotFoundError():
            text = Text("没有“{name}”这个文件；请检查路径", name=name)
        case IsADirectoryError():
            text = Text("“{name}”是文件夹，这里要的是文件", name=name)
        case PermissionError():
            text = Text("没有读写“{name}”的权限", name=name)
        case _other if not name:
            # Nothing but an open file or a stream: mostly standard output.
            text = Text(
                "读写时出错：{reason}；请检查输出写到哪里，那里是否还有空间",
                reason=error.strerror or str(error),
            )
        case _other:
            text = Text("读写“{name}”时出错：{reason}", name=name, reason=error.strerror or str(error))
    return Problem(name, text)
