"""Words of reminders that the terminal and the pages share; to be translated where they are shown."""

from __future__ import annotations

from reminders.contacts import Person
from taizhang.language.i18n import N_, _

STATES = {
    "planned": N_("待发"),
    "claimed": N_("发送中"),
    "sent": N_("已发"),
    "failed": N_("未送达"),
    "unknown": N_("不明"),
    "obsolete": N_("不必发了"),
}
ROLES = {"secretary": N_("书记"), "assessor": N_("考核人员"), "district": N_("区级")}
HEARS = {
    "secretary": N_("书记：要做的和过了期限的都提醒"),
    "assessor": N_("考核人员：期限前一周未完成的和过了期限的，一张表"),
    "district": N_("区级：只看过了期限的"),
}
"""What each role hears."""
WEEKLY = "weekly"
RHYTHMS = {WEEKLY: N_("每周一合成一封"), "as_it_comes": N_("随时，每天最多一封")}
CHANNELS = {
    "email": N_("邮件"),
    "wecom": N_("企业微信群机器人"),
    "dingtalk": N_("钉钉群机器人"),
    "feishu": N_("飞书群机器人"),
}


def hidden_address(person: Person) -> str:
    """Return an address as much as tells its owner that it is his: a page is read by others, too."""
    if person.channel != "email":
        return _(CHANNELS[person.channel])
    name, _at, host = person.address.partition("@")
    return f"{name[:2]}…@{host}"
