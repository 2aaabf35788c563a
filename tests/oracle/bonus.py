"""Bonus points of a clause: contract §5 (tiers)."""

from fractions import Fraction

from tests.oracle.amounts import exact
from tests.oracle.history import Known, Record
from tests.oracle.matching import Clause


def worth(known: Known, clause: Clause, record: Record) -> Fraction | None:
    """The points of one item, or None where the clause is not about it."""
    if record.type == "honor.received" and record.data["honor"] in clause.get("honor", []):
        level = record.data["level"]
        if level not in clause["tiers"]:
            level = known.sheet.get("level_counts_as", {}).get(level, level)
        return exact(clause["tiers"][level]) if level in clause["tiers"] else None
    if record.type == "publication.made" and record.data["outlet"] in clause.get("outlet", {}):
        if clause.get("feature") and not record.data.get("feature", False):
            return None
        return exact(clause["outlet"][record.data["outlet"]])
    return None


def items(known: Known, clause: Clause) -> list[tuple[Record, Fraction]]:
    """The items of the year that are not returned, each with its points."""
    found = []
    for record in known.records:
        points = worth(known, clause, record)
        # An honour counts for the year that it is for, a publication for the year of its day.
        year = record.for_year if record.type == "honor.received" else record.day.year
        if points is not None and year == known.year:
            found.append((record, points))
    return found


def sum_of(clause: Clause, chosen: list[tuple[Record, Fraction]]) -> Fraction:
    """All of them; under best_per_work those that share a work once, at the best level."""
    total = Fraction(0)
    best: dict[str, Fraction] = {}
    for record, points in chosen:
        work = record.data.get("work")
        if clause.get("best_per_work") and work is not None:
            best[work] = max(points, best.get(work, Fraction(0)))
        else:
            total += points
    return total + sum(best.values(), Fraction(0))


def claimed(known: Known, clause: Clause) -> Fraction:
    """The points of every item that is not returned."""
    return sum_of(clause, items(known, clause))


def accepted(known: Known, clause: Clause) -> Fraction:
    """The points of the items whose latest review is an acceptance."""
    return sum_of(
        clause, [(record, points) for record, points in items(known, clause) if record.verdict == "accepted"]
    )
