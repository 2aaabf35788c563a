"""Reading a part of a rubric file by its model, and telling what is wrong, each at its line."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from ..clauses import Model
from ..mistake import Mistake, Value, msgid
from ..source import Path, Source
from .wording import shape_mistakes

_Part = TypeVar("_Part", bound=Model)


class Telling:
    """Goes on after a mistake, so that all are told at once."""

    def __init__(self, source: Source, drafts: bool) -> None:
        self.source = source
        self.drafts = drafts
        """What still waits for a person is no mistake."""
        self.mistakes: list[Mistake] = []

    def tell(self, path: Path, message: str, /, **values: Value) -> None:
        """Note that *path* is wrong as *message* says."""
        self.mistakes.append(Mistake(self.source.line(path), self.source.key(path), message, **values))

    def take(self, model: type[_Part], data: Any, path: Path) -> _Part | None:
        """Return *data* as *model*, or None with its mistakes told."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.mistakes += shape_mistakes(error.errors(include_url=False), model, data, path, self.source)
            return None

    def decide(self, part: Any, path: Path) -> None:
        """Tell of what still waits for a person."""
        if part is not None and part.decide is not None and not self.drafts:
            message = msgid("还有待人决定的事：{decide}；决定并改好以后，删去 decide")
            self.tell((*path, "decide"), message, decide=part.decide)
