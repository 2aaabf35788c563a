"""The indicators of a scorecard, section by section, with the records behind each clause; and where points went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ledger.json_object import JsonMapping
from projections.requirement import Status
from projections.scorecard import Scorecard
from projections.status_codes import LETTERS
from rubric.amounts import Amount, decimal_text, hundredths
from taizhang.language.event_labels import RecordWords
from taizhang.language.labels import clause_text
from taizhang.language.names import Names

RECORDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Behind:
    """A record behind a clause."""

    id: str
    day: str
    title: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause: its own words, how it stands, why, and the latest of the records behind it."""

    id: str
    text: str
    max: str
    status: str
    loss: str
    judged: str
    points: str
    claimed: str
    gain: str
    """What a clause that earns has; empty of one that loses."""
    lost: str
    """What it lost; of one that earns, what it has not earned."""
    due: str
    because: str
    records: list[Behind]
    records_total: int
    advice: list[str]
    """What the program counted for whoever judges it, in words."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator; `capped` when its clauses lost more together than it has."""

    no: int
    title: str
    content: str
    points: str
    score: str
    loss: str
    status: str
    bonus: bool
    capped: bool
    clauses: list[ClauseRow]


@dataclass(frozen=True, slots=True)
class SectionRows:
    """A block of indicators under its heading; `marks`: how many of them stand how, the worst first."""

    title: str
    points: str
    score: str
    bonus: bool
    marks: list[tuple[str, int]]
    indicators: list[IndicatorRow]


def sections_of(
    card: Scorecard, document: JsonMapping, words: RecordWords, names: Names
) -> list[SectionRows]:
    """Return the rubric's sections; *document* is the card as JSON, in the reader's language."""
    rows = {each["no"]: _indicator(each, card, words, names) for each in document["indicators"]}
    return [
        _section(section.title, score, full, [rows[number] for number in section.indicators])
        for section, (score, full) in zip(card.rubric.sections, card.evaluation.section_sums(), strict=True)
    ]


def _section(title: str, score: Amount, full: Amount, indicators: list[IndicatorRow]) -> SectionRows:
    counted = Counter(each.status for each in indicators)
    return SectionRows(
        title,
        decimal_text(full),
        decimal_text(score),
        all(each.bonus for each in indicators),
        [
            (status.value, counted[status.value])
            for status in sorted(LETTERS, key=LETTERS.__getitem__)
            if counted[status.value]
        ],
        indicators,
    )


def losses(sections: list[SectionRows]) -> list[tuple[IndicatorRow, list[ClauseRow]]]:
    """Return the indicators that lost points, each with the clauses that lost them."""
    return [
        (indicator, [clause for clause in indicator.clauses if clause.lost not in ("", "0")])
        for section in sections
        for indicator in section.indicators
        if not indicator.bonus and indicator.loss != "0"
    ]


def _indicator(document: JsonMapping, card: Scorecard, words: RecordWords, names: Names) -> IndicatorRow:
    number = document["no"]
    bonus = number in card.rubric.bonus_indicators
    clauses = [_clause(each, card, words, names) for each in document["clauses"]]
    loss = hundredths(document["points"]) - hundredths(document["score"])
    of_clauses = sum(hundredths(clause.loss or "0") for clause in clauses)
    return IndicatorRow(
        no=number,
        title=document["title"],
        content=card.rubric.words[number].content,
        points=document["points"],
        score=document["score"],
        loss="0" if bonus else decimal_text(loss),
        status=min((clause.status for clause in clauses), key=lambda said: LETTERS[Status(said)]),
        bonus=bonus,
        capped=not bonus and of_clauses > loss,
        clauses=clauses,
    )


def _status(document: JsonMapping) -> str:
    """Return how a clause stands; one that earns, has something and can have more, is not done yet."""
    status: str = document["status"]
    can_have_more = "gain" in document and hundredths(document["gain"]) < hundredths(document["ceiling_gain"])
    return Status.OPEN.value if status == Status.MET and can_have_more else status


def _lost(document: JsonMapping) -> str:
    if "gain" not in document:
        loss: str = document.get("loss", "")
        return loss
    return decimal_text(max(hundredths(document["max"]) - hundredths(document["gain"]), 0))


def _clause(document: JsonMapping, card: Scorecard, words: RecordWords, names: Names) -> ClauseRow:
    ids = document["records"]
    by_id = card.records.by_id
    return ClauseRow(
        id=document["id"],
        text=clause_text(document.get("item"), document["text"]),
        max=document["max"],
        status=_status(document),
        loss=document.get("loss", ""),
        lost=_lost(document),
        judged=document.get("judged", "0"),
        gain=document.get("gain", ""),
        points=document.get("points", ""),
        claimed=document.get("claimed", ""),
        due=document["due"] or "",
        because=names.spoken(document["because"]),
        records=[
            Behind(each, by_id[each].day.isoformat(), words.title(by_id[each].type, by_id[each].data))
            for each in ids[: -RECORDS_SHOWN - 1 : -1]
        ],
        records_total=len(ids),
        advice=[names.spoken(each["said"]) for each in document["advice"]],
    )
