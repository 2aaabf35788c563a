"""Options and arguments that several commands share, each declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from taizhang.language.i18n import N_

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="D", help=N_("截至哪一天（如 2017-06-30），默认今天"))
]
RubricId = Annotated[
    str | None, typer.Option("--rubric", metavar="ID", help=N_("用哪份考核细则，默认当年的"))
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help=N_("为什么更正或撤回，会永久留在台账里"))
]
Unit = Annotated[str, typer.Argument(metavar="UNIT", help=N_("单位编号，如 wj-01"))]
MaybeUnit = Annotated[str | None, typer.Argument(metavar="[UNIT]", help=N_("单位编号；不写就是全部单位"))]
EventId = Annotated[str, typer.Argument(metavar="ID", help=N_("记录的编号（事件的 id）"))]
