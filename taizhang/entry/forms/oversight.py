"""What assessors record, for correcting it: requests, findings, judgements."""

from __future__ import annotations

from taizhang.language.i18n import _

from .fields import Field
from .form import Form
from .situation import Situation


def _category_field(situation: Situation) -> list[Field]:
    """Return the field of a request's or finding's category, where the unit's rubrics name any."""
    named = situation.named("categories")
    options = [("", "—"), *named]
    return [Field("category", _("类别"), "choice", required=False, options=options)] if named else []


class RequestIssued(Form):
    """Something was asked for, by a day."""

    event_type = "request.issued"

    @property
    def title(self) -> str:
        return _("报送要求")

    def own_fields(self) -> list[Field]:
        return [
            Field("title", _("要求报送什么")),
            Field("due_on", _("期限"), "day"),
            *_category_field(self.situation),
        ]


class FindingRaised(Form):
    """Something is to be put right, by a day."""

    event_type = "finding.raised"

    @property
    def title(self) -> str:
        return _("指出问题")

    def own_fields(self) -> list[Field]:
        return [
            Field("text", _("问题"), "long"),
            Field("due_on", _("整改期限"), "day"),
            *_category_field(self.situation),
        ]


class JudgementPassed(Form):
    """Points were taken off a clause, with a reason. The clause itself is not corrected: that is another judgement."""

    event_type = "judgement.passed"
    own_subject_only = True

    @property
    def title(self) -> str:
        return _("评定扣分")

    def own_fields(self) -> list[Field]:
        return [Field("deduct", _("扣几分")), Field("reason", _("理由"), "long")]
