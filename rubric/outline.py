"""The parts of a rubric that could be read, each with its place in the file.

What has to agree between the parts is checked on an outline, so that a file with one misspelt key still hears of
everything else that is wrong with it. A part that could not be read is known to be there, and nothing is said
that would only follow from its absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from .clauses import Clause, Day, Level, Model
from .rules import RULES
from .schema import Codes, Indicator, Rubric, Section
from .source import Path

_DAY: TypeAdapter[date] = TypeAdapter(Day)
_Part = TypeVar("_Part", bound=Model)


@dataclass(frozen=True, slots=True)
class Outline:
    """What could be read of a rubric; places are positions in the file's own lists.

    year, closes_on, judged_until: None where they could not be read. codes: None where the file gives none.
    sections_whole, clauses_whole: nothing in that list was left out.
    unread: numbers of the indicators of which a clause was left out.
    """

    year: int | None
    closes_on: date | None
    judged_until: date | None
    level_counts_as: dict[Level, Level]
    sections: tuple[tuple[int, Section], ...]
    indicators: tuple[tuple[int, Indicator], ...]
    clauses: tuple[tuple[int, Clause], ...]
    codes: Codes | None
    sections_whole: bool = True
    clauses_whole: bool = True
    unread: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rubric: Rubric) -> Outline:
        """Return the outline of a rubric whose shape is sound."""
        return cls(
            year=rubric.year,
            closes_on=rubric.closes_on,
            judged_until=rubric.judged_until,
            level_counts_as=rubric.level_counts_as,
            sections=tuple(enumerate(rubric.sections)),
            indicators=tuple(enumerate(rubric.indicators)),
            clauses=tuple(enumerate(rubric.clauses)),
            codes=rubric.codes if "codes" in rubric.model_fields_set else None,
        )

    @classmethod
    def of_sound_parts(cls, data: dict[str, Any], errors: Sequence[Any]) -> Outline:
        """Return the outline of what in *data* pydantic, with *errors* about the whole, did not object to."""
        faulty: set[Path] = {tuple(error["loc"][:2]) for error in errors}
        faulty |= {tuple(error["loc"][:1]) for error in errors}

        def sound(key: str) -> Any:
            return data.get(key) if (key,) not in faulty else None

        clauses = _sound_clauses(data.get("clauses"), faulty)
        sections = _sound_list(data.get("sections"), "sections", Section, faulty)
        codes = sound("codes")
        closes_on, judged_until = sound("closes_on"), sound("judged_until")
        return cls(
            year=sound("year"),
            closes_on=_DAY.validate_python(closes_on) if closes_on is not None else None,
            judged_until=_DAY.validate_python(judged_until) if judged_until is not None else None,
            level_counts_as=sound("level_counts_as") or {},
            sections=sections,
            indicators=_sound_list(data.get("indicators"), "indicators", Indicator, faulty),
            clauses=clauses,
            codes=Codes.model_validate(codes) if codes is not None else None,
            sections_whole=len(sections) == _length(data.get("sections")),
            clauses_whole=len(clauses) == _length(data.get("clauses")),
            unread=_unread(data.get("clauses"), {place for place, _ in clauses}),
        )


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else -1


def _sound_list(
    value: object, key: str, model: type[_Part], faulty: set[Path]
) -> tuple[tuple[int, _Part], ...]:
    items = value if isinstance(value, list) else []
    return tuple(
        (place, model.model_validate(item)) for place, item in enumerate(items) if (key, place) not in faulty
    )


def _sound_clauses(value: object, faulty: set[Path]) -> tuple[tuple[int, Clause], ...]:
    clauses: list[tuple[int, Clause]] = []
    for place, item in enumerate(value if isinstance(value, list) else []):
        if ("clauses", place) in faulty:
            continue
        try:
            clauses.append((place, cast("Clause", RULES[item["rule"]].model_validate(item))))
        except (
            ValidationError,
            KeyError,
            TypeError,
        ):  # the whole list was refused, so nothing was said of it
            continue
    return tuple(clauses)


def _unread(value: object, read: set[int]) -> frozenset[int]:
    numbers: set[int] = set()
    for place, item in enumerate(value if isinstance(value, list) else []):
        if place in read or not isinstance(item, dict):
            continue
        head = str(item.get("id", "")).partition(".")[0]
        if head.isdecimal():
            numbers.add(int(head))
    return frozenset(numbers)
