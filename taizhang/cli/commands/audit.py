"""`audit`: the report for an inspector."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taizhang.app.settings import Settings
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.cli.parameters import MaybeUnit
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

AUDIT_HELP = N_(
    "给检查人员的审计报告：有没有改动、补录、集中补录。\n\n"
    "写明台账有没有被改动，外部谁见过，每个单位补录、集中补录、季后更正了什么。\n\n"
    "--html 写成一个文件，没有本程序也能看、能打印；--json 供其他程序使用。查出改动时以状态 1 结束，报告照写。\n\n"
    "例：taizhang audit --html 审计.html\n例：taizhang audit wj-01 --year 2017"
)


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("audit", help=AUDIT_HELP)(audit)


def audit(
    ctx: typer.Context,
    unit: MaybeUnit = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help=N_("把报告写到这个 HTML 文件"))
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="Y", min=1, max=9999, help=N_("只看这一年发生的事"))
    ] = None,
    late_days: Annotated[
        int | None,
        typer.Option("--late-days", metavar="N", min=0, help=N_("超过几天算补录，默认按台账的设置（15 天）")),
    ] = None,
) -> None:
    """Write the audit report."""
    from ledger.signing.key_file import write_whole
    from taizhang.app.store_url import evidence_folder

    call: Invocation = ctx.obj
    from taizhang.documents.reports.audit import audit as make
    from taizhang.documents.reports.html import render_html
    from taizhang.proofs.timestamps import read_roots
    from taizhang.proofs.verification import Outside

    with (
        call.ledger(as_found=True) as session,
        meter(_("检查"), session.store.size(), not call.json) as progress,
    ):
        if unit is not None:
            session.require_unit(unit)
        report = make(
            session,
            [unit] if unit is not None else session.store.units(),
            outside=Outside(roots=read_roots(Settings().tsa_roots)),
            evidence=evidence_folder(call.store_url, Settings().evidence),
            late_days=session.settings.late_days if late_days is None else late_days,
            year=year,
            progress=progress,
        )
    if html is not None:
        write_whole(html, render_html("audit", report).encode())
    if call.json:
        print_json(report.as_json())
    else:
        for each in report.units:
            trail = each.trail
            print(
                _(
                    "{unit} {name}：{entries} 条记录，迟延中位数 {median} 天，补录 {late} 条，集中补录 {bursts} 天，"
                    "季后更正 {edits} 次",
                    unit=each.unit,
                    name=each.name,
                    entries=trail.lags.entries,
                    median=trail.lags.median,
                    late=len(trail.late),
                    bursts=len(trail.bursts),
                    edits=len(trail.edits),
                )
            )
        if html is not None:
            print(_("报告已写到 {path}。", path=html))
    if report.broken is not None:
        raise Failure(report.broken)
