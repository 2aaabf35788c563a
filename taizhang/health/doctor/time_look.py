"""The machine's clock: whether anything keeps it right. What the ledger says of it is in the checkup."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

from ledger.text import Text
from taizhang.health.finding import Finding, Severity, fine, warning

SECONDS = 5.0


def time_look() -> Iterator[Finding]:
    """Yield whether the machine's clock is kept right over the network, as systemd knows it."""
    program = shutil.which("timedatectl")
    said = "" if program is None else _said(program)
    if said == "yes":
        yield fine("time", Text("机器的时钟在自动校准"))
    elif said == "no":
        yield warning(
            "time",
            Text("机器的时钟没有自动校准"),
            Text("装上 chrony，或 timedatectl set-ntp true；内网要有时间服务器"),
        )
    else:
        yield Finding(
            "time", Severity.LEFT_OUT, Text("不知道机器的时钟有没有自动校准（这里没有 timedatectl）")
        )


def _said(program: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - found by its name, nothing of anybody's is in it
            [program, "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
