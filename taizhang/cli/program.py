"""The program as typer sees it, spoken in the reader's language.

Help texts stand in the commands in Chinese and are translated when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ledger.text import Text
from taizhang.cli.failures import UsageMistake
from taizhang.cli.sections import SECTIONS
from taizhang.language.i18n import N_, _


class SpokenHelp:
    """Help in the reader's language, laid out by the width of its characters."""

    def format_help(self, ctx: object, formatter: object) -> None:
        """Print the help page."""
        from taizhang.cli.render.console import stdout_console

        stdout_console().print(_page(self, ctx))


class Command(SpokenHelp, TyperCommand):
    """A command."""


class Group(SpokenHelp, TyperGroup):
    """A group of commands that knows what to say about one it does not have."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that *args* begin with. Raises UsageMistake with the nearest name there is."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            raise UsageMistake(_no_command(name, list(self.commands)), name)
        return super().resolve_command(ctx, args)


class Program(Group):
    """The program as a whole, whose commands stand in sections."""

    def list_commands(self, ctx: object) -> list[str]:
        """Return the names of the commands in the order of the sections."""
        return [name for names in SECTIONS.values() for name in names]


def _no_command(name: str, known: list[str]) -> Text:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    if near:
        return Text("没有“{name}”这个命令；是不是 {near}？", name=name, near=near[0])
    return Text("没有“{name}”这个命令；可用：{known}", name=name, known=known)


_GLOBAL_NOTE = N_("--store、--ledger、--json、--lang、--by 可以写在命令前面或后面，见 taizhang --help。")
_TYPER_HELP = {
    "help": N_("显示帮助"),
    "install_completion": N_("给当前的 shell 装上命令补全"),
    "show_completion": N_("显示当前 shell 的补全脚本，可复制或自行调整"),
}


def _page(command: Any, ctx: Any) -> Any:
    from taizhang.cli.render.help import Entry, Part, help_page

    parameters = command.get_params(ctx)
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name == "option" and not each.hidden]
    usage = [_("用法："), ctx.command_path, *(each.metavar for each in arguments), _("[选项]")]
    if isinstance(command, TyperGroup):
        usage.append(_("命令 …"))
    parts = [
        Part(_("参数"), [Entry(each.metavar, _help_of(each)) for each in arguments]),
        *_contents(command),
        Part(_("选项"), [Entry(_typed(each), _help_of(each)) for each in options]),
    ]
    note = "" if ctx.parent is None else _(_GLOBAL_NOTE)
    return help_page(" ".join(usage), _(command.help), parts, note)


def _contents(command: Any) -> Iterator[Any]:
    """Give the commands under *command* in titled parts."""
    from taizhang.cli.render.help import Entry, Part

    if isinstance(command, Program):
        sections: Mapping[str, Sequence[str]] = SECTIONS
    elif isinstance(command, TyperGroup):
        sections = {N_("命令"): list(command.commands)}
    else:
        return
    for title, names in sections.items():
        yield Part(_(title), [Entry(name, _first_paragraph(command.commands[name].help)) for name in names])


def _help_of(parameter: Any) -> str:
    text = _(_TYPER_HELP.get(parameter.name) or parameter.help)
    return _("{text}（必填）", text=text) if parameter.required else text


def _first_paragraph(text: str) -> str:
    return _(text).partition("\n\n")[0]


def _typed(option: Any) -> str:
    return option.opts[0] if option.is_flag else f"{option.opts[0]} {option.metavar}"


def value_options(command: Any) -> set[str]:
    """Return the names of all options under *command* that take a value."""
    names: set[str] = set()
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.is_flag:
            names.update(parameter.opts)
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            names |= value_options(each)
    return names
