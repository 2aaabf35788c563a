"""What is laid before whoever judges a clause: its words, how it stands, the evidence, the advice with its records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.store.protocol import Transaction
from projections.clause_result import ClauseResult
from projections.consequences import points_taken
from projections.delays import lag_days
from projections.records import Record
from projections.scorecard import Scorecard
from rubric.amounts import decimal_text
from rubric.clauses import Judgement
from taizhang.app.ledger import OpenLedger
from taizhang.language.event_labels import RecordWords, asked_in
from taizhang.language.i18n import current, say
from taizhang.language.labels import clause_text
from taizhang.people.store import directory_of

SHOWN_MAX = 30
"""So many records are named; `more` says how many there are beside them."""


@dataclass(frozen=True, slots=True)
class LaidRecord:
    """One record, as a line that leads to it."""

    id: str
    title: str
    day: str
    lag_days: int
    attached: bool


@dataclass(frozen=True, slots=True)
class LaidRecords:
    """Some records, the first SHOWN_MAX by day."""

    shown: list[LaidRecord]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


@dataclass(frozen=True, slots=True)
class LaidAdvice:
    """One thing that the program counted, in words, with the records it rests on."""

    kind: str
    said: str
    count: int
    records: LaidRecords
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LaidClause:
    """A clause as its judge sees it; amounts as decimal text."""

    id: str
    indicator: str
    text: str
    status: str
    max: str
    loss: str
    judged: str
    left: str
    """How much a judgement could still take."""
    suggested: str
    because: str
    is_judged_only: bool
    evidence: LaidRecords
    advice: list[LaidAdvice]


class Laying:
    """Lays one unit's clauses before a judge; to be used inside the reading transaction of *work*."""

    def __init__(self, session: OpenLedger, work: Transaction, card: Scorecard) -> None:
        self._card = card
        names = directory_of(work.connection, card.unit)
        self._words = RecordWords(session.shelf, names.name_of, asked_in(card.records.by_id.values()))
        self._attached = {record.data["record"] for record in card.facts.of_type("evidence.attached")}

    def clauses(self) -> list[LaidClause]:
        """Return every clause that only people can decide, in the rubric's order."""
        found = self._card.evaluation.results
        return [self.clause(each) for each in found if isinstance(each.rule.clause, Judgement)]

    def clause(self, result: ClauseResult) -> LaidClause:
        """Return one clause, of whatever rule but a bonus."""
        card, clause = self._card, result.rule.clause
        words = card.rubric.words[clause.indicator]
        return LaidClause(
            clause.id,
            words.title,
            clause_text(clause.item, card.rubric.texts[clause.id]),
            result.status.value,
            decimal_text(clause.max),
            decimal_text(result.loss.score),
            decimal_text(result.judged),
            decimal_text(points_taken(card.evaluation, result, clause.max)),
            decimal_text(clause.suggested) if clause.suggested else "",
            card.said(result, current()),
            isinstance(clause, Judgement),
            self._records(card.records_behind(result)),
            [
                LaidAdvice(
                    each.kind,
                    say(each.said),
                    each.count,
                    self._records(card.records.by_id[id_] for id_ in each.records),
                    each.months,
                )
                for each in card.advice(result)
            ],
        )

    def _records(self, records: Iterable[Record]) -> LaidRecords:
        found = [each for each in records if each.type != "judgement.passed"]
        return LaidRecords([self._line(each) for each in found[:SHOWN_MAX]], len(found))

    def _line(self, record: Record) -> LaidRecord:
        return LaidRecord(
            record.id,
            self._words.title(record.type, record.data),
            record.day.isoformat(),
            lag_days(record, self._card.clocks),
            record.id in self._attached,
        )


def result_of(card: Scorecard, clause: str) -> ClauseResult | None:
    """Return how the clause stands; None for a bonus, or one that the rubric has not."""
    for each in card.evaluation.results:
        if each.rule.clause.id == clause:
            return None if each.is_bonus else each
    return None
