"""The family of errors as the doors meet it: a refused file, and the rubric's errors made members of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.errors import ErrorKind, TaizhangError
from ledger.problem import Problem
from ledger.remedy import Remedy
from ledger.text import Text
from rubric.mistake import ChoiceMistake, NoRubric, RubricRefused, Value


class FileRefused(TaizhangError):
    """The file is not what it should be, or too big, or broken; `text` says what to do."""


class RubricFileRefused(TaizhangError):
    """A rubric file is not as it should be: `problems` says what, by line."""


class RubricMissing(TaizhangError):
    """No installed rubric answers the question."""

    kind = ErrorKind.NOT_FOUND


def as_member(error: BaseException) -> TaizhangError | None:
    """Return *error* as a member of the family; None when it is none that was foreseen.

    The rubric folder imports nothing of the ledger, so its two errors are made members here.
    """
    match error:
        case TaizhangError():
            return error
        case RubricRefused():
            mistakes = [
                Problem(
                    mistake.key,
                    _as_text(mistake.message, mistake.values),
                    mistake.line,
                    remedy=Remedy.CHOOSE_WAY if isinstance(mistake, ChoiceMistake) else None,
                )
                for mistake in error.mistakes
            ]
            return RubricFileRefused(Text("考核细则文件有错，没有安装"), error.name, mistakes)
        case NoRubric():
            return RubricMissing(_as_text(error.message, error.values))
        case _other:
            return None


def problems_of(error: TaizhangError) -> Sequence[Problem]:
    """Return every reason of *error*, at least one."""
    return error.problems or [Problem(error.field, error.text, remedy=error.remedy)]


def _as_text(message: str, values: tuple[tuple[str, Value], ...]) -> Text:
    # The rubric's messages have the same form as the ledger's.
    return Text(
        message, **{name: str(value) if isinstance(value, Decimal) else value for name, value in values}
    )
