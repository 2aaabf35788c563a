"""Commands on reports: written from the ledger, and their templates for an operator to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.cli.failures import UsageMistake
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.cli.parameters import AsOf, MaybeUnit, RubricId
from taizhang.cli.render.progress import meter
from taizhang.cli.values import day_or_none
from taizhang.language.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.documents.reports.writing import WrittenReports

REPORT_HELP = N_(
    "写出报告：自评表、台账、学时统计表、提醒函、通报等。\n\n"
    "种类：self-assessment 自评表、ledger-book 台账、study 学时统计表、"
    "letter 季度提醒函、signed 签定得分表、bulletin 通报、results 汇总表、"
    "results-advice 汇总表（参考）、year-bulletin 年度通报（全区一份）。每个数字都等于那一天的得分卡。\n\n"
    "格式：docx、xlsx、html、pdf。--all 给每个单位各写一份；没有事情要提醒的单位不写提醒函。\n\n"
    "例：taizhang report self-assessment wj-01 --as-of 2017-12-31 --format docx\n"
    "例：taizhang report 提醒函 --all --format pdf --out 提醒函\n例：taizhang report 通报 --all --format xlsx"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("report", help=REPORT_HELP)(report)
    app.command("report-templates", help=TEMPLATES_HELP)(report_templates)


def report(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=N_("哪种报告，如 self-assessment 或 自评表"))],
    unit: MaybeUnit = None,
    everyone: Annotated[bool, typer.Option("--all", help=N_("给每个单位各写一份"))] = False,
    as_of: AsOf = None,
    form: Annotated[
        str, typer.Option("--format", metavar="F", help=N_("docx、xlsx、html 或 pdf，默认 docx"))
    ] = "docx",
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help=N_("写到哪个文件夹，默认当前文件夹"))
    ] = ".",
    templates: Annotated[
        str | None,
        typer.Option(
            "--templates", metavar="DIR", help=N_("自己的模板在哪个文件夹；也可用环境变量 TAIZHANG_TEMPLATES")
        ),
    ] = None,
    rubric: RubricId = None,
) -> None:
    """Write reports."""
    from taizhang.documents.reports.kinds import FORMATS, KINDS
    from taizhang.documents.reports.writing import write_reports

    call: Invocation = ctx.obj
    chosen = next(
        (each for each in KINDS.values() if kind in (each.key, each.title, each.title.removeprefix("季度"))),
        None,
    )
    if chosen is None:
        known = [f"{each.key} {_(each.title)}" for each in KINDS.values()]
        raise UsageMistake(Text("没有“{kind}”这种报告；可用：{known}", kind=kind, known=known), "KIND")
    if form not in FORMATS:
        text = Text("没有“{form}”这种格式；可用：{known}", form=form, known=list(FORMATS))
        raise UsageMistake(text, "--format")
    if chosen.build is not None and (unit is None) != everyone:
        raise UsageMistake(Text("请写一个单位的编号，或者写 --all，只能是其中一种"), "UNIT")
    own = Path(templates) if templates is not None else Settings().templates
    if own is not None and not own.is_dir():
        raise UsageMistake(Text("没有“{folder}”这个模板文件夹", folder=str(own)), "--templates")
    asked = day_or_none(as_of)
    with call.ledger() as session:
        day = asked or session.clock.today()
        units = [unit] if unit is not None else session.store.units()
        with meter(_("写报告"), len(units), not call.json) as progress:
            written = write_reports(
                session,
                chosen,
                units,
                day,
                form,
                Path(out),
                templates=own,
                rubric_id=rubric,
                for_all=everyone,
                progress=progress,
            )
    if call.json:
        print_json({"files": [str(path) for path in written.files], "skipped": written.skipped})
    else:
        _say(written, out)
    if written.refused:
        raise Refused([Problem(unit, text) for unit, text in written.refused])


def _say(written: WrittenReports, folder: str) -> None:
    if len(written.files) == 1:
        print(_("已写好 {file}", file=str(written.files[0])))
    else:
        print(_("已写好 {count} 份，在 {folder}", count=len(written.files), folder=folder))
    if written.skipped:
        print(_("没有要写的：{units}", units=_("、").join(written.skipped)))


TEMPLATES_HELP = N_(
    "把报告的模板写到一个文件夹，供自己修改。\n\n"
    ".docx 用 Word 改，.html 管网页、PDF 和 Excel。\n\n"
    "改好后用 --templates 或环境变量 TAIZHANG_TEMPLATES 指明文件夹；没有改的可以删掉。\n\n"
    "例：taizhang report-templates 模板\n例：taizhang report 自评表 wj-01 --templates 模板"
)


def report_templates(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help=N_("写到哪个文件夹；已有的文件不会覆盖"))],
) -> None:
    """Write the templates as they come."""
    from taizhang.documents.reports.template_files import write_templates

    call: Invocation = ctx.obj
    files = write_templates(Path(folder))
    if call.json:
        print_json({"files": [str(path) for path in files]})
    else:
        print(_("已写好 {count} 个模板，在 {folder}", count=len(files), folder=folder))
