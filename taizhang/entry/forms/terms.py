"""换届: an election that was held, or put off with approval."""

from __future__ import annotations

from taizhang.language.i18n import _

from .fields import Field
from .form import Form


class ElectionHeld(Form):
    """The term in force is renewed."""

    event_type = "election.held"

    @property
    def title(self) -> str:
        return _("换届选举")

    def own_fields(self) -> list[Field]:
        return [Field("next_term_ends_on", _("下届到哪天届满"), "day")]


class ElectionPostponed(Form):
    """The term in force goes on, approved by the office."""

    event_type = "election.postponed"

    @property
    def title(self) -> str:
        return _("经同意延期换届")

    def own_fields(self) -> list[Field]:
        return [
            Field("until", _("延期到哪天"), "day"),
            Field("approved_by", _("批准机关"), help=_("写文件上的机关名称")),
        ]
