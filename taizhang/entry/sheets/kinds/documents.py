"""Documents: plans, summaries, rules, reports."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import FOR_YEAR, RECORD_ID, SUBJECT, day_column, title_column

DOCUMENTS = Kind(
    "documents",
    N_("材料"),
    (
        day_column("报送日期", "形成日期", "成文日期", "印发日期"),
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
        title_column(N_("标题"), "名称", "材料名称", "文件名称", "题目", "文件标题"),
        SUBJECT,
        FOR_YEAR,
        Column(
            "target_sessions",
            N_("计划次数"),
            "whole",
            also=("计划场次", "志愿服务次数"),
            note="只有志愿服务计划写：全年准备开展几次。",
            covers=("target_sessions",),
        ),
        RECORD_ID,
    ),
    also=("文件", "制度材料", "资料", "材料清单", "文件材料"),
    carries=("document",),
)
