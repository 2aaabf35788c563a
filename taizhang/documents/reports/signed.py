"""The signed score sheet: what an assessor fixed, beside what is computed, and the checkpoint below it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.json_object import JsonObject
from projections.records import Record
from taizhang.documents.reports.dates import long_day
from taizhang.documents.reports.material import UnitMaterial
from taizhang.language.i18n import _


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One indicator: what was signed, and what was advised where that is another figure."""

    number: int
    title: str
    points: str
    score: str
    advice: str


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """The sheet of one signing."""

    unit: str
    name: str
    district: str
    rubric_title: str
    rubric: str
    year: int
    as_of: date
    signed_on: date
    signed_by: str
    event: str
    score: str
    floor: str
    ceiling: str
    bonus: str
    reason: str
    supersedes: str
    sequence: int
    checkpoint: str
    """The signed note (C2SP tlog-checkpoint) over the ledger up to `sequence`, line by line."""
    printed_on: date
    lines: tuple[SignedLine, ...]
    grade: str = ""

    @property
    def opening(self) -> str:
        """What was signed, by whom, when."""
        return _(
            "{by} 于 {day}签定{name} {year} 年度得分：{score} 分，加分 {bonus} 分（截至 {as_of}）。",
            by=self.signed_by,
            day=long_day(self.signed_on),
            name=self.name,
            year=self.year,
            score=self.score,
            bonus=self.bonus,
            as_of=long_day(self.as_of),
        )

    @property
    def resting(self) -> str:
        """What the figures rest on."""
        return _(
            "依据台账第 1 至第 {sequence} 号记录；下面的核验信息可以证明它们至今未变。",
            sequence=self.sequence,
        )


def signed_sheet(material: UnitMaterial, signing: Record) -> SignedSheet:
    """Return the sheet of *signing*; its checkpoint is made when the reading is done."""
    data = signing.data
    return SignedSheet(
        unit=material.unit,
        name=material.name,
        district=material.district or _("区委教育工委"),
        rubric_title=material.rubric.title,
        rubric=f"{data['rubric']}@{data['rubric_version']}",
        year=data["for_year"],
        as_of=date.fromisoformat(data["as_of"]),
        signed_on=signing.day,
        signed_by=material.called.get(signing.by, signing.by),
        event=signing.id,
        score=data["score"],
        floor=data["floor"],
        ceiling=data["ceiling"],
        bonus=data["bonus"],
        reason=data.get("reason", ""),
        supersedes=data.get("supersedes", ""),
        sequence=int(data["sequence"]),
        checkpoint="",
        printed_on=material.printed_on,
        lines=tuple(_line(each, material) for each in data["indicators"]),
        grade=data.get("grade", ""),
    )


def _line(indicator: JsonObject, material: UnitMaterial) -> SignedLine:
    number = indicator["no"]
    known = number in material.rubric.words
    return SignedLine(
        number,
        material.rubric.words[number].title if known else "",
        next((each["points"] for each in material.document["indicators"] if each["no"] == number), ""),
        indicator["score"],
        indicator.get("advice", ""),
    )
