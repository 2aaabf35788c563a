"""Party organizations: the unit and its branches."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID

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
        RECORD_ID,
    ),
    also=("支部设置", "组织设置", "基本情况"),
    carries=("registered", "kind", "term_ends_on"),
)
