"""What measures share: which records satisfy a need, and to whom something applies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..clauses import Code, Day, Model, Need, Points, Scope

FAMILY_OF = {"activity": "activities", "document": "documents", "outlet": "outlets", "honor": "honors"}
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Where(Model):
    """What a record must say beside its code."""

    lecturer: Literal["secretary"] | None = None
    feature: bool | None = None
    level: Code | None = None


class NeedTerms(Model):
    """Which records satisfy something, how many of them, and by when. One code family is named."""

    activity: Code | None = None
    document: Code | None = None
    outlet: Code | None = None
    honor: Code | None = None
    n: Annotated[int, Field(ge=1)] | dict[Kind, Points] | Literal["target_sessions"] = 1
    window: Annotated[tuple[Day, Day] | None, Field(strict=False)] = None
    for_year: bool = False
    where: Where = Where()
    expected_by: Day | None = None
    due: Day | None = None
    final: Day | None = None
    scope: Scope = "tree"
    unit_counts: bool = False
    pace: bool = False
    prorate: bool = False
    target_document: Code = "volunteer_plan"

    @model_validator(mode="after")
    def _one_family(self) -> NeedTerms:
        if sum(bool(getattr(self, family)) for family in FAMILY_OF) != 1:
            raise PydanticCustomError(
                "one_family", "exactly one of activity, document, outlet, honor is needed"
            )
        return self

    @property
    def is_total(self) -> bool:
        """Whether it is one number for the year, counted against a line of pace or a number by kind."""
        return self.pace or self.prorate or not isinstance(self.n, int)

    def as_need(self) -> Need2:
        """Return it as the matcher of records reads it."""
        own = self.model_dump(
            exclude={"where", "n", "pace", "prorate", "target_document"}, exclude_defaults=True
        )
        where = self.where.model_dump(exclude_defaults=True)
        return Need2(**own, **where, n=self.n if isinstance(self.n, int) else 1)

    def codes(self) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
        """Yield (path, family, code) of every code it names."""
        for key, family in FAMILY_OF.items():
            if code := getattr(self, key):
                yield (key,), family, code
        if self.n == "target_sessions":
            yield ("target_document",), "documents", self.target_document


class Need2(Need):
    """A need with what format 2 adds: a level, and a scope of its own."""

    level: Code | None = None
    scope: Scope = "tree"
    unit_counts: bool = False


class For(Model):
    """To whom something applies: by kind, by tags (any of them), by unit; `none` for whom it does not."""

    kinds: Annotated[tuple[Kind, ...], Field(strict=False)] = ()
    tags: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    units: Annotated[tuple[str, ...], Field(strict=False)] = ()
    none: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Kinds, tags or units that it does not apply to."""

    def fits(self, unit: str, kind: str | None, tags: Any) -> bool:
        """Whether a unit of *kind* with *tags* is meant."""
        own = {unit, kind, *(tags or ())}
        if own & set(self.none):
            return False
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.tags or bool(set(self.tags) & set(tags or ())))
            and (not self.units or unit in self.units)
        )
