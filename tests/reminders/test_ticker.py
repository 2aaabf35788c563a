"""The ticker runs what it is given, and goes on when that fails."""

from datetime import timedelta
from threading import Event

from reminders.ticker import Daily, Every, Job, ticking


def test_a_job_runs_at_once_and_again() -> None:
    twice = Event()
    runs: list[int] = []

    def run() -> None:
        runs.append(len(runs))
        if len(runs) == 2:
            twice.set()

    with ticking([Job("count", run, Every(timedelta(seconds=0.05)))]):
        assert twice.wait(60)
    after = len(runs)
    assert not Event().wait(0.15)
    assert len(runs) == after, "nothing runs after the end"


def test_a_job_that_fails_comes_again_and_stops_no_other() -> None:
    again, other = Event(), Event()
    failures: list[int] = []

    def fail() -> None:
        failures.append(1)
        if len(failures) == 2:
            again.set()
        raise ZeroDivisionError

    jobs = [
        Job("fail", fail, Every(timedelta(seconds=0.05))),
        Job("other", other.set, Every(timedelta(hours=1))),
    ]
    with ticking(jobs):
        assert again.wait(60)
        assert other.wait(60)


def test_the_end_waits_for_a_job_under_way() -> None:
    begun, ended = Event(), Event()

    def slow() -> None:
        begun.set()
        Event().wait(0.1)
        ended.set()

    with ticking([Job("slow", slow, Every(timedelta(hours=1))), Job("nightly", slow, Daily(3))]):
        assert begun.wait(60)
    assert ended.is_set()
