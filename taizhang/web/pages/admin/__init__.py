"""`/admin`: what an operator does, one module a section; the sections stand in `sections`, for the navigation."""

from fastapi import APIRouter

from taizhang.web.pages.admin import (
    accounts,
    backups,
    begin,
    contacts,
    district,
    journal,
    outbox,
    overview,
    rubrics,
    settings,
    tokens,
)

router = APIRouter()
for each in (
    overview,
    begin,
    accounts,
    tokens,
    contacts,
    district,
    outbox,
    settings,
    backups,
    rubrics,
    journal,
):
    router.include_router(each.router)
