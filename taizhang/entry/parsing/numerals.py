"""Numbers in Chinese characters, as far as days and hours need them: 二〇一七, 三十一, 廿五, 两, 一百二十, 一点五."""

from __future__ import annotations

DIGITS = "〇○零oO一二两三四五六七八九"
"""Digits in a row of them; a zero is typed as a letter, too."""
TENS = "一二两三四五六七八九十廿卅"
_VALUES = str.maketrans(DIGITS, "000001223456789")
_ROUND = {"廿": "二十", "卅": "三十"}
_AS_ON_A_CHEQUE = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰", "一二三四五六七八九十百")


def everyday(text: str) -> str:
    """Return 二 for 贰, as numbers are written where nobody may alter them."""
    return text.translate(_AS_ON_A_CHEQUE)


def in_a_row(text: str) -> int | None:
    """Return 2017 for 二〇一七 and 二0一七, None for what is no row of digits."""
    digits = text.translate(_VALUES)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def up_to_99(text: str) -> int | None:
    """Return the value of 三, 十, 十五, 二十, 三十一, 廿五 or of up to two digits; None for anything else."""
    for word, spelt in _ROUND.items():
        text = text.replace(word, spelt)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return in_a_row(text) if len(text) == 1 or (text.isdigit() and len(text) <= 2) else None
    parts = [in_a_row(part) if len(part) == 1 else None for part in (tens or "一", ones or "零")]
    if None in parts:
        return None
    return (parts[0] or 0) * 10 + (parts[1] or 0)


def up_to_999(text: str) -> int | None:
    """Return the value of 一百二十, 一百零五, 三百 or of what `up_to_99` reads; None for anything else."""
    hundreds, hundred, rest = text.partition("百")
    if not hundred:
        return up_to_99(text)
    many = in_a_row(hundreds) if len(hundreds) == 1 else None
    more = up_to_99(rest.removeprefix("零")) if rest else 0
    return None if many is None or more is None else many * 100 + more
