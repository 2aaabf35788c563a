"""What a unit's pages stand on: which unit, how it stands today, how records and members are called."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.text import Text
from projections.not_scored import NotScored
from rubric.catalog import NoRubric
from taizhang.accounts.account import Account
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_open
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms.situation import Situation
from taizhang.language.event_labels import RecordWords, asked_in
from taizhang.people.person import Directory
from taizhang.people.store import directory_of
from taizhang.web.http.auth import require


def unit_for(visit: Visit, wanted: str, page: str = "log") -> str | None:
    """Return the unit that *page* is about: the one that is *wanted*, or the only one he has; None: he must choose.

    Raises NotAllowed for a unit that is not his.
    """
    if wanted:
        require(visit, page, wanted)
        return wanted
    units = [each for each in visit.account.unit_ids if may_open(visit.account, page, each)]
    return units[0] if len(units) == 1 else None


def situation_of(session: OpenLedger, unit: str, account: Account | None = None) -> Situation:
    """Return how *unit* stands today, for *account* to record in.

    Raises NotScored when it is not registered, or no rubric is there for the day."""
    today = session.clock.today()
    try:
        rubric = session.shelf.for_day(today)
    except NoRubric as missing:
        raise NotScored(Text("没有适用于 {day} 的考核细则", day=today)) from missing
    with session.store.read() as work:
        directory: Directory = directory_of(work.connection, unit)
        events = list(work.stream(unit))
    situation = Situation(unit, events, today, session.shelf, rubric, directory.name_of)
    if account is not None:
        situation.scopes = account.only_branches(unit)
    if situation.facts.organization(unit).registered is None:
        raise NotScored(Text("“{unit}”还没有登记；请考核人员先登记这个单位", unit=unit))
    situation.by_rubrics_of_unit()
    return situation


def is_his_member(account: Account, situation: Situation, member: str) -> bool:
    """Whether *member*, who is or was there, is of the unit or branch that the account acts for."""
    if not account.only_branches(situation.unit):
        return True
    joined = [
        record.subject
        for record in situation.records.by_id.values()
        if record.type == "member.joined" and record.data.get("member") == member and not record.retracted
    ]
    return bool(joined) and account.holds(joined[-1])


def title_of(situation: Situation, event_type: str, data: Mapping[str, object]) -> str:
    """Return a record's line in words; an answer is called as what it answers."""
    asked = asked_in(situation.records.by_id.values())
    return RecordWords(situation.shelf, situation.name_of, asked).title(event_type, data)
