"""What must agree between the parts of a rubric: references, sums of points, codes, and nothing left undecided.

Everything found is returned at once. What concerns one clause by itself is in `check_clause`.
"""

from __future__ import annotations

from .amounts import decimal_text
from .check_clause import check_clause
from .clauses import Clause, Marked
from .codes_used import codes_used
from .mistake import Mistake, Value, msgid
from .outline import Outline
from .same_as import tell_doubles
from .source import Path, Source
from .wording import closest


class Findings:
    """Collects mistakes by their path in the file's data."""

    def __init__(self, source: Source) -> None:
        self.mistakes: list[Mistake] = []
        self._source = source

    def tell(self, path: Path, message: str, /, **values: Value) -> None:
        """Note that *path* is wrong as *message* says."""
        self.mistakes.append(Mistake(self._source.line(path), self._source.key(path), message, **values))


def agreement_mistakes(outline: Outline, source: Source, *, drafts: bool = False) -> list[Mistake]:
    """Return all that does not agree in *outline*; with *drafts*, what awaits a decision is let pass."""
    findings = Findings(source)
    _year(outline, findings)
    homes = _homes(outline, findings)
    _words(outline, homes, findings)
    _clause_ids(outline, homes, findings)
    _points(outline, findings)
    bonus = {no for _, section in outline.sections if section.bonus for no in section.indicators}
    for place, clause in outline.clauses:
        in_bonus = clause.indicator in bonus if clause.indicator in homes else None
        check_clause(clause, ("clauses", place), outline, in_bonus, findings.tell)
    tell_doubles(((("clauses", place), clause) for place, clause in outline.clauses), findings.tell)
    _codes(outline, findings)
    _levels(outline, findings)
    if not drafts:
        _decisions(outline, findings)
    return findings.mistakes


def _year(outline: Outline, findings: Findings) -> None:
    year, closes_on = outline.year, outline.closes_on
    if year is None or closes_on is None:
        return
    if closes_on.year < year or (closes_on.year == year and (closes_on.month, closes_on.day) < (12, 31)):
        message = msgid("关账日 {day} 早于年度最后一天 {year}-12-31")
        findings.tell(("closes_on",), message, day=closes_on, year=year)
    elif closes_on.year > year + 1:
        message = msgid("关账日 {day} 晚于下一年度末；year 是 {year}，两者有一个写错了")
        findings.tell(("closes_on",), message, day=closes_on, year=year)
    judged_until = outline.judged_until
    if judged_until is None:
        return
    if judged_until < closes_on:
        message = msgid("评定截止日 {day} 早于关账日 {closes_on}")
        findings.tell(("judged_until",), message, day=judged_until, closes_on=closes_on)
    elif judged_until.year > year + 1:
        message = msgid("评定截止日 {day} 晚于下一年度末；year 是 {year}，两者有一个写错了")
        findings.tell(("judged_until",), message, day=judged_until, year=year)


def _homes(outline: Outline, findings: Findings) -> dict[int, int]:
    """Return the section place of each indicator; an indicator must be in exactly one section."""
    homes: dict[int, int] = {}
    for place, section in outline.sections:
        if not section.title.strip():
            findings.tell(("sections", place, "title"), msgid("标题是空的"))
        for position, no in enumerate(section.indicators):
            if no in homes:
                message = msgid("指标 {no} 已经列在“{title}”里；每个指标只列一次")
                title = next(other.title for index, other in outline.sections if index == homes[no])
                findings.tell(("sections", place, "indicators", position), message, no=no, title=title)
            else:
                homes[no] = place
    return homes


def _words(outline: Outline, homes: dict[int, int], findings: Findings) -> None:
    seen: set[int] = set()
    for place, indicator in outline.indicators:
        path: Path = ("indicators", place, "no")
        if indicator.no in seen:
            findings.tell(path, msgid("指标 {no} 的文字写了两次；只留一份"), no=indicator.no)
        elif indicator.no not in homes and outline.sections_whole:
            findings.tell(path, msgid("指标 {no} 不在任何一个 sections 里"), no=indicator.no)
        seen.add(indicator.no)
        if not indicator.title.strip():
            findings.tell(("indicators", place, "title"), msgid("标题是空的"))


def _clause_ids(outline: Outline, homes: dict[int, int], findings: Findings) -> None:
    seen: set[str] = set()
    worded: set[int] = set()
    for place, clause in outline.clauses:
        path: Path = ("clauses", place, "id")
        if clause.id in seen:
            findings.tell(path, msgid("条款编号 {id} 用了两次；请另编一个号"), id=clause.id)
        seen.add(clause.id)
        if clause.indicator not in homes and outline.sections_whole:
            message = msgid("条款 {id} 属于指标 {no}，但没有一个 sections 列出指标 {no}")
            findings.tell(path, message, id=clause.id, no=clause.indicator)
        if clause.text.strip() or clause.indicator in outline.unread:
            worded.add(clause.indicator)
        elif clause.indicator not in worded:
            message = msgid("指标 {no} 的第一个条款要写 text；只有后面的条款可以沿用前一条的文字")
            findings.tell(("clauses", place), message, no=clause.indicator)
            worded.add(clause.indicator)  # told once


def _points(outline: Outline, findings: Findings) -> None:
    """All clauses of an indicator state its points; a section's points are the sum of its indicators'."""
    first: dict[int, Clause] = {}
    disputed: set[int] = set()
    for place, clause in outline.clauses:
        stated = first.setdefault(clause.indicator, clause)
        if clause.points != stated.points:
            disputed.add(clause.indicator)
            findings.tell(
                ("clauses", place, "points"),
                msgid("指标 {no} 的分值这里写 {points}，条款 {first} 写 {other}；同一指标的分值要一致"),
                no=clause.indicator,
                points=decimal_text(clause.points),
                first=stated.id,
                other=decimal_text(stated.points),
            )
    for place, section in outline.sections:
        known = [no for no in section.indicators if no in first]
        for position, no in enumerate(section.indicators):
            if no not in first and outline.clauses_whole:
                path: Path = ("sections", place, "indicators", position)
                findings.tell(path, msgid("指标 {no} 没有一个条款"), no=no)
        if len(known) < len(section.indicators) or disputed.intersection(known):
            continue
        total = sum(first[no].points for no in dict.fromkeys(known))
        if total != section.points:
            findings.tell(
                ("sections", place, "points"),
                msgid("“{title}”写 {points} 分，所列指标的分值合计 {total} 分"),
                title=section.title,
                points=decimal_text(section.points),
                total=decimal_text(total),
            )


def _codes(outline: Outline, findings: Findings) -> None:
    """Where a rubric names its codes, a clause may use no other."""
    if outline.codes is None:
        return
    declared: dict[str, dict[str, str]] = dict(outline.codes)
    for family, names in declared.items():
        for code, name in names.items():
            if not name.strip():
                findings.tell(("codes", family, code), msgid("代码“{code}”没有写中文名称"), code=code)
    for place, clause in outline.clauses:
        for inner, family, code in codes_used(clause):
            if code not in declared[family]:
                _undeclared(("clauses", place, *inner), family, code, declared, findings)


def _undeclared(
    path: Path, family: str, code: str, declared: dict[str, dict[str, str]], findings: Findings
) -> None:
    elsewhere = next((other for other, names in declared.items() if code in names), None)
    near = closest(code, declared[family])
    if elsewhere:
        message = msgid("“{code}”写在 codes.{other} 里，不在 codes.{family} 里")
        findings.tell(path, message, family=family, code=code, other=elsewhere)
    elif near:
        message = msgid("codes.{family} 里没有“{code}”；最接近的是“{near}”")
        findings.tell(path, message, family=family, code=code, near=near)
    else:
        message = msgid("codes.{family} 里没有“{code}”；请在那里加上它和它的中文名称")
        findings.tell(path, message, family=family, code=code)


def _levels(outline: Outline, findings: Findings) -> None:
    for level, counted in outline.level_counts_as.items():
        if level == counted:
            findings.tell(("level_counts_as", level), msgid("{level} 不必写成算作自己"), level=level)
        elif counted in outline.level_counts_as:
            message = msgid("{level} 算作 {counted}，而 {counted} 又算作别的级别；请直接写最后算作的级别")
            findings.tell(("level_counts_as", level), message, level=level, counted=counted)


def _decisions(outline: Outline, findings: Findings) -> None:
    parts: list[tuple[Path, Marked]] = [(("sections", place), part) for place, part in outline.sections]
    parts += [(("indicators", place), part) for place, part in outline.indicators]
    parts += [(("clauses", place), part) for place, part in outline.clauses]
    for path, part in parts:
        if part.decide is not None:
            message = msgid("还有待人决定的事：{decide}；决定并改好以后，删去 decide")
            findings.tell((*path, "decide"), message, decide=part.decide)
