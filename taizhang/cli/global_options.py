"""The options that every command takes, wherever they stand: ``--store``, ``--ledger``, ``--json`` and so on.

The parser wants them before the command; people write them after it. They are moved to the front before parsing,
which also tells the language of the help and the form of the errors before anything can go wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ledger.text import Text
from taizhang.cli.failures import UsageMistake

VALUES = ("--store", "--ledger", "--lang", "--by")
FLAGS = ("--json", "--clock-is-right")


@dataclass(frozen=True, slots=True)
class Hoisted:
    """A command line with the global options in front, and what they say (None: not given)."""

    front: list[str]
    rest: list[str]
    values: dict[str, str]

    @property
    def argv(self) -> list[str]:
        """The command line to parse."""
        return [*self.front, *self.rest]


def wants_json(argv: Sequence[str]) -> bool:
    """Tell whether *argv* asks for JSON, before it is known to be in order."""
    return "--json" in argv[: argv.index("--")] if "--" in argv else "--json" in argv


def option_value(argv: Sequence[str], name: str) -> str | None:
    """Return the value of a global option before the rest is known to be in order; None when there is none."""
    found: str | None = None
    tokens = iter(argv)
    for token in tokens:
        if token == "--":  # noqa: S105 - an argument, not a password
            break
        if token == name:
            found = next(tokens, None)
        elif token.startswith(f"{name}="):
            found = token.partition("=")[2]
    return found


def hoist(argv: Sequence[str], taking_value: Collection[str]) -> Hoisted:
    """Move the global options of *argv* to its front; the last of several of one name stands.

    *taking_value* are the commands' own options that take a value, so that ``--reason --json`` keeps its reason.
    Raises UsageMistake for an option without its value.
    """
    flags: list[str] = []
    values: dict[str, str] = {}
    rest: list[str] = []
    tokens = iter(argv)
    for token in tokens:
        name, equals, value = token.partition("=")
        if token == "--":  # noqa: S105 - an argument, not a password
            rest += [token, *tokens]
        elif token in FLAGS:
            flags = [*dict.fromkeys([*flags, token])]
        elif name in VALUES:
            given = value if equals else next(tokens, None)
            if given is None or (not equals and given.startswith("--")):
                raise UsageMistake(Text("{option} 后面要写一个值", option=name), name)
            values[name] = given
        else:
            rest.append(token)
            if token in taking_value:
                rest += [following for following in [next(tokens, None)] if following is not None]
    front = [*flags, *(f"{name}={value}" for name, value in values.items())]
    return Hoisted(front, rest, values)
