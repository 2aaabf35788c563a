"""A site of one's own for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .site import Site, make_template, site_over


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo district on its day, as a file to copy."""
    path = tmp_path_factory.mktemp("template") / "district.db"
    make_template(path)
    return path


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Iterator[Site]:
    """A running dashboard over a fresh copy: what one test writes no other sees."""
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with site_over(path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running dashboard for the tests of one file that only read."""
    path = tmp_path_factory.mktemp("shared") / "district.db"
    shutil.copy(template, path)
    with site_over(path) as running:
        yield running
