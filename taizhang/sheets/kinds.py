"""The kinds of sheet that offices keep, and their columns: data, read by the template, the recogniser and the reader.

A column is known by its header, by other words that schools use for it (`also`), or because a unit said so once
(`Context.headers`). Workbooks are Chinese, whoever reads them; a page shows headers in its reader's language. `covers`
names the fields of an event's data that the column speaks of: what no column of a sheet covers, a row does not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rubric.codes_used import Family
from taizhang.wording import N_

Reading = Literal[
    "text", "moment", "day", "hours", "whole", "yes_no", "codes", "code", "level", "verdict", "unit_kind", "subject",
    "member", "attendees", "leaving", "key",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, header, how a cell of it is read, and what it is called elsewhere."""

    key: str
    header: str
    reading: Reading = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    note: str = ""
    covers: tuple[str, ...] = ()
    family: Family | None = None
    width: int = 14
    unless: str = ""
    """A required cell may be empty where this other one is filled."""


@dataclass(frozen=True)
class Kind:
    """One kind of sheet."""

    key: str
    title: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    """Columns of which at least one must be there for a sheet to be of this kind."""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by key."""
        return {column.key: column for column in self.columns}


def _id(what: str) -> Column:
    return Column("id", N_("编号"), also=("记录编号", "台账编号"), note=what, width=18)


_RECORD_ID = _id("台账里这条记录的编号，导出时自动填写。新增的行请留空。")
_SUBJECT = Column(
    "subject",
    N_("组织"),
    "subject",
    also=("支部", "所在支部", "党支部", "所属支部", "党组织", "组织名称", "开展支部", "单位"),
    note="哪个党支部。是单位自己的，留空。",
    width=22,
)

ROSTER = Kind(
    "roster",
    N_("党员名册"),
    (
        Column(
            "name",
            N_("姓名"),
            required=True,
            also=("党员姓名", "名字", "党员"),
            note="只进通讯录，不进台账。",
            unless="member",
        ),
        _SUBJECT,
        Column(
            "joined",
            N_("加入日期"),
            "day",
            also=("转入日期", "转入时间", "组织关系转入日期", "到支部日期", "加入本支部日期", "进入支部日期"),
            note="到本党组织的日期，不是入党日期。留空按年初算。",
        ),
        Column(
            "leader",
            N_("班子成员"),
            "yes_no",
            also=("是否班子成员", "领导干部", "党员领导干部", "是否领导干部"),
            note="党员领导干部写“是”：要过双重组织生活。",
            covers=("leader",),
        ),
        Column(
            "exempt",
            N_("免学时"),
            "yes_no",
            also=("是否免学时", "免学", "学时豁免"),
            note="经批准不计集中学习学时的写“是”。",
            covers=("exempt_from_study",),
        ),
        Column("changed", N_("变更日期"), "day", note="班子成员、免学时从这一天起变了，另起一行写。"),
        Column("left", N_("离开日期"), "day", also=("转出日期", "转出时间", "离开时间")),
        Column("left_reason", N_("离开原因"), "leaving", also=("转出原因",)),
        Column(
            "telephone", N_("联系电话"), also=("电话", "手机", "手机号", "手机号码", "联系方式"), width=16
        ),
        Column("address", N_("住址"), also=("家庭住址", "地址", "家庭地址", "现居住地"), width=28),
        Column("born", N_("出生日期"), "day", also=("出生年月日", "生日"), note="同名同姓时用来分辨。"),
        Column(
            "member",
            N_("党员编号"),
            "key",
            also=("成员编号",),
            note="台账里的代号，导出时自动填写。新党员请留空。",
            width=16,
        ),
        _RECORD_ID,
    ),
    also=("花名册", "党员花名册", "名册", "党员名单", "党员信息", "成员"),
    carries=("name",),
)

ACTIVITIES = Kind(
    "activities",
    N_("活动记录"),
    (
        Column(
            "day",
            N_("日期"),
            "moment",
            required=True,
            also=("时间", "活动日期", "活动时间", "开展日期", "开展时间", "会议时间", "会议日期", "召开时间"),
            note="如 2017-03-05、2017年3月5日，也可以带时刻。",
        ),
        Column(
            "kinds",
            N_("类型"),
            "codes",
            required=True,
            also=("活动类型", "活动类别", "会议类型", "类别", "活动形式", "形式", "组织生活类型"),
            note="一次活动可以是几种，用顿号隔开，如：统一活动日、党课。",
            covers=("kinds",),
            family="activities",
            width=24,
        ),
        Column(
            "topic",
            N_("主题"),
            required=True,
            also=(
                "活动主题",
                "内容",
                "活动内容",
                "会议内容",
                "议题",
                "会议主题",
                "主要内容",
                "活动名称",
                "名称",
            ),
            covers=("topic",),
            width=40,
        ),
        _SUBJECT,
        Column(
            "study_hours",
            N_("学时"),
            "hours",
            also=("学习时长", "时长", "集中学习学时", "学习学时", "课时"),
            note="算作集中学习的小时数，记给每名参加的人。",
            covers=("study_hours",),
        ),
        Column(
            "attendees",
            N_("参加人员"),
            "attendees",
            also=("参加人", "出席人员", "参会人员", "参加党员", "出席", "参与人员", "与会人员"),
            note="“全体”，或姓名用顿号隔开。不写就不给任何人记学时。",
            covers=("attendees",),
            width=30,
        ),
        Column(
            "lecturer",
            N_("主讲人"),
            "member",
            also=("主讲", "授课人", "讲课人", "宣讲人", "主讲人姓名"),
            note="讲党课的人；书记每年至少讲一次。",
            covers=("lecturer",),
        ),
        Column(
            "for_year",
            N_("所属年度"),
            "whole",
            also=("年度",),
            note="与日期不同年才写。",
            covers=("for_year",),
        ),
        _RECORD_ID,
    ),
    also=("活动", "组织生活", "三会一课", "会议记录", "活动台账", "学习记录"),
    carries=("topic", "kinds"),
)

DOCUMENTS = Kind(
    "documents",
    N_("材料"),
    (
        Column(
            "day",
            N_("日期"),
            "moment",
            required=True,
            also=("时间", "报送日期", "形成日期", "成文日期", "印发日期"),
        ),
        Column(
            "document",
            N_("材料类型"),
            "code",
            required=True,
            also=("类型", "类别", "文件类型", "材料类别", "材料种类"),
            covers=("document",),
            family="documents",
            width=30,
        ),
        Column(
            "title",
            N_("标题"),
            required=True,
            also=("名称", "材料名称", "文件名称", "题目", "文件标题"),
            covers=("title",),
            width=44,
        ),
        _SUBJECT,
        Column(
            "for_year",
            N_("所属年度"),
            "whole",
            also=("年度",),
            note="与日期不同年才写。",
            covers=("for_year",),
        ),
        Column(
            "target_sessions",
            N_("计划次数"),
            "whole",
            also=("计划场次", "志愿服务次数"),
            note="只有志愿服务计划写：全年准备开展几次。",
            covers=("target_sessions",),
        ),
        _RECORD_ID,
    ),
    also=("文件", "制度材料", "资料", "材料清单", "文件材料"),
    carries=("document",),
)

PUBLICATIONS = Kind(
    "publications",
    N_("信息报道"),
    (
        Column(
            "day",
            N_("日期"),
            "moment",
            required=True,
            also=("时间", "发布日期", "发布时间", "刊发日期", "刊登日期"),
        ),
        Column(
            "outlet",
            N_("发布平台"),
            "code",
            required=True,
            also=("平台", "媒体", "刊发媒体", "发布媒体", "刊物", "发表刊物", "载体", "报送平台"),
            covers=("outlet",),
            family="outlets",
            width=26,
        ),
        Column(
            "title",
            N_("标题"),
            required=True,
            also=("题目", "信息标题", "稿件标题", "报道标题", "名称"),
            covers=("title",),
            width=44,
        ),
        _SUBJECT,
        Column("url", N_("网址"), also=("链接", "网页地址", "链接地址"), covers=("url",), width=36),
        Column(
            "feature",
            N_("特色报道"),
            "yes_no",
            also=("是否特色报道", "特色党建报道"),
            note="刊发的特色党建报道写“是”。",
            covers=("feature",),
        ),
        _RECORD_ID,
    ),
    also=("信息", "报道", "宣传", "党建信息", "信息报送", "宣传报道"),
    carries=("outlet",),
)

HONOURS = Kind(
    "honours",
    N_("荣誉"),
    (
        Column(
            "day",
            N_("日期"),
            "moment",
            required=True,
            also=("时间", "获奖日期", "获奖时间", "表彰日期", "授予日期"),
        ),
        Column(
            "honor",
            N_("荣誉类型"),
            "code",
            required=True,
            also=("类型", "类别", "奖项类型", "荣誉类别"),
            covers=("honor",),
            family="honors",
            width=28,
        ),
        Column(
            "level",
            N_("级别"),
            "level",
            required=True,
            also=("等级", "荣誉级别", "获奖级别", "表彰级别"),
            covers=("level",),
        ),
        Column(
            "title",
            N_("名称"),
            required=True,
            also=("荣誉名称", "标题", "奖项名称", "获奖名称", "项目名称"),
            covers=("title",),
            width=44,
        ),
        _SUBJECT,
        Column(
            "work",
            N_("作品"),
            "key",
            also=("作品编号", "同一作品"),
            note="同一件作品得了几级奖，每行写同一个词，只按最高级计一次。",
            covers=("work",),
        ),
        _RECORD_ID,
    ),
    also=("获奖", "表彰", "荣誉表彰", "获奖情况"),
    carries=("honor", "level"),
)

ORGANIZATIONS = Kind(
    "organizations",
    N_("党组织"),
    (
        Column(
            "code",
            N_("代号"),
            "key",
            also=("支部代号", "组织代号"),
            note="小写字母和数字，如 b1。是单位自己的，留空。",
        ),
        Column(
            "name",
            N_("名称"),
            required=True,
            also=("组织名称", "党组织名称"),
            covers=("name",),
            width=30,
            unless="changed",
        ),
        Column("kind", N_("组织类型"), "unit_kind", also=("类型",), covers=("kind",)),
        Column("registered", N_("成立日期"), "day", also=("登记日期", "建立日期")),
        Column("secretary", N_("书记"), "member", also=("党组织书记", "书记姓名"), covers=("secretary",)),
        Column("has_committee", N_("设支委会"), "yes_no", also=("是否设支委会",), covers=("has_committee",)),
        Column("has_groups", N_("设党小组"), "yes_no", also=("是否设党小组",), covers=("has_groups",)),
        Column(
            "term_ends_on", N_("任期届满"), "day", also=("届满日期", "任期届满日期"), covers=("term_ends_on",)
        ),
        Column("changed", N_("变更日期"), "day", note="从这一天起变了，另起一行，只写变了的。"),
        Column("closed", N_("撤销日期"), "day"),
        Column("closed_reason", N_("撤销原因"), width=24),
        _RECORD_ID,
    ),
    also=("支部设置", "组织设置", "基本情况"),
    carries=("registered", "kind", "term_ends_on"),
)

CONDITIONS = Kind(
    "conditions",
    N_("情况声明"),
    (
        Column("day", N_("日期"), "moment", required=True, also=("时间", "声明日期")),
        Column(
            "condition",
            N_("事项"),
            "code",
            required=True,
            also=("情况", "声明事项"),
            covers=("condition",),
            family="conditions",
            width=34,
        ),
        Column(
            "value", N_("是否做到"), "verdict", required=True, also=("结果", "情况说明"), covers=("value",)
        ),
        _SUBJECT,
        _RECORD_ID,
    ),
    also=("声明", "群团和新媒体"),
    carries=("condition",),
)

ELECTIONS = Kind(
    "elections",
    N_("换届选举"),
    (
        Column("day", N_("日期"), "moment", required=True, also=("选举日期", "换届日期", "时间")),
        Column(
            "next_term_ends_on", N_("下届届满"), "day", also=("下次换届日期",), covers=("next_term_ends_on",)
        ),
        Column("until", N_("延期到"), "day", also=("延期至",), covers=("until",)),
        Column("approved_by", N_("批准机关"), also=("批准单位",), covers=("approved_by",), width=20),
        _SUBJECT,
        _RECORD_ID,
    ),
    also=("换届", "选举"),
    carries=("next_term_ends_on", "until"),
)

KINDS: tuple[Kind, ...] = (
    ORGANIZATIONS,
    ROSTER,
    ACTIVITIES,
    DOCUMENTS,
    PUBLICATIONS,
    HONOURS,
    CONDITIONS,
    ELECTIONS,
)
"""Every kind, in the order in which a workbook is recorded: who is named must be there already."""

EXAMPLE = "示例，不导入"
"""Stands in the record id column of a template's example row."""

BY_KEY = {kind.key: kind for kind in KINDS}
