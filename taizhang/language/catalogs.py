"""Catalogues and code kept together: `make messages` collects every message and updates the .po files.

Messages are what is given to `_`, `N_`, `Text` and the other KEYWORDS as a literal, in the code and the templates of
the five rooms. A catalogue is sorted by message and names no file, so that moved code changes nothing in it. Chinese is
the language of the code itself and has no catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from taizhang.language.i18n import LANGUAGES, SOURCE, Language, catalogue_path

ROOT = Path(__file__).parents[2]
ROOMS = ("ledger", "rubric", "projections", "reminders", "taizhang")
# What files hold messages, and how babel reads them; jinja2 brings its own way.
METHODS: dict[str, tuple[str, dict[str, str]]] = {
    ".py": ("python", {"encoding": "utf-8"}),
    ".html": ("jinja2", {"encoding": "utf-8", "trimmed": "true", "extensions": "jinja2.ext.do"}),
    ".txt": ("jinja2", {"encoding": "utf-8", "trimmed": "true"}),
}
# The rubric room makes no Text: there a message stands third in a Mistake, first in the others.
KEYWORDS = {
    "_": None,
    "N_": None,
    "Text": None,
    "translate": None,
    "Mistake": (3,),
    "NoRubric": None,
    "msgid": None,
}


def extract() -> Catalog:
    """Return a catalogue of every message in the code, with the files that say it."""
    found = Catalog(project="taizhang", charset="utf-8")
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix not in METHODS:
                continue
            where = path.relative_to(ROOT).as_posix()
            method, options = METHODS[path.suffix]
            for _line, message, _comments, _context in extract_from_file(
                method, path, keywords=KEYWORDS, options=options
            ):
                if isinstance(message, str) and message:
                    found.add(message, locations=[(where, 0)])
    return found


def listed(found: Catalog) -> str:
    """Return every text with the pages and modules that say it, as a table in Markdown, by page."""
    by_place: dict[str, list[str]] = {}
    for message in found:
        for place, _line in message.locations if message.id else ():
            by_place.setdefault(place, []).append(" ".join(str(message.id).split()))
    parts = ["# Every text of the interface, by the page or module that says it\n"]
    for place in sorted(by_place):
        parts.append(f"\n## {place}\n")
        parts += [f"- {text}" for text in dict.fromkeys(by_place[place])]
    return "\n".join(parts) + "\n"


def load(language: Language) -> Catalog:
    """Return the kept catalogue of *language*; an empty one when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: Language, found: Catalog) -> list[str]:
    """Bring the catalogue of *language* up to date with *found*; return the messages without a translation."""
    known = load(language)
    fresh = Catalog(locale=language, project="taizhang", charset="utf-8", fuzzy=False)
    for message in found:
        if message.id:
            old = known.get(message.id)
            kept = old.string if old is not None and not old.fuzzy else ""
            fresh.add(message.id, kept)
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=100, no_location=True, sort_output=True)
    _drop_dates(path)
    return [str(message.id) for message in fresh if message.id and not message.string]


def _drop_dates(path: Path) -> None:
    # Dates and tool versions in the header would make every run a change.
    volatile = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', "#")
    head, gap, body = path.read_text("utf-8").partition("\n\n")
    kept = [line for line in head.splitlines() if not line.startswith(volatile)]
    path.write_text("\n".join(kept) + gap + body, "utf-8")


def main() -> int:
    """Update every catalogue; say what is still to be translated, with status 1 when something is.

    With `--list` only print every text with its page, for reading them through.
    """
    found = extract()
    if "--list" in sys.argv[1:]:
        print(listed(found), end="")
        return 0
    missing = 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        untranslated = update(language, found)
        missing += len(untranslated)
        for message in untranslated:
            print(f"{language}: no translation of {message!r}", file=sys.stderr)
    print(f"{len(found)} messages, {missing} to translate")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
