"""学时统计表: every member's study hours of the year against what he needs, by branch. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ledger.json_object import JsonObject
from taizhang.documents.reports.evidence import subject_name
from taizhang.documents.reports.material import UnitMaterial
from taizhang.language.i18n import _


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member: figures as `members --json` prints them."""

    member: str
    name: str
    subject: str
    hours: str
    required: str
    expected: str
    missing: str
    standing: str
    share: int
    """Percent of what is required, at most 100."""
    behind: bool


@dataclass(frozen=True, slots=True)
class BranchLines:
    """The members of one branch, or those who belong to the unit itself."""

    name: str
    lines: tuple[MemberLine, ...]
    counted: int
    reached: int
    behind: int
    mean: str
    """Hours of those who are counted, on average; empty where nobody is."""


@dataclass(frozen=True, slots=True)
class StudyTable:
    """All members of a unit."""

    unit: str
    name: str
    year: int
    day: date
    printed_on: date
    counted: int
    reached: int
    behind: int
    lines: tuple[MemberLine, ...]
    """All of them, in the roster's order."""
    branches: tuple[BranchLines, ...]
    """The same by branch, those of the unit itself first."""

    @property
    def by_branch(self) -> bool:
        """Whether there is more than one body to sum up."""
        return len(self.branches) > 1

    @property
    def year_words(self) -> str:
        """The year that is counted."""
        return _("{year} 年度", year=self.year)

    @property
    def summary(self) -> str:
        """The table in a sentence."""
        return _(
            "计入 {counted} 人：{reached} 人已达到，{behind} 人落后于进度。",
            counted=self.counted,
            reached=self.reached,
            behind=self.behind,
        )


def study_table(material: UnitMaterial, members: Sequence[JsonObject]) -> StudyTable:
    """Return the study table of a unit on its day; *members* are those of `members --json`."""
    lines = tuple(_line(member, material) for member in members)
    counted = [member for member in members if not member["exempt"]]
    return StudyTable(
        material.unit,
        material.name,
        material.rubric.year,
        material.day,
        material.printed_on,
        len(counted),
        sum(Decimal(member["hours"]) >= Decimal(member["required"]) for member in counted),
        sum(line.behind for line in lines),
        lines,
        tuple(_branches(lines, material.name)),
    )


def _branches(lines: Sequence[MemberLine], unit: str) -> Iterator[BranchLines]:
    by_branch: dict[str, list[MemberLine]] = {}
    for line in lines:
        by_branch.setdefault(line.subject, []).append(line)
    # The unit's own come first; the branches stand as their first members do.
    for subject in sorted(by_branch, key=bool):
        found = by_branch[subject]
        counted = [line for line in found if line.required]
        hours = sum((Decimal(line.hours) for line in counted), Decimal(0))
        yield BranchLines(
            subject or unit,
            tuple(found),
            len(counted),
            sum(Decimal(line.hours) >= Decimal(line.required) for line in counted),
            sum(line.behind for line in found),
            str((hours / len(counted)).quantize(Decimal("0.1"), ROUND_HALF_UP)) if counted else "",
        )


def _line(member: JsonObject, material: UnitMaterial) -> MemberLine:
    hours, required, expected = (Decimal(member[name]) for name in ("hours", "required", "expected"))
    exempt = member["exempt"]
    behind = not exempt and hours < min(expected, required)
    if exempt:
        standing = _("免学")
    elif hours >= required:
        standing = _("已达到")
    else:
        standing = _("落后") if behind else _("跟得上")
    return MemberLine(
        member["member"],
        material.people.name_of(member["member"]),
        subject_name(member["subject"], material),
        member["hours"],
        "" if exempt else member["required"],
        "" if exempt else member["expected"],
        "" if exempt else str(max(required - hours, Decimal(0))),
        standing,
        100 if exempt or required == 0 else int(min(hours / required, Decimal(1)) * 100),
        behind,
    )
