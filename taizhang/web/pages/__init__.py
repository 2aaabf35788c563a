"""The pages, one module a family; each has a `router`, listed here."""

from taizhang.web.pages import (
    admin,
    appeals,
    audit,
    board,
    calendar,
    changes,
    coming_in,
    evidence,
    health,
    home,
    log,
    mending,
    own_account,
    pasting,
    records,
    reminders,
    reports,
    review,
    review_deeds,
    review_unit,
    roster,
    tlog,
    units,
    workbook,
)

PAGE_ROUTERS = (
    home.router,
    board.router,
    units.router,
    coming_in.router,
    own_account.router,
    log.router,
    pasting.router,
    roster.router,
    mending.router,
    evidence.router,
    workbook.router,
    reports.router,
    changes.router,
    calendar.router,
    reminders.router,
    health.router,
    tlog.router,
    admin.router,
    appeals.router,
    audit.router,
    review.router,
    review_deeds.router,
    review_unit.router,
    # The last: an id may have slashes, and more may stand under a record's address.
    records.router,
)
"""Every router of the site."""

UPLOADS: tuple[str, ...] = ("/log/entry", "/records/", "/workbook", "/api/v1/evidence")
"""Beginnings of the addresses that take files: larger bodies are let through there."""
