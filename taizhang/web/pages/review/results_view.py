"""What follows the signings: second signatures and publication of many at once, and how far every unit has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.events.event import ClientEvent
from ledger.problem import Problem, Refused
from ledger.text import Text
from projections.results import Result, Stage, result_of
from projections.year_columns import UnitYear
from rubric.schema import Rubric
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.language.result_labels import stage_word
from taizhang.web.http import make_events as making
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.rubric_choice import beside_query, rubric_query, rubric_tabs, years_of
from taizhang.web.pages.review.sign_all import Outcome, each_by_itself

PUBLISHED_DAYS = 7
"""So long a publication lasts, unless other days are typed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit."""

    unit: str
    name: str
    result: Result
    stage: Stage

    @property
    def word(self) -> str:
        """The stage in words."""
        return stage_word(self.stage)

    @property
    def box(self) -> str:
        """What its box says: the unit, and the signing that was looked at."""
        return f"{self.unit} {self.result.signing.id if self.result.signing else ''}"


@dataclass(frozen=True, slots=True)
class Days:
    """From when until when it is to be published, as typed."""

    starts_on: str
    ends_on: str


def lines(session: OpenLedger, rubric: Rubric) -> list[Line]:
    """Return every unit's line, by unit id."""
    two = session.settings.second_signature
    return [_line(each, two) for each in session.year_table(rubric, session.clock.today())]


def _line(year: UnitYear, two_signatures: bool) -> Line:
    return Line(year.unit, year.name, year.result, year.result.stage(two_signatures=two_signatures))


def page(session: OpenLedger, account: Account, rubric: Rubric, days: Days | None) -> Context:
    """Return what the page shows to *account*; *days* as typed, where it was refused."""
    found = lines(session, rubric)
    today = session.clock.today()
    counts = Counter(each.stage for each in found)
    second = [each for each in found if each.stage is Stage.SECOND]
    return {
        "rubric": rubric,
        "query": rubric_query(session.shelf, rubric),
        "beside": beside_query(rubric),
        "tabs": rubric_tabs(session.shelf, rubric, f"/review/results?year={rubric.year}"),
        "years": years_of(session.shelf, today),
        "total": len(found),
        "counts": [(stage_word(stage), counts[stage]) for stage in Stage if counts[stage]],
        "own": [each for each in second if each.result.signing and each.result.signing.by == account.name],
        "second": [each for each in second if each.result.signing and each.result.signing.by != account.name],
        "ready": [each for each in found if each.stage is Stage.SIGNED],
        "lines": found,
        "days": days or Days(today.isoformat(), (today + timedelta(PUBLISHED_DAYS)).isoformat()),
        "confirmed": sum(each.result.confirmation is not None for each in found),
    }


def chosen_of(typed: Sequence[str]) -> dict[str, str]:
    """Return the signing that was looked at of each unit whose box was ticked (``UNIT SIGNING``)."""
    return {unit: signing for unit, space, signing in (each.partition(" ") for each in typed) if space}


def problems_of(days: Days) -> list[Problem]:
    """Return what is wrong with the days as typed; the ledger looks at them once more."""
    found: list[Problem] = []
    for field in ("starts_on", "ends_on"):
        try:
            date.fromisoformat(getattr(days, field))
        except ValueError:
            found.append(Problem(field, Text("请填公示的起止日期")))
    return found


def record_each(
    session: OpenLedger,
    account: Account,
    rubric: Rubric,
    event_type: str,
    chosen: dict[str, str],
    form: str,
    more: dict[str, str] | None = None,
) -> Outcome:
    """Record *event_type* of each chosen unit's signing, each in an append of its own. Raises NotAllowed."""

    def made(unit: str, id_: str) -> ClientEvent:
        with session.store.read():
            records = session.projections.records(session.store, unit)
            result = result_of(records, rubric.year, session.clock.today(), rubric)
        standing, signing = result.signing, chosen[unit]
        if standing is None or standing.id != signing:
            raise Refused([Problem("signing", Text("核对之后得分改签或撤回了；请重新核对"))])
        if event_type == "score.countersigned" and standing.by == account.name:
            text = Text("复签要由另一位考核人员来做：这个得分是您自己签的")
            raise Refused([Problem("signing", text)])
        if event_type == "result.published" and session.settings.second_signature and result.second is None:
            raise Refused([Problem("signing", Text("还没有复签，不能公示"))])
        data = {"signing": signing} | (more or {})
        return making.made(event_type, unit, data, now=session.clock(), id_=id_)

    return each_by_itself(session, account, form, list(chosen), made)
