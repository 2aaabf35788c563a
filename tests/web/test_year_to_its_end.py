"""The demo's year carried to its end in a small district; `python -m tests.bench year_end` does eighty units."""

from __future__ import annotations

from pathlib import Path

import pytest

from taizhang.documents import year_archive

from . import year_end
from .site import OTHER_SECRETARY, Site


def test_judged_published_objected_signed_archived(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(year_archive, "_PDFS", ("signed",))
    units = site.session.store.units()
    year_end.judge(site, units, left_open=1)
    signed = year_end.sign(site, units)
    assert (signed.units, signed.one_by_one, signed.clicks) == (3, 1, 5)
    year_end.publish(site)
    year_end.object_and_answer(site, "wj-02", OTHER_SECRETARY)
    year_end.agrees_with_the_ledger(site, year_end.archive(site, tmp_path / "out"))
