"""From the data of a file of format 2 to a Rubric, or to everything that is wrong with it, each at its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..amounts import Amount, decimal_text
from ..mistake import Mistake, RubricRefused, msgid
from ..schema import Codes, Indicator, Section
from ..source import Path, Source
from .adding_up import dress, full_points, is_flat
from .agreement import agreement
from .document import CodeNames, Example, Head, NodeTerms, ResultTerms
from .result_reading import ResultReader
from .rubric2 import Rubric2
from .terms import For
from .tree import Item
from .wording import unknown_key

HEAD_KEYS = frozenset(field.alias or name for name, field in Head.model_fields.items())
NODE_KEYS = frozenset(field.alias or name for name, field in NodeTerms.model_fields.items())


def read_document(source: Source, *, drafts: bool = False) -> Rubric2:
    """Return the rubric that *source* states; raises RubricRefused with every mistake."""
    reader = _Reader(source, drafts)
    rubric = reader.rubric()
    mistakes = [*source.mistakes, *reader.mistakes]
    if mistakes or rubric is None:
        raise RubricRefused(_told_once(mistakes))
    return rubric


def _told_once(mistakes: list[Mistake]) -> list[Mistake]:
    return list(dict.fromkeys(mistakes))


class _Reader(ResultReader):
    """Reads one file; goes on after a mistake, so that all are told at once."""

    def __init__(self, source: Source, drafts: bool) -> None:
        super().__init__(source, drafts)
        self.item_places: dict[str, Path] = {}
        self.indicators: list[Indicator] = []
        self.taken = _numbers(self.data.get("of"))
        self.next_number = 1

    # -- the file -------------------------------------------------------------------------------------------------

    def rubric(self) -> Rubric2 | None:
        """Return the whole, None where a part of it could not be read."""
        data = self.data
        head = self.take(Head, {key: value for key, value in data.items() if key in HEAD_KEYS}, ())
        for key in data:
            if key not in HEAD_KEYS and key not in ("of", "result", "examples"):
                self.mistakes.append(
                    unknown_key((key,), sorted(HEAD_KEYS | {"of", "result", "examples"}), self.source)
                )
        self.decide(head, ())
        result = self.take(ResultTerms, data.get("result", {}), ("result",))
        examples = [
            self.take(Example, each, ("examples", place))
            for place, each in enumerate(_list(data.get("examples")))
        ]
        parts: list[Item] = []
        tops = data.get("of")
        if not isinstance(tops, list) or not tops:
            self.tell(
                ("of",) if "of" in data else (),
                msgid("缺少“of”：考核内容写成一个列表，每项有 points 和 rules（或下一层 of）"),
            )
        for place, node in enumerate(_list(tops)):
            if (item := self.node(node, ("of", place), ())) is not None:
                parts.append(item)
        self._weights(parts, "sum", ())
        self._ids()
        self.read_held_down(result, head)
        if head is None or result is None or None in examples:
            agreement(None, self.clauses, self.places, self.tell, self.known)
            return None
        agreement(head, self.clauses, self.places, self.tell, self.known)
        self._sum(parts, _amount(head.points), ("points",), head.title, "sum")
        root = Item("", head.title, full_points(parts, "sum"), parts=parts)
        if self.mistakes or self.source.mistakes:
            return None
        return self._made(head, root, result, cast("list[Example]", examples))

    def _made(self, head: Head, root: Item, result: ResultTerms, examples: list[Example]) -> Rubric2:
        sections = tuple(
            Section.model_construct(
                title=part.title,
                points=part.full,
                indicators=tuple(leaf.no for leaf in part.leaves() if leaf.no is not None),
                bonus=part.bonus,
                decide=None,
                tied_to_year=None,
            )
            for part in root.parts
        )
        return Rubric2.model_construct(
            id=head.id,
            version=head.version,
            year=head.year,
            title=head.title,
            closes_on=head.closes_on,
            judged_until=head.judged_until or head.closes_on,
            newcomer_days=head.newcomer_days,
            lead_days=head.lead_days,
            level_counts_as={level.code: level.counts_as for level in head.levels if level.counts_as},
            forecast=head.forecast,
            sections=sections,
            indicators=tuple(self.indicators),
            codes=_codes(head.codes),
            clauses=tuple(self.clauses),
            decide=None,
            tied_to_year=None,
            head=head,
            tree=None if head.decimals is None and is_flat(root, self.clauses) else root,
            result=result,
            held_down=tuple(self.held_down),
            examples=tuple(examples),
            places={**self.item_places, **self.places},
        )

    def _ids(self) -> None:
        seen: dict[str, int] = {}
        for clause in self.clauses:
            seen[clause.id] = seen.get(clause.id, 0) + 1
            if seen[clause.id] == 2:
                self.tell(self.places[clause.id], msgid("条款编号 {id} 用了两次；请另编一个号"), id=clause.id)

    # -- nodes ----------------------------------------------------------------------------------------------------

    def node(self, data: Any, path: Path, meant: tuple[For, ...]) -> Item | None:
        """Return the item at *path*; *meant*: whom the items around it apply to."""
        if not isinstance(data, dict):
            self.tell(path, msgid("这里要写一组“键: 值”"))
            return None
        for key in data:
            if key not in NODE_KEYS and key not in ("of", "rules", "zero_if"):
                self.mistakes.append(
                    unknown_key((*path, key), sorted(NODE_KEYS | {"of", "rules", "zero_if"}), self.source)
                )
        own = {key: value for key, value in data.items() if key in NODE_KEYS}
        terms = self.take(NodeTerms, own, path)
        self.decide(terms, path)
        if ("of" in data) == ("rules" in data):
            message = (
                msgid("of 和 rules 只写一个：of 是下一层的各项，rules 是直接计分的规则")
                if "of" in data
                else msgid("这一项没有内容：请写 rules（怎样计分），或写 of（下一层的各项）")
            )
            self.tell(path, message)
            return None
        if "else" in data and "for" not in data:
            self.tell((*path, "else"), msgid("else 说的是不考核的单位怎样算，只和 for 一起写"))
        inner = (*meant, terms.meant) if terms and terms.meant else meant
        self.offices.append((terms and terms.scored_by) or self.offices[-1])
        item = (
            self._branch(data, terms, path, inner) if "of" in data else self._leaf(data, terms, path, inner)
        )
        self.offices.pop()
        if terms is None or item is None:
            return None
        dress(item, terms)
        return item

    def _branch(self, data: Any, terms: NodeTerms | None, path: Path, meant: tuple[For, ...]) -> Item | None:
        before = len(self.clauses)
        parts = [
            part
            for place, each in enumerate(_list(data["of"]))
            if (part := self.node(each, (*path, "of", place), meant)) is not None
        ]
        if not isinstance(data["of"], list) or not data["of"]:
            self.tell((*path, "of"), msgid("至少要写一项"))
        if not parts or terms is None:
            return None
        self._weights(parts, terms.combine, path)
        leaf = next(part for part in parts for part in part.leaves())
        assert leaf.no is not None
        number = 1 + sum(clause.indicator == leaf.no for clause in self.clauses[before:])
        full = _amount(terms.points)
        vetoes = self._vetoes(data, path, leaf.no, number, full or full_points(parts, terms.combine), meant)
        self._sum(parts, full, (*path, "points"), terms.title, terms.combine)
        if full is None:
            full = full_points(parts, terms.combine)
        return Item(str(terms.id or ""), terms.title, full, parts=parts, combine=terms.combine, vetoes=vetoes)

    def _leaf(self, data: Any, terms: NodeTerms | None, path: Path, meant: tuple[For, ...]) -> Item | None:
        number = self._number(terms.id if terms else None)
        if "combine" in data:
            self.tell((*path, "combine"), msgid("combine 说的是下一层各项怎样合，只和 of 一起写"))
        self.item_places[str(number)] = path
        points: Amount = 0
        if terms is not None:
            stated = terms.points if terms.points is not None else terms.cap if terms.bonus else None
            if stated is None:
                self.tell(path, msgid("缺少“points”：这一项多少分"))
            elif not stated:
                self.tell((*path, "points"), msgid("这一项的分值要大于 0"))
            points = stated or 0
        rules = data["rules"]
        if not isinstance(rules, list) or not rules:
            self.tell((*path, "rules"), msgid("至少要写一项"))
        words = (
            next((word for word in (terms.text, terms.criteria, terms.title) if word), "") if terms else ""
        )
        top = points + (terms.spill.points if terms and terms.spill else 0)
        common = {"points": points, "top": terms.cap if terms and terms.cap is not None else top}
        count = 0
        for place, rule in enumerate(_list(rules)):
            count += 1
            self.rule(rule, (*path, "rules", place), f"{number}.{count}", common, words, meant, terms)
        vetoes = self._vetoes(data, path, number, count + 1, points, meant)
        if terms is None:
            return None
        title = (
            terms.title
            or words
            or next(
                (clause.text for clause in self.clauses if clause.indicator == number and clause.text), ""
            )
        )
        if not title:
            self.tell(path, msgid("这一项没有名字：请写 title（或 text）"))
        self.indicators.append(
            Indicator.model_construct(
                no=number, title=title, content=terms.content, criteria=terms.criteria or terms.text
            )
        )
        item = Item(str(terms.id or number), title, points, no=number, vetoes=vetoes)
        item.starts_full = terms.start == "full" and not terms.bonus
        return item

    def _vetoes(
        self, data: Any, path: Path, number: int, first: int, points: Amount, meant: tuple[For, ...]
    ) -> tuple[str, ...]:
        ids = []
        for place, rule in enumerate(_list(data.get("zero_if"))):
            where = (*path, "zero_if", place)
            if isinstance(rule, dict) and ("lose" in rule or "gain" in rule):
                self.tell(where, msgid("zero_if 里只写计什么，不写 lose 或 gain：有一次，本项就不得分"))
                continue
            clause_id = f"{number}.{first + place}"
            told = {**rule, "lose": {"flat": 0}} if isinstance(rule, dict) else rule
            common = {"points": points, "top": points, "vetoes": True}
            if self.rule(told, where, clause_id, common, "", meant, None):
                ids.append(self.clauses[-1].id)
        return tuple(ids)

    def _weights(self, parts: list[Item], combine: str, path: Path) -> None:
        """A weight that nothing weighs is a mistake."""
        if combine != "weighted" and any(part.weight != 1 for part in parts):
            self.tell((*path, "of"), msgid("weight 只在上一层写了 combine: weighted 时起作用"))

    def _number(self, stated: int | str | None) -> int:
        if isinstance(stated, int):
            return stated
        while self.next_number in self.taken:
            self.next_number += 1
        self.taken.add(self.next_number)
        return self.next_number

    def _sum(self, parts: list[Item], stated: Amount | None, path: Path, title: str, combine: Any) -> None:
        """The points that an item states are those that its parts come to."""
        if stated is None or not parts:
            return
        found = full_points(parts, combine)
        if any(part.bonus for part in parts) and all(part.bonus for part in parts):
            return
        if found != stated and combine in ("sum", "weighted"):
            message = msgid("“{title}”写 {points} 分，下面各项合计 {total} 分")
            self.tell(path, message, title=title, points=decimal_text(stated), total=decimal_text(found))


def _amount(points: Amount | None) -> Amount | None:
    return points


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _numbers(nodes: Any) -> set[int]:
    """Return the numbers that items of a file state."""
    found: set[int] = set()
    waiting = [*_list(nodes)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("id"), int) and "rules" in node:
                found.add(node["id"])
            waiting = [*waiting, *_list(node.get("of"))]
    return found


def _codes(names: CodeNames) -> Codes:
    def of(family: Mapping[str, Any]) -> dict[str, str]:
        return {code: name if isinstance(name, str) else name.name for code, name in family.items()}

    return Codes(**{family: of(getattr(names, family)) for family in CodeNames.model_fields})


__all__ = ["read_document"]
