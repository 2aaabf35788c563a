"""What one person may not do alone: sign twice, and, where the district asks for it, judge and decide the appeal."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.events.event import ClientEvent, day_of, unit_of
from ledger.guard import Seen
from ledger.text import Text

from .account import Account


def why_not_alone(
    account: Account, said: Mapping[str, object], seen: Seen, *, separate_appeals: bool
) -> Text | None:
    """Return why somebody else than *account* has to record the event *said*; None when he may.

    *separate_appeals*: who judged a clause does not decide the appeal about it.
    """
    data = said.get("data")
    if not isinstance(data, Mapping):
        return None
    if said.get("type") == "score.countersigned":
        signing = seen.record(str(data.get("signing")))
        # One that stands earlier in the same append has no author yet: it is his too.
        if signing is not None and signing.get("authid", account.name) == account.name:
            return Text("复签要由另一位考核人员来做：这个得分是您自己签的")
    elif said.get("type") == "appeal.decided" and separate_appeals:
        subject, key = said.get("subject"), data.get("appeal")
        if isinstance(subject, str) and _judged(account.name, list(seen.stream(unit_of(subject))), key):
            return Text("申诉要由另一位考核人员答复：这一条是您自己评定的")
    return None


def _judged(name: str, events: list[ClientEvent], appeal: object) -> bool:
    """Whether *name* passed a judgement, not taken back, on the clause and year that *appeal* is about."""
    filing = next(
        (each for each in events if each["type"] == "appeal.filed" and each["data"]["appeal"] == appeal), None
    )
    if filing is None:
        return False
    gone = {each["data"]["record"] for each in events if each["type"] == "record.retracted"}
    return any(
        each["type"] == "judgement.passed"
        and each.get("authid", name) == name
        and each["id"] not in gone
        and (each["data"]["clause"], _year(each)) == (filing["data"]["clause"], _year(filing))
        for each in events
    )


def _year(event: ClientEvent) -> int:
    return int(event["data"].get("for_year", day_of(event["time"]).year))
