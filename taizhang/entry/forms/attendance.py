"""Who was there, as a form asks it: everybody, all but some, the leaders, the same as before, chosen ones, nobody.

Nothing is chosen beforehand. Whom a body expects is put first: its leaders for a committee, for a group those who came
to a group's meeting before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ledger.text import Text
from projections.records import Record
from projections.roster import Presence
from taizhang.language.i18n import _

from .fields import Field, Option
from .form import Reading
from .situation import Situation

ALL, EXCEPT, LEADERS, SOME, NOBODY = "all", "except", "leaders", "some", "none"
_LIKE = "like:"
OF_LEADERS, OF_GROUP = "committee_meeting", "group_meeting"
"""The kinds that not the whole branch is expected at."""
GROUPS_OFFERED = 4
_NAMED = 3


class Attendance:
    """The fields that ask who was there at an activity of the kind *code*, and what was said in them."""

    def __init__(self, situation: Situation, code: str, records: Sequence[Record]) -> None:
        self._situation = situation
        self._code = code
        self._before = dict(self._lists(records))

    def fields(self) -> list[Field]:
        """Return the fields; none where nobody is on the roster."""
        people = self._situation.people
        if not people:
            return []
        return [
            Field("attendees", _("参加人员"), "radio", required=False, options=self._options()),
            Field("present", _("选人"), "members", required=False, options=people),
        ]

    def _options(self) -> list[Option]:
        whole: list[Option] = [
            (ALL, _("全体")),
            (EXCEPT, _("全体，除了…")),
            (LEADERS, _("班子成员")),
        ]
        before: list[Option] = [(value, self._of_before(members)) for value, members in self._before.items()]
        first = {OF_LEADERS: whole[2:] + whole[:2], OF_GROUP: before + whole}.get(
            self._code, whole[:2] + before + whole[2:]
        )
        rest = [option for option in before if option not in first]
        return [*first, *rest, (SOME, _("选人")), (NOBODY, _("不登记"))]

    def _of_before(self, members: list[str]) -> str:
        names = _("、").join(self._situation.name_of(each) for each in members[:_NAMED])
        more = _("等") if len(members) > _NAMED else ""
        text = (
            _("本小组：{names}{more}（{count} 人）")
            if self._code == OF_GROUP
            else _("和上次一样：{names}{more}（{count} 人）")
        )
        return text.format(names=names, more=more, count=len(members))

    def _lists(self, records: Sequence[Record]) -> Iterator[tuple[str, list[str]]]:
        """Yield who came before, the latest first, each set of people once, as far as they are still here."""
        here = {each.member for each in self._situation.members}
        seen: set[frozenset[str]] = set()
        for record in reversed(records):
            said = record.data.get("attendees")
            if not isinstance(said, list) or not here.issuperset(said) or frozenset(said) in seen:
                continue
            seen.add(frozenset(said))
            yield f"{_LIKE}{record.id}", said
            if len(seen) == (GROUPS_OFFERED if self._code == OF_GROUP else 1):
                return

    # -- what was said -----------------------------------------------------------------------------------------

    def check(self, reading: Reading) -> None:
        """Note what is missing: people to be chosen, and who was there where hours are credited."""
        said, chosen = reading.data.get("attendees"), reading.data.get("present")
        if said == SOME and not chosen:
            reading.blame("present", Text("请选出参加的人；不登记人员就选“不登记”"))
        if said == EXCEPT and not chosen:
            reading.blame("present", Text("请选出没有到的人；都到了就选“全体”"))
        if (hours := reading.data.get("study_hours")) in (None, "0"):
            return
        if not self._situation.people:
            reading.hints.append(
                Text("名册里还没有党员，这 {hours} 学时记不到任何人名下；请先登记党员名册", hours=hours)
            )
        elif said is None:
            reading.blame(
                "attendees",
                Text("写了学时，请选谁参加了：没有写参加人员，这 {hours} 学时记不到任何人名下", hours=hours),
            )
        elif said == NOBODY:
            reading.hints.append(
                Text("没有写参加人员，这 {hours} 学时记不到任何人名下；都参加了就选“全体”", hours=hours)
            )

    def of(self, reading: Reading, subject: str, day: date) -> str | list[str] | None:
        """Return who was there at *subject* on *day*, as an event has it; None where nobody said."""
        said, chosen = reading.data.get("attendees"), reading.data.get("present") or []
        if said == ALL:
            return "all"
        if said in self._before:
            return self._before[said]
        if said == SOME:
            return list(chosen)
        expected = self._expected(subject, day)
        if said == LEADERS:
            return [each.member for each in expected if each.leader]
        if said == EXCEPT:
            return [each.member for each in expected if each.member not in chosen]
        return None

    def hint(self, reading: Reading, subject: str, day: date) -> None:
        """Say how many came, of how many that the body expects."""
        came = self.of(reading, subject, day)
        if not came or not isinstance(came, list):
            return
        expected = self._expected(subject, day)
        if self._code == OF_LEADERS:
            expected = [each for each in expected if each.leader]
        if self._code != OF_GROUP and len(expected) >= len(came):
            reading.hints.append(
                Text("应到 {expected} 人，实到 {came} 人", expected=len(expected), came=len(came))
            )
        if reading.data.get("attendees") == LEADERS and not came:
            reading.blame("attendees", Text("名册里没有登记班子成员；请选人"))

    def _expected(self, subject: str, day: date) -> list[Presence]:
        unit = self._situation.unit
        return [each for each in self._situation.facts.roster.present(day) if subject in (unit, each.subject)]


def typed(attendees: Any) -> tuple[list[str], list[str]]:
    """Return what stands in the two fields for a record's *attendees*."""
    if attendees == "all":
        return [ALL], []
    return ([SOME], list(attendees)) if attendees else ([NOBODY], [])
