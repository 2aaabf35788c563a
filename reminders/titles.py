"""What a clause asks for, in a few words: the duty, not the penalty that the rubric's sentence ends in."""

from __future__ import annotations

from ledger.text import Text
from projections.requirement import Requirement
from projections.rules.base import Rule
from rubric.amounts import decimal_text
from rubric.clauses import AllOf, ClauseBase, Condition, EachItem, Election, EveryPeriod, Need, Total
from rubric.schema import Rubric

_FAMILIES = {"activity": "activities", "document": "documents", "outlet": "outlets", "honor": "honors"}


def title_of(clause: ClauseBase, rubric: Rubric) -> Text:
    """Return the duty's name: the clause's own words where it has some, else those of the codes that it asks for."""
    # `request` and `finding` are codes, not words of the source.
    if clause.item and not clause.item.isascii():
        return Text("{name}", name=clause.item)
    if isinstance(clause, EachItem):
        return Text("按时报送材料") if clause.item == "request" else Text("整改检查中指出的问题")
    if isinstance(clause, Election):
        return Text("按期换届选举")
    if isinstance(clause, Total):
        return _total_title(clause, rubric)
    names = rubric.code_names
    if isinstance(clause, EveryPeriod):
        name = names["activities"].get(clause.activity, clause.activity)
        return Text("领导干部参加{name}", name=name) if clause.attended_by else Text("{name}", name=name)
    if isinstance(clause, Condition):
        return Text("{name}", name=[names["conditions"].get(code, code) for code in clause.all_of])
    if isinstance(clause, AllOf):
        return Text("{name}", name=[_need_name(need, rubric) for need in clause.needs])
    if isinstance(clause, Need):
        name = _need_name(clause, rubric)
        return Text("书记讲{name}", name=name) if clause.lecturer else Text("{name}", name=name)
    return Text("{name}", name=rubric.texts[clause.id])


def title_of_one(rule: Rule, requirement: Requirement) -> Text:
    """Return what one requirement asks for: its period, request or document named."""
    title, part = title_of(rule.clause, rule.rubric), rule.part_words(requirement)
    if part is None:
        return title
    if isinstance(rule.clause, AllOf):
        return part
    if isinstance(rule.clause, EachItem):
        return Text("{title}：{part}", title=title, part=part)
    return Text("{title}（{part}）", title=title, part=part)


def _total_title(clause: Total, rubric: Rubric) -> Text:
    if clause.measure == "study_hours":
        threshold = clause.threshold
        if isinstance(threshold, int):
            return Text("党员集中学习满 {hours} 学时", hours=decimal_text(threshold))
        return Text("党员集中学习学时")
    name = _need_name(clause, rubric)
    if clause.outlet:
        return Text("在{name}发够信息", name=name)
    return Text("{name}做够次数", name=name)


def _need_name(need: Need, rubric: Rubric) -> str:
    for field, family in _FAMILIES.items():
        code = getattr(need, field)
        if code:
            return rubric.code_names[family].get(code, code)  # type: ignore[index, no-any-return]
    return ""
