"""Compares a scorecard and a members' list with what a scenario expects; says every difference in words."""

from collections.abc import Callable
from typing import Any

from tests.cases.reading import plain

Card = dict[str, Any]
Rows = list[dict[str, Any]]
Pairs = list[tuple[str, Any, Any]]
LOSSES = ("loss", "floor_loss", "ceiling_loss")
POINTS = ("score", "floor", "ceiling")


def clause_expected(text: str) -> dict[str, Any]:
    """`missed 1/3/1 due 2017-09-30 judged 1`, or `bonus 2/3.5`."""
    words = text.split()
    if words[0] == "bonus":
        return dict(zip(("points", "claimed"), words[1].split("/"), strict=True))
    expected: dict[str, Any] = {"status": words[0]}
    expected.update(zip(LOSSES, words[1].split("/"), strict=True))
    for name, value in zip(words[2::2], words[3::2], strict=True):
        expected[name] = None if value == "none" else value
    return expected


def shortfall_text(row: dict[str, Any]) -> str:
    """A shortfall in the words of a scenario."""
    return f"{row['subject']} {row['status']} {row['due']} {row['days_left']} {row['missing']}"


def member_text(row: dict[str, Any]) -> str:
    """A member in the words of a scenario."""
    text = f"{row['subject']} {row['hours']} of {row['required']} expected {row['expected']}"
    return text + (" exempt" if row["exempt"] else "")


def differences(card: Card, members: Rows, expectation: dict[str, Any]) -> list[str]:
    """Each figure that is not what the scenario expects; none when all is well."""
    clauses = {clause["id"]: clause for one in card["indicators"] for clause in one["clauses"]}
    pairs: list[tuple[str, Any, Any]] = []
    for key, value in expectation.items():
        name = str(key)
        if name in clauses:
            expected = clause_expected(value)
            pairs += [(f"{name} {field}", wanted, clauses[name][field]) for field, wanted in expected.items()]
        elif name not in {"as_of", "known_at"}:
            pairs += PARTS[name](card, members, value)
    return [
        f"{expectation['as_of']} {what}: expected {expected}, found {found}"
        for what, expected, found in pairs
        if expected != found
    ]


def indicator_pairs(card: Card, members: Rows, value: Any) -> Pairs:
    """Score, floor and ceiling of some indicators."""
    indicators = {one["no"]: one for one in card["indicators"]}
    return [
        (f"indicator {number}", text.split("/"), [indicators[number][point] for point in POINTS])
        for number, text in value.items()
    ]


def total_pairs(card: Card, members: Rows, value: Any) -> Pairs:
    """Figures of the whole, the board's `overdue` and `missed` among them."""
    counted = {status: count(card, status) for status in ("overdue", "missed")}
    figures = {**counted, **card["total"]}
    return [(f"total {name}", str(expected), str(figures[name])) for name, expected in value.items()]


def shortfall_pairs(card: Card, members: Rows, value: Any) -> Pairs:
    """All the shortfalls of some clauses."""
    return [
        (
            f"shortfalls of {clause}",
            rows,
            [shortfall_text(row) for row in card["shortfalls"] if row["clause"] == str(clause)],
        )
        for clause, rows in value.items()
    ]


def member_pairs(card: Card, members: Rows, value: Any) -> Pairs:
    """Everybody who is listed."""
    return [("members", plain(value), {row["member"]: member_text(row) for row in members})]


PARTS: dict[str, Callable[[Card, Rows, Any], Pairs]] = {
    "indicators": indicator_pairs,
    "total": total_pairs,
    "shortfalls": shortfall_pairs,
    "members": member_pairs,
    "name": lambda card, members, value: [("name", value, card["name"])],
    "kind": lambda card, members, value: [("kind", value, card["kind"])],
    "events": lambda card, members, value: [("events", value, card["events"])],
}


def count(card: Card, status: str) -> int:
    """How many clauses have the status."""
    return sum(1 for one in card["indicators"] for clause in one["clauses"] if clause["status"] == status)
