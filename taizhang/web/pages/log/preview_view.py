"""What a preview says, as pages show it: the line, the points before and after, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projections.preview import ClauseMove, Outcome, Part, Preview
from rubric.amounts import decimal_text
from rubric.catalog import RubricCatalog
from rubric.schema import Rubric
from taizhang.language.i18n import _, say
from taizhang.language.labels import clause_text
from taizhang.language.names import Names


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after."""

    label: str
    before: str
    after: str

    @property
    def moved(self) -> bool:
        """Whether it is another one now."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class MovedClause:
    """One clause in words."""

    id: str
    text: str
    results: list[str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One rubric's view of what is recorded."""

    year: int
    line: str
    figures: list[Change]
    clauses: list[MovedClause]


def counted(previews: Sequence[Preview], shelf: RubricCatalog, names: Names) -> list[Counted]:
    """Return *previews* in words, branches by *names*; of several open years those that are moved, and the latest."""
    shown = [each for each in previews if each.moves or each is previews[-1]]
    return [_counted(each, shelf.get(each.rubric), names) for each in shown]


def _counted(found: Preview, rubric: Rubric, names: Names) -> Counted:
    before, after = found.before, found.after
    figures = [
        Change(_("得分"), decimal_text(before.score), decimal_text(after.score)),
        Change(_("预计"), decimal_text(before.forecast), decimal_text(after.forecast)),
        Change(_("保底"), decimal_text(before.floor), decimal_text(after.floor)),
        Change(_("最高还能到"), decimal_text(before.ceiling), decimal_text(after.ceiling)),
        Change(_("加分申报"), decimal_text(before.claimed), decimal_text(after.claimed)),
        Change(_("加分认定"), decimal_text(before.bonus), decimal_text(after.bonus)),
    ]
    return Counted(
        found.year,
        names.spoken(say(found.sentence())),
        [figure for place, figure in enumerate(figures) if figure.moved or place == 0],
        [_clause(move, rubric, found, names) for move in found.moves],
    )


def _clause(move: ClauseMove, rubric: Rubric, found: Preview, names: Names) -> MovedClause:
    clause = next(each for each in rubric.clauses if each.id == move.clause)
    results = [names.spoken(_part(part, move)) for part in move.parts]
    if move.claimed is not None:
        points = decimal_text(abs(move.claimed))
        results.append(
            _("申报加 {points} 分，经审核才算", points=points)
            if move.claimed > 0
            else _("申报减 {points} 分", points=points)
            if move.claimed < 0
            else _("不再另外加分")
        )
    if move.measures_hours and found.learners:
        results.insert(0, _("{count} 人的学时有变化", count=found.learners))
    return MovedClause(
        move.clause,
        clause_text(clause.item, rubric.texts[clause.id]),
        [each for each in results if each],
        move.before.value,
        move.after.value,
    )


def _part(part: Part, move: ClauseMove) -> str:
    what = say(part.what) if part.what else ""
    if part.what and "/" in part.subject:
        what = f"{what} {part.subject}"
    match part.outcome:
        case Outcome.DONE:
            said = _("完成")
        case Outcome.AGAIN:
            said = _("已经完成，再记一次")
        case Outcome.TOWARD if move.measures_hours:
            said = _("最少的人还差 {missing} 学时", missing=decimal_text(part.missing))
        case Outcome.TOWARD:
            said = _("计入，还差 {missing}", missing=decimal_text(part.missing))
        case Outcome.UNDONE:
            said = _("不再算完成")
        case _less:
            said = _("不再计入")
    return _("{what}：{said}", what=what, said=said) if what else said
