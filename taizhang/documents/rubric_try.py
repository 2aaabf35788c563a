"""A draft held against the ledger: what the units would have had last year under it. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from ledger.json_object import JsonObject
from ledger.store.protocol import Store
from projections.draft_look import Idle, idle
from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.peers import compare
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.amounts import decimal_text
from rubric.derive import derive
from rubric.load import parse
from rubric.schema import Rubric


@dataclass(frozen=True, slots=True)
class Tried:
    """What a draft gives. `scores`: of every unit, by unit, in hundredths; `never_lost`: clauses nobody loses."""

    rubric: Rubric
    year: int
    """The year of the ledger that was scored: the draft's own, or an earlier one with the draft's days moved to it."""
    scores: dict[str, int]
    awaiting: int
    """The most points that wait for people in a unit, in hundredths."""
    never_lost: list[str]
    idle: Idle
    left_out: int = 0
    """How many units were not looked at, the time being over."""

    @property
    def spread(self) -> tuple[int, int, int] | None:
        """The least, the middle and the most; None where there is no unit."""
        ordered = sorted(self.scores.values())
        return (ordered[0], ordered[len(ordered) // 2], ordered[-1]) if ordered else None

    def as_json(self) -> JsonObject:
        """Return it as the document of `rubric try --json`."""
        return {
            "rubric": self.rubric.id,
            "year": self.year,
            "units": [{"unit": unit, "score": decimal_text(score)} for unit, score in self.scores.items()],
            "awaiting": decimal_text(self.awaiting),
            "never_lost": self.never_lost,
            "idle": decimal_text(self.idle.score),
        }


def tried(
    store: Store, content: bytes, name: str, year: int | None = None, *, until: float | None = None
) -> Tried:
    """Score the ledger with the draft *content*, as of the end of its year, or with its days moved to *year*.

    *until* (of `monotonic`): no unit is taken in after it, and those that are left are counted; one always is.
    Raises RubricRefused where the file does not load.
    """
    rubric = parse(content, name, drafts=True)
    draft = rubric
    if year is not None and year != rubric.year:
        draft = parse(derive(content.decode("utf-8"), year), name, drafts=True)
    rule_set = RuleSet(draft)
    day = draft.closes_on + timedelta(days=1)
    facts: dict[str, Facts] = {}
    units = store.units()
    left_out = len(units)
    for unit, found in _facts(store, units, draft):
        left_out -= 1
        if _was_there(found, draft):
            facts[unit] = found
        if until is not None and monotonic() > until:
            break
    compare(rule_set, facts, day)
    evaluations = {unit: Evaluation(rule_set, each, day) for unit, each in facts.items()}
    totals = {unit: evaluation.totals() for unit, evaluation in evaluations.items()}
    lost = {
        result.rule.clause.id
        for evaluation in evaluations.values()
        for result in evaluation.results
        if result.loss.score or result.judgements
    }
    losing = [clause.id for clause in draft.clauses if not getattr(clause, "gains", False)]
    base = [each for each in losing if int(each.partition(".")[0]) not in draft.bonus_indicators]
    return Tried(
        rubric,
        draft.year,
        {unit: each.score for unit, each in totals.items()},
        max((each.awaiting for each in totals.values()), default=0),
        [each for each in base if each not in lost] if evaluations else [],
        idle(draft),
        left_out,
    )


def _facts(store: Store, units: Iterable[str], rubric: Rubric) -> Iterator[tuple[str, Facts]]:
    with store.read() as work:
        for unit in units:
            records = Records(unit, work.stream(unit))
            yield unit, Facts(unit, records.counting(rubric.closes_on, rubric.closes_on))


def _was_there(facts: Facts, rubric: Rubric) -> bool:
    organization = facts.organization(facts.unit)
    return organization.exists(rubric.ends_on) and not organization.closed_by(rubric.opens_on)
