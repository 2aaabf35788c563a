"""Every form by its key: ``activity.held:party_lecture``, the event type and what is chosen beforehand."""

from __future__ import annotations

from typing import cast

from ledger.events.types import type_of
from ledger.json_object import JsonMapping
from rubric.codes_used import Family

from . import activity, answers, conditions, documents, facts, members, organizations, oversight, terms
from .form import Form
from .situation import Situation

FORMS: dict[str, type[Form]] = {
    "activity.held": activity.Activity,
    "document.filed": documents.Document,
    "publication.made": documents.Publication,
    "honor.received": documents.Honor,
    "condition.declared": conditions.Conditions,
    "figure.reported": facts.FigureReported,
    "request.answered": answers.RequestAnswered,
    "finding.rectified": answers.FindingRectified,
    "election.held": terms.ElectionHeld,
    "election.postponed": terms.ElectionPostponed,
    "member.joined": members.MemberJoined,
    "member.changed": members.MemberChanged,
    "member.left": members.MemberLeft,
    "member.moved": members.MemberMoved,
    "transfer.started": members.TransferStarted,
    "transfer.completed": members.TransferCompleted,
    "organization.registered": organizations.BranchRegistered,
    "organization.changed": organizations.OrganizationChanged,
    "organization.closed": organizations.BranchClosed,
}
"""What a secretary may record; `member.moved` is no event type, but a leaving and a joining."""

MENDING: dict[str, type[Form]] = FORMS | {
    "condition.declared": conditions.OneCondition,
    "member.joined": members.JoiningMended,
    "member.changed": members.ChangeMended,
    "transfer.completed": members.CompletionMended,
    "organization.registered": organizations.OrganizationMended,
    "organization.changed": organizations.OrganizationMended,
    "request.issued": oversight.RequestIssued,
    "finding.raised": oversight.FindingRaised,
    "judgement.passed": oversight.JudgementPassed,
    "case.confirmed": facts.CaseConfirmed,
    "rating.given": facts.RatingGiven,
}
"""For correcting a record: some say less than the form they were made with."""


def is_counted(event_type: str) -> bool:
    """Whether clauses count such events by their day."""
    row = type_of(event_type)
    return row.codes is not None and row.lived


def key_of(event_type: str, code: str = "") -> str:
    """Return the key of a form."""
    return f"{event_type}:{code}" if code else event_type


def form_of(key: str, situation: Situation) -> Form | None:
    """Return the form of that key; None when there is none, or no such code."""
    event_type, _colon, code = key.partition(":")
    made = FORMS.get(event_type)
    if made is None:
        return None
    codes = type_of(event_type).codes
    if is_counted(event_type) and codes and code not in dict(situation.options(cast("Family", codes.family))):
        return None
    if event_type == "figure.reported" and code not in {
        each.code for each in facts.reported_by_unit(situation)
    }:
        return None
    return made(situation, code)


def form_of_record(event_type: str, subject: str, data: JsonMapping, situation: Situation) -> Form | None:
    """Return the form that corrects such a record; None for a type that is not corrected here."""
    made = MENDING.get(event_type)
    if made is None:
        return None
    if event_type.startswith("organization."):
        code = subject
    elif event_type.startswith(("member.", "transfer.")):
        code = data["member"]
    elif made.code_field:
        code = data[made.code_field]
    elif type_of(event_type).answers:
        code = data[type_of(event_type).key]
    else:
        code = data["kinds"][0] if event_type == "activity.held" else ""
    form = made(situation, code)
    form.fixed_subject = subject
    return form
