"""A unit as it stands today: what forms offer, and what they fill in by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from ledger.events.event import StoredEvent
from ledger.json_object import JsonMapping
from projections.facts import Facts
from projections.records import Record, Records
from projections.roster import Presence
from rubric.applicants import Applicant
from rubric.catalog import RubricCatalog
from rubric.clauses import Total
from rubric.named import NamedFamily
from rubric.named import names_in as named_in
from rubric.schema import Rubric
from taizhang.language.branch_names import branch_names
from taizhang.language.i18n import _
from taizhang.language.names import Names
from taizhang.people.search import sought_by

from .fields import Option

_CODE_FIELDS = ("document", "outlet", "honor", "condition")
RECENT = 8
"""So many topics that were typed before are offered."""


class Situation:
    """One unit on one day, from its stream; *name_of* gives a member's name by his id."""

    def __init__(
        self,
        unit: str,
        events: Iterable[StoredEvent],
        today: date,
        shelf: RubricCatalog,
        rubric: Rubric,
        name_of: Callable[[str], str],
    ) -> None:
        self.unit = unit
        self.today = today
        self.shelf = shelf
        self.rubric = rubric
        self.name_of = name_of
        self.events = list(events)
        self.records = Records(unit, self.events)
        self.facts = Facts(unit, self.records.counting(today, date.max))
        self.scopes: frozenset[str] = frozenset()
        """The branches that whoever records may record for; empty: the whole tree."""
        self.rubrics: tuple[Rubric, ...] = (rubric,)
        """The rubrics that fit the unit and the day, the main one first: nothing else is offered."""
        self.mentioned_codes: list[str] = []
        """Codes that a record names, which may be of a rubric that is no more."""
        self.mentioned: list[str] = []
        """Members that a record names and that are not in the tree today."""

    def mention(self, data: JsonMapping) -> None:
        """Offer also the members that *data* of a record name, who may have left since."""
        here = {each.member for each in self.members}
        attendees = data.get("attendees")
        named = [
            data.get("lecturer"),
            data.get("secretary"),
            *(attendees if isinstance(attendees, list) else ()),
        ]
        codes = [*data.get("kinds", ()), *(data.get(name) for name in _CODE_FIELDS)]
        self.mentioned_codes = [each for each in codes if isinstance(each, str)]
        self.mentioned = [each for each in dict.fromkeys(named) if each and each not in here]
        self.__dict__.pop("_called", None)

    def name(self, subject: str) -> str:
        """Return a subject's name, the subject itself where it has none."""
        return str(self.facts.organization(subject).value("name", self.today) or subject)

    @cached_property
    def branches(self) -> list[str]:
        """The branches that are there today, by subject."""
        found = self.facts.branches(self.today)
        return [branch.subject for branch in found if not branch.closed_by(self.today)]

    @property
    def subjects(self) -> list[Option]:
        """The unit itself, then its branches, by names short enough to tell them apart in a narrow list.

        Of branches' secretaries only those branches.
        """
        short = branch_names(self.facts, self.today)
        branches = [(subject, short.get(subject, subject)) for subject in self.branches]
        if self.scopes:
            return [each for each in branches if each[0] in self.scopes]
        return [(self.unit, self.name(self.unit)), *branches]

    @property
    def home(self) -> str:
        """What a record is of where nothing else is chosen: the unit, or the recorder's own branch."""
        return min(self.scopes, default=self.unit)

    @cached_property
    def members(self) -> Sequence[Presence]:
        """Everybody in the tree today, by branch, the secretary and leaders first, then in the roster's order."""
        return self.facts.listed(self.today)

    def person(self, member: str) -> str:
        """Return a member as he is offered in a list: the name; of namesakes with the branch, or else the id."""
        return self._called.get(member) or self.name_of(member)

    @cached_property
    def _called(self) -> dict[str, str]:
        """How everybody in the tree, and whom a record mentions, is called in lists."""
        short = branch_names(self.facts, self.today)
        branch = {each.member: short.get(each.subject, "") for each in self.members}
        called = {member: self.name_of(member) for member in (*branch, *self.mentioned)}
        alike = Counter(called.values())
        in_branch = Counter((name, branch.get(member, "")) for member, name in called.items())
        return {
            member: name
            if alike[name] == 1
            else _("{name}（{branch}）", name=name, branch=branch[member])
            if branch.get(member) and in_branch[name, branch[member]] == 1
            else _("{name}（{member}）", name=name, member=member)
            for member, name in called.items()
        }

    @property
    def people(self) -> list[Option]:
        """Everybody in the tree today, and whom a record mentions."""
        members = [*(each.member for each in self.members), *self.mentioned]
        return [(member, self.person(member)) for member in members]

    def sought(self, member: str) -> str:
        """Return what a member is narrowed down to by: the name, its pinyin, its initials."""
        return sought_by(self.name_of(member))

    @property
    def secretary(self) -> str | None:
        """The unit's secretary today."""
        return self.facts.secretary(self.today)

    def last(self, topic: str, subject: str | None = None) -> Record | None:
        """Return the latest record of a topic (of *subject*, where it has any)."""
        found = self.facts.records(topic)
        own = [record for record in found if subject in (None, record.subject)] or found
        return own[-1] if own else None

    def said_before(self, topic: str, field: str) -> list[str]:
        """Return what stood in *field* of the latest records of a topic, latest first."""
        return said_in(self.facts.records(topic), field)

    @cached_property
    def frequency(self) -> Counter[str]:
        """How often each topic was recorded."""
        return Counter({topic: len(records) for topic, records in self.facts.by_topic.items()})

    def unanswered(self, family: str) -> list[Record]:
        """Return the requests or findings that nobody has answered, first due first."""
        found = [
            record
            for record in self.facts.records(family)
            if (family, record.data[family]) not in self.facts.answers
        ]
        return sorted(found, key=lambda record: (record.data["due_on"], record.sequence))

    def options(self, family: Any) -> list[Option]:
        """Return the codes of a family that fit the unit and the day, with their names, the main rubric's first."""
        here = self._offered.get(family, {})
        known = self.shelf.codes(family)
        others = [code for code in self.mentioned_codes if code in known and code not in here]
        return [*here.items(), *((code, self.shelf.code_name(family, code)) for code in others)]

    def named(self, family: NamedFamily) -> list[Option]:
        """Return the roles, tags and the like that the unit's rubrics name, with their names."""
        found: dict[str, str] = {}
        for rubric in self.rubrics:
            found = {**named_in(rubric).get(family, {}), **found}
        return list(found.items())

    @cached_property
    def asks_hours(self) -> bool:
        """Whether any of the unit's rubrics asks for study hours."""
        clauses = (clause for rubric in self.rubrics for clause in rubric.clauses)
        return any(isinstance(clause, Total) and clause.measure == "study_hours" for clause in clauses)

    @cached_property
    def asks_features(self) -> bool:
        """Whether any of the unit's rubrics tells reports of some features (特色党建报道) from others."""
        clauses = (clause for rubric in self.rubrics for clause in rubric.clauses)
        return any(
            getattr(clause, "feature", False) or "feature" in getattr(clause, "said", "")
            for clause in clauses
        )

    @cached_property
    def _offered(self) -> Mapping[Any, Mapping[str, str]]:
        return self.shelf.offered(self.rubrics)

    def by_rubrics_of_unit(self) -> None:
        """Take the rubrics of the catalogue that fit the unit and the day."""
        found = self.shelf.of_unit(self.today, self._who)
        if found:
            self.rubric, self.rubrics = found[0], found
            self.__dict__.pop("_offered", None)

    def _who(self, day: date) -> Applicant:
        organization = self.facts.organization(self.unit)
        tags = organization.value("tags", day) or ()
        return Applicant(self.unit, organization.value("kind", day), frozenset(tags))


def said_in(records: Sequence[Record], field: str) -> list[str]:
    """Return what stands in *field* of *records*, latest first, each text once."""
    texts = (record.data.get(field) for record in reversed(records))
    return list(dict.fromkeys(str(text) for text in texts if text))[:RECENT]


def names_in(situation: Situation) -> Names:
    """Return the names of a unit as it stands: its branches' and those of everybody who is there."""
    members = {each.member: situation.name_of(each.member) for each in situation.members}
    return Names({**branch_names(situation.facts, situation.today), **members})
