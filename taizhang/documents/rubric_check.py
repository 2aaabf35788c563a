"""What `rubric check` finds in a file that loads: its examples run, its oddities, and what doing nothing would earn."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.json_object import JsonObject
from ledger.text import Text
from projections.draft_look import Idle, Warned, idle, warnings
from projections.examples import Difference, run_examples
from rubric.amounts import decimal_text
from rubric.catalog import RubricCatalog
from rubric.codes_used import Family
from rubric.format2.rubric2 import Rubric2
from rubric.load import parse
from rubric.mistake import Mistake, RubricRefused
from rubric.schema import FAMILIES, Rubric
from rubric.source import Path, Source, read
from taizhang.app.ledger import vocabulary_of
from taizhang.language.i18n import current

from .rubric import summary


@dataclass(frozen=True, slots=True)
class Note:
    """A warning at a line of the file (None: of no single line)."""

    line: int | None
    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that loads and whose examples come to what they say."""

    rubric: Rubric
    examples: int
    notes: list[Note]
    idle: Idle

    def as_json(self) -> JsonObject:
        """Return it as the document of `rubric check --json`."""
        return {
            **summary(self.rubric),
            "examples": self.examples,
            "idle": {
                "full": decimal_text(self.idle.full),
                "score": decimal_text(self.idle.score),
                "awaiting": decimal_text(self.idle.awaiting),
            },
            "warnings": [
                {"line": note.line, "field": note.key, "problem": note.text.render(current())}
                for note in self.notes
            ],
        }


def checked(content: bytes, name: str = "") -> Checked:
    """Check the rubric file *content*: read it, run its examples, look for oddities.

    Raises RubricRefused with every mistake; an example that comes to something else is one.
    """
    rubric = parse(content, name)
    source = read(content)
    examples = 0
    if isinstance(rubric, Rubric2):
        examples = len(rubric.examples)
        found = run_examples(rubric, vocabulary_of(RubricCatalog([rubric])))
        if found:
            raise RubricRefused([_mistake(each, rubric, source) for each in found], name)
    notes = [_note(each, rubric, source) for each in warnings(rubric)]
    notes.sort(key=lambda note: note.line or 0)
    return Checked(rubric, examples, notes, idle(rubric))


def _mistake(difference: Difference, rubric: Rubric2, source: Source) -> Mistake:
    path: Path = ("examples", difference.example, *difference.path)
    name = rubric.examples[difference.example].name
    return Mistake(
        source.line(path),
        source.key(path),
        "示例“{name}”：{what}",
        name=name,
        what=difference.text.render(current()),
    )


def _note(warned: Warned, rubric: Rubric, source: Source) -> Note:
    path = _path(warned.about, rubric)
    return Note(source.line(path), source.key(source.nearest(path)) or warned.about, warned.text)


def _path(about: str, rubric: Rubric) -> Path:
    if about == "result":
        return ("result",)
    family, dot, code = about.partition(".")
    if dot and not family.isdecimal():
        families: tuple[Family, ...] = FAMILIES
        return ("codes", family, code) if family in families else (family, code)
    if isinstance(rubric, Rubric2):
        return rubric.places.get(about, ())
    place = next(
        (place for place, clause in enumerate(rubric.clauses) if about in (clause.id, str(clause.indicator))),
        None,
    )
    return () if place is None else ("clauses", place)
