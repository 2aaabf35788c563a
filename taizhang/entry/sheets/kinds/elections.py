"""Elections of branch committees, held or postponed."""

from __future__ import annotations

from taizhang.language.i18n import N_

from .column import Column, Kind
from .common import RECORD_ID, SUBJECT, day_column

ELECTIONS = Kind(
    "elections",
    N_("换届选举"),
    (
        day_column("选举日期", "换届日期"),
        Column(
            "next_term_ends_on", N_("下届届满"), "day", also=("下次换届日期",), covers=("next_term_ends_on",)
        ),
        Column("until", N_("延期到"), "day", also=("延期至",), covers=("until",)),
        Column("approved_by", N_("批准机关"), also=("批准单位",), covers=("approved_by",), width=20),
        SUBJECT,
        RECORD_ID,
    ),
    also=("换届", "选举"),
    carries=("next_term_ends_on", "until"),
)
