"""The JSON API under /api/v1: what the pages do, for programs. The same permissions, the same refusals.

shapes      what is asked and answered, as pydantic models: they make the OpenAPI document
asking      parameters that several calls share, read strictly
body        the events of a request's body: one, an array, or JSON lines
units       the board, and of one unit its scorecard, shortfalls and members
events      the ledger itself: read in order, one record's history, append
evidence    attaching files to records
people      the directory of names beside the ledger
reminders   contacts, outbox, calendar addresses
accounts    for operators: accounts, their logins and API tokens
own         one's own account
settings    for operators: what is kept with the ledger
backups     for operators: the copies there are, and one more
document    the OpenAPI document

Who calls brings `Authorization: Bearer tz_...` (an API token), or the cookie of a login. What is refused is told as
application/problem+json (RFC 9457), every fault at once in `errors`.
"""

from taizhang.web.api import accounts, backups, events, evidence, own, people, reminders, settings, units

API_ROUTERS = (
    units.router,
    events.router,
    evidence.router,
    people.router,
    reminders.router,
    accounts.router,
    own.router,
    settings.router,
    backups.router,
)
"""Every router of the API."""
