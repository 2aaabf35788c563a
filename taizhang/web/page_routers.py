"""The pages, one module a family; each has a `router`, listed here."""

from taizhang.web.pages import admin
from taizhang.web.pages.account import login_routes as coming_in
from taizhang.web.pages.account import routes as own_account
from taizhang.web.pages.account import second_routes as second_factor
from taizhang.web.pages.account import sso_routes as single_sign_on
from taizhang.web.pages.archive import routes as archive
from taizhang.web.pages.audit import routes as audit
from taizhang.web.pages.audit import taking_routes as taking
from taizhang.web.pages.audit import tlog_routes as tlog
from taizhang.web.pages.board import routes as board
from taizhang.web.pages.district import leader_routes as leader
from taizhang.web.pages.district import results_routes as district_results
from taizhang.web.pages.ledgers import routes as ledgers
from taizhang.web.pages.log import paste_routes as pasting
from taizhang.web.pages.log import roster_routes as roster
from taizhang.web.pages.log import routes as log
from taizhang.web.pages.record import correct_routes as mending
from taizhang.web.pages.record import evidence_routes as evidence
from taizhang.web.pages.record import routes as records
from taizhang.web.pages.register import close_routes as closing
from taizhang.web.pages.register import grouping_routes as grouping
from taizhang.web.pages.register import routes as registering
from taizhang.web.pages.reminders import routes as reminders
from taizhang.web.pages.review import action_routes as review_deeds
from taizhang.web.pages.review import assignment_routes as assigning
from taizhang.web.pages.review import campaign_routes as campaigns
from taizhang.web.pages.review import clause_routes as review_clauses
from taizhang.web.pages.review import facts_routes as review_facts
from taizhang.web.pages.review import results_routes as results
from taizhang.web.pages.review import routes as review
from taizhang.web.pages.review import sign_routes as signing
from taizhang.web.pages.review import unit_routes as review_unit
from taizhang.web.pages.site import changes, health, home, offline
from taizhang.web.pages.unit import appeal_routes as appeals
from taizhang.web.pages.unit import calendar_routes as calendar
from taizhang.web.pages.unit import report_routes as reports
from taizhang.web.pages.unit import result_routes as unit_result
from taizhang.web.pages.unit import routes as units
from taizhang.web.pages.workbook import routes as workbook

PAGE_ROUTERS = (
    home.router,
    board.router,
    leader.router,
    ledgers.router,
    district_results.router,
    registering.router,
    grouping.router,
    closing.router,
    units.router,
    coming_in.router,
    own_account.router,
    second_factor.router,
    single_sign_on.router,
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
    offline.router,
    tlog.router,
    admin.router,
    appeals.router,
    archive.router,
    audit.router,
    taking.router,
    review.router,
    review_deeds.router,
    review_facts.router,
    review_clauses.router,
    assigning.router,
    campaigns.router,
    signing.router,
    results.router,
    unit_result.router,
    review_unit.router,
    # The last: an id may have slashes, and more may stand under a record's address.
    records.router,
)
"""Every router of the site."""

UPLOADS: tuple[str, ...] = ("/log/entry", "/records/", "/workbook", "/api/v1/evidence", "/review/ask")
"""Beginnings of the addresses that take files: larger bodies are let through there."""
