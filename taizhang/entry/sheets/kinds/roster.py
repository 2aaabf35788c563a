"""The roster: who is a member, since when, and as what."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, SUBJECT

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
        SUBJECT,
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
            "leader",
            also=(
                "是否班子成员",
                "领导干部",
                "党员领导干部",
                "是否领导干部",
                "党内职务",
                "支部职务",
                "党内任职",
            ),
            note="党员领导干部写“是”，或写党内职务：要过双重组织生活。",
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
        Column(
            "born",
            N_("出生日期"),
            "birthday",
            also=("出生年月日", "生日", "出生年月", "出生时间"),
            note="同名同姓时用来分辨。",
        ),
        Column(
            "member",
            N_("党员编号"),
            "key",
            also=("成员编号",),
            note="台账里的代号，导出时自动填写。新党员请留空。",
            width=16,
        ),
        RECORD_ID,
    ),
    also=("花名册", "党员花名册", "名册", "党员名单", "党员信息", "成员"),
    carries=("name",),
)
