"""Commands on workbooks: the template, the import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.parameters import Unit
from taizhang.cli.program import Command, Group
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from taizhang.app.ledger import OpenLedger
    from taizhang.entry.sheets import Grid, RowProblem
    from taizhang.entry.workbooks.importing import Prepared

_UNDECIDED_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("template", cls=Command, help=TEMPLATE_HELP)(template)
    group.command("import", cls=Command, help=IMPORT_HELP)(import_)
    app.add_typer(group, name="excel")


GROUP_HELP = N_(
    "用 Excel 或 WPS 记录：取填写模板，填好后导入台账。\n\n"
    "学校自己的工作簿也可以导入。\n\n"
    "例：taizhang excel template wj-01 模板.xlsx\n例：taizhang excel import wj-01 三月.xlsx --dry-run"
)
TEMPLATE_HELP = N_(
    "写一个空白的填写模板：党员名册、活动、材料、信息、荣誉等，带下拉列表和填写说明。\n\n"
    "加 --filled 就写进台账里已有的全部记录，改了再导入就是更正。\n\n"
    "例：taizhang excel template wj-01 模板.xlsx\n例：taizhang excel template wj-01 全部.xlsx --filled"
)


def template(
    ctx: typer.Context,
    unit: Unit,
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("写到哪个 .xlsx 文件"))],
    filled: Annotated[bool, typer.Option("--filled", help=N_("写进已有的记录，而不是示例"))] = False,
) -> None:
    """Write the workbook that a unit fills in."""
    from taizhang.entry.sheets import Known
    from taizhang.entry.workbooks.context import context_of
    from taizhang.entry.workbooks.template import write_template

    call: Invocation = ctx.obj
    with call.ledger() as session:
        if filled:
            session.require_unit(unit)
        with session.store.read() as work:
            known = Known.of(work.stream(unit))
            context = context_of(work, unit, known, session.shelf, session.clock.today())
    content = BytesIO()
    write_template(content, context, known if filled else None)
    Path(file).write_bytes(content.getvalue())
    records = sum(not record.retracted for record in known.records.values()) if filled else 0
    if call.json:
        print_json({"file": file, "unit": unit, "records": records})
    elif filled:
        print(_("已把 {unit} 的 {records} 条记录写入 {file}", unit=unit, records=records, file=file))
    else:
        print(_("已写好填写模板 {file}", file=file))


IMPORT_HELP = N_(
    "导入一个工作簿（.xlsx、.xls、.et 等）：先逐行看清记什么、算什么分、哪里不对，再要么全部入账，要么一条也不入。\n\n"
    "同一个工作簿再导入不会重复记。与已有记录只差几处的行，加 --correct 作为更正，加 --as-new 作为另一件事。\n\n"
    "姓名、电话、住址进通讯录，不进台账。认不出的列用 --column 指明一次，以后都记得。\n\n"
    "例：taizhang excel import wj-01 三月.xlsx --dry-run\n例：taizhang excel import wj-01 三月.xlsx --correct\n"
    "例：taizhang excel import wj-01 本校.xls --sheet 三月=activities --column 何时=日期"
)


def import_(
    ctx: typer.Context,
    unit: Unit,
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("工作簿文件"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只看会怎样，什么也不记"))] = False,
    correct: Annotated[bool, typer.Option("--correct", help=N_("改过的行作为更正记下"))] = False,
    as_new: Annotated[bool, typer.Option("--as-new", help=N_("改过的行是另外的事，各记一条"))] = False,
    skip_wrong: Annotated[bool, typer.Option("--skip-wrong", help=N_("有错的行不记，只记其余的"))] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help=N_("写了学时、没有写参加人员的，按全体参加记"))
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=N_("更正的理由，会永久留在台账里"))
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="Y",
            min=1950,
            max=2999,
            help=N_("没写年份的日期算哪一年，默认看标题、表名和文件名"),
        ),
    ] = None,
    sheets: Annotated[
        list[str] | None,
        typer.Option("--sheet", metavar="NAME=KIND", help=N_("某张工作表是哪一种表，- 表示不读；可以写多次")),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="HEADER=COLUMN", help=N_("某个列名是哪一列，- 表示不读；可以写多次")
        ),
    ] = None,
) -> None:
    """Import a workbook, all or nothing."""
    from taizhang.documents.workbook_import import summary_of
    from taizhang.entry.sheets import State
    from taizhang.entry.workbooks.importing import REASON, prepare, prepare_without_faults, record
    from taizhang.entry.workbooks.mapping import headers_said, kind_named
    from taizhang.entry.workbooks.read import read_workbook
    from taizhang.jobs.checkpoints import signed_after

    if correct and as_new:
        raise UsageMistake(Text("--correct 和 --as-new 只能写一个"), "--as-new")
    kinds = {name: kind_named(kind) for name, kind in (_pair(each, "--sheet") for each in sheets or [])}
    pairs = [_pair(each, "--column") for each in columns or []]
    call: Invocation = ctx.obj
    book = read_workbook(Path(file).read_bytes(), Path(file).stem)
    headers = headers_said(pairs, book.grids, kinds)
    changed = State.CHANGED if correct else State.NEW if as_new else None
    with call.ledger() as session, signed_after(session):
        now, today = session.clock(), session.clock.today()

        def prepare_of(grids: Sequence[Grid]) -> Prepared:
            return prepare(
                session,
                unit,
                grids,
                workbook=Path(file).name,
                by=call.recorder(),
                now=now,
                today=today,
                year=year,
                kinds=kinds,
                headers=headers,
                changed=changed,
                reason=reason or _(REASON),
                everybody=everybody,
            )

        left: list[RowProblem] = []
        if skip_wrong:
            prepared, left = prepare_without_faults(prepare_of, book.grids)
        else:
            prepared = prepare_of(book.grids)
        if prepared.problems:
            raise Refused([_problem(each) for each in prepared.problems])
        if prepared.undecided and not dry_run:
            raise Refused([_undecided(session, step) for step in prepared.undecided[:_UNDECIDED_SHOWN]])
        done = None
        if not dry_run:
            with meter(_("导入"), len(prepared.events), not call.json) as progress:
                append = partial(session.store.append, by=call.recorder(), now=now, progress=progress)
                done = record(session, prepared, append, headers)
        document = summary_of(session, prepared, done, [*book.notes, *map(_skipped, left)])

    def drawing() -> RenderableType:
        from taizhang.cli.render.workbook import workbook

        return workbook(document)

    show(document, call.json, drawing)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name or not value:
        raise UsageMistake(Text("“{text}”应写成 名称=值 的样子", text=text), option)
    return name, value


def _skipped(problem: RowProblem) -> Text:
    return Text(
        "{sheet} 第 {row} 行有错，没有记：{problem}",
        sheet=problem.sheet,
        row=problem.row,
        problem=problem.text,
    )


def _problem(problem: Any) -> Problem:
    place = f"{problem.sheet} {problem.column}" if problem.column else problem.sheet
    return Problem(place, problem.text, problem.row)


def _undecided(session: OpenLedger, step: Any) -> Problem:
    from taizhang.documents.workbook_import import difference_words

    if step.copy_of_row is not None:
        text = Text(
            "编号和第 {row} 行相同，像是复制来的行；是另一件事请加 --as-new，或清空这一行的编号",
            row=step.copy_of_row,
        )
        return Problem(step.row.sheet, text, step.row.row)
    text = Text(
        "与已有记录“{record}”只差：{differences}；要更正请加 --correct，是另一件事请加 --as-new",
        record=step.record.id,
        differences=difference_words(session, step),
    )
    return Problem(step.row.sheet, text, step.row.row)
