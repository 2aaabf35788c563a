"""Arguments read from text: days, instants, JSON. What cannot be read is wrong usage."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ledger.text import Text
from taizhang.cli.failures import UsageMistake

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_or_none(text: str | None) -> date | None:
    """Return the day of ``--as-of``; None when it was not given: today, by the ledger's clock."""
    if text is None:
        return None
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise UsageMistake(Text("“{text}”不是日期；--as-of 应写成 2017-06-30 的样子", text=text), "--as-of")


def instant_or_none(text: str | None) -> str | None:
    """Return ``--known-at`` as it was given once it is sure to be an instant; None when it was not given."""
    from ledger.events.event import instant_of

    if text is None:
        return None
    try:
        instant_of(text)
    except ValueError:
        raise UsageMistake(
            Text("“{text}”不是带时区的时间；--known-at 应写成 2017-07-01T09:00:00+08:00 的样子", text=text),
            "--known-at",
        ) from None
    return text


def json_object(text: str, option: str) -> dict[str, object]:
    """Return the JSON object in *text*, or in the file that ``@FILE`` names. Raises UsageMistake and OSError."""
    from ledger.events.strict_json import NotStrict, parse_line

    raw = Path(text[1:]).read_bytes() if text.startswith("@") else text.encode("utf-8", "surrogateescape")
    try:
        return parse_line(raw.strip())
    except NotStrict as error:
        raise UsageMistake(Text("{option}：{problem}", option=option, problem=error.text), option) from None


def setting(text: str) -> tuple[str, object]:
    """Return the key and value of ``--set key=value``: JSON where it is JSON, else the text as it stands."""
    import orjson

    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageMistake(Text("“{text}”应写成 键=值，如 --set topic=学习讨论", text=text), "--set")
    try:
        return key, orjson.loads(value)
    except orjson.JSONDecodeError:
        return key, value
