"""What a record says, in words: its kind, a title, and its data field by field. Codes by their names in the rubric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ledger.events.types import type_of
from ledger.json_object import JsonMapping
from projections.records import Record
from rubric.catalog import RubricCatalog
from rubric.codes_used import Family
from rubric.named import NamedFamily
from taizhang.language.code_words import DECLARED, LEAVINGS, LEVELS, UNIT_KINDS, VERDICTS, word_of
from taizhang.language.i18n import N_, _

NameOf = Callable[[str], str]
"""A member's name by his id: the ledger holds ids only, names are in the directory."""
Asked = Mapping[tuple[str, str], str]
"""What was asked of a unit, in words, by the field that an answer names it in and its code there."""

TYPE_WORDS = {
    "organization.registered": N_("登记党组织"),
    "organization.changed": N_("组织变更"),
    "organization.closed": N_("撤销支部"),
    "member.joined": N_("党员加入"),
    "member.changed": N_("党员变更"),
    "member.left": N_("党员离开"),
    "activity.held": N_("活动"),
    "document.filed": N_("材料"),
    "publication.made": N_("信息报道"),
    "honor.received": N_("荣誉"),
    "condition.declared": N_("情况声明"),
    "request.issued": N_("报送要求"),
    "request.answered": N_("已报送"),
    "finding.raised": N_("指出问题"),
    "finding.rectified": N_("已整改"),
    "figure.reported": N_("数据报告"),
    "case.confirmed": N_("认定情形"),
    "rating.given": N_("评议"),
    "judgement.passed": N_("评定扣分"),
    "claim.reviewed": N_("审核"),
    "election.held": N_("换届选举"),
    "election.postponed": N_("延期换届"),
    "transfer.started": N_("组织关系转出"),
    "transfer.completed": N_("组织关系转接完成"),
    "evidence.attached": N_("附件"),
    "appeal.filed": N_("申诉"),
    "appeal.decided": N_("申诉答复"),
    "score.signed": N_("得分签字"),
    "score.countersigned": N_("得分复签"),
    "result.published": N_("得分公示"),
    "result.confirmed": N_("得分确认"),
    "record.corrected": N_("更正"),
    "record.retracted": N_("撤回"),
    "reminder.sent": N_("提醒"),
    "anchor.recorded": N_("存证"),
    "rubric.installed": N_("安装考核细则"),
    "rubric.withdrawn": N_("撤下考核细则"),
    "loss.accepted": N_("接受缺失"),
    "checkpoint.seen": N_("见到检查点"),
    "clock.confirmed": N_("确认时钟"),
}

_FIELD_WORDS = {
    "name": N_("名称"),
    "kind": N_("组织类型"),
    "secretary": N_("书记"),
    "has_committee": N_("设支委会"),
    "has_groups": N_("设党小组"),
    "term_ends_on": N_("任期届满"),
    "reason": N_("理由"),
    "merged_into": N_("并入"),
    "subject": N_("所属组织"),
    "member": N_("党员"),
    "leader": N_("班子成员"),
    "exempt_from_study": N_("免学时"),
    "kinds": N_("类型"),
    "topic": N_("主题"),
    "study_hours": N_("学时"),
    "lecturer": N_("主讲人"),
    "attendees": N_("参加人员"),
    "for_year": N_("所属年度"),
    "document": N_("材料类型"),
    "title": N_("标题"),
    "target_sessions": N_("计划次数"),
    "outlet": N_("发布平台"),
    "url": N_("网址"),
    "feature": N_("特色报道"),
    "honor": N_("荣誉类型"),
    "level": N_("级别"),
    "work": N_("作品"),
    "condition": N_("事项"),
    "value": N_("是否做到"),
    "figure": N_("数据项"),
    "at": N_("所属时段"),
    "source": N_("数据来源"),
    "case": N_("情形"),
    "count": N_("起数"),
    "points": N_("分值"),
    "rating": N_("评议项目"),
    "rater": N_("评议人"),
    "grade": N_("等次"),
    "tags": N_("标签"),
    "group": N_("分组"),
    "roles": N_("职务"),
    "category": N_("类别"),
    "request": N_("要求编号"),
    "due_on": N_("期限"),
    "finding": N_("问题编号"),
    "text": N_("内容"),
    "clause": N_("条款"),
    "deduct": N_("扣分"),
    "record": N_("所指记录"),
    "verdict": N_("结论"),
    "next_term_ends_on": N_("下届届满"),
    "until": N_("延期到"),
    "approved_by": N_("批准机关"),
    "valid_until": N_("有效期至"),
    "sha256": "SHA-256",
    "media_type": N_("格式"),
    "bytes": N_("字节数"),
    "filename": N_("文件"),
    "time": N_("发生时间"),
    "data": N_("改后内容"),
    "channel": N_("渠道"),
    "items": N_("提醒事项"),
    "period": N_("时段"),
    "appeal": N_("申诉编号"),
    "rubric": N_("考核细则"),
    "rubric_version": N_("细则版本"),
    "version": N_("版本"),
    "file": N_("细则文件"),
    "replaces": N_("替换"),
    "beside": N_("并行考核"),
    "rubric_sha256": N_("细则摘要"),
    "as_of": N_("截至"),
    "score": N_("得分"),
    "floor": N_("保底"),
    "ceiling": N_("最高"),
    "bonus": N_("加分"),
    "indicators": N_("各指标得分"),
    "sequence": N_("台账位置"),
    "supersedes": N_("改签自"),
    "signing": N_("所指签字"),
    "starts_on": N_("公示开始"),
    "ends_on": N_("公示结束"),
    "authority": N_("存证方"),
    "log": N_("台账"),
    "seen": N_("见过的检查点"),
    "accepted": N_("接受的检查点"),
    "clock": N_("时钟"),
    "last": N_("此前最后的入账时间"),
    "checkpoint": N_("检查点"),
    "token": N_("凭证"),
}
"""Every data field of every event type; `tests/taizhang/test_record_words.py` holds it to the ledger's own list."""

_WORDS_OF_VALUES: Mapping[str, Mapping[str, str]] = {
    "level": LEVELS,
    "value": DECLARED,
    "verdict": VERDICTS,
    "kind": UNIT_KINDS,
}
_FAMILIES: dict[str, Family] = {
    "kinds": "activities",
    "document": "documents",
    "outlet": "outlets",
    "honor": "honors",
    "condition": "conditions",
}
_NAMED: dict[str, NamedFamily] = {
    "figure": "figures",
    "case": "cases",
    "rating": "ratings",
    "roles": "roles",
    "tags": "tags",
    "group": "groups",
    "category": "categories",
}
_MEMBERS = frozenset({"member", "secretary", "lecturer"})


def type_word(event_type: str) -> str:
    """Return what kind of record it is; the type itself for one that this program does not know."""
    return _(TYPE_WORDS[event_type]) if event_type in TYPE_WORDS else event_type


def field_word(field: str) -> str:
    """Return a data field's name in words."""
    return _(_FIELD_WORDS[field]) if field in _FIELD_WORDS else field


def asked_in(records: Iterable[Record]) -> Asked:
    """Return the requests and findings among a unit's *records*."""
    return {
        (row.key, each.data[row.key]): each.data.get("title") or each.data["text"]
        for each in records
        if (row := type_of(each.type)).key and row.in_book
    }


class RecordWords:
    """Says records in the words of the rubrics on *shelf*, members by *name_of*, answers by what was *asked*."""

    def __init__(self, shelf: RubricCatalog, name_of: NameOf, asked: Asked | None = None) -> None:
        self._shelf = shelf
        self._name_of = name_of
        self._asked = asked or {}

    def title(self, event_type: str, data: JsonMapping) -> str:
        """Return a line that tells the record from others: what kind, and of what."""
        what, about = self._parts(event_type, data)
        # Many write the kind into the title as well; to say it twice tells nothing more.
        if about.startswith((f"{what}：", f"{what}:", f"“{what}”")):
            return about
        return _("{what}：{about}", what=what, about=about) if about else what

    def _parts(self, event_type: str, data: JsonMapping) -> tuple[str, str]:
        match event_type:
            case "activity.held":
                return self.value("kinds", data["kinds"]), data["topic"]
            case "document.filed":
                return self.value("document", data["document"]), data["title"]
            case "publication.made":
                return self.value("outlet", data["outlet"]), data["title"]
            case "honor.received":
                kind, level = self.value("honor", data["honor"]), self.value("level", data["level"])
                return _("{level}{kind}", level=level, kind=kind), data["title"]
            case "condition.declared":
                return self.value("condition", data["condition"]), self.value("value", data["value"])
            case _:
                return self._parts_of_oversight(event_type, data)

    def _parts_of_oversight(self, event_type: str, data: JsonMapping) -> tuple[str, str]:
        word = type_word(event_type)
        match event_type:
            case "judgement.passed":
                deducted = _("{points} 分，{reason}", points=data["deduct"], reason=data["reason"])
                return _("{word} {clause}", word=word, clause=data["clause"]), deducted
            case "claim.reviewed" | "appeal.decided":
                return word, self.value("verdict", data["verdict"])
            case "appeal.filed":
                return _("{word} {clause}", word=word, clause=data["clause"]), data["reason"]
            case "figure.reported":
                at = _("（{period}）", period=data["at"]) if "at" in data else ""
                return word, f"{self.value('figure', data['figure'])}{at} {data['value']}"
            case "case.confirmed":
                return _("{word} {clause}", word=word, clause=self.value("case", data["case"])), data[
                    "reason"
                ]
            case "rating.given":
                given = data.get("grade", data.get("value", ""))
                return word, f"{self.value('rating', data['rating'])} {given}"
            case "score.signed":
                figures = _("{score} 分，加分 {bonus}", score=data["score"], bonus=data["bonus"])
                return _("{year} 年{word}", year=data["for_year"], word=word), figures
            case "result.published":
                return word, _("{start} 至 {end}", start=data["starts_on"], end=data["ends_on"])
            case "request.answered" | "finding.rectified":
                field = "request" if event_type == "request.answered" else "finding"
                return word, self._asked.get((field, data[field]), data[field])
        subject = next((key for key in _TOLD_BY if key in data), None)
        return word, self.value(subject, data[subject]) if subject else ""

    def details(self, data: JsonMapping) -> list[tuple[str, str]]:
        """Return every field of *data* with its value in words."""
        word = {"value": _("数值")} if "condition" not in data else {}
        return [
            (word.get(field) or field_word(field), self.value(field, value)) for field, value in data.items()
        ]

    def value(self, field: str, value: Any) -> str:
        """Return one field's value in words."""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list):
            return _("、").join(self._one(field, item) for item in value)
        return self._one(field, value)

    def _one(self, field: str, value: Any) -> str:
        if isinstance(value, dict):
            return _item(field, value)
        text = str(value)
        if field in _FAMILIES:
            return self._shelf.code_name(_FAMILIES[field], text)
        if field in _NAMED:
            return self._shelf.fact_name(_NAMED[field], text)
        if field == "level" and text not in _WORDS_OF_VALUES["level"]:
            return self._shelf.fact_name("levels", text)
        if field in _WORDS_OF_VALUES:
            return word_of(_WORDS_OF_VALUES[field], text)
        if field == "reason":
            return word_of(LEAVINGS, text)
        if field == "attendees" and text == "all":
            return _("全体")
        if field in _MEMBERS or field == "attendees":
            return self._name_of(text)
        return text


def _item(field: str, value: JsonMapping) -> str:
    """Return what stands in a list of objects: a signed indicator, an item of a reminder."""
    if field != "indicators":
        return " ".join(str(part) for part in value.values())
    if value.get("advice", value["score"]) == value["score"]:
        return _("指标 {no}：{score}", no=value["no"], score=value["score"])
    return _(
        "指标 {no}：{score}（算得 {advice}）", no=value["no"], score=value["score"], advice=value["advice"]
    )


_TOLD_BY = (
    "name",
    "title",
    "text",
    "member",
    "filename",
    "reason",
    "until",
    "next_term_ends_on",
)
"""The first of these fields that a record has tells it from others of its kind."""
