"""The suite for a Citus cluster never counts as passed where there is none."""

from __future__ import annotations

import pytest

from .__main__ import NOT_RUN, main


def test_it_says_that_it_did_not_run(postgres: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(postgres) == NOT_RUN
    assert "NOT RUN" in capsys.readouterr().out
