"""Commands on rubrics: list, show, check, install, withdraw, derive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.json_object import JsonObject
from taizhang.cli.commands import rubric_drafts
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json, show
from taizhang.cli.parameters import Reason
from taizhang.cli.program import Command, Group
from taizhang.language.i18n import N_, _, current

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rubric.schema import Rubric

RubricArgument = Annotated[str, typer.Argument(metavar="ID", help=N_("考核细则的编号，如 wujin-2017"))]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=N_("考核细则文件（YAML）"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group = typer.Typer(cls=Group, help=GROUP_HELP)
    group.command("list", cls=Command, help=LIST_HELP)(list_)
    group.command("show", cls=Command, help=SHOW_HELP)(show_)
    group.command("check", cls=Command, help=CHECK_HELP)(check)
    group.command("install", cls=Command, help=INSTALL_HELP)(install)
    group.command("withdraw", cls=Command, help=WITHDRAW_HELP)(withdraw)
    group.command("derive", cls=Command, help=DERIVE_HELP)(derive)
    rubric_drafts.register(group)
    app.add_typer(group, name="rubric")


GROUP_HELP = N_(
    "考核细则：查看、检查、安装、撤下，起草下一年的。\n\n"
    "例：taizhang rubric list\n例：taizhang rubric check 我区2018.yaml"
)
LIST_HELP = N_("已安装的考核细则。\n\n例：taizhang rubric list")


def list_(ctx: typer.Context) -> None:
    """List the installed rubrics."""
    call: Invocation = ctx.obj
    with call.ledger() as session:
        rubrics = sorted(session.shelf.all, key=lambda rubric: (rubric.year, rubric.id, rubric.version))

    def drawing() -> RenderableType:
        from taizhang.cli.render.rubrics import rubric_list

        return rubric_list(rubrics)

    show({"rubrics": [_summary(rubric) for rubric in rubrics]}, call.json, drawing)


SHOW_HELP = N_(
    "一份考核细则的全文：每项指标的考核内容、评分标准和每一条怎样计分。\n\n例：taizhang rubric show wujin-2017"
)


def show_(
    ctx: typer.Context,
    rubric_id: RubricArgument,
    yaml: Annotated[bool, typer.Option("--yaml", help=N_("原样打印安装时的文件"))] = False,
) -> None:
    """Show a rubric whole."""
    from taizhang.documents.rubric import rubric_document

    call: Invocation = ctx.obj
    with call.ledger() as session:
        rubric = session.shelf.get(rubric_id)
        text = session.rubric_text(rubric_id) if yaml else ""
    if yaml:
        if call.json:
            print_json({"id": rubric.id, "version": rubric.version, "yaml": text})
        else:
            print(text, end="")
        return

    def drawing() -> RenderableType:
        from taizhang.cli.render.rubrics import rubric_page

        return rubric_page(rubric)

    show(rubric_document(rubric), call.json, drawing)


CHECK_HELP = N_(
    "检查一份考核细则文件，不安装；有错时逐条指出行号、键和原因，以状态 1 结束。\n\n"
    "文件里的 examples（示例）会逐个算一遍；没有人会扣的条款、用不到的代码等，只提醒，不算错。\n\n"
    "例：taizhang rubric check 我区2018.yaml"
)


def check(ctx: typer.Context, file: FileArgument) -> None:
    """Check a rubric file."""
    from taizhang.documents.rubric_check import checked

    call: Invocation = ctx.obj
    found = checked(Path(file).read_bytes(), file)
    if call.json:
        print_json(found.as_json())
        return
    for note in found.notes:
        place = _("第 {line} 行 {key}", line=note.line, key=note.key) if note.line else note.key
        print(_("提醒  {place}：{text}", place=place, text=note.text.render(current())))
    print(_("✓ {file} 没有问题：{label}", file=file, label=_label(found.rubric)))
    if found.examples:
        print(_("{count} 个示例都算对了", count=found.examples))
    print(found.idle.text().render(current()))


INSTALL_HELP = N_(
    "检查一份考核细则文件并装进台账；改过的细则要有更高的 version。\n\n"
    "同一年度已经按另一份考核的：--replaces 写明替换哪一份，--beside 则另外单算、不动原来的。"
    "装了什么、谁装的、为什么，都记入台账，从这一刻起算。\n\n"
    "例：taizhang rubric install 我区2018.yaml --reason 区委组织部2018年3号文\n"
    "例：taizhang rubric install 我区2018新.yaml --replaces 我区2018\n"
    "例：taizhang rubric install 意识形态2018.yaml --beside"
)


def install(
    ctx: typer.Context,
    file: FileArgument,
    replaces: Annotated[
        str | None, typer.Option("--replaces", metavar="ID", help=N_("替换同一年度的哪一份细则"))
    ] = None,
    beside: Annotated[bool, typer.Option("--beside", help=N_("与同一年度的那一份并列，另外单算"))] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=N_("为什么装，如文件名称和文号"))
    ] = None,
) -> None:
    """Install a rubric file in the ledger."""
    from taizhang.app.rubrics import install_rubric
    from taizhang.jobs.checkpoints import signed_after

    call: Invocation = ctx.obj
    content = Path(file).read_bytes()
    with call.ledger() as session, signed_after(session):
        rubric = install_rubric(
            session, content, file, replaces, beside=beside, reason=reason, by=call.recorder()
        )
    if call.json:
        print_json(_summary(rubric))
    else:
        print(_("已安装 {label}", label=_label(rubric)))


WITHDRAW_HELP = N_(
    "撤下一份装错的考核细则：从这一刻起不再按它考核，以前的得分仍查得到。\n\n"
    "不写 --version 时撤下它的所有版本；它替换过的那一份又接着用。\n\n"
    "例：taizhang rubric withdraw 我区2018 --reason 装错了文件"
)


def withdraw(
    ctx: typer.Context,
    rubric_id: RubricArgument,
    reason: Reason,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help=N_("只撤下这一版，如 2"))
    ] = None,
) -> None:
    """Withdraw a rubric, or one version of it."""
    from taizhang.app.rubrics import withdraw_rubric
    from taizhang.jobs.checkpoints import signed_after

    call: Invocation = ctx.obj
    with call.ledger() as session, signed_after(session):
        withdraw_rubric(session, rubric_id, version, reason, by=call.recorder())
    if call.json:
        print_json({"rubric": rubric_id, **({"version": version} if version is not None else {})})
    else:
        print(_("已撤下 {id}", id=rubric_id))


DERIVE_HELP = N_(
    "由一份考核细则起草另一年的：日期顺移，只适用于某一年的内容标出来请人决定。\n\n"
    "例：taizhang rubric derive wujin-2017 --year 2018 > 我区2018.yaml"
)


def derive(
    ctx: typer.Context,
    rubric_id: RubricArgument,
    year: Annotated[int, typer.Option("--year", metavar="Y", help=N_("起草哪一年的，如 2018"))],
) -> None:
    """Print another year's draft."""
    from rubric.derive import derive as derived

    call: Invocation = ctx.obj
    with call.ledger() as session:
        draft = derived(session.rubric_text(rubric_id), year)
    if call.json:
        print_json({"from": rubric_id, "year": year, "draft": draft})
    else:
        print(draft, end="")


def _summary(rubric: Rubric) -> JsonObject:
    from taizhang.documents.rubric import summary

    return summary(rubric)


def _label(rubric: Rubric) -> str:
    return f"{rubric.title} ({rubric.id} v{rubric.version})"
