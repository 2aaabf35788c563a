"""The operator's page names every setting there is, and no other."""

import re

from taizhang.app.settings import Settings

from .conftest import ROOT


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    rows = re.findall(r"^\| (`TAIZHANG_.*?) \|", page, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(TAIZHANG_\w+)`", row)}
    assert documented == {f"TAIZHANG_{name.upper()}" for name in Settings.model_fields}
