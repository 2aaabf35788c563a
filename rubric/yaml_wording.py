"""What the YAML parser complains of, said for people who write rubric files."""

from __future__ import annotations

import re
from typing import Any

from .mistake import Mistake, msgid

_UNCLOSED = msgid("从这里开始的括号没有闭合，或两项之间少了逗号")
_KEY = msgid("这里不是“键: 值”；请检查缩进，冒号后面要有一个空格")
# What the parser's English problem contains, and our words for it. Those marked True begin where the parser's
# context began, not where it gave up.
_PROBLEMS: tuple[tuple[str, str, bool], ...] = (
    ("mapping values are not allowed", msgid("值里的冒号被读成了新的键；请给值加引号，或检查缩进"), False),
    ("cannot start any token", msgid("值不能用“{mark}”开头：缩进只用空格，特殊字符开头的值要加引号"), False),
    ("tab character", msgid("缩进里有 Tab；请改用空格"), False),
    ("unexpected end of stream", msgid("从这里开始的引号没有闭合"), True),
    ("expected ',' or", _UNCLOSED, True),
    ("expected node content", _UNCLOSED, True),
    ("expected '-' indicator", msgid("列表的每一项都要以“- ”开头并且对齐；这里不是"), False),
    ("expected <block end>", _KEY, False),
    ("expected key", _KEY, False),
    ("expected ':'", _KEY, True),
    ("document start", msgid("缩进比上面少，却不属于任何一层；请对齐"), False),
)


# Marks of a Chinese keyboard where YAML wants its own: a colon after a key, a comma before one, brackets.
_SLIPS = re.compile(r"^\s*(?:- )?\w+(：)|(，)\s*\w+\s*:|([｛｝［］])")
_NEAR = 2
"""How many lines above the place where the parser gave up are looked at."""


def _slip(text: str, first: int, last: int) -> Mistake | None:
    """Return the full-width mark that stands near the lines *first* to *last* (from 0), which broke the reading."""
    lines = text.splitlines()
    for number in range(min(last, len(lines) - 1), max(min(first, last) - _NEAR, -1), -1):
        found = _SLIPS.search(lines[number])
        if found:
            sign = next(group for group in found.groups() if group)
            message = msgid(
                "这一行的“{sign}”是全角的；冒号、逗号、括号都要换成半角（英文输入法），冒号后面空一格"
            )
            return Mistake(number + 1, "", message, sign=sign)
    return None


def yaml_mistake(error: Any, text: str) -> Mistake:
    """Return the YAMLError *error* about *text* as a Mistake."""
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:  # the reader, on a character that YAML does not allow
        place = getattr(error, "position", None)
        line = text.count("\n", 0, place) + 1 if isinstance(place, int) else None
        return Mistake(line, "", "文件里有 YAML 不允许的控制字符；请删去")
    problem = str(getattr(error, "problem", "") or error)
    for part, message, from_start in _PROBLEMS:
        if part in problem:
            where = start if from_start and start is not None else mark
            slip = _slip(text, where.line, mark.line)
            if slip is not None:
                return slip
            sign = {"\t": "Tab"}.get(text[mark.index : mark.index + 1], text[mark.index : mark.index + 1])
            return Mistake(where.line + 1, "", message, mark=sign)
    return Mistake(mark.line + 1, "", "不是正确的 YAML：{problem}", problem=problem)
