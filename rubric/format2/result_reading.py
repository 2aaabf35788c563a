"""Reading what the points come to: grades, what holds one down, and what is shared out among units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..mistake import msgid
from ..source import Path, Source
from .agreement import agreement
from .document import Head, ResultTerms, TestTerms
from .flow import flow
from .measures import Measured
from .rubric2 import HeldDown
from .rule_reading import RuleReader

NUMBERS_MAX = 999
_UNBOUNDED = 10**12


class ResultReader(RuleReader):
    """Reads `result:`; `held_down` is what holds a grade down."""

    def __init__(self, source: Source, drafts: bool) -> None:
        super().__init__(source, drafts)
        self.held_down: list[HeldDown] = []

    def read_held_down(self, result: ResultTerms | None, head: Head | None) -> None:
        """Read what holds a grade down: a measure, a side, a grade that there is."""
        self.read_shared_out(result)
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

    def read_shared_out(self, result: ResultTerms | None) -> None:
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


def _counted(clause: Measured, head: Head | None) -> str:
    """Return the name of what a clause counts, where it is a figure, a case or a rating."""
    families: dict[str, Mapping[str, Any]] = (
        {} if head is None else {"figure": head.figures, "cases": head.cases}
    )
    code = getattr(clause.terms, clause.rule_key, None)
    named = families.get(clause.rule_key, {}).get(code) if isinstance(code, str) else None
    return f"“{named.name}”" if named is not None else ""
