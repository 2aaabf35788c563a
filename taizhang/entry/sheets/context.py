"""What a sheet is read against: the unit's branches and people, the rubric's codes, the year, its own headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from ledger.text import Text
from rubric.codes_used import Family
from taizhang.people.person import Directory, Person, new_member, plain_name

from ..facts.asked import Asked
from ..parsing.cells import Cell, Unreadable, plain, shown

_OFTEN_CALLED: Mapping[str, str] = {
    "支委会": "committee_meeting",
    "支委会议": "committee_meeting",
    "党委会": "committee_meeting",
    "委员会": "committee_meeting",
    "党员大会": "member_meeting",
    "支部大会": "member_meeting",
    "小组会": "group_meeting",
    "主题党日": "unified_activity_day",
    "党员活动日": "unified_activity_day",
    "主题党日活动": "unified_activity_day",
    "上党课": "party_lecture",
    "微党课": "micro_lecture",
    "学习": "study_session",
    "理论学习": "study_session",
    "书记党课": "party_lecture",
    "书记讲党课": "party_lecture",
    "书记上党课": "party_lecture",
    "讲党课": "party_lecture",
    "中心组学习": "study_session",
    "理论中心组学习": "study_session",
    "义工": "volunteer_service",
    "义工365": "volunteer_service",
    "志愿活动": "volunteer_service",
    "党员志愿服务": "volunteer_service",
    "十九大": "congress_19_study",
    "民主评议": "democratic_appraisal",
    "专题会议": "party_work_meeting",
    "年度计划": "annual_plan",
    "党建工作计划": "annual_plan",
    "年度总结": "annual_summary",
    "党建工作总结": "annual_summary",
    "调研报告": "research_report",
    "志愿服务计划": "volunteer_plan",
    "志愿服务总结": "volunteer_summary",
    "两个责任": "two_responsibilities",
    "一岗双责": "one_post_two_duties",
    "十佳支部工作法": "top_ten_method_application",
    "武进教育微信": "wujin_education_wechat",
    "武进教育公众号": "wujin_education_wechat",
    "武进教育网站": "wujin_education_site",
    "其他": "other",
}
"""Words of offices that are no rubric's own; they hold only where a rubric has the code."""


class Stranger(Unreadable):
    """Nobody of that name is on the roster, nor anybody whose name is like it."""

    def __init__(self, name: str) -> None:
        super().__init__(Text("名册里没有“{name}”；请先把他写进党员名册", name=name))
        self.name = name


@dataclass(frozen=True, slots=True)
class Stay:
    """A member's stay on a subject: from the first day on, gone from the last one on (None: there still)."""

    member: str
    subject: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class Context:
    """Everything a reading depends on; nothing here is changed by it."""

    unit: str
    year: int | None
    """Of days that are written without one, as somebody said; None: the sheet's own name and title have to say."""
    subjects: Mapping[str, str] = field(default_factory=dict)
    """The subjects of the tree with their names."""
    codes: Mapping[Family, Mapping[str, str]] = field(default_factory=dict)
    """The Chinese names of all codes."""
    facts: Mapping[str, Asked] = field(default_factory=dict)
    """The figures, cases and ratings that the unit's rubrics ask for, by what they are called."""
    people: Directory = field(default_factory=Directory)
    members: frozenset[str] = frozenset()
    """Every member id that the unit's ledger knows."""
    homes: Mapping[str, str] = field(default_factory=dict)
    """Where each member is now: the subject of a roster's row that names none."""
    headers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What this unit's own headers mean: (kind, header as compared) -> column key, "" for nothing."""
    this_year: int | None = None
    """Of a joining that is not dated, where neither somebody nor the sheet says a year."""
    file: str = ""
    """What the workbook is called: it may name the year."""
    stays: tuple[Stay, ...] = ()
    """Who belonged where, and when, in the roster's order."""
    dates_from_1904: bool = False
    """The sheet's numbers count days from 1904-01-01."""
    everybody: bool = False
    """Somebody said so: where hours are written and nobody is named, all were there."""
    own: frozenset[str] = frozenset()
    """The branches that whoever hands the sheets in acts for; none: for the unit as a whole."""
    make_member: Callable[[], str] = new_member

    @property
    def home(self) -> str:
        """Where a row belongs that names no subject: the unit, or the one branch that the sheets are of."""
        return next(iter(self.own)) if len(self.own) == 1 else self.unit

    def present(self, subject: str, day: date) -> list[str]:
        """Return who belongs to the tree of *subject* on *day*, each once, in the roster's order."""
        return list(
            dict.fromkeys(
                stay.member
                for stay in self.stays
                if (stay.subject == subject or stay.subject.startswith(f"{subject}/"))
                and stay.first <= day
                and (stay.last is None or day < stay.last)
            )
        )

    def code(self, family: Family, cell: Cell) -> str:
        """Return the code that *cell* names. Raises Unreadable with the nearest that there is."""
        names = self.codes.get(family, {})
        word = plain_words(cell)
        for code, name in names.items():
            if word in (code, plain_words(name)):
                return code
        often = _OFTEN_CALLED.get(word)
        if often is not None and often in names:
            return often
        known = _by_stem(names)
        of_stem = known.get(_stem(word), frozenset())
        if len(of_stem) == 1:
            return next(iter(of_stem))
        near = get_close_matches(_stem(word), known, n=1, cutoff=0.5)
        if near and len(known[near[0]]) == 1:
            name = names[next(iter(known[near[0]]))]
            raise Unreadable(
                Text("没有“{value}”这一类；是不是“{near}”？", value=shown(cell), near=name), name
            )
        raise Unreadable(
            Text("没有“{value}”这一类；可用：{known}", value=shown(cell), known=list(names.values()))
        )

    def fact(self, cell: Cell) -> Asked:
        """Return the figure, case or rating that *cell* names. Raises Unreadable with those that there are."""
        word = plain_words(cell)
        for name, asked in self.facts.items():
            if word in (asked.code, plain_words(name)):
                return asked
        if not self.facts:
            raise Unreadable(Text("细则没有要报的数、认定事项或评价；这一行不用填"))
        near = get_close_matches(word, [plain_words(name) for name in self.facts], n=1, cutoff=0.5)
        names = list(self.facts)
        if near:
            name = next(each for each in names if plain_words(each) == near[0])
            raise Unreadable(
                Text("没有“{value}”这一项；是不是“{near}”？", value=shown(cell), near=name), name
            )
        raise Unreadable(Text("没有“{value}”这一项；可用：{known}", value=shown(cell), known=names))

    def subject(self, cell: Cell) -> str:
        """Return the subject of the tree that *cell* names by id, branch id or name. Raises Unreadable."""
        word = plain_words(cell)
        if not word:
            return self.home
        # A unit is a subject of its own tree also before it is registered.
        for subject in (word, f"{self.unit}/{word}"):
            if subject == self.unit or subject in self.subjects:
                return subject
        word = _organization_word(cell)
        called = {subject: _organization_word(name) for subject, name in self.subjects.items()}
        if len(word) > 2 and word == _OF_A_BODY.sub("", called.get(self.unit, "")):
            # The school's own name, where its branches have names of their own.
            return self.unit
        named = [subject for subject, name in called.items() if name == word]
        # Within its own school a branch goes by the end of its name.
        named = named or [
            subject
            for subject, name in called.items()
            if name.endswith(word) and (len(word) > 2 or word in ("总支", "党委"))
        ]
        if len(named) == 1:
            return named[0]
        if named:
            raise Unreadable(
                Text("“{value}”可以是 {subjects}；请写代号", value=shown(cell), subjects=named), *named
            )
        branches = [name for subject, name in self.subjects.items() if subject != self.unit]
        own = self.subjects.get(self.unit) or self.unit
        if _EVERY_BRANCH.fullmatch(word) is not None or self._names_several(cell):
            raise Unreadable(
                Text(
                    "“{value}”看不准：一起开展的记在单位名下（写“{own}”或留空），各自开展的请每个支部写一行",
                    value=shown(cell),
                    own=own,
                ),
                own,
            )
        if _ITSELF.fullmatch(word) is not None and not branches:
            return self.unit
        if not branches:
            raise Unreadable(
                Text("本单位没有登记过支部“{value}”；是单位自己的请留空", value=shown(cell)), own
            )
        near = [name for name in branches if word in _organization_word(name)] or get_close_matches(
            shown(cell), branches, n=3, cutoff=0.5
        )
        raise Unreadable(
            Text("没有“{value}”这个支部；可用：{known}", value=shown(cell), known=branches), *near[:3]
        )

    def _names_several(self, cell: Cell) -> bool:
        """Whether the cell names several branches: 低年级支部、高年级支部."""
        words = [_organization_word(part) for part in _SEVERAL_BRANCHES.split(plain(cell)) if part]
        called = [_organization_word(name) for subject, name in self.subjects.items() if subject != self.unit]
        return (
            len(words) > 1
            and all(any(name.endswith(word) for name in called) for word in words[-1:])
            and all(any(word in name for name in called) for word in words)
        )

    def member(self, word: str, people: Directory) -> str:
        """Return the member that *word* names: by name, by id, 张伟(m-7k2fq9xa) or 张伟(书记). Raises Unreadable."""
        name, inside = _with_brackets(word)
        for written in (inside, name, plain_name(inside), plain_name(name)):
            if written and (written in self.members or people.get(written) is not None):
                return written
        if inside and _ROLE.fullmatch(plain_name(inside)) is None:
            raise Unreadable(
                Text("“{value}”括号里的“{inside}”看不懂；是本人就去掉括号", value=word, inside=inside)
            )
        named = people.named(name)
        if not named and (role := _CALLED.search(name)) is not None:
            named = people.named(name[: role.start()])
        if not named and (role := _CALLED_BEFORE.match(name)) is not None and role.end():
            named = people.named(name[role.end() :])
        if len(named) == 1:
            return named[0].member
        if named:
            raise Unreadable(
                Text(
                    "有 {count} 位党员叫“{name}”；请写明是哪一位：{which}",
                    count=len(named),
                    name=name,
                    which=[described(person) for person in named],
                ),
                *(f"{person.name}({person.member})" for person in named),
            )
        known = {plain_name(each): each for each in people.names()}
        if (post := _SURNAME_AND_POST.fullmatch(name)) is not None:
            so_called = [each for each in known.values() if each.startswith(post[1])]
            raise Unreadable(Text("“{name}”是哪一位看不准；请写姓名", name=name), *so_called[:5])
        near = get_close_matches(plain_name(name), known, n=1, cutoff=0.5)
        if near:
            raise Unreadable(
                Text("名册里没有“{name}”；是不是“{near}”？", name=name, near=known[near[0]]), known[near[0]]
            )
        raise Stranger(name)


_ROLE = re.compile(
    r".{0,6}(?:书记|委员|组长|主任|校长|园长|老师|主讲|主持|主持人|记录|记录人|列席|线上|男|女|预备|预备党员)"
)
"""What stands in brackets behind somebody who was there."""
_CALLED_BEFORE = re.compile(
    r"(?:(?:(?:党总支|总支|党支部|支部|党委|学校)?(?:副?书记|(?:组织|宣传|纪检|青年|统战)?委员|副?校长|副?园长|副?主任)"
    r"|党小组组?长|(?:主讲|主持|记录)人?|党员|老师)[:：、,]?)+"
)
_POST = (
    "(?:党总支|总支|党支部|支部|党委)?"
    "(?:副?书记|(?:组织|宣传|纪检|青年|统战)?委员|副?组长|副?主任|副?校长|副?园长|老师|同志)"
)
_CALLED = re.compile(rf"(?:{_POST}[、,]?)+$")
_SURNAME_AND_POST = re.compile(rf"([^\W\d_a-zA-Z])(?:{_POST})+")


_ADDED = re.compile(r"党支部|支部|党员|专题|教育|工作|活动|召开|开展|举行|进行|本|次")
"""What offices put before and behind a name without meaning another thing."""
_SAID_ALSO = (("会议", "会"), ("会会", "会"), ("法制", "法治"))


def _stem(word: str) -> str:
    """Return what is left of a word without what is often added: 支部委员会会议 and 支部委员会 are 委员会."""
    stem = _ADDED.sub("", word)
    for said, meant in _SAID_ALSO:
        stem = stem.replace(said, meant)
    return stem


def _by_stem(names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the codes by the stems of their names and of what they are often called."""
    found: dict[str, frozenset[str]] = {}
    called = [(code, plain_words(name)) for code, name in names.items()]
    called += [(code, word) for word, code in _OFTEN_CALLED.items() if code in names]
    for code, word in called:
        if len(stem := _stem(word)) > 1:
            found[stem] = found.get(stem, frozenset()) | {code}
    return found


def _organization_word(cell: Cell) -> str:
    """Return the name of an organization as it is compared: 低年级支部 is 低年级党支部."""
    return plain_words(cell).replace("党支部", "支部").replace("党总支部", "总支").replace("党总支", "总支")


_EVERY_BRANCH = re.compile(
    r"(?:各|所有|全部|每个|全体|下属|各个|所属|[两二三四五六七八九十\d]+个)+(?:支部|总支|党组织|单位)"
)
_SEVERAL_BRANCHES = re.compile(r"[、,;/和及与]")
_OF_A_BODY = re.compile(r"(?:中共)?(?:支部|总支|党委)(?:委员会)?$")
"""What makes the name of a school that of its Party body."""
_ITSELF = re.compile(r"(?:本|我|学校|全校|全|本校|学校本级|本级)?(?:支部|单位|校|学校|园)")


def _with_brackets(word: str) -> tuple[str, str]:
    """Return a name and what stands in brackets behind it, both as they were typed."""
    name, _, inside = word.translate(_BRACKETS).strip().rstrip(")").partition("(")
    return name.strip(), inside.strip()


_BRACKETS = str.maketrans("（）【】〔〕", "()()()")


def often_called(code: str) -> list[str]:
    """Return what offices also call a code."""
    return [word for word, called in _OFTEN_CALLED.items() if called == code]


def described(person: Person) -> Text:
    """Return a namesake as he is told from others: what may be copied into a cell, then what tells who he is."""
    called = f"{person.name}({person.member})"
    if person.born_on is not None:
        return Text("{called} {day} 生", called=called, day=person.born_on)
    if person.telephone:
        return Text("{called} 电话尾号 {digits}", called=called, digits=person.telephone[-4:])
    return Text("{called}", called=called)


def plain_words(cell: Cell) -> str:
    """Return what is written as words are compared: without quotation marks and the like either."""
    return plain(cell).translate(_NO_MARKS)


_NO_MARKS = dict.fromkeys(map(ord, "“”\"'‘’《》〈〉「」·.,，。、;；:：(（）)[]【】*＊"))
