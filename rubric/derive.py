"""Next year's draft of a rubric: dates moved, and what is tied to one year marked for a person to decide.

The draft is the old file edited in place, so that its layout, its comments and the order of its keys stay.
Nothing that only a person can know is guessed: such a part gets a `decide:` with the question, and a rubric is not
installed before its questions are answered and the `decide` keys taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .format2.rubric2 import Rubric2
from .load import parse
from .mistake import Mistake, RubricRefused, msgid
from .schema import Rubric
from .source import Node, read, scalar

YEARS = range(1950, 3000)
_DAYS = frozenset({"closes_on", "judged_until", "expected_by", "due", "final"})
_WORDS = ("title", "text", "item", "content", "criteria")
_PARTS = frozenset({"sections", "indicators", "clauses"})
_ID_LENGTH_MAX = 63
_YEARS_NEAR = 10  # a four-digit number this near to the rubric's year is taken for a year
# A year with 年 in digits of either kind, a bare number that may be one, and a numbered Party congress (十大 on).
_NAMES_A_TIME = re.compile(
    r"(?<!\d)(?P<number>\d{4})(?!\d)(?P<unit>\s*年)?|[一二][〇○零一二三四五六七八九]{3}年"
    r"|[二三四五六七八九]?十[一二三四五六七八九]?大(?![家力型])"
)
_DAY_OR_YEAR = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)|(?<!\d)(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def derive(rubric_text: str, year: int) -> str:
    """Return the text of a draft for *year*, made from *rubric_text*.

    The draft loads with `parse(…, drafts=True)`; without its `decide` keys it installs. Raises RubricRefused where
    the old text is no sound rubric or *year* is no other year.
    """
    rubric = parse(rubric_text, drafts=True)
    if year == rubric.year or year not in YEARS:
        message = msgid("请给出 {first} 到 {last} 之间、与原细则的 {year} 不同的年度")
        mistake = Mistake(None, "year", message, first=YEARS[0], last=YEARS[-1], year=rubric.year)
        raise RubricRefused([mistake])
    source = read(rubric_text)
    draft = _Draft(source.text, rubric, year)
    edits = sorted(draft.edits(source.root), key=lambda edit: edit.start, reverse=True)
    text = source.text
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    text = draft.head() + text
    parse(text, drafts=True)
    return text


_ASKING = "# 凡有 decide 的地方，请由人决定并改好，再删去 decide；全部删去以后才能安装。\n"
_DECIDE = re.compile(r'(?:,\s*|\n[ \t]*)decide: "(?:[^"\\\n]|\\.)*"')


def as_it_was(draft: str) -> str:
    """Return a draft of `derive` in which every question is answered by what it was: its `decide` keys are gone."""
    return _DECIDE.sub("", draft.replace(_ASKING, "", 1))


def questions(draft: str) -> list[tuple[int, str]]:
    """Return what a draft of `derive` leaves to people: the line of each `decide`, from 1, and its words."""
    return [
        (draft.count("\n", 0, found.end()) + 1, found[0].partition('decide: "')[2][:-1].replace('\\"', '"'))
        for found in _DECIDE.finditer(draft)
    ]


def revised(rubric_text: str) -> str:
    """Return the text of the next version of *rubric_text*: the same words, `version` one more.

    Raises RubricRefused where the text is no sound rubric.
    """
    rubric = parse(rubric_text, drafts=True)
    source = read(rubric_text)
    version = rubric.version + 1
    for key, value in source.root.pairs:
        if key.text == "version":
            return source.text[: value.start] + str(version) + source.text[value.end :]
    first = source.root.pairs[0][0]
    return f"{source.text[: first.start]}version: {version}\n{source.text[first.start :]}"


class _Draft:
    """The edits that make one rubric's text the draft of another year's."""

    def __init__(self, text: str, rubric: Rubric, year: int) -> None:
        self._text = text
        self._rubric = rubric
        self._year = year
        self._shift = year - rubric.year

    def head(self) -> str:
        """Return the comment that stands above the draft."""
        return (
            f"# 草案：由 {self._rubric.label} 推出的 {self._year} 年度细则，日期已顺移。\n"
            f"{_ASKING}"
            f"# 其余注释原样取自 {self._rubric.label}。\n\n"
        )

    def edits(self, root: Node) -> Iterator[_Edit]:
        """Yield every edit; no two overlap."""
        if isinstance(self._rubric, Rubric2):
            yield from self._edits_of_format_2(root)
            return
        for key, value in root.pairs:
            if key.text == "id":
                yield self._put(value, self._id())
            elif key.text == "title":
                yield self._put(
                    value, self._raw(value).replace(str(self._rubric.year), str(self._year)), raw=True
                )
            elif key.text == "year":
                yield self._put(value, str(self._year))
            elif key.text == "version":
                yield self._put(value, "1")
            elif key.text in _PARTS:
                for part in value.items:
                    yield from self._part(part)
            yield from self._days(key, value)

    def _edits_of_format_2(self, root: Node) -> Iterator[_Edit]:
        """Move every day of the file, its examples' too; ask of every item and rule what has to be asked."""
        for key, value in root.pairs:
            if key.text == "id":
                yield self._put(value, self._id())
            elif key.text == "title":
                moved = self._raw(value).replace(str(self._rubric.year), str(self._year))
                yield self._put(value, moved, raw=True)
            elif key.text in ("year", "version"):
                yield self._put(value, str(self._year) if key.text == "year" else "1")
            else:
                yield from self._moved_days(value)
            if key.text == "of":
                for node in value.items:
                    yield from self._asked(node)

    def _moved_days(self, node: Node) -> Iterator[_Edit]:
        if node.kind == "scalar":
            day = _day(node) if node.plain else None
            if day:
                yield self._put(node, str(self._moved(day)))
        for item in node.items:
            yield from self._moved_days(item)
        for key, value in node.pairs:
            if key.text == "reading" and value.kind == "scalar":
                yield self._put(value, _DAY_OR_YEAR.sub(self._moved_words, self._raw(value)), raw=True)
            else:
                yield from self._moved_days(value)

    def _asked(self, node: Node) -> Iterator[_Edit]:
        pairs = {key.text: value for key, value in node.pairs}
        questions = list(self._questions(pairs))
        if questions and "decide" not in pairs:
            yield self._ask(node, "".join(questions))
        for key in ("of", "rules"):
            for inner in _items(pairs, key):
                yield from self._asked(inner)

    def _part(self, part: Node) -> Iterator[_Edit]:
        """Move the dates of a section, indicator or clause, and ask what has to be asked about it."""
        pairs = {key.text: value for key, value in part.pairs}
        for key, value in part.pairs:
            yield from self._days(key, value)
            if key.text == "reading":
                yield self._put(value, _DAY_OR_YEAR.sub(self._moved_words, self._raw(value)), raw=True)
            for need in value.items if key.text == "needs" else ():
                for inner, inner_value in need.pairs:
                    yield from self._days(inner, inner_value)
        questions = list(self._questions(pairs))
        if questions and "decide" not in pairs:
            yield self._ask(part, "".join(questions))

    def _questions(self, pairs: dict[str, Node]) -> Iterator[str]:
        if "tied_to_year" in pairs:
            reason = pairs["tied_to_year"].text.strip().rstrip("。")
            yield f"{reason}：{self._year}年是否还这样要求，怎样要求？"
        needs = [{key.text: value for key, value in need.pairs} for need in _items(pairs, "needs")]
        for holder in (pairs, *needs):
            days = [self._moved(day) for day in map(_day, _items(holder, "window")) if day]
            if days:
                yield f"起止日期已顺移为 {' 至 '.join(map(str, days))}，是否合适？"
        named = [found for key in _WORDS if key in pairs for found in self._times(pairs[key].text)]
        if named:
            words = "、".join(f"“{word}”" for word in dict.fromkeys(named))
            yield f"文字里写着{words}，{self._year}年的原文怎样写？"

    def _times(self, text: str) -> Iterator[str]:
        for found in _NAMES_A_TIME.finditer(text):
            number = found["number"]
            if not number or found["unit"] or abs(int(number) - self._rubric.year) <= _YEARS_NEAR:
                yield found[0]

    def _days(self, key: Node, value: Node) -> Iterator[_Edit]:
        dated = (value,) if key.text in _DAYS else value.items if key.text == "window" else ()
        for node in dated:
            day = _day(node)
            if day:
                yield self._put(node, str(self._moved(day)))

    def _moved(self, day: date) -> date:
        try:
            return day.replace(year=day.year + self._shift)
        except ValueError:  # 29 February, in a year that has none
            return day.replace(year=day.year + self._shift, day=28)

    def _moved_words(self, found: re.Match[str]) -> str:
        if found[4]:
            near = abs(int(found[4]) - self._rubric.year) <= 1
            return str(int(found[4]) + self._shift) if near else found[4]
        try:
            return str(self._moved(date.fromisoformat(found[0])))
        except ValueError:
            return found[0]

    def _id(self) -> str:
        old, year = str(self._rubric.year), str(self._year)
        if old in self._rubric.id:
            return self._rubric.id.replace(old, year)
        return f"{self._rubric.id[: _ID_LENGTH_MAX - len(year) - 1]}-{year}"

    def _raw(self, node: Node) -> str:
        return self._text[node.start : node.end]

    def _put(self, node: Node, text: str, *, raw: bool = False) -> _Edit:
        quote = "" if raw or node.plain else "'"
        return _Edit(node.start, node.end, f"{quote}{text}{quote}")

    def _ask(self, part: Node, question: str) -> _Edit:
        """Put `decide` after the part's last key, or before its first where the last value's end is no line's end."""
        words = f"decide: {json.dumps(question, ensure_ascii=False)}"
        first, last = part.pairs[0][0], part.pairs[-1][1]
        indent = " " * self._column(part if part.flow else first)
        if part.flow:
            return _Edit(last.end, last.end, f",\n{indent} {words}")
        if last.kind == "scalar" and self._text[last.start : last.start + 1] not in ("|", ">"):
            place = self._text.find("\n", last.end)
            place = len(self._text) if place < 0 else place
            return _Edit(place, place, f"\n{indent}{words}")
        return _Edit(first.start, first.start, f"{words}\n{indent}")

    def _column(self, node: Node) -> int:
        return node.start - (self._text.rfind("\n", 0, node.start) + 1)


def _items(pairs: dict[str, Node], key: str) -> list[Node]:
    return pairs[key].items if key in pairs else []


def _day(node: Node) -> date | None:
    value = scalar(node)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None
