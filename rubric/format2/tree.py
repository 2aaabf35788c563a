"""How items add up: a tree with the places of its clauses, made once from a file, evaluated for each unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..amounts import Amount
from .terms import For

Combine = Literal["sum", "weighted", "mean", "max"]
Otherwise = Literal["drop", "full", "rescale"]


@dataclass(slots=True)
class Item:
    """One node. `no`: the number of the indicator that it is, where it is made of rules; else its `parts` are nodes.

    Amounts in hundredths. `vetoes`: ids of the clauses that leave it with nothing.
    """

    name: str
    title: str
    full: Amount
    starts_full: bool = True
    no: int | None = None
    parts: list[Item] = field(default_factory=list)
    combine: Combine = "sum"
    weight: Amount = 1
    bonus: bool = False
    cap: Amount | None = None
    floor: Amount = 0
    spill_after: Amount | None = None
    spill_points: Amount = 0
    meant: For | None = None
    otherwise: Otherwise = "drop"
    vetoes: tuple[str, ...] = ()

    def leaves(self) -> Iterator[Item]:
        """Yield the indicators in it, in order."""
        if self.no is not None:
            yield self
        for part in self.parts:
            yield from part.leaves()

    @property
    def top(self) -> Amount:
        """The most that it can come to."""
        return self.full if self.cap is None else self.cap

    @property
    def plain(self) -> bool:
        """Whether it is an indicator as format 1 has them: full points less losses, and nothing else."""
        return (
            self.no is not None
            and self.starts_full
            and not self.bonus
            and self.cap is None
            and not self.floor
            and not self.spill_points
            and self.meant is None
            and not self.vetoes
            and self.weight == 1
        )
