"""Figures that a rubric asks for, confirmed cases, and what raters gave: data from other offices and sheets."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, day_column

FACTS = Kind(
    "facts",
    N_("数据"),
    (
        day_column("截至", "截至日期", "统计日期", "报告日期", "认定日期", "评价日期"),
        Column(
            "fact",
            N_("指标"),
            "fact",
            required=True,
            also=("指标名称", "数据名称", "数据项", "认定事项", "评价项目"),
            note="细则里的名称：要报的数、认定的情形、评价的项目。",
            covers=("figure", "case", "rating"),
            width=28,
        ),
        Column(
            "value",
            N_("数值"),
            required=True,
            also=("数", "完成值", "件数", "数值或等次"),
            note="数或等次，如 95.5、A。",
            covers=("value", "count", "points", "grade"),
        ),
        Column("at", N_("期次"), also=("哪一期", "时段"), note="分期报的才写，如 春季学期。", covers=("at",)),
        Column(
            "note",
            N_("来源或理由"),
            also=("来源", "数据来源", "理由", "认定理由", "依据"),
            covers=("source", "reason"),
            width=30,
        ),
        Column(
            "rater",
            N_("谁评的"),
            also=("评价人", "评议人", "评价主体"),
            note="只有评价才写。",
            covers=("rater",),
        ),
        RECORD_ID,
    ),
    also=("数据报告", "指标数据", "统计数据", "考核数据"),
    carries=("fact",),
)
