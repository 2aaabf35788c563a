"""Who was there, as offices write it: 全体, names, 全体（张伟请假）, 王芳、张伟（病假）, 请假1人：李娜. Pure.

Who is marked as absent was not there. A bracket that says neither absent nor who is meant is asked back, and so are
numbers that do not agree with the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.text import Text
from taizhang.people.person import Directory

from ..parsing.cells import Cell, Unreadable, is_empty, shown, visible, written
from ..parsing.numerals import TENS, up_to_99
from .context import Context, Stranger

_ABSENT = (
    "(?:请假|病假|事假|公假|产假|婚假|丧假|年假|休假|缺席|缺勤|缺课|未到会?|未参加|未出席|未参会|没到|没来|没参加|不在|出差|公出|公差|外出"
    "|因[病事公][^、,;]{0,6})"
)
_NOT_THERE = re.compile(rf"(?:已|均|都)?(?:因[^、,;]{{1,8}})?{_ABSENT}(?:了|未到会?|未参加|缺席|请假)?")
_GONE_BEFORE = re.compile(r"(?:缺席|缺勤|请假|病假|事假|未到|未参加)(?:人员|党员)?(?=.)")
_LIST_OF_ABSENT = re.compile(rf"{_ABSENT}(?:人员|党员|人|的|名单|者)?(?:有|:)?|缺:?|除(?:了|去)?|[-—]")
_COUNT = rf"(\d+|[{TENS}]{{1,3}})(?:人|名|位)"
_ABSENT_COUNTED = re.compile(
    rf"({_ABSENT}|缺)(?:人员|党员)?(?:共|有)?{_COUNT}[:,、]*|{_COUNT}({_ABSENT})[:,、]*"
)
"""请假1人：, 1人请假："""
_ABSENT_NEXT = re.compile(
    rf"[,、;\s]+({_ABSENT}|缺)(?:人员|党员|者|名单)?:|[,、;\s]+(缺席|缺勤|请假|病假|事假|未到|未参加|缺)(?:人员|党员)?(?=[^,、;:()\s])"
    r"|(?<=全体)[-—](?=\w)|(?<=党员)[-—](?=\w)"
)
"""From here on the names are of who was not there."""
_CAME = re.compile(r"(?:出席|参加|到会|参会|与会|实到|在场|参与)(?:人员|党员|人|者|名单|情况)?:")
_NO_MEMBERS = re.compile(r"(?:以及|[及和与、,])(?:部分)?(?:入党)?(?:积极分子|发展对象|申请人)(?:代表)?")
_NAMES_COUNTED = re.compile(
    rf"(.+?)[,、\s]*(?:[(](?:共|共计|计)?{_COUNT}[)]|(?P<and_others>等)?(?:共|共计|计)?{_COUNT})(?:党员|同志)?(?:参加)?"
)
"""王芳、李娜等2人: as many as are named."""
_TEACHERS = "(?:教师|教职工|教工|老师)"
_EVERYBODY = re.compile(
    r"(?:(?:本|我|全|各|整个)?(?:党支部|支部|党总支|总支|党委|单位|学校|校|园))?(?:的|内)?(?:在册|在职|在校|正式)?"
    rf"(?:全体|所有|全部|全员)(?:在册|在职|在校|正式|支部|{_TEACHERS}(?=党员))*(?:党员{_TEACHERS}?)?(?:和预备党员|、预备党员)?"
    r"(?:同志|成员|人员)?(?:共?\d+[人名])?(?:都|均)?(?:参加|出席|到会|参会|到齐|到场)?"
    r"|全(?:校|园|支部|总支)党员|全勤|全到|都到了?|(?:全部|都|均)?到齐了?|无(?:人)?(?:缺席|缺勤|请假)|all|全员",
    re.IGNORECASE,
)
_ALL_OF = re.compile(
    r"(.+?)(?:的)?(?:全体|所有|全部)(?:党员)?(?:同志|成员|人员)?(?:参加|出席|到会|参会)?"
    r"|(.+(?:支部|总支))(?:党员)?"
)
"""低年级支部全体党员."""
_EVERY_BRANCH = re.compile(r"(?:各|所有|全部)(?:个)?(?:党支部|支部)(?:的)?(?:全体)?党员")
_ELSEWHERE = re.compile(r"(?:详|另)?(?:见|附|有)?(?:后附|附件?)?(?:的)?签[到名](?:表|簿|册|单|照片)?")
_INCLUDING = re.compile(r"(?:含|包括)(?:[、和及]|预备|正式|离?退休|党员|积极分子|发展对象)+")
_EXCEPT = re.compile(r"除(?:了|去)?(.+?)(?:以外|之外|外)?(?:均|都|全部)?(?:参加|出席|到会)?")
_EXCEPT_FIRST = re.compile(
    r"除(?:了|去)?(.+?)(?:以外|之外|外)?[,、]?(?:全体|所有|其余|其他|全部|全员|都|均).*|(.+?)(?:除外|以外|外)[,、]?(?:全体|其余|其他|全部).*"
)
_HEADCOUNT = re.compile(r"(?:共|计|约|等|实到|应到|到会)?\d+(?:人|名|位)?(?:/\d+人?)?")
_COUNTS = re.compile(r"应[到参出][会加席]?:?(\d+)[人名]?[,、;/ ]*实[到参出][会加席]?:?(\d+)[人名]?[,、;:/ ]*")
"""应到6人，实到5人: says how many, and who only together with names."""
_AND_OTHERS = re.compile(
    r"(.+?)等(?:共?(?:\d+|[一二三四五六七八九十]+)(?:名|位|人|余人|多人)?(?:党员|同志)?)?(?:参加)?"
)
_LEADERS = re.compile(
    r"(?:全体)?(?:领导)?(?:班子|支委|支部委员|支委会|委员|党委|总支委员)(?:全体)?(?:成员|委员)?|全体支委"
)
_BETWEEN = re.compile(r"[、,;/\s]+|(?<=[^\W\d_])和(?=[^\W\d_])")
_NAMES_BETWEEN = re.compile(r"\d+[.)]?|[.·&+|\\]|以及|[与及跟]")
_TOKEN = re.compile(r"[^()]*\([^()]*\)|[^()]+|[()]")


@dataclass(frozen=True)
class Everybody:
    """All of the tree on the day, but for some; *of*: of that branch of the tree only."""

    absent: frozenset[str] = field(default_factory=frozenset)
    of: str = ""


def read_attendees(cell: Cell, context: Context, people: Directory) -> Everybody | list[str]:
    """Return who was there. Raises Unreadable."""
    text = re.sub(r"\s+\(", "(", visible(cell).replace("：", ":").replace("。", "、").strip(" 、"))
    text = _NO_MEMBERS.sub("", text)
    if _ELSEWHERE.fullmatch("".join(text.split())) is not None:
        raise Unreadable(Text("“{value}”没有写是哪些人；请写“全体”或姓名", value=shown(cell)), "全体")
    text = _counted_names(text, cell, people)
    counts = _COUNTS.search(text)
    if counts is not None:
        text = f"{text[: counts.start()]}{text[counts.end() :]}".replace("()", "").strip(" ,、;:")
        text = re.sub(r"^\(([^()]*)\)$", r"\1", text)
        if not text:
            all_came = ("全体",) if counts[1] == counts[2] else ()
            raise Unreadable(_only_counted(cell), *all_came)
    word = "".join(text.split())
    if (others := _AND_OTHERS.fullmatch(word)) is not None:
        raise Unreadable(
            Text("“{value}”没有写全是哪些人，记不了学时；请写“全体”或所有到会的姓名", value=shown(cell)),
            "全体",
            others[1],
        )
    if _LEADERS.fullmatch(word) is not None:
        raise Unreadable(Text("“{value}”是哪几位看不准；请写姓名", value=shown(cell)))
    if _HEADCOUNT.fullmatch(word) is not None:
        raise Unreadable(_only_counted(cell))
    reading = _Reading(context, people, written(cell))
    except_first = _EXCEPT_FIRST.fullmatch(word)
    if except_first is not None:
        reading.all = True
        reading.take_absent(except_first[1] or except_first[2])
    else:
        text = _ABSENT_COUNTED.sub(reading.take_count, text)
        for segment in re.split(r"[;\n]+", _absent_apart(text)):
            reading.take(_CAME.sub("", segment.strip(), count=1) if _CAME.match(segment.strip()) else segment)
    if counts is not None:
        return reading.counted(int(counts[1]), int(counts[2]), cell)
    return reading.result()


def _counted_names(text: str, cell: Cell, people: Directory) -> str:
    """Return 王芳、李娜 for 王芳、李娜等2人: as many as are named. Raises Unreadable where they are not as many."""
    match = _NAMES_COUNTED.fullmatch(text)
    if match is None:
        return text
    names = _rejoined([name for name in _BETWEEN.split(match[1]) if name], people)
    if not all(people.named(name) for name in names):
        return text
    count = up_to_99(match[2] or match[4])
    if count == len(names):
        return match[1]
    if match["and_others"]:
        return text
    raise Unreadable(
        Text(
            "“{value}”里的人数和姓名对不上：按姓名到会 {count} 人；请写清谁到了、谁没到",
            value=shown(cell),
            count=len(names),
        ),
        match[1],
    )


def _absent_apart(text: str) -> str:
    """Return the text in which a list of who was absent stands for itself: 王芳 缺席：李娜 is 王芳;缺席：李娜."""
    pieces = re.split(r"(\([^()]*\))", text)
    return "".join(
        piece
        if piece.startswith("(")
        else _ABSENT_NEXT.sub(lambda found: f";{found[1] or found[2] or '缺席'}:", piece)
        for piece in pieces
    )


def _only_counted(cell: Cell) -> Text:
    return Text("只有人数（{value}）记不了学时；请写“全体”或姓名", value=shown(cell))


class _Reading:
    """A cell while it is read, part after part."""

    def __init__(self, context: Context, people: Directory, whole: str) -> None:
        self._whole = whole
        self._context = context
        self._people = people
        self.all = False
        self._there: dict[str, None] = {}
        self._absent: set[str] = set()
        self._strangers: list[str] = []
        self._of = ""
        self._away: int | None = None

    def take_count(self, found: re.Match[str]) -> str:
        """Note that so many were absent; the names are to agree with it."""
        self._away = up_to_99(found[2] or found[3])
        start = "" if found.start() == 0 or found.string[found.start() - 1] in "(;" else ";"
        return f"{start}{found[1] or found[4]}:"

    def take(self, segment: str) -> None:
        """Take in a part of the cell; behind 请假： everybody is absent."""
        segment = segment.strip(" ,、:")
        if self._lists_absent(segment):
            return
        waiting: list[str] = []
        for part in _parts(segment):
            word, inside = _bracket(part)
            word = word.strip(" :")
            if self._is_everybody("".join(word.split())):
                self.all = True
                self._in_brackets_of_all(inside)
            elif (found := _EXCEPT.fullmatch(word.removeprefix("但"))) is not None and self.all:
                self.take_absent(found[1])
            elif (gone := _GONE_BEFORE.match(word)) is not None and not self._is_name(word):
                self._absent.update(self._who([word[gone.end() :]]))
            elif inside and _NOT_THERE.fullmatch(inside) is not None:
                self._absent.update(self._who([word]))
            elif (marked := _marked(word.removeprefix("但"))) and not self._is_name(word):
                if waiting and not self.all:
                    raise Unreadable(
                        Text("“{value}”说的是几个人看不准；没到的写成“张伟（请假）”", value=segment)
                    )
                # 全体，张伟、李娜请假: those right before are meant, too.
                self._absent.update(self._who([*waiting, marked]))
                waiting = []
            elif _HEADCOUNT.fullmatch(word) is None or not word:
                waiting.append(part)
        self._there.update(dict.fromkeys(self._who(waiting)))

    def _lists_absent(self, segment: str) -> bool:
        """Take in a part that only says who was absent: 请假：李娜, 除李娜外; whether it was one."""
        listed = _LIST_OF_ABSENT.match(segment)
        if listed is None:
            return False
        if listed.end() == len(segment):
            # 请假1人, and no name behind it: the number is asked about in the end.
            return bool(self._away)
        excepted = listed[0].startswith("除")
        if not excepted and listed[0][-1] not in ":除了去":
            return False
        self.all = self.all or excepted
        self.take_absent(segment[listed.end() :])
        return True

    def take_absent(self, text: str) -> None:
        """Take in names of people who were not there."""
        names = [
            name
            for name in _BETWEEN.split(re.sub(r"[()]", " ", text))
            if name and not _NOT_THERE.fullmatch(name)
        ]
        cleaned = [_marked(name) or name for name in names]
        self._absent.update(self._who([re.sub(r"(?:以外|之外|外)$", "", name) for name in cleaned]))

    def result(self) -> Everybody | list[str]:
        """Return what the cell comes to. Raises Unreadable."""
        if len(self._strangers) == 1:
            raise Stranger(self._strangers[0])
        if self._strangers:
            raise Unreadable(Text("名册里没有这些人：{names}；请先把他们写进党员名册", names=self._strangers))
        if self._away is not None and self._away != len(self._absent):
            raise Unreadable(
                Text("“{value}”没有写清是谁没到；请写成“全体（张伟请假）”的样子", value=shown(self._whole))
            )
        if self._of and self._there:
            raise self._which()
        if self.all:
            return Everybody(frozenset(self._absent), self._of)
        return [member for member in self._there if member not in self._absent]

    def counted(self, due: int, came: int, cell: Cell) -> Everybody | list[str]:
        """Return the same where it agrees with 应到 and 实到; who is only said to be absent leaves all others."""
        found = self.result()
        if not self.all and not self._there:
            found = Everybody(frozenset(self._absent))
        were_there = due - len(found.absent) if isinstance(found, Everybody) else len(found)
        if were_there != came:
            raise Unreadable(
                Text(
                    "“{value}”里的人数和姓名对不上：按姓名到会 {count} 人；请写清谁到了、谁没到",
                    value=shown(cell),
                    count=were_there,
                )
            )
        return found

    def _in_brackets_of_all(self, inside: str) -> None:
        if is_empty(inside) or _HEADCOUNT.fullmatch(inside) or _INCLUDING.fullmatch(inside):
            return
        inside = re.sub(r"除外$", "外", inside)
        excepted = re.search(r"^除|(?:以外|之外|外)$", inside) is not None
        inside = inside.removeprefix("但").removeprefix("除").removeprefix("了")
        listed = _LIST_OF_ABSENT.match(inside)
        names = (
            inside[listed.end() :]
            if listed is not None
            else _marked(re.sub(r"(?:以外|之外|外)$", "", inside))
        )
        if listed is not None and not names and self._away:
            return
        if not names and not excepted:
            raise Unreadable(Text("括号里的“{inside}”看不懂；没到的写成“全体（张伟请假）”", inside=inside))
        self.take_absent(names or inside)

    def _is_everybody(self, word: str) -> bool:
        """Whether *word* means all, be it of one branch: 全体党员, 低年级支部全体党员."""
        if _EVERYBODY.fullmatch(word) is not None:
            return True
        named = _ALL_OF.fullmatch(word)
        if _EVERY_BRANCH.fullmatch(word) is not None:
            of = self._context.unit
        elif named is None or self._is_name(word):
            return False
        else:
            try:
                of = self._context.subject(named[1] or named[2])
            except Unreadable:
                return False
        if self._of not in ("", of):
            raise self._which()
        self._of = of
        return True

    def _which(self) -> Unreadable:
        return Unreadable(Text("“{value}”是哪几位看不准；请写姓名", value=shown(self._whole)))

    def _several(self, name: str) -> list[str]:
        """Return the names in 王芳与李娜 or 1.王芳2.李娜, where each of them is known."""
        if self._is_name(name):
            return [name]
        parts = [part for part in _NAMES_BETWEEN.split(name) if part]
        return parts if parts and all(map(self._is_name, parts)) else [name]

    def _is_name(self, word: str) -> bool:
        return bool(self._people.named(word))

    def _who(self, names: Iterable[str]) -> list[str]:
        found = []
        typed = _rejoined([name.strip() for name in names if name.strip()], self._people)
        for name in (each for word in typed for each in self._several(word)):
            try:
                found.append(self._context.member(name, self._people))
            except Stranger as stranger:
                self._strangers.append(stranger.name)
            except Unreadable as error:
                raise error.within(name, self._whole) from None
        return found


def _parts(segment: str) -> Iterator[str]:
    """Yield what stands between commas, a bracket with what it stands behind."""
    word = ""
    for token in _TOKEN.findall(segment):
        before, bracket, inside = token.partition("(")
        *whole, last = _BETWEEN.split(before)
        for part in whole:
            if word + part:
                yield word + part
            word = ""
        word += last + bracket + inside
    if word:
        yield word


def _bracket(part: str) -> tuple[str, str]:
    """Return the word and what stands in brackets behind it."""
    match = re.fullmatch(r"([^()]*)\(([^()]*)\)", part.strip())
    return (match[1], "".join(match[2].split())) if match is not None else (part, "")


def _marked(word: str) -> str:
    """Return 张伟 for 张伟请假, "" where no such mark stands behind."""
    found = re.fullmatch(rf"(.+?)(?:{_NOT_THERE.pattern})", word)
    return found[1] if found is not None else ""


def _rejoined(names: list[str], people: Directory) -> list[str]:
    """Put 张 伟 together again: two-character names are often written with a space between."""
    joined: list[str] = []
    for name in names:
        if joined and len(joined[-1]) == 1 and len(name) == 1 and people.named(joined[-1] + name):
            joined[-1] += name
        else:
            joined.append(name)
    return joined
