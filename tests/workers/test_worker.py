"""A worker's process takes what it is given and no more, whatever its job does; and it ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from taizhang.workers import worker
from taizhang.workers.bounds import Bounds

MEGABYTE = 1 << 20
BOUNDS = Bounds(cpu_seconds=20, wall_seconds=120, memory_bytes=256 * MEGABYTE, output_bytes=4 * MEGABYTE)
LONG_SECONDS = 60


def job(name: str) -> str:
    return f"tests.workers.jobs:{name}"


def over(name: str, bounds: Bounds) -> str:
    with pytest.raises(worker.OverBounds) as refused:
        worker.do(job(name), b"", bounds)
    assert worker.running() == 0
    return refused.value.which


def replaced(**changed: int) -> Bounds:
    values = {name: getattr(BOUNDS, name) for name in Bounds.__dataclass_fields__}
    return Bounds(**(values | changed))


def is_there(pid: int) -> bool:
    """Whether the process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int) -> bool:
    deadline = time.monotonic() + LONG_SECONDS
    while is_there(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_job_gives_back_what_it_made_one_after_another() -> None:
    with worker.Worker(job("backwards"), BOUNDS) as made:
        assert made.do(b"abc") == b"cba"
        assert made.do(bytes(3 * MEGABYTE) + b"x") == b"x" + bytes(3 * MEGABYTE)
        assert worker.running() == 1, "the same process"
    assert worker.running() == 0


def test_processor_time_is_bounded_for_each_job() -> None:
    assert over("loops", replaced(cpu_seconds=0)) == "time"


def test_time_on_the_wall_is_bounded() -> None:
    assert over("sleeps", replaced(wall_seconds=1)) == "time"


def test_memory_is_bounded() -> None:
    assert over("hoards", BOUNDS) == "memory"


def test_output_is_counted_as_it_comes_and_not_kept() -> None:
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    assert over("floods", BOUNDS) == "output"
    assert over("promises_much", BOUNDS) == "output"
    assert memory("VmHWM") - before < 3 * BOUNDS.output_bytes


def memory(what: str) -> int:
    """Return a figure of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(what)


def test_what_it_started_ends_with_it() -> None:
    with worker.Worker(job("leaves_a_child"), BOUNDS) as made:
        child = int(made.do(b""))
        assert is_there(child)
    assert gone(child)


def test_no_secret_of_the_server_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_BACKUP_PASSPHRASE", "secret")
    monkeypatch.setenv("TAIZHANG_SMTP_URL", "smtp://user:password@host")
    names = worker.do(job("environment"), b"", BOUNDS).decode().split("\n")
    assert not [name for name in names if name.startswith("TAIZHANG")]


def test_what_a_library_prints_is_no_result() -> None:
    assert worker.do(job("prints"), b"", BOUNDS) == b"result"


def test_a_refusal_comes_back_in_words() -> None:
    with worker.Worker(job("refuses"), BOUNDS) as made:
        for _ in range(2):
            with pytest.raises(worker.JobRefused) as refused:
                made.do(b"")
            assert str(refused.value.text) == "第 3 行：太长"


def test_a_failure_is_in_the_log_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(worker.JobFailed):
        worker.do(job("fails"), b"", BOUNDS)
    assert "ZeroDivisionError" in caplog.text
    with pytest.raises(worker.JobFailed):
        worker.do(job("ends"), b"", BOUNDS)
    assert "ended with 7" in caplog.text


def test_after_one_that_was_ended_the_next_job_has_a_process_again() -> None:
    with worker.Worker(job("sleeps"), replaced(wall_seconds=1)) as made:
        for _ in range(2):
            with pytest.raises(worker.OverBounds):
                made.do(b"")


STARTER = """
import sys, time
from taizhang.workers import worker
from taizhang.workers.bounds import Bounds
from threading import Thread
bounds = Bounds(cpu_seconds=100, wall_seconds=500, memory_bytes=1 << 28, output_bytes=1 << 20)
def run():
    try:
        worker.do("tests.workers.jobs:sleeps", b"", bounds)
    except worker.Ending:
        print("ending", flush=True)
thread = Thread(target=run)
thread.start()
while not worker.running():
    time.sleep(0.01)
print(next(iter(worker._running)).pid, flush=True)
sys.stdin.read(1)
worker.end_all()
thread.join()
try:
    worker.do("tests.workers.jobs:backwards", b"", bounds)
except worker.Ending:
    print("no more", flush=True)
"""


@pytest.fixture
def starter() -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
    )


def test_all_end_when_the_program_is_told_to(starter: subprocess.Popen[str]) -> None:
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    out, _ = starter.communicate("x", timeout=LONG_SECONDS)
    assert out.split("\n") == ["ending", "no more", ""]
    assert starter.returncode == 0
    assert gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_none_outlives_a_server_that_was_killed(starter: subprocess.Popen[str]) -> None:
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    # Written by the process when it has bound itself.
    while Path(f"/proc/{pid}/oom_score_adj").read_text().strip() != "1000":
        time.sleep(0.02)
    starter.send_signal(signal.SIGKILL)
    starter.wait(LONG_SECONDS)
    assert gone(pid)
