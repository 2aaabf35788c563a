"""Every colour has a name, in one table for mails, reports and sheets, and in the tokens of the pages."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from reminders.colours import DARK, LIGHT

ROOT = Path(__file__).parents[2]
TOKENS = ROOT / "taizhang/web/static/tokens.css"
HOMES = {
    TOKENS,
    ROOT / "reminders/colours.py",
    ROOT / "taizhang/web/static/print.css",  # black on white, whatever the tokens say
    ROOT / "taizhang/web/static/reminders.css",  # white behind a code that telephones read
    ROOT / "taizhang/web/static/icon.svg",
    ROOT / "taizhang/web/static/manifest.json",
    ROOT / "taizhang/web/static/offline.html",  # stands alone: nothing is fetched for it
}
COLOUR = re.compile(r"(?<![\w/&#])#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\b(?![\w-])")

QUOTED = re.compile(r"[\"']#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})[\"']")


def tokens(css: str) -> dict[str, str]:
    return {name.replace("-", "_"): said for name, said in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css)}


@pytest.mark.parametrize(("table", "half"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_the_table_is_that_of_the_pages(table: Mapping[str, str], half: int) -> None:
    css = TOKENS.read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    assert table == tokens(css[half])


def test_no_other_file_names_a_colour() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {colour}"
        for room in ("ledger", "projections", "rubric", "reminders", "taizhang")
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".css", ".js", ".svg", ".json"} and path not in HOMES
        for colour in (QUOTED if path.suffix == ".py" else COLOUR).findall(path.read_text("utf-8"))
    ]
    assert found == []
