"""季度提醒函: to one unit, what is overdue, missed, behind or due within 30 days, and by when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rubric.schema import Rubric
from taizhang.documents.reports.dates import long_day, official, quarter_of
from taizhang.documents.reports.evidence import subject_name
from taizhang.documents.reports.material import UnitMaterial
from taizhang.documents.tasks import Task, Tasks
from taizhang.language.i18n import N_, _
from taizhang.language.labels import clause_text, days_left, status_word, work_assessed
from taizhang.language.outlook import outlook_sentence

_GROUPS = (
    (("overdue",), N_("已经逾期、还可以补做的")),
    (("behind",), N_("落后于进度的")),
    (("open", "unearned"), N_("近期到期的")),
    (("missed",), N_("期限已过、台账里没有记录的（当时开展过的，现在补录照样算）")),
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing: whose it is, what is missing, by when."""

    clause: str
    text: str
    subject: str
    due: date
    left: str
    because: str


@dataclass(frozen=True, slots=True)
class MatterGroup:
    """The things that stand alike."""

    title: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter to one unit."""

    unit: str
    name: str
    district: str
    year: int
    day: date
    printed_on: date
    score: str
    bonus: str
    outlook: str
    """The whole year in one sentence."""
    count: int
    groups: tuple[MatterGroup, ...]
    work: str = ""
    """What is assessed: 党建工作, or nothing where the rubric's title does not say so."""

    @property
    def title(self) -> str:
        """What the letter is called."""
        return _(
            "{year} 年第{quarter}季度{work}提醒函",
            year=self.day.year,
            quarter=quarter_of(self.day),
            work=self.work,
        )

    @property
    def opening(self) -> str:
        """How the unit stands."""
        day = long_day(self.day)
        if not self.count:
            return _(
                "截至 {day}，你单位台账得分 {score} 分（加分 {bonus}），没有逾期、落后和近期到期的事项。{outlook}",
                day=day,
                score=self.score,
                bonus=self.bonus,
                outlook=self.outlook,
            )
        return _(
            "截至 {day}，你单位台账得分 {score} 分（加分 {bonus}）。{outlook}还有 {count} 件事请留意：",
            day=day,
            score=self.score,
            bonus=self.bonus,
            outlook=self.outlook,
            count=self.count,
        )


def letter(material: UnitMaterial, tasks: Tasks, rubrics: Iterable[Rubric] = ()) -> Letter:
    """Return the letter to a unit on its day; *tasks* are what its page lists, by *rubrics* (none: the unit's own)."""
    by_id = {each.id: each for each in rubrics}
    groups = []
    for statuses, title in _GROUPS:
        found = tuple(
            _matter(each, material, by_id.get(each.rubric_id, material.rubric))
            for each in tasks
            if each.status in statuses
        )
        if found:
            groups.append(MatterGroup(_(title), found))
    total = material.document["total"]
    return Letter(
        material.unit,
        material.name,
        material.district or _("区委教育工委"),
        material.rubric.year,
        material.day,
        material.printed_on,
        total["score"],
        total["bonus"],
        outlook_sentence(total),
        sum(len(group.matters) for group in groups),
        tuple(groups),
        work_assessed(material.rubric),
    )


def _matter(task: Task, material: UnitMaterial, rubric: Rubric) -> Matter:
    clause = next((each for each in rubric.clauses if each.id == task.clause), None)
    text = rubric.texts.get(task.clause, "")
    return Matter(
        task.clause,
        clause_text(clause.item, text) if clause is not None else text,
        _("、").join(filter(None, (subject_name(subject, material) for subject in task.subjects))),
        date.fromisoformat(task.due),
        status_word(task.status) if task.status == "missed" else days_left(task.days_left),
        official(task.because),
    )
