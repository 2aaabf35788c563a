"""The way into the program: arguments in, exit status out, and never a traceback for what was foreseen."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import orjson
from typer import Exit

from ledger.problem import Problem
from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import Report, Status, UsageMistake, report_of
from taizhang.cli.global_options import hoist, option_value, wants_json
from taizhang.cli.output import complain
from taizhang.cli.usage_errors import usage_report
from taizhang.language.i18n import SOURCE, UnknownLanguage, language_of, use

PROGRAM = "taizhang"
_COMPLETING = "_TAIZHANG_COMPLETE"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (by default the program's own); return the exit status of contract §6."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_what_is_closed()
    _forgive_terminal()
    try:
        return _run(arguments)
    except BrokenPipeError:
        return _nobody_reads()
    except KeyboardInterrupt:
        report: Report | None = Report(
            Status.INTERRUPTED, [Problem("", Text("已中断；没有做完的不会留下半截"))]
        )
    except Exception as error:
        report = usage_report(error) or report_of(error)
        if report is None:
            raise
        if isinstance(error, OSError) and error.filename is None:
            _drop_output()
    assert report is not None
    _tell(report, wants_json(arguments))
    return report.status


def _run(arguments: list[str]) -> int:
    if set(arguments) in ({"--version"}, {"--version", "--json"}):
        _tell_version(as_json=len(arguments) > 1)
        return Status.DONE
    _speak(arguments)
    if _has_lone_bytes(arguments):
        raise UsageMistake(Text("命令行里有不是文字的字节；请检查编码"))
    from taizhang.cli.app import build
    from taizhang.cli.program import value_options

    command = build()
    if _COMPLETING in os.environ:
        command.main(prog_name=PROGRAM)
    hoisted = hoist(arguments, value_options(command))
    bare = not hoisted.rest
    if bare and wants_json(arguments):
        raise UsageMistake(Text("要做什么？用 taizhang --help 查看全部命令"))
    try:
        with command.make_context(PROGRAM, ["--help"] if bare else hoisted.argv) as context:
            command.invoke(context)
    except Exit as done:
        sys.stdout.flush()
        return Status.USAGE if bare else done.exit_code
    sys.stdout.flush()
    return Status.DONE


def _open_what_is_closed() -> None:
    # Started with a stream closed (`>&-`, some services): what is written there goes nowhere, and no file that is
    # opened later takes its number.
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _forgive_terminal() -> None:
    # What the terminal's encoding lacks (a mark in GBK) becomes "?" instead of stopping the program.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _has_lone_bytes(arguments: list[str]) -> bool:
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        return True
    return False


def _tell_version(*, as_json: bool) -> None:
    from taizhang import __version__

    print(orjson.dumps({"version": __version__}).decode() if as_json else f"taizhang {__version__}")


def _speak(arguments: list[str]) -> None:
    from taizhang.app.settings_file import load_settings

    use(SOURCE)
    load_settings()
    asked = option_value(arguments, "--lang")
    try:
        # Not by way of `Settings`: what is wrong with another setting is told in this language.
        use(language_of(asked if asked is not None else os.environ.get("TAIZHANG_LANG", SOURCE)))
    except UnknownLanguage as unknown:
        raise UsageMistake(unknown.text, "--lang") from None
    Settings()


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        complain([orjson.dumps(report.as_json()).decode()])
    else:
        complain(report.lines())


def _nobody_reads() -> int:
    _drop_output()
    return Status.NOBODY_READS


def _drop_output() -> None:
    # What is still buffered would raise again when the interpreter closes standard output. One without a descriptor
    # (another program calls `main`) buffers nothing of the system's.
    try:
        output = sys.stdout.fileno()
    except io.UnsupportedOperation:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output)
    os.close(nowhere)
