"""One record whole: its words, both days, who; what changed it since; its files; which clauses it counts for."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ledger.events.event import StoredEvent, day_of, unit_of
from ledger.events.types import type_of
from ledger.history import History, history_of
from ledger.json_object import JsonObject
from ledger.store.protocol import Transaction
from projections.delays import first_day, is_first_entry, known_day
from projections.facts import Facts
from projections.not_scored import NotScored
from projections.scorecard import records_behind
from taizhang.app.ledger import OpenLedger
from taizhang.evidence.files import absent_files
from taizhang.language.event_labels import RecordWords, asked_in, field_word, type_word
from taizhang.language.i18n import _
from taizhang.language.labels import clause_text
from taizhang.language.names import names_of
from taizhang.web.http.templates import Context


@dataclass(frozen=True, slots=True)
class CountsFor:
    """A clause that a record counts for, as it stands today."""

    clause: str
    text: str
    status: str
    year: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something that came after the record: what, by whom, when, why, and what it changed."""

    id: str
    type: str
    what: str
    recorded: str
    by: str
    sequence: int
    reason: str
    changes: list[tuple[str, str, str]]
    file: JsonObject | None
    withdrawn: bool
    shown: bool = False
    """Whether the file is a picture that is here, stands, and is small enough to be shown in the page."""


def record_page(
    session: OpenLedger, work: Transaction, record: StoredEvent, today: date, evidence: Path
) -> Context:
    """Return what the template shows of *record*; *evidence* is the folder of attached files."""
    unit = unit_of(record["subject"])
    records = session.projections.records(session.store, unit)
    names = names_of(work, Facts(unit, records.counting(today, date.max)), today)
    words = RecordWords(session.shelf, names.of, asked_in(records.by_id.values()))
    later = list(work.stream(unit, int(record["sequence"])))
    history = history_of(record, later)
    day = day_of(history.time)
    clocks = session.projections.clocks(work)
    absent = absent_files(evidence, {each["data"]["sha256"] for each in history.evidence})
    known = known_day(record["sequence"], record["recordedtime"], clocks)
    lag = (known - day).days
    return {
        "record": record,
        "unit": unit,
        "whose": names.of(record["subject"]),
        "type": type_word(record["type"]),
        "title": words.title(record["type"], history.data),
        "day": day,
        "lag": lag,
        "known": known if known != known_day(record["sequence"], record["recordedtime"], ()) else None,
        "late": lag > session.settings.late_days,
        "is_first": record["id"] in records.by_id
        and is_first_entry(
            records.by_id[record["id"]], first_day(records, clocks), session.settings.late_days, clocks
        ),
        "sequence": int(record["sequence"]),
        "details": words.details(history.data),
        "standing": _standing(history),
        "counts_for": _counts_for(session, work, unit, record["id"], history, today),
        "looks_back": type_of(record["type"]).looks_back,
        "about": record["data"].get("record"),
        "steps": [_with_picture(step, absent) for step in _steps(history, words)],
        "absent": absent,
    }


_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What every browser shows."""
_PICTURE_BYTES_MAX = 6_000_000
"""A photo of a telephone; what is larger is not fetched to be shown small."""


def _with_picture(step: Step, absent: Container[str]) -> Step:
    file = step.file
    shown = (
        file is not None
        and not step.withdrawn
        and file["sha256"] not in absent
        and file["media_type"] in _PICTURES
        and file["bytes"] <= _PICTURE_BYTES_MAX
    )
    return replace(step, shown=shown)


def _standing(history: History) -> str:
    """How the record stands: retracted, returned, corrected, or whole ("")."""
    if history.retraction is not None:
        return "retracted"
    reviews = sorted(history.reviews, key=lambda event: (day_of(event["time"]), event["sequence"]))
    if reviews and reviews[-1]["data"]["verdict"] == "returned":
        return "returned"
    return "corrected" if history.corrections else ""


def _counts_for(
    session: OpenLedger, work: Transaction, unit: str, record_id: str, history: History, today: date
) -> list[CountsFor]:
    """Which clauses the record stands behind, in the years it may be for."""
    years = {day_of(history.time).year, int(history.data.get("for_year", day_of(history.time).year))}
    rubrics = [rubric for rubric in session.shelf.all if rubric.year in years]
    found = []
    for rubric in {rubric.id: rubric for rubric in rubrics}.values():
        try:
            card = session.projections.score(session.store, unit, today, None, rubric.id)
        except NotScored:
            continue
        for result in card.evaluation.results:
            if any(each.id == record_id for each in records_behind(result)):
                clause = result.rule.clause
                text = clause_text(clause.item, card.rubric.texts[clause.id])
                found.append(CountsFor(clause.id, text, result.status.value, rubric.year))
    return found


def _steps(history: History, words: RecordWords) -> list[Step]:
    steps = []
    time, data = history.record["time"], history.record["data"]
    for event in history.later():
        said = event["data"]
        changes: list[tuple[str, str, str]] = []
        if event["type"] == "record.corrected":
            if "time" in said and said["time"] != time:
                changes.append((_("发生"), day_of(time).isoformat(), day_of(said["time"]).isoformat()))
                time = said["time"]
            if "data" in said:
                changes += _changes(data, said["data"], words)
                data = said["data"]
        what = type_word(event["type"])
        if event["type"] == "claim.reviewed":
            what = _("审核{verdict}", verdict=words.value("verdict", said["verdict"]))
        steps.append(
            Step(
                event["id"],
                event["type"],
                what,
                event["recordedtime"],
                event["authid"],
                int(event["sequence"]),
                said.get("reason", ""),
                changes,
                said if event["type"] == "evidence.attached" else None,
                event["id"] in history.withdrawn,
            )
        )
    return steps


def _changes(
    before: dict[str, object], after: dict[str, object], words: RecordWords
) -> list[tuple[str, str, str]]:
    nothing = _("（无）")
    return [
        (
            field_word(field),
            words.value(field, before[field]) if field in before else nothing,
            words.value(field, after[field]) if field in after else nothing,
        )
        for field in dict.fromkeys([*before, *after])
        if before.get(field) != after.get(field)
    ]
