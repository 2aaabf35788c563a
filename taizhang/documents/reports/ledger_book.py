"""台账: cover, contents, and under each indicator its records, as the paper ledger that inspectors ask for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.json_object import JsonObject
from taizhang.documents.reports.dates import long_day
from taizhang.documents.reports.evidence import Entry, entries_of
from taizhang.documents.reports.material import UnitMaterial
from taizhang.language.i18n import _
from taizhang.language.labels import status_word


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """How one clause of an indicator stands."""

    id: str
    text: str
    status: str
    loss: str
    because: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One indicator with its records."""

    number: int
    section: str
    title: str
    content: str
    criteria: str
    points: str
    score: str
    clauses: tuple[ClauseLine, ...]
    entries: tuple[Entry, ...]

    @property
    def points_note(self) -> str:
        """The points beside its title; nothing for what stands under no indicator."""
        return (
            _("（{points} 分，得 {score} 分）", points=self.points, score=self.score) if self.points else ""
        )


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The whole book."""

    unit: str
    name: str
    year: int
    day: date
    printed_on: date
    rubric: str
    rubric_title: str
    score: str
    bonus: str
    records: int
    events: int
    attachments: int
    chapters: tuple[Chapter, ...]
    forecast: str
    awaiting: str

    @property
    def year_words(self) -> str:
        """The year on the cover."""
        return _("{year} 年度", year=self.year)

    @property
    def day_words(self) -> str:
        """The day on the cover."""
        return _(
            "截至 {day}：得分 {score}，预计到年底 {forecast}，其中 {awaiting} 分待评定",
            day=long_day(self.day),
            score=self.score,
            forecast=self.forecast,
            awaiting=self.awaiting,
        )

    @property
    def contents_note(self) -> str:
        """What stands below the contents."""
        return _(
            "同一条记录可以服务几项内容，编号不变；合计里只算一次。附件 {count} 份。", count=self.attachments
        )


def ledger_book(material: UnitMaterial) -> LedgerBook:
    """Return the paper ledger of a unit on its day."""
    entries = entries_of(material)
    sections = {
        number: section.title for section in material.rubric.sections for number in section.indicators
    }
    chapters = tuple(
        _chapter(indicator, sections[indicator["no"]], entries, material)
        for indicator in material.document["indicators"]
    )
    if material.other_records:
        chapters += (_others(entries, material),)
    return LedgerBook(
        unit=material.unit,
        name=material.name,
        year=material.rubric.year,
        day=material.day,
        printed_on=material.printed_on,
        rubric=material.rubric.label,
        rubric_title=material.rubric.title,
        score=material.document["total"]["score"],
        bonus=material.document["total"]["bonus"],
        records=len(entries),
        events=material.document["events"],
        attachments=sum(len(entry.attachments) for entry in entries.values()),
        chapters=chapters,
        forecast=material.document["total"]["forecast"],
        awaiting=material.document["total"]["awaiting"],
    )


def _others(entries: dict[str, Entry], material: UnitMaterial) -> Chapter:
    """Return what was done in the year and no clause names: a ledger holds it all the same."""
    found = sorted((entries[record] for record in material.other_records), key=lambda entry: entry.number)
    number = max(material.rubric.words) + 1
    title = _("其他记录")
    return Chapter(
        number, title, title, _("各项考核内容之外的记录，不影响得分。"), "", "", "", (), tuple(found)
    )


def _chapter(
    indicator: JsonObject, section: str, entries: dict[str, Entry], material: UnitMaterial
) -> Chapter:
    words = material.rubric.words[indicator["no"]]
    records = {record for clause in indicator["clauses"] for record in clause["records"]}
    return Chapter(
        indicator["no"],
        section,
        words.title,
        words.content or words.title,
        words.criteria,
        indicator["points"],
        indicator["score"],
        tuple(
            ClauseLine(
                clause["id"],
                clause["text"],
                status_word(clause["status"]),
                clause.get("loss", ""),
                material.spoken(clause["because"]),
            )
            for clause in indicator["clauses"]
        ),
        tuple(sorted((entries[record] for record in records), key=lambda entry: entry.number)),
    )
