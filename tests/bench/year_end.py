"""The demo's 80 units carried to the year's end: what signing takes in presses and seconds, what the archive takes."""

from __future__ import annotations

from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from unittest import mock

from taizhang.demo import generate, live
from taizhang.demo.accounts import keep_demo_accounts
from taizhang.documents import year_archive
from taizhang.startup.open_ledger import open_ledger
from tests.web import year_end
from tests.web.site import OTHER_SECRETARY, site_over

from .measure import Line, at_most
from .workshop import Workshop

UNITS, LEFT_OPEN = 80, 20
CLICKS, SIGN_SECONDS, ARCHIVE_SECONDS, ARCHIVE_MB = 60, 30.0, 300.0, 400.0


def bench(workshop: Workshop) -> list[Line]:
    """Judge, sign, publish, object, archive; and hold the archive's figures to the ledger's."""
    units = workshop.scaled(UNITS, 3)
    left_open = LEFT_OPEN if units == UNITS else 1
    path = workshop.folder / "year-end.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        live(session.store, generate(units, 2017))
        session.keep_settings(session.settings.model_copy(update={"demo_today": year_end.AFTER_THE_YEAR}))
        keep_demo_accounts(session.store, session.clock())
    with site_over(path) as site:
        every = site.session.store.units()
        year_end.judge(site, every, left_open=left_open)
        signed = year_end.sign(site, every)
        year_end.publish(site)
        year_end.object_and_answer(site, "wj-02", OTHER_SECRETARY)
        began, spent = perf_counter(), _cpu_s()
        # A small run is to see that everything runs: units' documents have tests of their own.
        kinds = ("signed",) if workshop.small else year_archive._PDFS
        with mock.patch.object(year_archive, "_PDFS", kinds):
            made = year_end.archive(site, workshop.folder / "archive")
        took_s, cpu_s = perf_counter() - began, _cpu_s() - spent
        year_end.agrees_with_the_ledger(site, made)
    size_mb = sum(each.stat().st_size for each in made.packages) / 1e6
    return [
        Line(f"signing {signed.units} units, {signed.one_by_one} of them one by one", f"{signed.clicks} presses", "",
             f"fewer than {CLICKS}", at_most(signed.clicks, CLICKS - 1)),
        Line("the same, the machine's part", f"{signed.seconds:.1f} s", "through the server",
             f"at most {SIGN_SECONDS:g} s", at_most(signed.seconds, SIGN_SECONDS)),
        Line(f"archive of {signed.units} units", f"{took_s:.0f} s", f"{cpu_s:.0f} s of the processor",
             f"at most {ARCHIVE_SECONDS:g} s", at_most(took_s, ARCHIVE_SECONDS)),
        Line("the same, size", f"{size_mb:.0f} MB", f"{len(made.packages)} packages, figures equal the ledger's",
             f"at most {ARCHIVE_MB:g} MB", at_most(size_mb, ARCHIVE_MB)),
    ]  # fmt: skip


def _cpu_s() -> float:
    own, children = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
