"""A measure inside another: `rate: [measure, measure]`, `peers: measure`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError

from rubric.format2.measures import Codes, Measure, measures


@dataclass(frozen=True, slots=True)
class Inner:
    """A measure and its parameters, read."""

    measure: Measure
    terms: Any

    def codes(self) -> Codes:
        """Yield the codes that it names."""
        yield from self.measure.codes(self.terms)


def _inner(value: Any) -> Any:
    if isinstance(value, Inner):
        return value
    if not isinstance(value, dict):
        raise PydanticCustomError("inner", "a measure such as {figure: code} is needed")
    known = measures()
    named = [key for key in value if key in known]
    if len(named) != 1 or named[0] in ("peers", "rate"):
        raise PydanticCustomError("inner", "a measure such as {figure: code} is needed")
    measure = known[named[0]]
    try:
        return Inner(measure, measure.terms.model_validate(value))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise PydanticCustomError(
            "inner_terms", "{what}", {"what": ".".join(map(str, first["loc"]))}
        ) from None


Nested = Annotated[Any, BeforeValidator(_inner)]
