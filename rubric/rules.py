"""The rule kinds by the name that a rubric file gives them."""

from __future__ import annotations

from .clauses import (
    AllOf,
    Award,
    ClauseBase,
    Condition,
    EachItem,
    Election,
    EveryPeriod,
    Judgement,
    Once,
    Tiers,
    Total,
)

RULES: dict[str, type[ClauseBase]] = {
    "once": Once,
    "all_of": AllOf,
    "every_period": EveryPeriod,
    "total": Total,
    "each_item": EachItem,
    "condition": Condition,
    "election": Election,
    "award": Award,
    "tiers": Tiers,
    "judgement": Judgement,
}
