"""Lists of people stand in the roster's order, not in that of random ids; the secretary and leaders come first."""

from datetime import date

from projections.facts import Facts
from projections.records import Records

DAY = date(2017, 6, 1)


def event(number: int, type_: str, subject: str, time: str, **data: object) -> dict[str, object]:
    return {
        "id": f"e{number}", "type": type_, "subject": subject, "time": f"{time}T00:00:00+08:00", "data": data,
        "sequence": f"{number:012d}", "recordedtime": "2017-06-01T00:00:00.000000Z", "authtype": "x", "authid": "x",
    }  # fmt: skip


def joined(number: int, member: str, subject: str = "u", time: str = "2017-01-01", **flags: bool):
    return event(number, "member.joined", subject, time, member=member, **flags)


def facts(*events) -> Facts:
    return Facts("u", Records("u", events).counting(DAY, date.max))


def test_as_they_were_registered() -> None:
    found = facts(joined(1, "z"), joined(2, "m"), joined(3, "a"), joined(4, "k", time="2016-01-01"))
    assert [each.member for each in found.roster.present(DAY)] == ["z", "m", "a", "k"]
    assert [each.member for each in found.listed(DAY)] == ["z", "m", "a", "k"]


def test_the_secretary_and_leaders_first_branch_by_branch() -> None:
    found = facts(
        event(
            1, "organization.registered", "u", "2017-01-01", name="U", kind="general_branch", secretary="s"
        ),
        event(2, "organization.registered", "u/b1", "2017-01-01", name="B", kind="branch", secretary="t"),
        joined(3, "z", "u/b1"),
        joined(4, "l", "u/b1", leader=True),
        joined(5, "t", "u/b1"),
        joined(6, "x"),
        joined(7, "s"),
    )
    assert [each.member for each in found.listed(DAY)] == ["s", "x", "t", "l", "z"]


def test_who_moves_to_another_branch_keeps_his_place() -> None:
    found = facts(
        joined(1, "z"),
        joined(2, "a"),
        event(3, "member.left", "u", "2017-02-01", member="z"),
        joined(4, "z", "u/b1", "2017-02-01"),
        joined(5, "m", "u/b1", "2017-02-01"),
    )
    assert [each.member for each in found.roster.present(DAY)] == ["z", "a", "m"]
