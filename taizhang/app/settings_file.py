"""The settings file: one for systemd's `EnvironmentFile=` and for whoever types a command on the server.

`/etc/taizhang.env`, or the file that TAIZHANG_SETTINGS names (empty: none), a ``NAME=value`` a line, is read as systemd
reads it (systemd.exec(5)): blanks inside a value, brackets and ``#`` behind it belong to it, quotes around it do not; a
backslash outside single quotes takes the next character as it is; lines that begin with ``#`` or ``;`` are comments.
What the environment says already wins, and an option of a command wins over both.
"""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from ledger.problem import Problem
from ledger.text import Text
from taizhang.app.settings import BadSettings

USUAL = Path("/etc/taizhang.env")
CHOSEN_BY = "TAIZHANG_SETTINGS"
BYTES_MAX = 256 * 1024
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ESCAPED_IN_QUOTES = '"\\`$'


def settings_path(environment: MutableMapping[str, str] | None = None) -> Path | None:
    """Return the file that is read, None for none."""
    chosen = (os.environ if environment is None else environment).get(CHOSEN_BY)
    if chosen is not None:
        return Path(chosen) if chosen else None
    return USUAL if USUAL.exists() else None


def load_settings(environment: MutableMapping[str, str] | None = None) -> Path | None:
    """Take what the settings file says into the environment; return the file, None for none. Raises BadSettings."""
    known = os.environ if environment is None else environment
    path = settings_path(known)
    if path is None:
        return None
    for name, value in read_settings_file(path).items():
        known.setdefault(name, value)
    return path


def read_settings_file(path: Path) -> dict[str, str]:
    """Return what the file says, by name. Raises BadSettings with the line of each fault."""
    try:
        content = path.read_bytes()[: BYTES_MAX + 1]
    except PermissionError:
        raise _unreadable(
            Text("设置文件 {path} 不能读；请以运行服务的用户执行（sudo -u taizhang …）", path=str(path))
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _unreadable(Text("设置文件 {path} 读不了：{reason}", path=str(path), reason=reason)) from None
    try:
        text = content.decode("utf-8-sig") if len(content) <= BYTES_MAX else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise _unreadable(Text("设置文件 {path} 不是 UTF-8 的文字，或太大了", path=str(path)))
    return _parsed(text, str(path))


def _parsed(text: str, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    reader = _Reader(text.replace("\r\n", "\n"))
    while not reader.at_end:
        number = reader.line
        said = reader.assignment()
        if said is None:
            continue
        name, value = said
        if value is None or not _NAME.fullmatch(name) or "\0" in value:
            wrong = Text("设置文件 {path} 的这一行看不懂；应写成 名称=值，引号要成对", path=path)
            problems.append(Problem(CHOSEN_BY, wrong, line=number))
        else:
            found[name] = value
    if problems:
        raise BadSettings(problems)
    return found


class _Reader:
    """Goes through the file a character at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self.line = 1

    @property
    def at_end(self) -> bool:
        return self._place >= len(self._text)

    def _next(self) -> str:
        """Return the next character, "" at the end."""
        if self.at_end:
            return ""
        character = self._text[self._place]
        self._place += 1
        self.line += character == "\n"
        return character

    def _rest_of_line(self) -> str:
        taken = ""
        while (character := self._next()) not in ("", "\n"):
            taken += character
        return taken

    def assignment(self) -> tuple[str, str | None] | None:
        """Return the next name and its value (None: it has none, or its quotes do not end); None for an empty line."""
        name = ""
        while (character := self._next()) not in ("", "\n", "="):
            if not name.strip() and character in "#;":
                self._rest_of_line()
                return None
            name += character
        if character != "=":
            return (name.strip(), None) if name.strip() else None
        return name.strip(), self._value()

    def _value(self) -> str | None:
        # So much of it stays whatever blanks end the line: it was quoted.
        value, kept = "", 0
        begins = True
        while (character := self._next()) not in ("", "\n"):
            if begins and character in "\"'":
                quoted = self._quoted(character)
                if quoted is None:
                    return None
                value += quoted
                kept = len(value)
                continue
            if character == "\\":
                following = self._next()
                if following not in ("", "\n"):
                    value += following
                    kept = len(value)
                begins = False
            elif not (begins and character.isspace()):
                value += character
                begins = False
        return value[:kept] + value[kept:].rstrip()

    def _quoted(self, quote: str) -> str | None:
        value = ""
        while (character := self._next()) != quote:
            if not character:
                return None
            if character == "\\" and quote == '"':
                following = self._next()
                if following == "\n":
                    continue
                character = following if following in _ESCAPED_IN_QUOTES else "\\" + following
            value += character
        return value


def _unreadable(text: Text) -> BadSettings:
    return BadSettings([Problem(CHOSEN_BY, text)])
