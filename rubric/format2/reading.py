"""From the data of a file of format 2 to a Rubric, or to everything that is wrong with it, each at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from ..amounts import HUNDRED, Amount, decimal_text
from ..clauses import Model
from ..mistake import Mistake, RubricRefused, Value, msgid
from ..schema import Codes, Indicator, Section
from ..source import Path, Source
from .agreement import agreement
from .curves import Curve
from .document import CodeNames, Example, Head, NodeTerms, ResultTerms, RuleTerms, TestTerms
from .flow import flow
from .measures import Measure, Measured, measures
from .rubric2 import HeldDown, Rubric2
from .terms import For
from .tree import Item
from .wording import OTHER_WORDS, shape_mistakes, unknown_key

_Part = TypeVar("_Part", bound=Model)
HEAD_KEYS = frozenset(field.alias or name for name, field in Head.model_fields.items())
NODE_KEYS = frozenset(field.alias or name for name, field in NodeTerms.model_fields.items())
RULE_KEYS = frozenset(RuleTerms.model_fields)
NUMBERS_MAX = 999
_UNBOUNDED = 10**12


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


class _Reader:
    """Reads one file; goes on after a mistake, so that all are told at once."""

    def __init__(self, source: Source, drafts: bool) -> None:
        self.source = source
        self.drafts = drafts
        self.mistakes: list[Mistake] = []
        self.data: dict[str, Any] = source.data
        self.clauses: list[Measured] = []
        self.places: dict[str, Path] = {}
        """Where in the file each clause stands, by id."""
        self.held_down: list[HeldDown] = []
        self.item_places: dict[str, Path] = {}
        self.indicators: list[Indicator] = []
        self.taken = _numbers(self.data.get("of"))
        self.next_number = 1
        self.known = measures()
        self.offices: list[str] = [""]
        """Who scores the item that is read, and those around it."""

    # -- telling --------------------------------------------------------------------------------------------------

    def tell(self, path: Path, message: str, /, **values: Value) -> None:
        """Note that *path* is wrong as *message* says."""
        self.mistakes.append(Mistake(self.source.line(path), self.source.key(path), message, **values))

    def take(self, model: type[_Part], data: Any, path: Path) -> _Part | None:
        """Return *data* as *model*, or None with its mistakes told."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.mistakes += shape_mistakes(error.errors(include_url=False), model, data, path, self.source)
            return None

    def decide(self, part: Any, path: Path) -> None:
        """Tell of what still waits for a person."""
        if part is not None and part.decide is not None and not self.drafts:
            message = msgid("还有待人决定的事：{decide}；决定并改好以后，删去 decide")
            self.tell((*path, "decide"), message, decide=part.decide)

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
        self._held_down(result, head)
        if head is None or result is None or None in examples:
            agreement(None, self.clauses, self.places, self.tell, self.known)
            return None
        agreement(head, self.clauses, self.places, self.tell, self.known)
        self._sum(parts, _amount(head.points), ("points",), head.title, "sum")
        root = Item("", head.title, _full(parts, "sum"), parts=parts)
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
            tree=None if head.decimals is None and self._flat(root) else root,
            result=result,
            held_down=tuple(self.held_down),
            examples=tuple(examples),
            places={**self.item_places, **self.places},
        )

    def _flat(self, root: Item) -> bool:
        """Whether the indicators add up as those of format 1 do."""
        gains = {clause.indicator for clause in self.clauses if clause.gains}
        for section in root.parts:
            leaves = list(section.leaves())
            if section.no is None and any(part.no is None for part in section.parts):
                return False
            if (
                section.combine != "sum"
                or section.meant
                or section.cap is not None
                or section.floor
                or section.vetoes
            ):
                return False
            if section.no is None and section.weight != 1:
                return False
            if section.bonus:
                if any(leaf.vetoes or leaf.floor or leaf.meant or leaf.spill_points for leaf in leaves):
                    return False
                if any(
                    clause.indicator == leaf.no and not clause.gains
                    for leaf in leaves
                    for clause in self.clauses
                ):
                    return False
            elif any(not leaf.plain or leaf.no in gains for leaf in leaves):
                return False
        return True

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
        _dress(item, terms)
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
        vetoes = self._vetoes(data, path, leaf.no, number, full or _full(parts, terms.combine), meant)
        self._sum(parts, full, (*path, "points"), terms.title, terms.combine)
        if full is None:
            full = _full(parts, terms.combine)
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

    def _held_down(self, result: ResultTerms | None, head: Head | None) -> None:
        """Read what holds a grade down: a measure, a side, a grade that there is."""
        self._shared_out(result)
        sides = set(TestTerms.model_fields)
        for place, test in enumerate(result.at_most if result else ()):
            path: Path = ("result", "at_most", place)
            terms = self.take(TestTerms, {key: test[key] for key in test if key in sides}, path)
            if "peers" in test:
                message = msgid("名次要等全部单位的数，压低等次的条件里不能写 peers；限制名额请写 quotas")
                self.tell((*path, "peers"), message)
                continue
            rest = {key: value for key, value in test.items() if key not in sides} | {"gain": {"each": 1}}
            common = {"points": _UNBOUNDED, "top": _UNBOUNDED}
            if not self.rule(rest, path, f"{NUMBERS_MAX}.{place + 1}", common, "", (), None):
                continue
            clause = self.clauses.pop()
            agreement(head, [clause], {clause.id: path}, self.tell, self.known)
            if terms is not None and result is not None:
                if terms.grade not in [name for name, _ in result.grades]:
                    self.tell((*path, "grade"), msgid("grades 里没有“{grade}”这个等次"), grade=terms.grade)
                words = _counted(clause, head) or flow({clause.rule_key: rest[clause.rule_key]}).strip("{}")
                self.held_down.append(HeldDown(clause, words, terms.below, terms.above, terms.grade))

    def _shared_out(self, result: ResultTerms | None) -> None:
        """Tell what of quotas, prizes and groups cannot work."""
        if result is None:
            return
        names = [name for name, _ in result.grades]
        for place, name in enumerate(names):
            if names.index(name) != place:
                self.tell(("result", "grades", place), msgid("等次“{grade}”写了两次"), grade=name)
        self._quotas(result, names)
        if result.group and not (result.quotas or result.prizes):
            self.tell(("result", "group"), msgid("group 只和 quotas（名额）、prizes（名次奖分）一起写"))

    def _quotas(self, result: ResultTerms, names: list[str]) -> None:
        quotas = [name for name, _ in result.quotas]
        for place, (name, share) in enumerate(result.quotas):
            path: Path = ("result", "quotas", place)
            if name not in names:
                self.tell(path, msgid("grades 里没有“{grade}”这个等次"), grade=name)
            elif name == names[-1]:
                self.tell(
                    path, msgid("“{grade}”已是最低的等次，名额以外的没有更低的可列；请去掉"), grade=name
                )
            elif quotas.index(name) != place:
                self.tell(path, msgid("“{grade}”的名额写了两次"), grade=name)
            if not 0 < share < 100:
                self.tell(path, msgid("名额是百分数，要在 0 和 100 之间：30% 写成 30"))
            elif share < 1:
                self.tell(path, msgid("名额是百分数：30% 写成 30，不写 0.3"))

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
        found = _full(parts, combine)
        if any(part.bonus for part in parts) and all(part.bonus for part in parts):
            return
        if found != stated and combine in ("sum", "weighted"):
            message = msgid("“{title}”写 {points} 分，下面各项合计 {total} 分")
            self.tell(path, message, title=title, points=decimal_text(stated), total=decimal_text(found))

    # -- rules ----------------------------------------------------------------------------------------------------

    def rule(
        self,
        data: Any,
        path: Path,
        number: str,
        common: dict[str, Any],
        words: str,
        meant: tuple[For, ...],
        item: NodeTerms | None,
    ) -> bool:
        """Read one rule; return whether it is a clause now."""
        if not isinstance(data, dict):
            self.tell(path, msgid("这里要写一组“键: 值”"))
            return False
        measure = self.measure(data, path)
        if measure is None:
            return False
        curve, gains = self._curve(data, path, measure)
        fields = {field.alias or name for name, field in measure.terms.model_fields.items()}
        own = {key: value for key, value in data.items() if key in fields}
        terms = self.take(measure.terms, own, path)
        base = self.take(
            RuleTerms, {key: value for key, value in data.items() if key in RULE_KEYS - fields}, path
        )
        for key in data:
            if key not in fields | RULE_KEYS | {"lose", "gain"}:
                known = sorted(fields | RULE_KEYS | {"lose", "gain"})
                self.mistakes.append(unknown_key((*path, key), known, self.source, measure.key))
        self.decide(base, path)
        if curve is None or terms is None or base is None:
            return False
        points, top = common["points"], common["top"]
        most = curve.most
        said = base.text or words
        clause = measure.clause(
            terms,
            {
                "id": base.id or number,
                "points": points,
                "max": points if common.get("vetoes") else top if most is None else most,
                "text": said,
                "item": base.item,
                "reading": base.reading or (item.reading if item else None),
                "tied_to_year": base.tied_to_year or (item.tied_to_year if item else None),
                "decide": None,
                "suggested": getattr(terms, "suggested", None),
                "lead_days": base.lead_days
                if base.lead_days is not None
                else item.lead_days
                if item
                else None,
                "same_as": base.same_as,
                "rule": measure.key,
                "rule_key": measure.key,
                "curve": Curve.model_construct(flat=points) if common.get("vetoes") else curve,
                "gains": gains,
                "meant": meant,
                "vetoes": common.get("vetoes", False),
                "scored_by": self.offices[-1],
                "terms": terms,
                "said": flow({key: value for key, value in data.items() if key not in RULE_KEYS - fields}),
                **({"calendar": not self.data.get("period")} if measure.key == "periods" else {}),
            },
        )
        self.clauses.append(clause)
        self.places[clause.id] = path
        return True

    def measure(self, data: dict[str, Any], path: Path) -> Measure | None:
        """Return the measure that a rule names; exactly one of its keys is a measure."""
        named = [key for key in data if key in self.known]
        if len(named) == 1:
            return self.known[named[0]]
        if named:
            message = msgid("一条规则只写一个计量；这里写了 {named}")
            self.tell(path, message, named=tuple(named))
            return None
        self.mistakes.append(unknown_key(path, sorted(self.known), self.source, given=tuple(data)))
        return None

    def _curve(self, data: dict[str, Any], path: Path, measure: Measure) -> tuple[Curve | None, bool]:
        named = [key for key in ("lose", "gain") if key in data]
        if not named and any(OTHER_WORDS.get(key) in ("lose", "gain") for key in data):
            return None, False  # that is told of the word itself
        if len(named) != 1:
            message = (
                msgid("lose（扣分）和 gain（得分）只写一个")
                if named
                else msgid("没有写怎样计分：请写 lose（扣分）或 gain（得分），例如 lose: {{each: 1}}")
            )
            self.tell(path, message)
            return None, False
        where = (*path, named[0])
        given = data[named[0]]
        if not isinstance(given, dict):
            self.tell(
                where, msgid("这里要写一组“键: 值”，例如 {{flat: 3}}（有就扣3分）或 {{each: 1}}（每次1分）")
            )
            return None, False
        curve = self.take(Curve, given, where)
        if curve is not None and curve.shape not in measure.shapes:
            message = msgid("“{measure}”不能配 {shape}；可以配 {known}")
            self.tell(where, message, measure=measure.key, shape=curve.shape, known=measure.shapes)
        return curve, named[0] == "gain"


def _counted(clause: Measured, head: Head | None) -> str:
    """Return the name of what a clause counts, where it is a figure, a case or a rating."""
    families: dict[str, Mapping[str, Any]] = (
        {} if head is None else {"figure": head.figures, "cases": head.cases}
    )
    code = getattr(clause.terms, clause.rule_key, None)
    named = families.get(clause.rule_key, {}).get(code) if isinstance(code, str) else None
    return f"“{named.name}”" if named is not None else ""


def _dress(item: Item, terms: NodeTerms) -> None:
    item.weight = terms.weight
    item.bonus = terms.bonus
    item.cap = terms.cap
    item.floor = terms.floor
    item.meant = terms.meant
    item.otherwise = terms.otherwise
    if terms.spill is not None:
        item.spill_after, item.spill_points = terms.spill.after, terms.spill.points


def _full(parts: list[Item], combine: str) -> Amount:
    """Return the full points of what is made of *parts*; bonus comes on top and is not counted."""
    base = [part for part in parts if not part.bonus] or parts
    if combine == "weighted":
        return _plain(sum((Fraction(part.full) * part.weight for part in base), Fraction(0)))
    if combine == "mean":
        return _plain(sum((Fraction(part.full) for part in base), Fraction(0)) / len(base)) if base else 0
    if combine == "max":
        return max((part.full for part in base), default=0)
    return sum(part.full for part in base)


def _plain(number: Fraction) -> Amount:
    return number.numerator if number.denominator == 1 else number


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


def walk(item: Item) -> Iterator[Item]:
    """Yield *item* and all within it."""
    yield item
    for part in item.parts:
        yield from walk(part)


__all__ = ["HUNDRED", "read_document", "walk"]
