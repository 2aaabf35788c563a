"""The five roles (see domain: who uses this)."""

from __future__ import annotations

from enum import StrEnum

from taizhang.language.i18n import N_


class Role(StrEnum):
    """What somebody is to the ledger. Everybody has one role."""

    SECRETARY = "secretary"
    ASSESSOR = "assessor"
    AUDITOR = "auditor"
    LEADER = "leader"
    OPERATOR = "operator"


ROLE_NAMES: dict[Role, str] = {
    Role.SECRETARY: N_("党组织书记"),
    Role.ASSESSOR: N_("考核人员"),
    Role.AUDITOR: N_("监督检查人员"),
    Role.LEADER: N_("分管领导"),
    Role.OPERATOR: N_("系统管理员"),
}
"""To be translated where they are shown."""
