"""Catalogues and code kept together: `make messages` collects every message and updates the .po files.

Messages are what is given to `_`, `N_`, `Text` and the other KEYWORDS as a literal, in the code and the templates of
the five rooms; `pybabel extract` finds them. A catalogue is sorted by message and names no file, so that moved code
changes nothing in it. Chinese is the language of the code itself and has no catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from taizhang.language.extraction import KEYWORDS
from taizhang.language.i18n import LANGUAGES, SOURCE, Language, catalogue_path

ROOT = Path(__file__).parents[2]
ROOMS = ("ledger", "rubric", "projections", "reminders", "taizhang")


def extract_command(template: Path) -> list[str]:
    """Return the command that writes every message in the code to *template* (a .pot file)."""
    keywords = [
        f"{name}:{','.join(map(str, places))}" if places else name for name, places in KEYWORDS.items()
    ]
    return [
        "pybabel", "--quiet", "extract", "--mapping-file", str(ROOT / "babel.cfg"), "--no-default-keywords",
        *(f"--keyword={each}" for each in keywords), "--output-file", str(template),
        *(str(ROOT / room) for room in ROOMS),
    ]  # fmt: skip


def extract() -> Catalog:
    """Return a catalogue of every message in the code, with the files that say it."""
    with TemporaryDirectory() as folder:
        template = Path(folder) / "taizhang.pot"
        CommandLineInterface().run(extract_command(template))  # type: ignore[no-untyped-call]
        with template.open("rb") as file:
            found = read_po(file)
    for message in found:
        message.locations = [
            (Path(place).relative_to(ROOT).as_posix(), line) for place, line in message.locations
        ]
    return found


def source(message: Message) -> str:
    """Return the Chinese of a message, with plural forms or without."""
    return message.id if isinstance(message.id, str) else message.id[0]


def listed(found: Catalog) -> str:
    """Return every text with the pages and modules that say it, as a table in Markdown, by page."""
    by_place: dict[str, list[str]] = {}
    for message in found:
        for place, _line in message.locations if message.id else ():
            by_place.setdefault(place, []).append(" ".join(source(message).split()))
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
            fresh.add(message.id, _in_form(message, _as_forms(kept)))
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=100, no_location=True, sort_output=True)
    _drop_dates(path)
    return [source(message) for message in fresh if message.id and not all(forms(message))]


def _in_form(message: Message, kept: tuple[str, ...]) -> str | tuple[str, ...]:
    """Return a translation with forms for a message that has forms, without for one that has none."""
    return (kept[0], kept[-1]) if message.pluralizable else kept[-1]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or one for each form of the language."""
    return _as_forms(message.string)


def _as_forms(said: str | Sequence[str] | None) -> tuple[str, ...]:
    return (said or "",) if said is None or isinstance(said, str) else tuple(said)


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
