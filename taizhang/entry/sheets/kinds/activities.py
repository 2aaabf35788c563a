"""Activities: meetings, lectures, study, service."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import FOR_YEAR, RECORD_ID, SUBJECT, day_column

ACTIVITIES = Kind(
    "activities",
    N_("活动记录"),
    (
        day_column(
            "活动日期",
            "活动时间",
            "开展日期",
            "开展时间",
            "会议时间",
            "会议日期",
            "召开时间",
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
        SUBJECT,
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
        FOR_YEAR,
        RECORD_ID,
    ),
    also=("活动", "组织生活", "三会一课", "会议记录", "活动台账", "学习记录"),
    carries=("topic", "kinds"),
)
