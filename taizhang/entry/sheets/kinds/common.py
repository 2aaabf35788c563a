"""Columns that several kinds of sheet have."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column

RECORD_ID = Column(
    "id",
    N_("编号"),
    also=("记录编号", "台账编号"),
    note="台账里这条记录的编号，导出时自动填写。新增的行请留空。",
    width=18,
)
SUBJECT = Column(
    "subject",
    N_("组织"),
    "subject",
    also=(
        "支部",
        "党支部",
        "党组织",
        "单位",
        "组织名称",
        "支部名称",
        "党支部名称",
        "党组织名称",
        "所在支部",
        "所在党支部",
        "所在党组织",
        "所在支部名称",
        "所在党支部名称",
        "所在党组织名称",
        "所属支部",
        "所属党支部",
        "所属党组织",
        "所属支部名称",
        "所属党支部名称",
        "所属党组织名称",
        "隶属党支部",
        "隶属党组织",
        "组织关系所在支部",
        "组织关系所在党支部",
        "组织关系所在党组织",
        "开展支部",
        "开展党支部",
    ),
    note="哪个党支部。是单位自己的，留空。",
    width=22,
)
FOR_YEAR = Column(
    "for_year", N_("所属年度"), "whole", also=("年度",), note="与日期不同年才写。", covers=("for_year",)
)


def day_column(*also: str, note: str = "") -> Column:
    """Return the column of the day (and perhaps the time) on which it happened; schools call it *also* so."""
    return Column("day", N_("日期"), "moment", required=True, also=("时间", *also), note=note)


def title_column(header: str, *also: str) -> Column:
    """Return the column of the title."""
    return Column("title", header, required=True, also=also, covers=("title",), width=44)
