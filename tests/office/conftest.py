"""A command line in a folder of its own, a small district through a year, and workbooks made by another library."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from taizhang.demo import generate, live
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import Result, Run, filled, run

__all__ = ["Result", "Run", "filled", "run"]

District = str
"""URL of a ledger with a year of a few units in it."""


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    url = f"sqlite:///{tmp_path_factory.mktemp('district') / 'district.db'}"
    with open_ledger(url, durable=False, new=True) as session:
        live(session.store, list(generate(3, 2017)))
    return url


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook with openpyxl: sheet name -> rows."""

    def making(name: str = "本校.xlsx", **sheets: list[list[Any]]) -> Path:
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return making


def client_events(run: Run, url: str, unit: str) -> list[dict[str, Any]]:
    """A unit's events as their clients sent them."""
    ours = ("sequence", "recordedtime", "authtype", "authid")
    events = [json.loads(line) for line in run("export", unit, "--store", url).out.splitlines()]
    return [{name: value for name, value in event.items() if name not in ours} for event in events]
