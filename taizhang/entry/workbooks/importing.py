"""A workbook into a unit's ledger and directory: prepared, looked at, then recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import PurePath

import orjson

from ledger.events.event import ClientEvent, StoredEvent
from ledger.intake.dry_run import drafts_of, dry_run
from ledger.store.protocol import Appended, Line, Recorder
from ledger.text import Text
from projections.preview import Preview
from taizhang.app.ledger import OpenLedger, vocabulary_of
from taizhang.entry.sheets import (
    Context,
    Grid,
    Known,
    Plan,
    RowProblem,
    SheetReading,
    State,
    Step,
    corrections_of,
    plan,
    read_grids,
)
from taizhang.entry.workbooks import store as remembered
from taizhang.entry.workbooks.context import context_of
from taizhang.entry.workbooks.duplicates import double_of
from taizhang.language.i18n import N_
from taizhang.people import store as people_store
from taizhang.people.person import Directory, Person

REASON = N_("工作簿里改过")


@dataclass
class Prepared:
    """What an import would do. With `problems` it does nothing; with `undecided` somebody has to decide first."""

    unit: str
    workbook: str
    plan: Plan
    events: list[ClientEvent]
    """What would be appended, new events and corrections, in the order of rows."""
    steps: list[Step]
    """The step behind each of `events`."""
    problems: list[RowProblem]
    warnings: list[RowProblem]
    people: list[Person]
    """What the directory would take in."""
    directory: Directory
    """Everybody, those included."""
    new_people: int
    undecided: list[Step] = field(default_factory=list)
    """Rows that look like corrections, where nobody has said whether they are."""
    previews: list[Preview] = field(default_factory=list)
    """What `events` would count for, in each open rubric year; nothing for a unit that is not registered yet."""
    unread_sheets: list[str] = field(default_factory=list)
    """Sheets with something in them that were not recognised."""
    notes: list[Text] = field(default_factory=list)
    """What was supplied that nobody wrote."""
    nobodys: list[Step] = field(default_factory=list)
    """New activities with study hours that name nobody: the hours are credited to no one."""


def prepare(
    session: OpenLedger,
    unit: str,
    grids: Iterable[Grid],
    *,
    workbook: str,
    by: Recorder,
    now: datetime,
    today: date,
    year: int | None = None,
    kinds: Mapping[str, str] | None = None,
    headers: Mapping[tuple[str, str], str] | None = None,
    changed: State | None = None,
    reason: str = REASON,
    everybody: bool = False,
    branches: frozenset[str] = frozenset(),
) -> Prepared:
    """Read *grids* against the ledger and say what an import would do; nothing is written.

    *kinds*: sheet name -> key of its kind, "" to leave it out. *headers*: what headers mean, besides what is
    remembered of the unit. *changed*: what a row is that looks like a correction: CHANGED (one), NEW (another thing),
    THERE (leave it out), None (not decided). *everybody*: where hours are written and nobody is named, all were there.
    *branches*: those that *by* acts for, where the unit as a whole is not his.
    """
    with session.store.read() as work:
        stored: list[StoredEvent] = list(work.stream(unit))
        origins = remembered.rows_of(work.connection, unit, workbook) if workbook else {}
        known = Known.of(stored, origins)
        context = context_of(work, unit, known, session.shelf, today, year, headers, PurePath(workbook).stem)
    context = replace(context, everybody=everybody, own=branches)
    sheets, people = read_grids(grids, context, dict(kinds or {}))
    made = plan(sheets, known, unit, today)
    if changed is State.NEW:
        made = made.as_new()
    steps = [step for step in made.steps if step.state is State.NEW or _corrects(step, changed)]
    events = [
        corrections_of([step], reason=reason, now=now)[0] if step.state is State.CHANGED else step.event
        for step in steps
    ]
    # Where a branch or a person could not be read, the ledger would only complain that they are missing.
    rehearsed = [] if _misses_names(made) else events
    found = dry_run(
        drafts_of(rehearsed)[0],
        stored,
        find=session.store.find,
        is_unit=session.is_unit,
        vocabulary=vocabulary_of(session.shelf),
        by=by,
        now=now,
    )
    prepared = Prepared(
        unit=unit,
        workbook=workbook,
        plan=made,
        events=events,
        steps=steps,
        problems=[
            *made.problems,
            *(made.corrected_twice() if changed is State.CHANGED else ()),
            *_nothing(made, people, context.people),
            *_of_others(sheets, _changed_people(context.people, people), context),
            *(
                _of_row(steps, problem.line, _NOT_OF_BRANCH if branches else _NOT_YOURS)
                for problem in found.forbidden
            ),
            *(_of_row(steps, problem.line, problem.text) for problem in found.problems),
        ],
        warnings=[double_of(problem, steps, context.subjects, session.shelf) for problem in found.warnings],
        people=_changed_people(context.people, people),
        directory=people,
        new_people=sum(row.is_new_person for sheet in sheets for row in sheet.rows),
        undecided=made.of(State.CHANGED) if changed is None else [],
        unread_sheets=[sheet.name for sheet in _unread(made) if sheet.name not in _EXPLANATIONS],
        notes=list(_supplied(steps)),
        nobodys=[step for step in steps if step.state is State.NEW and _is_nobodys(step)],
    )
    if stored and not prepared.problems:
        prepared.previews = session.projections.preview(session.store, unit, events, today)
    return prepared


def prepare_without_faults(
    prepare_of: Callable[[Sequence[Grid]], Prepared], grids: Sequence[Grid]
) -> tuple[Prepared, list[RowProblem]]:
    """Return what an import of the rows without faults would do, and what was wrong with those left out.

    Whoever wants this has said so: a row that is wrong stops only itself, and what rests on it. What is wrong with a
    whole sheet still stops everything. *prepare_of* prepares what is left of the grids.
    """
    left: list[RowProblem] = []
    prepared = prepare_of(grids)
    while prepared.problems:
        headers = {(sheet.name, sheet.header_row) for sheet in prepared.plan.sheets}
        rows = {(problem.sheet, problem.row) for problem in prepared.problems} - headers
        if not rows:
            break
        left += [problem for problem in prepared.problems if (problem.sheet, problem.row) in rows]
        grids = [grid.without({row for sheet, row in rows if sheet == grid.name}) for grid in grids]
        prepared = prepare_of(grids)
        if any((problem.sheet, problem.row) in rows for problem in prepared.problems):
            break
    return prepared, left


def record(
    session: OpenLedger,
    prepared: Prepared,
    append: Callable[[Iterable[Line]], Appended],
    headers: Mapping[tuple[str, str], str] | None = None,
) -> Appended:
    """Record what was *prepared*, the events by *append*; when that raises, the directory is as it was.

    What *headers* mean is remembered of the unit. Raises what *append* raises: StoreError, and Refused when somebody
    came in between.
    """
    assert not prepared.problems, "what has problems is not recorded"
    assert not prepared.undecided, "somebody has to decide first"
    # The directory first: should the program be killed between the two, the next import finds its people by name,
    # and nobody joins twice.
    former = _put_people(session, prepared)
    try:
        lines = ((place, orjson.dumps(event)) for place, event in enumerate(prepared.events, 1))
        done = append(lines)
    except BaseException:
        _put_back(session, prepared, former)
        raise
    with session.store.write() as work:
        remembered.remember_headers(work.connection, prepared.unit, headers or {})
        remembered.remember_rows(work.connection, prepared.unit, prepared.workbook, _origins(prepared))
    return done


_EXPLANATIONS = ("说明", "填写说明", "填表说明", "使用说明")
"""What sheets are called in which nothing is to be recorded; the template has one."""
_UNKNOWN = Text("认不出这是哪一种表；要有一行列名，如“日期、类型、主题”或“姓名、支部”，也可以指明是哪一种表")


def _unread(made: Plan) -> list[SheetReading]:
    return [sheet for sheet in made.sheets if sheet.kind is None and not sheet.leave and not sheet.is_empty]


def _nothing(made: Plan, people: Directory, before: Directory) -> Iterator[RowProblem]:
    """Yield why nothing at all would be recorded, where not even something that is there already was read."""
    read = [sheet for sheet in made.sheets if sheet.kind is not None]
    if made.problems or made.steps or _changed_people(before, people):
        return
    if read:
        names = [sheet.name for sheet in read]
        yield RowProblem(
            read[0].name, read[0].header_row, "", Text("列名下面没有可以记的行：{sheets}", sheets=names)
        )
    for sheet in _unread(made) if not read else ():
        yield RowProblem(sheet.name, 1, "", _UNKNOWN)
    if not read and not _unread(made):
        yield RowProblem(
            made.sheets[0].name if made.sheets else "", 1, "", Text("没有要读的表，什么也没有记")
        )


def _of_others(
    sheets: Iterable[SheetReading], changed: Iterable[Person], context: Context
) -> Iterator[RowProblem]:
    """Yield the rows that would change what is known of a member of a branch that is not his who brings them."""
    strangers = {
        each.member
        for each in changed
        if context.own and context.homes.get(each.member, "") not in {"", *context.own}
    }
    for sheet in sheets:
        for row in sheet.rows:
            if any(draft.data.get("member") in strangers for draft in row.drafts):
                yield RowProblem(row.sheet, row.row, "", _NOT_HIS_MEMBER)


def _supplied(steps: Iterable[Step]) -> Iterator[Text]:
    """Yield what is told of days that nobody wrote."""
    for kind, text in _UNDATED.items():
        days = [step.draft.moment.day for step in steps if step.draft.type == kind and not step.draft.dated]
        for day in sorted(set(days)):
            yield Text(text, count=days.count(day), day=day)


def _is_nobodys(step: Step) -> bool:
    data = step.draft.data
    return (
        step.draft.type == "activity.held"
        and data.get("study_hours", "0") != "0"
        and not data.get("attendees")
    )


_UNDATED = {
    "member.joined": N_("有 {count} 名党员没有写加入日期，按 {day} 加入"),
    "organization.registered": N_("有 {count} 个组织没有写成立日期，按 {day} 成立"),
}
_NOT_OF_BRANCH = Text("这一行不在您负责的支部；请从工作簿里去掉，或请本单位的书记来记")
_NOT_HIS_MEMBER = Text("这是别的支部的党员；您只能改本支部的")
_NOT_YOURS = Text("这一行要由考核人员记入；请从工作簿里去掉，或联系区里")


def _misses_names(made: Plan) -> bool:
    naming = {
        sheet.name for sheet in made.sheets if sheet.kind and sheet.kind.key in ("organizations", "roster")
    }
    return any(problem.sheet in naming for problem in made.problems)


def _corrects(step: Step, changed: State | None) -> bool:
    return step.state is State.CHANGED and changed is State.CHANGED


def _of_row(steps: list[Step], place: int | None, text: Text) -> RowProblem:
    row = steps[place or 0].row
    return RowProblem(row.sheet, row.row, "", text)


def _changed_people(before: Directory, after: Directory) -> list[Person]:
    return [person for person in after if before.get(person.member) != person]


def _put_people(session: OpenLedger, prepared: Prepared) -> Directory:
    with session.store.write() as work:
        former = people_store.directory_of(work.connection, prepared.unit)
        people_store.put(work.connection, prepared.unit, prepared.people)
    return former


def _put_back(session: OpenLedger, prepared: Prepared, former: Directory) -> None:
    with session.store.write() as work:
        for person in prepared.people:
            before = former.get(person.member)
            if before is None:
                people_store.erase(work.connection, prepared.unit, person.member)
            else:
                people_store.put(work.connection, prepared.unit, [before])


def _origins(prepared: Prepared) -> list[tuple[str, str, int]]:
    return [
        (step.record.id if step.record is not None else step.event["id"], step.row.sheet, step.row.row)
        for step in prepared.plan.steps
        if step.state is not State.DOUBLE
    ]
