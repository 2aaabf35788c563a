"""自评表: the rubric's own table with self score, the reason for each deduction and the evidence by number. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.json_object import JsonObject
from projections.signing import signed
from rubric.amounts import decimal_text
from taizhang.documents.reports.evidence import numbers_of, ranges
from taizhang.documents.reports.material import UnitMaterial
from taizhang.language.i18n import _
from taizhang.language.outlook import outlook_sentence

_WAITING = ("open", "behind")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator: the source's words and figures, then what the unit says."""

    number: int
    content: str
    points: str
    criteria: str
    score: str
    reasons: tuple[str, ...]
    """Why points are missing (of a bonus: what earned them), clause by clause."""
    waiting: tuple[str, ...]
    """What can still cost points and is not done yet."""
    evidence: str

    @property
    def said(self) -> str:
        """Reasons and what is waiting, one a line."""
        return "\n".join([*self.reasons, *(_("待完成：{text}", text=text) for text in self.waiting)])


@dataclass(frozen=True, slots=True)
class SectionRows:
    """One numbered block of the source."""

    title: str
    points: str
    bonus: bool
    rows: tuple[IndicatorRow, ...]
    score: str


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """The whole table."""

    title: str
    unit: str
    name: str
    day: date
    printed_on: date
    rubric: str
    rubric_title: str
    full: str
    score: str
    outlook: str
    """The whole year in one sentence."""
    bonus: str
    claimed: str
    records: int
    sections: tuple[SectionRows, ...]
    grade: str = ""
    """What was signed, else what today's points come to; empty under a rubric without grades."""
    grade_word: str = ""
    grade_because: str = ""
    """Why it is that by the points; empty once it is signed."""

    @property
    def closing(self) -> str:
        """What stands below the table."""
        return _(
            "佐证编号就是《台账》里的编号。{outlook}得分按《{rubric}》由台账算出，以考核人员签字为准。",
            outlook=self.outlook,
            rubric=self.rubric_title,
        )


def self_assessment(material: UnitMaterial) -> SelfAssessment:
    """Return the self-assessment of a unit on its day."""
    total = material.document["total"]
    return SelfAssessment(
        title=_("{rubric}自评表", rubric=material.rubric.title),
        unit=material.unit,
        name=material.name,
        day=material.day,
        printed_on=material.printed_on,
        rubric=material.rubric.label,
        rubric_title=material.rubric.title,
        full=total["full"],
        score=total["score"],
        outlook=outlook_sentence(total),
        bonus=total["bonus"],
        claimed=total["claimed"],
        records=len(material.records),
        sections=tuple(_sections(material)),
        **_grade(material),
    )


def _grade(material: UnitMaterial) -> dict[str, str]:
    standing = signed(material.card.records, material.rubric.year, material.day, material.rubric)
    if standing is not None and "grade" in standing.data:
        return {"grade": standing.data["grade"], "grade_word": _("签定等次")}
    advised = material.document.get("result")
    if advised is None or "grade" not in advised:
        return {}
    reasons = _("；").join(advised["because"])
    because = _(
        "照今天的分：{result}", result=_("{grade}（{reasons}）", grade=advised["grade"], reasons=reasons)
    )
    return {"grade": advised["grade"], "grade_word": _("参考等次"), "grade_because": because}


def _sections(material: UnitMaterial) -> Iterator[SectionRows]:
    by_number = {indicator["no"]: indicator for indicator in material.document["indicators"]}
    numbers = numbers_of(material)
    sums = material.card.evaluation.section_sums()
    for section, (score, full) in zip(material.rubric.sections, sums, strict=True):
        indicators = [by_number[number] for number in section.indicators]
        yield SectionRows(
            section.title,
            decimal_text(full),
            section.bonus,
            tuple(_row(indicator, section.bonus, numbers, material) for indicator in indicators),
            decimal_text(score),
        )


def _row(indicator: JsonObject, bonus: bool, numbers: dict[str, int], material: UnitMaterial) -> IndicatorRow:
    words = material.rubric.words[indicator["no"]]
    clauses = indicator["clauses"]
    records = {record for clause in clauses for record in clause["records"]}
    return IndicatorRow(
        indicator["no"],
        words.content or words.title,
        indicator["points"],
        words.criteria or "".join(dict.fromkeys(clause["text"] for clause in clauses)),
        indicator["score"],
        tuple(_reasons(clauses, bonus, material)),
        tuple(
            material.spoken(clause["because"])
            for clause in clauses
            if clause["status"] in _WAITING and not bonus
        ),
        ranges(numbers[record] for record in records),
    )


def _reasons(clauses: list[JsonObject], bonus: bool, material: UnitMaterial) -> Iterator[str]:
    for clause in clauses:
        earns = bonus or "gain" in clause
        points = clause["points"] if bonus else clause["gain"] if earns else clause["loss"]
        if points == "0":
            continue
        message = (
            _("{clause} 得 {points} 分：{because}") if earns else _("{clause} 扣 {points} 分：{because}")
        )
        yield message.format(clause=clause["id"], points=points, because=material.spoken(clause["because"]))
