"""What a built-in rubric said before differs from what it says in what its forecast supposes, and in nothing else."""

from __future__ import annotations

import re
from hashlib import sha256

from rubric.catalog import FORMER_TEXTS, builtin, builtin_texts
from rubric.load import parse

FORECAST_BEFORE = """\
forecast:
  kept: 800
  broken: 0.03
  lagging: 6.3
  late: 0.2
  head_start: 0.15
  pace_from: 0.65
  pace_to: 1.1
  weights: {once: 14, all_of: 90, award: 160, every_period: 0.02, count: 380, study_hours: 108, each_item: 75, condition: 20, election: 26}
  clause_weights: {'2.1': 8, '14.1': 19, '16.1': 9, '17.1': 5, '18.1': 15, '20.1': 15, '22.1': 160, '22.2': 146}
  usual: {'14.1': [9, 12], '21.2': [11, 12]}
"""  # noqa: E501


def test_only_the_forecast_was_fitted_anew() -> None:
    (now,) = (text for text in builtin_texts() if parse(text).label == "wujin-2017@2")
    before = re.sub(r"^forecast:\n(  .*\n)+", FORECAST_BEFORE, now, flags=re.MULTILINE)
    assert sha256(before.encode()).hexdigest() in FORMER_TEXTS["wujin-2017@2"]
    assert {rubric.label for rubric in builtin()} >= FORMER_TEXTS.keys()
