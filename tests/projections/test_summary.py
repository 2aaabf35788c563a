"""The figures of several ledgers by clause: put together where the rubric is one, or says which clause is the same."""

from __future__ import annotations

from projections.summary import ClauseLine, RubricSummary, by_clause


def summary(rubric: str, units: int, short: dict[str, int], **same_as: str) -> RubricSummary:
    same = {clause.strip("_").replace("_", "."): other for clause, other in same_as.items()}
    return RubricSummary(rubric, units=units, clauses=short, same_as=same)


def test_one_rubric_in_two_ledgers() -> None:
    found = by_clause(
        [summary("city", 10, {"2.1": 3, "10.1": 0}), summary("city", 20, {"2.1": 0, "10.1": 4})]
    )
    assert found == [ClauseLine("city", "2.1", 2, 30, 3), ClauseLine("city", "10.1", 2, 30, 4)]


def test_other_rubrics_stay_apart_unless_they_say_what_is_the_same() -> None:
    city, east = summary("city", 10, {"2.1": 3}), summary("east", 5, {"2.1": 1, "7.2": 2}, _7_2="city/2.1")
    assert by_clause([city, east]) == [
        ClauseLine("city", "2.1", 2, 15, 5),
        ClauseLine("east", "2.1", 1, 5, 1),
    ]


def test_the_same_by_way_of_another_and_in_a_circle() -> None:
    chain = [
        summary("east", 5, {"1.1": 1}, _1_1="city/2.1"),
        summary("city", 10, {"2.1": 2}, _2_1="province/3.1"),
    ]
    assert by_clause(chain) == [ClauseLine("province", "3.1", 2, 15, 3)]
    circle = [
        summary("east", 5, {"1.1": 1}, _1_1="west/2.2"),
        summary("west", 10, {"2.2": 2}, _2_2="east/1.1"),
    ]
    assert by_clause(circle) == [ClauseLine("east", "1.1", 2, 15, 3)]
