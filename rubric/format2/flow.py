"""A part of a file as one line of YAML, as people write it in a rule: {figure: budget_rate, lose: {flat: 1}}."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

_PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff./-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


def flow(value: object) -> str:
    """Return *value* (what YAML gave, or a model's plain data) as one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | date):
        return str(value)
    return _text(str(value))


def _text(text: str) -> str:
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or (text.isdecimal() and text.isascii()):
        return text
    return json.dumps(text, ensure_ascii=False)
