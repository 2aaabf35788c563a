"""Words for how far a unit's year has come."""

from __future__ import annotations

from projections.results import Stage
from taizhang.language.i18n import N_, _

STAGES: dict[Stage, str] = {
    Stage.UNSIGNED: N_("未签字"),
    Stage.SECOND: N_("待复签"),
    Stage.SIGNED: N_("已签字，待公示"),
    Stage.PUBLISHED: N_("公示中"),
    Stage.OBJECTED: N_("公示期满，申诉待答复"),
    Stage.FINAL: N_("已定"),
}


def stage_word(stage: Stage) -> str:
    """Return the word for *stage*."""
    return _(STAGES[stage])
