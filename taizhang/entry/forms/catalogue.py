"""What there is to choose from: in the words of the rubric, grouped as its sections, the commonest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import urlencode

from rubric.clauses import Clause, EachItem, Election, Tiers
from rubric.codes_used import Family, codes_used
from rubric.format2.measures import Measured, codes_named
from rubric.schema import FAMILIES, Rubric, Section
from taizhang.entry.sheets.context import often_called
from taizhang.language.i18n import _
from taizhang.people.search import search_term

from .facts import reported_by_unit
from .registry import key_of
from .search_words import OF_FORMS, words_for
from .situation import Situation

COMMONEST = 8
_NEEDS_BRANCHES = ("member.moved", "organization.closed")
_OF_THE_WHOLE_UNIT = (*_NEEDS_BRANCHES, "organization.registered")
_TYPES: dict[Family, tuple[str, str]] = {
    "activities": ("activity.held", "activity"),
    "documents": ("document.filed", "document"),
    "outlets": ("publication.made", "outlet"),
    "honors": ("honor.received", "honor"),
    "conditions": ("condition.declared", "condition"),
}
_Code = tuple[Family, str]


@dataclass(slots=True)
class Entry:
    """One thing that may have happened: the form's key, what is given to it, its name, the clauses it serves."""

    key: str
    name: str
    clauses: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    count: int = 0
    about: str = ""
    """Other words that it is found by."""

    def address(self, unit: str) -> str:
        """Return where its form is."""
        return "/log?" + urlencode({"unit": unit, "what": self.key, **self.given})

    @property
    def sought(self) -> str:
        """All that it is looked up by, as `search_term` writes words."""
        words = f"{self.name} {self.about} {OF_FORMS.get(self.key.partition(':')[0], '')}"
        return search_term(words) + " " + _sounds(self.name)


@dataclass(slots=True)
class Group:
    """A section of the rubric, or what belongs to none."""

    title: str
    entries: list[Entry]


@cache
def _sounds(name: str) -> str:
    """Return the name in pinyin and by its initials: dangke dk."""
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    return "".join(syllables) + " " + "".join(syllable[0] for syllable in syllables if syllable)


def groups(situation: Situation) -> list[Group]:
    """Return everything that may be recorded, each thing once."""
    seen: set[tuple[str, bool]] = set()
    listing, *others = (_Listing(situation, rubric, seen) for rubric in _of_this_year(situation))
    found = [
        Group(section.title, sorted(listing.of(section), key=lambda entry: -entry.count))
        for section in situation.rubric.sections
    ]
    for other in others:
        entries = [entry for section in other.rubric.sections for entry in other.of(section)]
        found.append(Group(other.rubric.title, sorted(entries, key=lambda entry: -entry.count)))
    figures = [Entry(key_of("figure.reported", each.code), each.name) for each in reported_by_unit(situation)]
    found.append(Group(_("要报的数"), figures))
    found.append(Group(_("其他活动和材料"), list(listing.without_clause())))
    found.append(Group(_("组织和党员"), _of_the_organization(situation)))
    return [group for group in found if group.entries]


def commonest(found: list[Group]) -> list[Entry]:
    """Return what this unit records most often."""
    entries = [entry for group in found for entry in group.entries if entry.count]
    return sorted(entries, key=lambda entry: -entry.count)[:COMMONEST]


def matching(found: list[Group], text: str) -> list[Group]:
    """Return what is left of *found* when it is looked through for *text*."""
    term = search_term(text)
    if not term:
        return found
    left = [Group(group.title, [each for each in group.entries if term in each.sought]) for group in found]
    return [group for group in left if group.entries]


def _of_this_year(situation: Situation) -> list[Rubric]:
    """Return the unit's main rubric, and those beside it: things are grouped by their sections."""
    return [situation.rubric, *(each for each in situation.rubrics if each.is_beside)]


class _Listing:
    """What the clauses of one rubric speak of, in their order, each thing once: what is in *seen* is listed already."""

    def __init__(self, situation: Situation, rubric: Rubric, seen: set[tuple[str, bool]]) -> None:
        self._situation = situation
        self.rubric = rubric
        self._seen = seen
        self._serves: dict[_Code, list[str]] = {}
        for clause in self.rubric.clauses:
            for code in _codes_of(clause):
                self._serves.setdefault(code, []).append(clause.id)

    def of(self, section: Section) -> Iterator[Entry]:
        """Yield what the clauses of *section* speak of and no section before did."""
        for number in section.indicators:
            for clause in self.rubric.indicator_clauses[number]:
                yield from self._new(self._entries(clause))

    def without_clause(self) -> Iterator[Entry]:
        """Yield the codes that no clause speaks of."""
        yield from self._new(
            self._entry(family, code)
            for family in FAMILIES
            for code, _name in self._situation.options(family)
        )

    def _new(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            key = entry.key, bool(entry.given)
            if key not in self._seen:
                self._seen.add(key)
                yield entry

    def _entries(self, clause: Clause) -> Iterator[Entry]:
        if isinstance(clause, EachItem):
            request = clause.item == "request"
            name = _("报送了要求的材料") if request else _("整改了指出的问题")
            key = "request.answered" if request else "finding.rectified"
            yield Entry(key, name, [clause.id], count=len(self._situation.unanswered(clause.item)))
        elif isinstance(clause, Election):
            yield Entry("election.held", _("换届选举"), [clause.id])
            yield Entry("election.postponed", _("经同意延期换届"), [clause.id])
        else:
            for family, code in _codes_of(clause):
                entry = self._entry(family, code)
                if isinstance(clause, Tiers) and clause.feature:
                    name = _("特色党建报道：{outlet}", outlet=entry.name)
                    entry = replace(entry, name=name, clauses=[clause.id], given={"feature": "yes"}, count=0)
                yield entry

    def _entry(self, family: Family, code: str) -> Entry:
        event_type, topic = _TYPES[family]
        clauses = self._serves.get((family, code), [])
        titles = {self.rubric.words[int(each.partition(".")[0])].title: None for each in clauses}
        return Entry(
            key_of(event_type, code),
            self._situation.shelf.code_name(family, code),
            clauses,
            count=self._situation.frequency[f"{topic}:{code}"],
            about=" ".join([*titles, *often_called(code), *clauses, words_for(self.rubric, family, code)]),
        )


def _codes_of(clause: Clause) -> dict[_Code, None]:
    if isinstance(clause, Measured):
        return {(family, code): None for family, code in codes_named(clause) if family in FAMILIES}
    return {(family, code): None for _path, family, code in codes_used(clause)}


def _member_changes(situation: Situation) -> str:
    """Return what a change of a member may be, by what the unit's rubrics ask for."""
    if situation.named("roles"):
        return (
            _("党员变更（班子成员、职务、免学时）")
            if situation.asks_hours
            else _("党员变更（班子成员、职务）")
        )
    return _("党员变更（班子成员、免学时）") if situation.asks_hours else _("党员变更（班子成员）")


def _of_the_organization(situation: Situation) -> list[Entry]:
    entries = [
        Entry("member.joined", _("党员加入")),
        Entry("member.left", _("党员离开")),
        Entry("member.moved", _("党员换支部")),
        Entry("member.changed", _member_changes(situation)),
        Entry("transfer.started", _("开出组织关系介绍信")),
        Entry("transfer.completed", _("组织关系转出办结")),
        Entry("organization.registered", _("登记新支部")),
        Entry("organization.changed", _("组织变更（名称、书记、任期）")),
        Entry("organization.closed", _("撤销支部")),
    ]
    # Without branches there is none to close, and none to move to; and who acts for a branch founds and closes none.
    if situation.scopes:
        return [each for each in entries if each.key not in _OF_THE_WHOLE_UNIT]
    return [each for each in entries if situation.branches or each.key not in _NEEDS_BRANCHES]
