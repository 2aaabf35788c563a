from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a ledger; what is tested here is SQLite's own."""
    return tmp_path / "taizhang.db"
