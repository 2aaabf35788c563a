"""Reports as HTML: the report's own template, or an operator's of the same name, filled with the report's data.

The page stands alone: nothing is fetched from anywhere when it is opened or turned into PDF. Templates
run in a sandbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ledger.events.event import instant_of
from reminders.colours import LIGHT, PAPER
from taizhang.documents.reports.dates import long_day
from taizhang.documents.reports.own_templates import FolderLoader, Sandbox, faults_named, picture_of
from taizhang.language.event_labels import type_word
from taizhang.language.i18n import _, say, spoken
from taizhang.language.labels import instant_text


def render_html(kind: str, report: object, templates: Path | None = None) -> str:
    """Return the page of a report of *kind*; templates in the folder *templates* go first.

    Raises FileRefused for a fault in one of these.
    """
    own = templates.resolve() if templates is not None else None
    with faults_named(own, f"{kind}.html"):
        return environment(own).get_template(f"{kind}.html").render(report=report, language=spoken())


@cache
def environment(templates: Path | None) -> Environment:
    """Return the templates with their filters; every value is escaped, a missing one is an error."""
    own: list[BaseLoader] = [FolderLoader(templates)] if templates is not None else []
    made = Sandbox(
        loader=ChoiceLoader([*own, PackageLoader("taizhang.documents.reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": _, "light": LIGHT, "paper": PAPER}
    made.filters |= {
        "long_day": long_day,
        "css": css_text,
        "pair": pair,
        "say": say,
        "kind": type_word,
        "local": local_instant,
        "instant": instant_text,
    }
    if templates is not None:
        made.filters["picture"] = partial(picture_of, templates)
    return made


def local_instant(recorded: str) -> str:
    """Return an instant as the ledger writes it, as people in Shanghai read it."""
    return instant_text(instant_of(recorded))


def css_text(text: str) -> str:
    """Return *text* fit to stand in a string of a style sheet."""
    return "".join(character for character in text if character not in "\"'\\<>{};\n")


def pair(item: object, label: str, values: Sequence[str]) -> tuple[str, list[int]]:
    """Return what a bar is drawn of: its label and its values."""
    return str(getattr(item, label)), [int(getattr(item, value)) for value in values]
