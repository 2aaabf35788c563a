"""Codes and clause ids, against all installed rubrics together (contract §2, §4)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, Protocol

from ledger.events.fields import decimal_text as plain
from ledger.events.fields import shown
from ledger.events.types import type_of
from ledger.json_object import JsonObject
from ledger.nearest import Guess
from ledger.text import Text
from ledger.vocabulary import Range, Vocabulary

LEVELS = frozenset({"national", "province", "city", "district", "bureau"})
"""Levels of honours that every ledger knows (contract §3)."""


class Blame(Protocol):
    """Notes a problem at a field."""

    def __call__(self, field: str, text: Text, guess: Guess | None = None) -> None:
        """*guess*: what a misspelt word in it was meant to be."""
        ...


def check_codes(kind: str, data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    """Blame every code in *data* that no rubric knows; fields are written as in the event."""
    codes = type_of(kind).codes
    if codes is not None:
        known: Collection[str] = getattr(vocabulary, codes.family)
        given = data[codes.field]
        named = enumerate(given) if codes.many else ((None, given),)
        for index, code in named:
            if code not in known:
                place = codes.field if index is None else f"{codes.field}[{index}]"
                _blame_code(blame, f"data.{place}", code, known, _WHAT[codes.family])
    check = CHECKS.get(kind)
    if check is not None:
        check(data, vocabulary, blame)


def check_readable_codes(said: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    """The same for a line whose form is wrong somewhere else: all that is wrong with a line is told at once."""
    kind, data = said.get("type"), said.get("data")
    if not isinstance(kind, str) or not isinstance(data, dict):
        return
    row = type_of(kind)
    field = row.codes.field if row.codes else "clause" if row.names_clause else ""
    if field not in data:
        return
    codes = data[field] if isinstance(data[field], list) else [data[field]]
    if len(codes) > CODES_MAX:
        return
    many = row.codes is not None and row.codes.many
    if isinstance(data[field], list) == many and all(isinstance(code, str) for code in codes):
        check_codes(kind, data, vocabulary, blame)


CODES_MAX = 30
"""More are refused for their number."""

_WHAT = {
    "activities": Text("活动代码"),
    "documents": Text("材料代码"),
    "outlets": Text("媒体代码"),
    "honors": Text("荣誉代码"),
    "conditions": Text("条件代码"),
    "figures": Text("数据项"),
    "cases": Text("情形"),
    "ratings": Text("评议项目"),
}
"""What a code of each family is called where it is not known."""


def _check_document(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    document = data["document"]
    known = document in vocabulary.documents
    if known and "target_sessions" in data and document not in vocabulary.target_documents:
        targets = sorted(vocabulary.target_documents)
        blame(
            "data.target_sessions",
            Text("材料“{document}”不能带计划场次；只有 {targets} 可以", document=document, targets=targets)
            if targets
            else Text("材料“{document}”不能带计划场次；请删去这个字段", document=document),
        )


def _check_honor(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    level, known = data.get("level"), LEVELS | vocabulary.levels
    if isinstance(level, str) and level not in known:
        _blame_code(blame, "data.level", level, known, Text("级别"))


def _check_appeal(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    # Of any clause: a bonus that was returned can be appealed against too.
    clauses, bonus = _clauses_of(data, vocabulary)
    if data["clause"] not in clauses | bonus:
        _blame_code(blame, "data.clause", data["clause"], clauses | bonus, Text("条款"))
    _check_rubric_id(data, vocabulary, blame)


def _check_judgement(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    clause = data["clause"]
    _check_rubric_id(data, vocabulary, blame)
    clauses, bonus = _clauses_of(data, vocabulary)
    if clause in clauses:
        return
    if clause in bonus:
        blame("data.clause", Text("{clause} 是加分条款，不能作扣分评判；请写被扣分的条款", clause=clause))
    else:
        _blame_code(blame, "data.clause", clause, clauses, Text("条款"))


def _clauses_of(data: dict[str, object], vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    """Return the clauses that may be judged and those of bonus: of the rubric that is named, else of all."""
    named = vocabulary.judging.get(str(data.get("rubric")))
    if named is None or not named.clauses:
        return vocabulary.clauses, vocabulary.bonus_clauses
    return named.clauses, named.bonus_clauses


def _check_rubric_id(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    if "rubric" in data and isinstance(data["rubric"], str) and data["rubric"] not in vocabulary.judging:
        _blame_code(blame, "data.rubric", data["rubric"], vocabulary.judging.keys(), Text("考核细则"))


def _check_rubric(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    label = f"{data['rubric']}@{data['rubric_version']}"
    if label not in vocabulary.rubrics:
        _blame_code(blame, "data.rubric", label, vocabulary.rubrics.keys(), Text("考核细则版本"))
    elif data.get("rubric_sha256", vocabulary.rubrics[label]) != vocabulary.rubrics[label]:
        blame(
            "data.rubric_sha256", Text("与已安装的 {rubric} 不是同一份文件；请重新打开签字页", rubric=label)
        )


def _check_figure(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    figure = vocabulary.figures.get(data["figure"])
    if figure is not None and "value" in data:
        _within(data["value"], figure, "value", blame)
    if isinstance(at := data.get("at"), str) and at not in vocabulary.period_names:
        _blame_code(blame, "data.at", at, vocabulary.period_names, Text("时段"))


def _check_case(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    case = vocabulary.cases.get(data["case"])
    if case is not None and "points" in data:
        _within(data["points"], case, "points", blame)


def _check_rating(data: JsonObject, vocabulary: Vocabulary, blame: Blame) -> None:
    scale = vocabulary.ratings.get(data["rating"])
    if scale is None:
        return
    grade = data.get("grade")
    if ("grade" in data) == ("value" in data):
        blame("data.grade", Text("等次（grade）和分数（value）写一个，并且只写一个"))
    elif isinstance(grade, str) and grade not in scale.grades:
        _blame_code(blame, "data.grade", grade, scale.grades, Text("等次"))
    elif "value" in data:
        _within(data["value"], scale, "value", blame)


def _within(value: Any, range_: Range, field: str, blame: Blame) -> None:
    try:
        number = Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        return  # its form is told elsewhere
    if range_.least is not None and number < range_.least:
        blame(
            f"data.{field}",
            Text("{value} 太小；应不小于 {least}", value=str(value), least=plain(range_.least)),
        )
    elif range_.most is not None and number > range_.most:
        blame(
            f"data.{field}", Text("{value} 太大；应不大于 {most}", value=str(value), most=plain(range_.most))
        )


def _check_organization(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    _check_list(data, "tags", vocabulary.tags, Text("标签"), blame)
    group = data.get("group")
    if isinstance(group, str) and vocabulary.groups and group not in vocabulary.groups:
        _blame_code(blame, "data.group", group, vocabulary.groups, Text("分组"))


def _check_member(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    _check_list(data, "roles", vocabulary.roles, Text("职务"), blame)


def _check_category(data: dict[str, object], vocabulary: Vocabulary, blame: Blame) -> None:
    category = data.get("category")
    if isinstance(category, str) and category not in vocabulary.categories:
        _blame_code(blame, "data.category", category, vocabulary.categories, Text("类别"))


def _check_list(data: JsonObject, field: str, known: frozenset[str], what: Text, blame: Blame) -> None:
    for index, code in enumerate(data.get(field, ())):
        if code not in known:
            _blame_code(blame, f"data.{field}[{index}]", code, known, what)


CHECKS: dict[str, Callable[[dict[str, object], Vocabulary, Blame], None]] = {
    "document.filed": _check_document,
    "honor.received": _check_honor,
    "judgement.passed": _check_judgement,
    "appeal.filed": _check_appeal,
    "score.signed": _check_rubric,
    "figure.reported": _check_figure,
    "case.confirmed": _check_case,
    "rating.given": _check_rating,
    "organization.registered": _check_organization,
    "organization.changed": _check_organization,
    "member.joined": _check_member,
    "member.changed": _check_member,
    "request.issued": _check_category,
    "finding.raised": _check_category,
}


def _blame_code(blame: Blame, field: str, code: str, known: Collection[str], what: Text) -> None:
    given = shown(code)
    if not known:
        blame(field, Text("没有“{code}”这个{what}；已安装的细则里一个也没有", code=given, what=what))
        return

    def nearest(near: str) -> Text:
        return Text("没有“{code}”这个{what}；最接近的是 {near}", code=given, what=what, near=near)

    text = Text("没有“{code}”这个{what}；可用的如 {known}", code=given, what=what, known=sorted(known)[:8])
    blame(field, text, Guess(code, known, nearest))
