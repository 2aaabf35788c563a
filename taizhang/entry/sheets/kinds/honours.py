"""Honours and awards."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, SUBJECT, day_column, title_column

HONOURS = Kind(
    "honours",
    N_("荣誉"),
    (
        day_column("获奖日期", "获奖时间", "表彰日期", "授予日期"),
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
        title_column(N_("名称"), "荣誉名称", "标题", "奖项名称", "获奖名称", "项目名称"),
        SUBJECT,
        Column(
            "work",
            N_("作品"),
            "key",
            also=("作品编号", "同一作品"),
            note="同一件作品得了几级奖，每行写同一个词，只按最高级计一次。",
            covers=("work",),
        ),
        RECORD_ID,
    ),
    also=("获奖", "表彰", "荣誉表彰", "获奖情况"),
    carries=("honor", "level"),
)
