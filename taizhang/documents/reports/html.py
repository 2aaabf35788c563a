"""Reports as HTML: the report's own template, or an operator's of the same name, filled with the report's data.

The page stands alone: nothing is fetched from anywhere when it is opened or turned into PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from ledger.events.event import instant_of
from taizhang.documents.reports.dates import long_day
from taizhang.language.event_labels import type_word
from taizhang.language.i18n import _, say, spoken
from taizhang.language.labels import instant_text


def render_html(kind: str, report: Any, templates: Path | None = None) -> str:
    """Return the page of a report of *kind*; templates in the folder *templates* go first."""
    return environment(templates).get_template(f"{kind}.html").render(report=report, language=spoken())


@cache
def environment(templates: Path | None) -> Environment:
    """Return the templates with their filters; every value is escaped, a missing one is an error."""
    own: list[BaseLoader] = [FileSystemLoader(templates)] if templates is not None else []
    made = Environment(
        loader=ChoiceLoader([*own, PackageLoader("taizhang.documents.reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = _
    made.filters |= {
        "long_day": long_day,
        "css": css_text,
        "pair": pair,
        "say": say,
        "kind": type_word,
        "local": local_instant,
        "instant": instant_text,
    }
    return made


def local_instant(recorded: str) -> str:
    """Return an instant as the ledger writes it, as people in Shanghai read it."""
    return instant_text(instant_of(recorded))


def css_text(text: str) -> str:
    """Return *text* fit to stand in a string of a style sheet."""
    return "".join(character for character in text if character not in "\"'\\<>{};\n")


def pair(item: Any, label: str, values: Sequence[str]) -> tuple[str, list[int]]:
    """Return what a bar is drawn of: its label and its values."""
    return str(getattr(item, label)), [int(getattr(item, value)) for value in values]
