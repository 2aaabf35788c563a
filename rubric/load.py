"""From the text of a rubric file to a Rubric, or to everything that is wrong with it."""

from __future__ import annotations

from pydantic import ValidationError

from .check import agreement_mistakes
from .mistake import Mistake, RubricRefused, msgid
from .outline import Outline
from .schema import Rubric
from .source import Source, read
from .wording import shape_mistakes


def parse(content: str | bytes, name: str = "", *, drafts: bool = False) -> Rubric:
    """Return the rubric that *content* (YAML, UTF-8, at most 1 MiB) states.

    name: the file's name, kept in the error. drafts: let pass what still waits for a person (`decide:`).
    Raises RubricRefused with every mistake found: of reading, of shape, and of what does not agree.
    """
    try:
        rubric = _parsed(read(content), drafts)
    except RubricRefused as refused:
        refused.name = name
        raise
    rubric.remember_file(content.encode() if isinstance(content, str) else content)
    return rubric


def _parsed(source: Source, drafts: bool) -> Rubric:
    mistakes = source.mistakes
    if not isinstance(source.data, dict):
        source.data = {}
        source.tell(
            source.root.line, (), msgid("细则最外层要写成一组“键: 值”，例如 id、year、sections、clauses")
        )
        raise RubricRefused(source.mistakes)
    if "format" in source.data and source.data["format"] != 1:
        return _of_format_2(source, drafts)
    source.data.pop("format", None)
    try:
        rubric = Rubric.model_validate(source.data)
        outline = Outline.of(rubric)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        mistakes += shape_mistakes(errors, source)
        outline = Outline.of_sound_parts(source.data, errors)
    mistakes += agreement_mistakes(outline, source, drafts=drafts)
    if mistakes:
        raise RubricRefused(mistakes)
    return rubric


def _of_format_2(source: Source, drafts: bool) -> Rubric:
    if source.data["format"] != 2:
        message = msgid("format 写 2（或不写：不写是第一种格式）")
        raise RubricRefused([Mistake(source.line(("format",)), "format", message)])
    from .format2.reading import read_document  # measures are found on first use only

    return read_document(source, drafts=drafts)
