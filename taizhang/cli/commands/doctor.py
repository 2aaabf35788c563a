"""`doctor`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from taizhang.cli.failures import Status
from taizhang.cli.invocation import Invocation
from taizhang.cli.output import print_json
from taizhang.language.i18n import N_, _, say

HELP = N_(
    "看这台机器上的台账哪里不对，怎么办。\n\n"
    "看设置、文件的权限、磁盘、时钟、邮件服务器、网址和代理、证书还有几天、备份多久了、提醒送到没有。什么也不改，不建台账，不发邮件。"
    "有“✗”时以状态 1 结束。\n\n"
    "请以运行服务的用户执行，设置与服务用同一个文件。\n\n"
    "例：sudo -u taizhang taizhang doctor\n例：taizhang doctor --offline --json"
)
MARKS = {"ok": "✓", "warning": "!", "down": "✗", "not_looked": "–"}


def register(app: typer.Typer) -> None:
    """Add the command of this file to *app*."""
    app.command("doctor", help=HELP)(doctor)


def doctor(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help=N_("不问邮件服务器，不打开网址"))] = False,
) -> None:
    """Examine the installation."""
    from taizhang.app.installation import settings_of
    from taizhang.app.settings_file import settings_path

    call: Invocation = ctx.obj
    from taizhang.health.doctor.examination import examine
    from taizhang.health.finding import Severity

    found = []
    for finding in examine(call.store_url, settings_of(call.store_url), settings_path(), offline=offline):
        found.append(finding)
        if not call.json:
            print(f"{MARKS[finding.severity]} {say(finding.text)}")
            if finding.mend is not None and finding.is_trouble:
                print("    " + _("怎么办：{mend}", mend=say(finding.mend)))
    if call.json:
        print_json(
            {
                "findings": [
                    {
                        "look": finding.name,
                        "result": finding.severity.value,
                        "text": say(finding.text),
                        "mend": None if finding.mend is None else say(finding.mend),
                    }
                    for finding in found
                ]
            }
        )
    if any(finding.severity is Severity.DOWN for finding in found):
        raise typer.Exit(Status.REFUSED)
