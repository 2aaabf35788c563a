"""Declared conditions: what was done, or was not."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, SUBJECT, day_column

CONDITIONS = Kind(
    "conditions",
    N_("情况声明"),
    (
        day_column("声明日期"),
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
        SUBJECT,
        RECORD_ID,
    ),
    also=("声明", "群团和新媒体"),
    carries=("condition",),
)
