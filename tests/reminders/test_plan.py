"""Who hears what, when. Pure: duties, contacts and a day in, messages out."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.duties import Duty
from reminders.contacts import Book, Contact, Person, Role
from reminders.plan import ClauseTerms, Draft, Telling, plan
from reminders.triggers import (
    LEADS,
    Window,
    announces_summer,
    digest_leads,
    quarter_told,
    stage_of,
    window,
)
from reminders.workdays import SendingDays, Workdays

RUBRIC = "wujin-2017@1"
WORKDAYS = Workdays()
DAYS = SendingDays(WORKDAYS)


def duty(clause: str = "2.1", due: str = "2017-03-31", final: str | None = None, **more: object) -> Duty:
    settled = {"key": "", "award": False, "behind_from": None, "subjects": ("wj-01",), "stake": 100}
    return Duty(
        RUBRIC,
        clause,
        due=date.fromisoformat(due),
        final=date.fromisoformat(final or due),
        **(settled | more),
    )  # type: ignore[arg-type]


def somebody(address: str = "a@example.invalid", **wishes: object) -> Person:
    return Person(address, "email", address, **({"weekly": False} | wishes))  # type: ignore[arg-type]


def drafts(
    day: str,
    duties: list[Duty],
    *contacts: Contact,
    since: str | None = None,
    told: tuple = (),
    terms: dict[tuple[str, str], ClauseTerms] | None = None,
    grace_days: int = 0,
) -> list[Draft]:
    people = contacts or (Contact("wj-01", Role.SECRETARY, somebody()),)

    def window_of(person: Person) -> Window | None:
        days = SendingDays(WORKDAYS, person.quiet, weekly=person.weekly)
        return window(date.fromisoformat(day), days, [date.fromisoformat(since)] if since else None)

    return plan([("wj-01", duties)], Book(people), terms or {}, window_of, Telling(told), grace_days)


def stages(day: str, duties: list[Duty], *contacts: Contact, **how: object) -> list[str]:
    return [item.stage for draft in drafts(day, duties, *contacts, **how) for item in draft.items.values()]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2017-03-16", []),
        ("2017-03-17", ["14"]),
        ("2017-03-20", []),
        ("2017-03-24", ["5"]),  # the 26th is a Sunday
        ("2017-03-26", []),
        ("2017-03-30", ["1"]),
        ("2017-03-31", []),
        ("2017-04-01", ["missed"]),  # a Saturday, worked for 清明
        ("2017-04-05", []),
    ],
)
def test_lead_days_and_the_miss(day: str, stage: list[str]) -> None:
    assert stages(day, [duty()]) == stage


def test_a_lead_day_in_a_holiday_is_kept_on_the_last_workday_before() -> None:
    # Due on the 9th of October: all three lead days but the first lie in the holiday of the 1st to the 8th.
    due = duty(due="2017-10-09")
    assert stages("2017-09-25", [due]) == ["14"]
    assert stages("2017-09-30", [due]) == ["1"]
    assert stages("2017-10-09", [due]) == []
    assert stages("2017-10-10", [due]) == ["missed"]


def test_a_miss_on_a_day_off_is_told_on_the_first_day_after() -> None:
    assert stages("2017-10-01", [duty(due="2017-09-30")]) == []
    assert stages("2017-10-09", [duty(due="2017-09-30")]) == ["missed"]
    assert stages("2018-01-02", [duty(due="2017-12-31")]) == ["missed"]


def test_what_can_still_be_made_good_is_overdue_and_then_has_a_last_chance() -> None:
    late = duty("16.1", due="2017-05-10", final="2018-01-31", key="r1")
    assert stages("2017-05-11", [late]) == ["overdue"]
    assert stages("2017-05-12", [late]) == []
    assert stages("2018-01-17", [late]) == ["last-chance-14"]
    assert stages("2018-01-30", [late]) == ["last-chance-1"]
    assert stages("2018-02-01", [late]) == ["missed"]


def test_a_request_is_told_when_it_is_raised_and_not_again() -> None:
    raised = duty("16.1", due="2017-05-31", key="r1", raised=(date(2017, 5, 3), date(2017, 5, 4)))
    assert stages("2017-05-04", [raised]) == ["raised"]
    # Recorded after the run of that day: told by the next one, unless that day's run had it.
    assert stages("2017-05-05", [raised]) == ["raised"]
    told = (("a@example.invalid", "wj-01", "16.1", "r1", "2017-05-31"), "raised")
    assert stages("2017-05-05", [raised], told=(told,)) == []
    assert stages("2017-05-08", [raised]) == []


def test_what_was_met_and_is_past_now_is_told_once() -> None:
    """A claim of January was returned in May."""
    turned = duty("8.1", due="2017-01-31", turned=date(2017, 5, 10))
    assert stages("2017-05-10", [turned]) == ["turned"]
    told = (("a@example.invalid", "wj-01", "8.1", "", "2017-01-31"), "turned")
    assert stages("2017-05-11", [turned], told=(told,)) == []
    assert stages("2017-05-12", [turned]) == []


def test_one_message_a_person_whatever_the_units() -> None:
    person = somebody()
    book = Book([Contact(unit, Role.SECRETARY, person) for unit in ("wj-01", "wj-02")])
    found = plan(
        [("wj-01", [duty()]), ("wj-02", [duty(), duty("8.5")])],
        book,
        {},
        lambda _: window(date(2017, 3, 17), DAYS),
        Telling(),
    )
    assert [(item.unit, item.clause) for item in found[0].items.values()] == [
        ("wj-01", "2.1"),
        ("wj-02", "2.1"),
        ("wj-02", "8.5"),
    ]
    assert len(found) == 1


def test_what_each_role_hears() -> None:
    def heard(role: Role, day: str) -> list[str]:
        return stages(day, [duty()], Contact("*", role, somebody()))

    assert [
        heard(Role.ASSESSOR, day) for day in ("2017-03-17", "2017-03-24", "2017-03-30", "2017-04-01")
    ] == [
        [],
        ["7"],
        [],
        ["missed"],
    ]
    assert [heard(Role.DISTRICT, day) for day in ("2017-03-17", "2017-03-30", "2017-04-01")] == [
        [],
        [],
        ["missed"],
    ]


def test_who_is_there_twice_hears_once_in_his_first_role() -> None:
    person = somebody()
    found = drafts(
        "2017-03-30", [duty()], Contact("*", Role.ASSESSOR, person), Contact("wj-01", Role.SECRETARY, person)
    )
    assert [item.role for item in found[0].items.values()] == [Role.SECRETARY]


def test_unsubscribed_from_all_but_what_is_past() -> None:
    quiet = Contact("wj-01", Role.SECRETARY, somebody(only_overdue=True))
    assert stages("2017-03-17", [duty()], quiet) == []
    assert stages("2017-04-01", [duty()], quiet) == ["missed"]


def test_quiet_days_bring_reminders_forward() -> None:
    away = Contact("wj-01", Role.SECRETARY, somebody(quiet=((date(2017, 7, 10), date(2017, 8, 20)),)))
    assert stages("2017-07-07", [duty(due="2017-07-31")], away) == ["1"]
    assert stages("2017-07-17", [duty(due="2017-07-31")], away) == []
    assert stages("2017-08-21", [duty(due="2017-07-31")], away) == ["missed"]


def test_lead_days_of_a_clause() -> None:
    terms = {(RUBRIC, "2.1"): ClauseTerms((30, 3))}
    assert stages("2017-03-01", [duty()], terms=terms) == ["30"]
    assert stages("2017-03-17", [duty()], terms=terms) == []
    assessor = Contact("*", Role.ASSESSOR, somebody())
    assert stages("2017-03-24", [duty()], assessor, terms=terms) == ["7"]


def test_the_quarter_end_letter_has_what_is_behind() -> None:
    behind = duty("6.5", due="2017-12-31", behind_from=date(2017, 2, 1))
    (letter,) = drafts("2017-03-17", [duty(), behind, duty("1.1", due="2017-12-31")])
    assert letter.quarter == "2017-Q1-14"
    assert {item.clause: item.stage for item in letter.items.values()} == {
        "2.1": "14",
        "6.5": "pace-2017-Q1-14",
    }
    assert stages("2017-03-20", [behind]) == []
    # It begins to lag only after that day.
    assert stages("2017-03-17", [duty("6.5", due="2017-12-31", behind_from=date(2017, 3, 18))]) == []


def test_the_third_quarter_is_announced_before_the_summer() -> None:
    terms = {(RUBRIC, "2.1"): ClauseTerms(LEADS, quarterly=True)}
    third = duty(due="2017-09-30")
    assert stages("2017-06-16", [third, duty("8.1", due="2017-09-30")], terms=terms) == ["summer"]
    assert stages("2017-06-15", [third], terms=terms) == []


def test_a_catch_up_says_once_what_still_matters() -> None:
    """Nobody ran it from the 16th to the 27th of March: lead days 14 and 5, a miss and a request fell in between."""
    duties = [
        duty(),
        duty("16.1", due="2017-03-20", final="2018-01-31", key="r1"),
        duty("17.1", due="2017-04-30", key="f1", raised=(date(2017, 3, 21),)),
        duty("8.1", due="2017-02-28"),
    ]
    assert stages("2017-03-28", duties) == []
    assert stages("2017-03-28", duties, since="2017-03-16") == ["5", "overdue", "raised"]


@settings(deadline=None)
@given(
    due=st.dates(date(2017, 1, 20), date(2017, 12, 31)),
    gaps=st.sets(st.integers(0, 364), max_size=60),
    quiet=st.lists(st.tuples(st.integers(0, 364), st.integers(0, 40)), max_size=2),
)
def test_windows_follow_each_other_without_gap(
    due: date, gaps: set[int], quiet: list[tuple[int, int]]
) -> None:
    """Whatever days nobody ran it on, caught up with, a stage is told once at most, the last ahead of due for sure."""
    first = date(2017, 1, 1)
    off = tuple((first + timedelta(start), first + timedelta(start + length)) for start, length in quiet)
    days = SendingDays(WORKDAYS, off)
    told: list[tuple[date, str]] = []
    runs = [days.before(first)]
    everyday = [first + timedelta(number) for number in range(400)]
    for number, day in enumerate(everyday):
        if number in gaps:
            continue
        answers = window(day, days, runs)
        runs.append(day)
        if answers is not None:
            stage = stage_of(duty(due=due.isoformat()), LEADS, answers)
            if stage is not None:
                told.append((day, stage))
    assert len({stage for _, stage in told}) == len(told)
    assert told[-1][1] == "missed"
    ran_before = [
        day for number, day in enumerate(everyday) if day <= due and number not in gaps and days.include(day)
    ]
    lead_days = [day for day in ran_before if day >= due - timedelta(14)]
    if lead_days and not gaps and not off:
        assert [stage for day, stage in told if day <= due][-1] == "1"


WEEKLY = Contact("wj-01", Role.SECRETARY, somebody(weekly=True))


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2017-03-10", []),
        ("2017-03-13", ["14"]),  # for the 17th, a Friday
        ("2017-03-17", []),
        ("2017-03-20", ["5"]),  # for the 26th, a Sunday
        ("2017-03-27", []),  # lead day 1 is worth no mail of its own
        ("2017-03-30", []),
        ("2017-04-01", []),
        ("2017-04-05", ["missed"]),  # the week's first workday: 清明 takes its Monday
    ],
)
def test_a_digest_comes_on_the_week_s_first_workday(day: str, stage: list[str]) -> None:
    terms = {(RUBRIC, "2.1"): ClauseTerms(LEADS, period_days=90)}
    assert stages(day, [duty()], WEEKLY, terms=terms) == stage


def test_a_request_that_cannot_wait_for_the_digest_is_told_at_once() -> None:
    raised = (date(2017, 5, 9),)
    soon, later = (duty("16.1", due=due, key="r1", raised=raised) for due in ("2017-05-17", "2017-06-30"))
    assert stages("2017-05-09", [soon], WEEKLY) == ["raised"]
    assert stages("2017-05-09", [later], WEEKLY) == []
    told = (("a@example.invalid", "wj-01", "16.1", "r1", "2017-05-17"), "raised")
    assert stages("2017-05-15", [soon], WEEKLY, told=(told,)) == []
    assert stages("2017-05-15", [later], WEEKLY) == ["raised"]


def test_a_digest_that_fell_out_is_made_up_for_on_the_next_day() -> None:
    assert stages("2017-03-21", [duty()], WEEKLY, since="2017-03-17") == ["5"]
    assert stages("2017-03-21", [duty()], WEEKLY, since="2017-03-20") == []


def test_a_digest_that_goes_out_says_also_what_falls_due_in_its_week() -> None:
    raised = duty("16.1", due="2017-04-20", key="r1", raised=(date(2017, 3, 24),))
    assert stages("2017-03-27", [duty(), raised], WEEKLY) == ["aside-1", "raised"]


def test_a_digest_is_not_written_for_each_lead_day_of_what_comes_back() -> None:
    leads = (30, 14, 5, 1)
    assert list(digest_leads(leads)) == [5, 30]
    assert list(digest_leads((90, 60, 30, 14, 5))) == [5, 30, 60, 90]
    assert list(digest_leads(leads, 90)) == [14, 5]
    assert list(digest_leads((14, 5, 1), 28)) == [5]
    assert list(digest_leads((45, 30, 14, 5))) == [5, 30]
    assert list(digest_leads((30,), 28)) == [30]


def test_a_lead_day_just_after_a_request_was_raised_is_one_mail_with_it() -> None:
    raised = (date(2017, 5, 4),)
    near, far = (duty("16.1", due=due, key="r1", raised=raised) for due in ("2017-05-19", "2017-05-24"))
    assert stages("2017-05-04", [near]) == ["raised"]
    assert stages("2017-05-05", [near]) == ["raised"]
    assert stages("2017-05-08", [near]) == []
    assert stages("2017-05-10", [far]) == ["14"]


def test_what_is_expected_has_its_lead_days_too() -> None:
    plan_due = duty("1.1", due="2017-12-31", expected=date(2017, 3, 31))
    assert stages("2017-03-17", [plan_due]) == ["expected-14"]
    assert stages("2017-03-30", [plan_due]) == ["expected-1"]
    assert stages("2017-12-15", [plan_due]) == ["14"]


def test_nobody_is_written_to_of_what_is_lost_already() -> None:
    assert stages("2017-03-17", [duty(stake=0)]) == []
    assert stages("2017-04-01", [duty(stake=0)]) == []


def test_what_grows_slowly_has_one_lead_day() -> None:
    hours = duty("6.5", due="2017-12-31", pace=True, behind_from=date(2017, 2, 1))
    assert stages("2017-12-15", [hours]) == ["14"]
    assert stages("2017-12-26", [hours]) == []


def test_who_looks_on_hears_of_a_miss_after_the_days_of_grace() -> None:
    assessor, district = (Contact("*", role, somebody()) for role in (Role.ASSESSOR, Role.DISTRICT))
    for watcher in (assessor, district):
        assert stages("2017-04-01", [duty()], watcher, grace_days=10) == []
        assert stages("2017-04-11", [duty()], watcher, grace_days=10) == ["missed"]
    assert stages("2017-04-01", [duty()], grace_days=10) == ["missed"]


def test_a_letter_says_in_january_and_september_what_the_year_asks() -> None:
    terms = {(RUBRIC, "6.1"): ClauseTerms(LEADS, year=2017)}
    yearly = duty("6.1", due="2017-12-31")
    (letter,) = drafts("2017-01-03", [yearly], terms=terms)
    assert (letter.quarter, [item.stage for item in letter.items.values()]) == ("year-2017", ["year-2017"])
    told = (("a@example.invalid", "wj-01", "6.2", "", "2017-12-31"), "year-2017")
    assert stages("2017-01-10", [yearly], terms=terms, told=(told,)) == []
    assert stages("2017-09-01", [yearly], terms=terms) == ["term-2017"]
    assert stages("2017-09-01", [yearly], Contact("*", Role.ASSESSOR, somebody()), terms=terms) == []
    assert stages("2018-01-03", [duty("1.2", due="2018-01-31")], terms=terms) == []


def test_quarters_and_summer() -> None:
    def answers(day: str) -> Window:
        found = window(date.fromisoformat(day), DAYS)
        assert found is not None
        return found

    assert quarter_told(answers("2017-12-15")) == "2017-Q4-14"
    assert quarter_told(answers("2017-12-29")) is None
    assert announces_summer(answers("2017-06-16"))
    assert not announces_summer(answers("2017-06-19"))
    assert window(date(2017, 3, 18), DAYS) is None


def test_a_secretary_of_a_branch_hears_of_what_his_branch_has_not_done() -> None:
    his, others, whole = (
        duty("2.2", subjects=("wj-01/b1", "wj-01/b2")),
        duty("2.3", subjects=("wj-01/b2",)),
        duty("2.4", subjects=("wj-01",)),
    )
    branch = Contact("wj-01/b1", Role.SECRETARY, somebody("b1@example.invalid"))
    unit = Contact("wj-01", Role.SECRETARY, somebody("all@example.invalid"))
    found = drafts("2017-03-24", [his, others, whole], unit, branch)
    told = {
        draft.person.address: [(item.unit, item.clause) for item in draft.items.values()] for draft in found
    }
    assert told["b1@example.invalid"] == [("wj-01/b1", "2.2")]
    assert told["all@example.invalid"] == [("wj-01", "2.2"), ("wj-01", "2.3"), ("wj-01", "2.4")]
    # Who hears of the unit does not hear of his branch once more.
    both = [Contact(each, Role.SECRETARY, unit.person) for each in ("wj-01/b1", "wj-01")]
    (draft,) = drafts("2017-03-24", [his], *both)
    assert [item.unit for item in draft.items.values()] == ["wj-01"]
