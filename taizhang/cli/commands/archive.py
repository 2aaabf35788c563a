"""The command that writes the archive of a closed year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.text import Text
from taizhang.cli.failures import Failure
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import complain, print_json
from taizhang.cli.render.progress import meter
from taizhang.language.i18n import N_, _

ARCHIVE_HELP = N_(
    "把结束了的一年归档：每个单位一个包，全区一个包。\n\n"
    "包里有台账、自评表、签定得分表（PDF）、全部记录（JSONL）、附件、证明、元数据和每个文件的 SHA-256；"
    "不用本程序也能打开、核对（见 docs/archive.md）。\n\n"
    "例：taizhang archive 2017 --out 归档\n例：taizhang archive 2017 wj-01 --out 归档"
)


TOLD_MAX = 20
PERCENT = 100


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("archive", help=ARCHIVE_HELP)(archive)


def archive(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="YEAR", help=N_("哪一年"), min=1950, max=2999)],
    units: Annotated[
        list[str] | None, typer.Argument(metavar="[UNIT]...", help=N_("只归档这些单位；不写就是全部和全区"))
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help=N_("写到哪个文件夹，默认当前文件夹"))
    ] = Path(),
) -> None:
    """Write the packages of a year."""
    from datetime import date

    from taizhang.app.installation import settings_of
    from taizhang.app.store_url import evidence_folder
    from taizhang.documents.year_archive import archive_year
    from taizhang.evidence.folder import EvidenceFolder

    call: Invocation = ctx.obj
    with call.ledger() as session:
        rubric = session.shelf.for_day(date(year, 12, 31))
        folder = EvidenceFolder(evidence_folder(call.store_url, settings_of(call.store_url).evidence))
        for unit in units or ():
            session.require_unit(unit)
        with meter(_("归档"), PERCENT, not call.json) as progress:
            told = (lambda done, steps: progress(PERCENT * done // steps)) if progress else None
            made = archive_year(session, rubric, out, folder, units=units or None, progress=told)
    if call.json:
        print_json(
            {
                "files": [str(path) for path in made.packages],
                "missing": made.missing,
                "not_final": made.not_final,
            }
        )
    else:
        print(_("已写好 {count} 份，在 {folder}", count=len(made.packages), folder=str(out)))
        if made.not_final:
            complain([_("结果未定的单位（包里写明）：{units}", units=_("、").join(made.not_final))])
    if made.missing:
        raise Failure(
            Text(
                "{count} 个附件缺失或被改动，没有装进包里：{files}",
                count=len(made.missing),
                files=made.missing[:TOLD_MAX],
            )
        )
