"""The README's pictures can be taken, are there, are small, and each is shown."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from .browsing import DESKTOP
from .pictures import BYTES_MAX, FOLDER, PICTURES, ROOT, take
from .site import Site


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its header (ISO/IEC 15948, IHDR)."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path.name
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_the_pictures_can_be_taken_anew(shared_site: Site, browser, tmp_path: Path) -> None:
    taken = take(browser, shared_site, tmp_path)
    assert {path.stem for path in taken} == set(PICTURES)
    for path in taken:
        assert size_of(path) == (DESKTOP["width"], DESKTOP["height"])
        assert path.stat().st_size < BYTES_MAX


def test_the_readmes_show_every_picture_and_no_other() -> None:
    names = {f"{name}.png" for name in PICTURES}
    assert {path.name for path in FOLDER.iterdir()} == names
    for path in FOLDER.iterdir():
        assert size_of(path) == (DESKTOP["width"], DESKTOP["height"])
        assert path.stat().st_size < BYTES_MAX
    for readme in ("README.md", "README.zh-CN.md"):
        shown = re.findall(r"!\[([^\]]+)\]\(docs/pictures/([^)]+)\)", (ROOT / readme).read_text("utf-8"))
        assert {name for _, name in shown} == names, readme
        assert all(words.strip() for words, _ in shown), "whoever does not see it is told what it shows"
