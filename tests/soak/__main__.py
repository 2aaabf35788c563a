"""`make soak`: writers, readers, backups, checks, rebuilds and kills on one store; is all there that was acknowledged?

A real `taizhang serve` is killed (SIGKILL) and started again and again while people write and read, and other commands
work on the same file. SOAK_MINUTES says how long, 30 unless set. The figures go between the marks in
docs/performance.md; status 1 when an acknowledged event is missing or a command failed.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx
import orjson

from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.app.clock import Clock
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.auth import COOKIE
from tests.web.site import make_template

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- soak -->", "<!-- /soak -->"
UNITS = ("wj-01", "wj-02", "wj-03")
COMMANDS = (("verify",), ("backup", "backups", "--keep", "3"), ("rebuild",))
KILL_EVERY_SECONDS = 20.0


@dataclass
class Soak:
    """One run."""

    folder: Path
    ends: float
    tokens: dict[str, str]
    address: str = ""
    acknowledged: set[str] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    commands: int = 0
    kills: int = 0
    failures: list[str] = field(default_factory=list)
    rss_max: int = 0
    fds_max: int = 0

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.ends

    def visitor(self, unit: str) -> httpx.Client:
        headers = {"origin": self.address}
        return httpx.Client(
            base_url=self.address, headers=headers, cookies={COOKIE: self.tokens[unit]}, timeout=30
        )

    def write(self, number: int) -> None:
        """Append one event after another; only what was answered with 200 is acknowledged."""
        unit, count = UNITS[number % len(UNITS)], 0
        while self.goes_on:
            count += 1
            event = {
                "specversion": "1.0", "id": f"soak-{number}-{count}", "source": "urn:soak", "type": "activity.held",
                "subject": unit, "time": f"2017-0{count % 8 + 1}-{count % 28 + 1:02}",
                "data": {"kinds": ["party_lecture"], "topic": f"soak {number} {count}"},
            }  # fmt: skip
            try:
                with self.visitor(unit) as client:
                    answer = client.post("/api/v1/events", json=event)
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.acknowledged.add(str(event["id"]))
            elif answer.status_code != 503:
                self.failures.append(f"append: {answer.status_code} {answer.text[:200]}")
            time.sleep(0.05)

    def read(self, number: int) -> None:
        unit = UNITS[number % len(UNITS)]
        while self.goes_on:
            began = time.monotonic()
            try:
                with self.visitor(unit) as client:
                    answer = client.get(f"/units/{unit}")
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.waits.append(time.monotonic() - began)
            elif answer.status_code != 503:
                self.failures.append(f"page: {answer.status_code}")
            time.sleep(0.2)

    def command(self) -> None:
        while self.goes_on:
            for words in COMMANDS:
                done = self.run(*words)
                self.commands += 1
                if done.returncode != 0:
                    self.failures.append(f"{words[0]}: {done.returncode} {done.stderr[-300:]}")
                time.sleep(1)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "taizhang", *words]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(program, cwd=self.folder, env=environment, capture_output=True, text=True)

    def serve(self) -> None:
        """Serve, look at what the process takes, kill it, and again."""
        while self.goes_on:
            process = subprocess.Popen(
                [sys.executable, "-m", "taizhang", "serve", "--port", "0"],
                cwd=self.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(r"台账在 (http://\S+) ", line):
                    self.address = found[1]
                    break
            until = min(self.ends, time.monotonic() + KILL_EVERY_SECONDS * random.uniform(0.5, 1.5))
            while time.monotonic() < until and process.poll() is None:
                self.look(process.pid)
                time.sleep(0.5)
            if process.poll() is not None:
                self.failures.append(f"the server ended with {process.returncode}")
            process.kill()
            process.wait()
            self.kills += 1

    def look(self, pid: int) -> None:
        status = Path(f"/proc/{pid}/status").read_text()
        if found := re.search(r"VmRSS:\s+(\d+) kB", status):
            self.rss_max = max(self.rss_max, int(found[1]) // 1024)
        self.fds_max = max(self.fds_max, len(list(Path(f"/proc/{pid}/fd").iterdir())))


def main() -> int:
    """Soak, print the figures and write them down."""
    minutes = float(os.environ.get("SOAK_MINUTES", "30"))
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        make_template(folder / "taizhang.db")
        soak = Soak(folder, time.monotonic() + minutes * 60, _tokens(folder / "taizhang.db"))
        work = [soak.serve, soak.command]
        threads = [threading.Thread(target=each) for each in work]
        threads += [threading.Thread(target=soak.write, args=(number,)) for number in range(4)]
        threads += [threading.Thread(target=soak.read, args=(number,)) for number in range(4)]
        for place, thread in enumerate(threads):
            thread.start()
            while not place and not soak.address:
                time.sleep(0.1)
        for thread in threads:
            thread.join()
        if soak.run("verify").returncode != 0:
            soak.failures.append("verify at the end")
        stored = {orjson.loads(line)["id"] for line in soak.run("export").stdout.splitlines()}
    lost = len(soak.acknowledged - stored)
    waits = quantiles(soak.waits, n=20) if len(soak.waits) > 1 else [0.0] * 19
    figures = {
        "appends": f"{len(soak.acknowledged):,}",
        "lost": f"{lost}",
        "pages read": f"{len(soak.waits):,}",
        "median of a page": f"{waits[9] * 1000:.0f} ms",
        "p95 of a page": f"{waits[-1] * 1000:.0f} ms",
        "server killed": f"{soak.kills}",
        "verify, backup, rebuild": f"{soak.commands}",
        "RSS max": f"{soak.rss_max} MB",
        "files open max": f"{soak.fds_max}",
        "failures": f"{len(soak.failures)}",
    }
    table = (
        f"Measured over {minutes:g} minutes, {time.strftime('%Y-%m-%d')}:\n\n"
        f"| {' | '.join(figures)} |\n| {' | '.join(['---'] * len(figures))} |\n| {' | '.join(figures.values())} |"
    )
    print(table)
    print(*soak.failures[:20], sep="\n")
    before, _begin, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")
    return 1 if lost or soak.failures else 0


def _tokens(path: Path) -> dict[str, str]:
    with open_ledger(f"sqlite:///{path}") as session:
        # Nobody is to be told that his day's measure is full.
        session.keep_settings(session.settings.model_copy(update={"day_events": 10_000_000}))
        with session.store.read() as work:
            found = {unit: accounts.find(work.connection, unit) for unit in UNITS}
        now = Clock()()
        return {
            unit: entry.start_session(session.store, each, now=now) for unit, each in found.items() if each
        }


if __name__ == "__main__":
    sys.exit(main())
