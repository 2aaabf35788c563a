"""Publications: what appeared where."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, SUBJECT, day_column, title_column

PUBLICATIONS = Kind(
    "publications",
    N_("信息报道"),
    (
        day_column("发布日期", "发布时间", "刊发日期", "刊登日期", "刊发时间", "刊登时间"),
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
        title_column(N_("标题"), "题目", "信息标题", "稿件标题", "报道标题", "名称"),
        SUBJECT,
        Column(
            "url", N_("网址"), also=("链接", "网址链接", "网页地址", "链接地址"), covers=("url",), width=36
        ),
        Column(
            "feature",
            N_("特色报道"),
            "yes_no",
            also=("是否特色报道", "特色党建报道"),
            note="刊发的特色党建报道写“是”。",
            covers=("feature",),
        ),
        RECORD_ID,
    ),
    also=("信息", "报道", "宣传", "党建信息", "信息报送", "宣传报道"),
    carries=("outlet",),
)
