"""The program as typer sees it, spoken in the reader's language.

Help texts stand in the commands in Chinese; a tree built for one call is translated as a whole.
"""

from __future__ import annotations

from typing import Any

import typer
from ledger.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from taizhang.cli.failures import UsageMistake
from taizhang.wording import N_, _


class SpokenHelp:
    """Usage line and help option in the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("用法：") + " ")

    def get_help_option(self, ctx: Any) -> Any:
        """Return the --help option."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("显示帮助。")
        return option


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


def _no_command(name: str, known: list[str]) -> Text:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    if near:
        return Text("没有“{name}”这个命令；是不是 {near}？", name=name, near=near[0])
    return Text("没有“{name}”这个命令；可用：{known}", name=name, known=known)


_GLOBAL_NOTE = N_("--store、--json、--lang、--by 可以写在命令前面或后面，见 taizhang --help。")
_TYPER_OPTIONS = {
    "install_completion": N_("给当前的 shell 装上命令补全。"),
    "show_completion": N_("显示当前 shell 的补全脚本，可复制或自行调整。"),
}


def translated(command: Any, top: bool = True) -> Any:
    """Return *command* and everything under it with their help in the reader's language."""
    if top:
        rich_utils.ARGUMENTS_PANEL_TITLE = _("参数")
        rich_utils.OPTIONS_PANEL_TITLE = _("选项")
        rich_utils.COMMANDS_PANEL_TITLE = _("命令")
        rich_utils.REQUIRED_LONG_STRING = _("[必填]")
        rich_utils.DEFAULT_STRING = _("[默认：{}]")
        rich_utils.ENVVAR_STRING = _("[环境变量：{}]")
    command.help = _(command.help or "")
    command.options_metavar = _("[选项]")
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = _("命令 …")
        for each in command.commands.values():
            translated(each, top=False)
    else:
        command.epilog = _(_GLOBAL_NOTE)
    for parameter in command.params:
        help_text = _TYPER_OPTIONS.get(parameter.name, getattr(parameter, "help", None))
        if help_text:
            parameter.help = _(help_text)
    return command


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
