"""Reading the rules of a rubric file: what each counts, and what that costs or earns."""

from __future__ import annotations

from typing import Any

from ..mistake import msgid
from ..source import Path, Source
from .curves import Curve
from .document import NodeTerms, RuleTerms
from .flow import flow
from .measures import Measure, Measured, measures
from .telling import Telling
from .terms import For
from .wording import OTHER_WORDS, unknown_key

RULE_KEYS = frozenset(RuleTerms.model_fields)


class RuleReader(Telling):
    """Reads rules one by one; `clauses` is what they came to."""

    def __init__(self, source: Source, drafts: bool) -> None:
        super().__init__(source, drafts)
        self.data: dict[str, Any] = source.data
        self.clauses: list[Measured] = []
        self.places: dict[str, Path] = {}
        """Where in the file each clause stands, by id."""
        self.known = measures()
        self.offices: list[str] = [""]
        """Who scores the item that is read, and those around it."""

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
