"""Compares a scorecard and a members' list with what a scenario expects; says every difference in words."""

from typing import Any

from tests.cases.reading import plain

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


def differences(card: dict[str, Any], members: list[dict[str, Any]], expectation: dict[str, Any]) -> list[str]:
    """Each figure that is not what the scenario expects; none when all is well."""
    clauses = {clause["id"]: clause for one in card["indicators"] for clause in one["clauses"]}
    indicators = {str(one["no"]): one for one in card["indicators"]}
    found: list[str] = []

    def same(what: str, expected: Any, actual: Any) -> None:
        if expected != actual:
            found.append(f"{expectation['as_of']} {what}: expected {expected}, found {actual}")

    for key, value in expectation.items():
        name = str(key)
        if name in clauses:
            for field, expected in clause_expected(value).items():
                same(f"{name} {field}", expected, clauses[name][field])
        elif name == "indicators":
            for number, text in value.items():
                expected = text.split("/")
                same(f"indicator {number}", expected, [indicators[str(number)][point] for point in POINTS])
        elif name == "total":
            for field, expected in value.items():
                same(f"total {field}", str(expected), str(card["total"].get(field, count(clauses, field))))
        elif name == "shortfalls":
            for clause, rows in value.items():
                actual = [shortfall_text(row) for row in card["shortfalls"] if row["clause"] == str(clause)]
                same(f"shortfalls of {clause}", rows, actual)
        elif name == "members":
            same("members", plain(value), {row["member"]: member_text(row) for row in members})
        elif name in {"name", "kind", "events"}:
            same(name, str(value), str(card[name]))
        elif name not in {"as_of", "known_at"}:
            found.append(f"a scenario cannot expect {name}")
    return found


def count(clauses: dict[str, dict[str, Any]], status: str) -> int:
    """How many clauses have the status: the board's `overdue` and `missed`."""
    return sum(1 for clause in clauses.values() if clause["status"] == status)
