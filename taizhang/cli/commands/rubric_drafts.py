"""Commands for whoever writes a rubric: a file to begin with, its next version, what changed, how it would score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.cli.program import Command
from taizhang.language.i18n import N_, _, current

if TYPE_CHECKING:
    from rubric.schema import Rubric

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=N_("考核细则文件（YAML）"))]
RubricArgument = Annotated[str, typer.Argument(metavar="ID", help=N_("考核细则的编号，如 wujin-2017"))]


def register(group: typer.Typer) -> None:
    """Add the commands of this file to the group `rubric`."""
    group.command("new", cls=Command, help=NEW_HELP)(new)
    group.command("revise", cls=Command, help=REVISE_HELP)(revise)
    group.command("diff", cls=Command, help=DIFF_HELP)(diff)
    group.command("try", cls=Command, help=TRY_HELP)(try_)


NEW_HELP = N_(
    "一份带注释的细则样板，照着改。\n\n"
    "不写名字是两页的入门样板；还有 school-ideology（学校意识形态）、township（乡镇，率和排名）、"
    "village（村，累计得分、评星）、company（企业支部，按人头）、college（高校，学期和评议）。\n\n"
    "例：taizhang rubric new > 我区2027.yaml\n例：taizhang rubric new township > 乡镇2027.yaml"
)


def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("样板的名字"))] = "starter",
) -> None:
    """Print a commented file to begin with."""
    from rubric.samples import sample

    call: Invocation = ctx.obj
    text = sample(name)
    if call.json:
        print_json({"name": name, "draft": text})
    else:
        print(text, end="")


REVISE_HELP = N_(
    "一份已安装的细则的下一版：原文照印，version 加 1；改好后再安装。\n\n"
    "例：taizhang rubric revise 我区2027 > 我区2027第2版.yaml"
)


def revise(ctx: typer.Context, rubric_id: RubricArgument) -> None:
    """Print the text of the next version."""
    from rubric.derive import revised

    call: Invocation = ctx.obj
    with call.ledger() as session:
        draft = revised(session.rubric_text(rubric_id))
    if call.json:
        print_json({"from": rubric_id, "draft": draft})
    else:
        print(draft, end="")


DIFF_HELP = N_(
    "两份细则有什么不同，逐条用文字说明；可以写已安装的编号，也可以写文件。\n\n"
    "例：taizhang rubric diff 我区2027 我区2027第2版.yaml"
)


def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help=N_("原来的：编号或文件"))],
    after: Annotated[str, typer.Argument(metavar="B", help=N_("现在的：编号或文件"))],
) -> None:
    """Say what changed from one rubric to another."""
    from rubric.compare import changes

    call: Invocation = ctx.obj
    one, other = _of_file(before), _of_file(after)
    if one is None or other is None:
        with call.ledger() as session:
            one, other = one or session.shelf.get(before), other or session.shelf.get(after)
    found = changes(one, other)
    said = [(each.about, current()(each.message).format(**dict(each.values))) for each in found]
    if call.json:
        print_json({"changes": [{"about": about, "change": text} for about, text in said]})
        return
    for about, text in said:
        print(f"{about}  {text}" if about else text)
    if not said:
        print(_("两份细则没有不同"))


TRY_HELP = N_(
    "用一份细则草案试算台账：各单位会得多少分、没有人会扣的条款、要等人评定的分；什么也不保存。\n\n"
    "--year 用哪一年的台账来试：草案的日期顺移到那一年。\n\n"
    "例：taizhang rubric try 我区2027.yaml --year 2026"
)


def try_(
    ctx: typer.Context,
    file: FileArgument,
    year: Annotated[
        int | None, typer.Option("--year", metavar="Y", help=N_("用哪一年的台账，如 2026"))
    ] = None,
) -> None:
    """Score the ledger with a draft."""
    from rubric.amounts import decimal_text
    from taizhang.documents.rubric_try import tried

    call: Invocation = ctx.obj
    content = Path(file).read_bytes()
    with call.ledger() as session:
        found = tried(session.store, content, file, year)
    if call.json:
        print_json(found.as_json())
        return
    if found.spread is None:
        print(_("{year} 年台账里没有单位可以试算", year=found.year))
    else:
        least, middle, most = map(decimal_text, found.spread)
        line = _(
            "{year} 年 {count} 个单位：最低 {least} 分，中间 {middle} 分，最高 {most} 分",
            year=found.year, count=len(found.scores), least=least, middle=middle, most=most,
        )  # fmt: skip
        print(line)
        print(_("要等人评定的分，最多的单位有 {points} 分", points=decimal_text(found.awaiting)))
        if found.never_lost:
            print(_("没有单位扣分的条款：{clauses}", clauses=_("、").join(found.never_lost)))
    print(found.idle.text().render(current()))


def _of_file(named: str) -> Rubric | None:
    """Return the rubric of a file; None where that is no file, but the id of one that is installed."""
    from rubric.load import parse

    path: Any = Path(named)
    if path.is_file():
        return parse(path.read_bytes(), named, drafts=True)
    return None
