"""Words of reminders that the terminal and the pages share; to be translated where they are shown."""

from __future__ import annotations

from taizhang.language.i18n import N_

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
    "assessor": N_("考核人员：临期未完成和过了期限的，一张清单"),
    "district": N_("区级：只看过了期限的"),
}
"""What each role hears."""
CHANNELS = {
    "email": N_("邮件"),
    "wecom": N_("企业微信群机器人"),
    "dingtalk": N_("钉钉群机器人"),
    "feishu": N_("飞书群机器人"),
}
