"""What the parser complains of, in the reader's language."""

from __future__ import annotations

from typing import Any

from typer import BadParameter, TyperException

from ledger.problem import Problem
from ledger.text import Text
from taizhang.cli.failures import Report, Status


def usage_report(error: BaseException) -> Report | None:
    """Return what to say about wrong usage; None when *error* is none."""
    if isinstance(error, TyperException):
        field, text = _worded(error)
        return Report(Status.USAGE, [Problem(field, text)])
    return None


def _worded(error: Any) -> tuple[str, Text]:
    # The parser's own exception classes are not public, but their names and attributes are stable in click.
    match type(error).__name__:
        case "NoSuchOption":
            near = sorted(error.possibilities or ())
            if near:
                text = Text("没有 {option} 这个选项；是不是 {near}？", option=error.option_name, near=near)
            else:
                text = Text("没有 {option} 这个选项；用 --help 查看可用的", option=error.option_name)
            return error.option_name, text
        case "MissingParameter":
            name = _name(error.param)
            return name, Text("缺少 {name}；用 --help 查看怎样写", name=name)
        case "BadOptionUsage" if "does not take" in error.message:
            return error.option_name, Text("{option} 后面不写值", option=error.option_name)
        case "BadOptionUsage":
            return error.option_name, Text("{option} 后面要写一个值", option=error.option_name)
    if isinstance(error, BadParameter):
        name = _name(getattr(error, "param", None))
        return name, Text("{name} 的值不对：{problem}", name=name, problem=error.message)
    if "Missing command" in error.message:
        return "", Text("还要写一个子命令；用 --help 查看可用的")
    if "unexpected extra argument" in error.message:
        extra = error.message.partition("(")[2].rstrip(")")
        return "", Text(
            "多出了 {extra}；用 --help 查看怎样写", extra=extra.removeprefix("s) (") or error.message
        )
    return "", Text("命令写得不对：{problem}", problem=error.message)


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name)
