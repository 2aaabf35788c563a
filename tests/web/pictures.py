"""Pictures of the pages for the README: `python -m tests.web.pictures` takes them anew into docs/pictures.

Of a demo district of UNITS units on its day, which is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from .browsing import DESKTOP, launch, visiting
from .site import ASSESSOR, SECRETARY, Site, make_template, site_over

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
UNITS = 24
BYTES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page looks like to whom."""

    visitor: str
    address: str
    says: str = ""
    """What the page says once its scripts have asked the server."""


PICTURES = {
    "board": Picture(ASSESSOR, "/board"),
    "unit": Picture(SECRETARY, f"/units/{SECRETARY}"),
    "log": Picture(
        SECRETARY,
        f"/log?unit={SECRETARY}&what=activity.held:unified_activity_day&subject={SECRETARY}/b1"
        "&kinds=unified_activity_day&kinds=party_lecture&study_hours=2&attendees=all",
        "学时 +2",
    ),
}
"""By the name of the file; the README shows every one."""


def take(browser: Browser, site: Site, folder: Path) -> list[Path]:
    """Take every picture into *folder*; return the files."""
    taken = []
    for name, picture in PICTURES.items():
        with visiting(browser, site, picture.visitor, viewport=DESKTOP) as page:
            page.goto(picture.address)
            if picture.says:
                page.get_by_text(picture.says).first.wait_for()
            path = folder / f"{name}.png"
            page.screenshot(path=path, animations="disabled", caret="hide")
            taken.append(path)
    return taken


def main() -> None:
    """Take the pictures of a district made for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "district.db"
        make_template(path, UNITS)
        browser = launch(playwright)
        with site_over(path) as site:
            for taken in take(browser, site, FOLDER):
                print(f"{taken.relative_to(ROOT)}: {taken.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
