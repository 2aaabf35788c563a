"""A command starts quickly: what only some commands need is loaded by those."""

import subprocess
import sys

from .conftest import ROOT

HEAVY = (
    "httpx", "fastapi", "starlette", "uvicorn", "rfc3161_client", "jinja2", "icalendar", "chinese_calendar",
    "apscheduler", "xlsxwriter", "docxtpl", "python_calamine", "pypinyin", "pwdlib", "puremagic", "psycopg",
    "prometheus_client", "babel", "weasyprint", "sqlite_utils",
    "rich.progress", "yaml", "sqlite3", "cryptography", "projections", "rubric",
)  # fmt: skip


def test_building_the_commands_loads_nothing_heavy() -> None:
    code = f"""
import sys
from taizhang.cli.app import build
build()
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
