"""What is laid before whoever judges a clause: records named by its `evidence`, and what the program counts (`advice`).

None of it moves a point (contract §5, *Evidence of a judged clause*). Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.intake.clock_guard import Confirmation
from ledger.json_object import JsonObject
from ledger.text import Text
from rubric.amounts import decimal_text, rounded
from rubric.clauses import Judgement
from rubric.schema import Rubric

from .delays import lag_days
from .facts import Facts
from .records import Record, place

LATE_DAYS = 30
"""An entry recorded more than so many days after it occurred is a late one."""
RECORDS_AT_MOST = 50
"""How many records one piece of advice names; `count` says how many there are."""
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing counted: so many of so many, the records it rests on, and in words.

    `months`: of a monthly spread, how many in each of the twelve.
    """

    kind: str
    count: int
    of: int
    records: tuple[str, ...]
    said: Text
    months: tuple[int, ...] = ()

    def as_json(self, translate: Translate) -> JsonObject:
        """Return it as a scorecard's clause carries it."""
        shown: JsonObject = {
            "kind": self.kind,
            "count": self.count,
            "of": self.of,
            "records": list(self.records[:RECORDS_AT_MOST]),
            "said": self.said.render(translate),
        }
        if self.months:
            shown["months"] = list(self.months)
        return shown


def evidence_of(clause: Judgement, rubric: Rubric, facts: Facts) -> list[Record]:
    """Return the records of the year that the clause's `evidence` names, by day and sequence."""
    found: dict[str, Record] = {}
    for topic in (
        *(f"activity:{code}" for code in clause.evidence.activities),
        *(f"document:{code}" for code in clause.evidence.documents),
    ):
        found |= {record.id: record for record in facts.records(topic) if record.for_year == rubric.year}
    for kind in clause.evidence.types:
        found |= {record.id: record for record in facts.of_type(kind) if record.for_year == rubric.year}
    return sorted(found.values(), key=place)


def advice_of(
    clause: Judgement, rubric: Rubric, facts: Facts, day: date, clocks: Sequence[Confirmation]
) -> list[Advice]:
    """Return what the clause's `advice` names, counted as of *day*, in the clause's order.

    *clocks*: who answered for the clock; lateness is counted from what is known since.
    """
    asked = Asked(clause, rubric, facts, day, clocks)
    return [_KINDS[kind](asked) for kind in clause.advice]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a piece of advice is counted from."""

    clause: Judgement
    rubric: Rubric
    facts: Facts
    day: date
    clocks: Sequence[Confirmation]


def _late_answers(asked: Asked) -> Advice:
    requests = [record for record in asked.facts.records("request") if record.day.year == asked.rubric.year]
    late = []
    for request in requests:
        answers = asked.facts.answers.get(("request", request.data["request"]), [])
        if answers and answers[0].day > date.fromisoformat(request.data["due_on"]):
            late.append(answers[0])
    said = Text("要求报送的材料 {of} 件，其中 {count} 件过了期限才报送", of=len(requests), count=len(late))
    return Advice("late_answers", len(late), len(requests), _ids(late), said)


def _transfers(asked: Asked) -> Advice:
    """Those whose validity ran out in the year: not completed by then, or not at all."""
    completed = asked.facts.of_type("transfer.completed")
    due = [
        (record, until)
        for record in asked.facts.of_type("transfer.started")
        if (until := date.fromisoformat(record.data["valid_until"])).year == asked.rubric.year
    ]
    late = [
        record
        for record, until in due
        if until < asked.day
        and not any(
            done.data["member"] == record.data["member"]
            and place(record) <= place(done)
            and done.day <= until
            for done in completed
        )
    ]
    said = Text(
        "到期的组织关系介绍信 {of} 份，其中 {count} 份到期时没有接转完成", of=len(due), count=len(late)
    )
    return Advice("transfers", len(late), len(due), _ids(late), said)


def _without_evidence(asked: Asked) -> Advice:
    attached = {record.data["record"] for record in asked.facts.of_type("evidence.attached")}
    records = _of_the_year(asked.rubric, asked.facts)
    bare = [record for record in records if record.id not in attached]
    said = Text(
        "活动和材料 {of} 条，其中 {count} 条没有附件（{share}%）",
        of=len(records),
        count=len(bare),
        share=_share(bare, records),
    )
    return Advice("without_evidence", len(bare), len(records), _ids(bare), said)


def _late_entries(asked: Asked) -> Advice:
    records = _of_the_year(asked.rubric, asked.facts)
    late = [record for record in records if lag_days(record, asked.clocks) > LATE_DAYS]
    said = Text(
        "活动和材料 {of} 条，其中 {count} 条在事后 {days} 天以上才录入（{share}%）",
        of=len(records),
        count=len(late),
        days=LATE_DAYS,
        share=_share(late, records),
    )
    return Advice("late_entries", len(late), len(records), _ids(late), said)


def _monthly_spread(asked: Asked) -> Advice:
    records = evidence_of(asked.clause, asked.rubric, asked.facts)
    counted = Counter(record.day.month for record in records if record.day.year == asked.rubric.year)
    months = tuple(counted[month] for month in range(1, 13))
    said = Text(
        "各月次数：{months}；有记录的月份 {count} 个",
        months=[str(number) for number in months],
        count=len(counted),
    )
    return Advice("monthly_spread", len(counted), 12, _ids(records), said, months)


_KINDS: dict[str, Callable[[Asked], Advice]] = {
    "late_answers": _late_answers,
    "transfers": _transfers,
    "without_evidence": _without_evidence,
    "late_entries": _late_entries,
    "monthly_spread": _monthly_spread,
}


def _of_the_year(rubric: Rubric, facts: Facts) -> list[Record]:
    """Return the activities and documents that occurred in the rubric year."""
    found = (*facts.of_type("activity.held"), *facts.of_type("document.filed"))
    return [record for record in found if record.day.year == rubric.year]


def _share(some: Sequence[Record], every: Sequence[Record]) -> str:
    return decimal_text(rounded(len(some) * 100, len(every)) * 100) if every else "0"


def _ids(records: Iterable[Record]) -> tuple[str, ...]:
    return tuple(record.id for record in records)
