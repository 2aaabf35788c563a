"""The pages, one module a family; each has a `router`, listed here."""

from taizhang.web.pages import admin, changes, coming_in, health, home, log, own_account

PAGE_ROUTERS = (
    home.router,
    coming_in.router,
    own_account.router,
    log.router,
    changes.router,
    health.router,
    admin.router,
)
"""Every router of the site."""

UPLOADS: tuple[str, ...] = ("/log/entry", "/records/")
"""Beginnings of the addresses that take files: larger bodies are let through there."""
