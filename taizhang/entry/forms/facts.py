"""Facts that a rubric asks for: a number that the unit reports of itself; cases and grades only to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.json_object import JsonObject
from taizhang.entry.facts.asked import Asked, FactKind, facts_asked
from taizhang.entry.facts.values import value_of
from taizhang.language.i18n import _

from .fields import Field, Given
from .form import Draft, Form, Reading
from .situation import Situation


def reported_by_unit(situation: Situation) -> list[Asked]:
    """Return the figures that the unit reports of itself."""
    return [each for each in facts_asked(situation.rubrics) if each.kind == "figure" and each.by_unit]


class _Fact(Form):
    """A fact, and what its rubric says of it; of one that no rubric names any more only its code."""

    own_subject_only = True
    kind: FactKind
    value_field = "value"

    @property
    def asked(self) -> Asked:
        found = facts_asked(self.situation.shelf.all)
        wanted = (self.kind, self.code)
        return next(
            (each for each in found if (each.kind, each.code) == wanted),
            Asked(self.kind, self.code, self.code),
        )

    @property
    def title(self) -> str:
        return self.asked.name

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        typed = reading.data.get(self.value_field)
        if typed is not None:
            said, problem = value_of(str(typed), self.asked)
            if problem is not None:
                reading.blame(self.value_field, problem)
            reading.data[self.value_field] = said or None
        return super().drafts(reading, subject, day)

    def _value(self, label: str, *, required: bool = True) -> Field:
        asked = self.asked
        if asked.grades:
            options = [(grade, grade) for grade in asked.grades]
            return Field(self.value_field, label, "choice", options=options, required=required)
        return Field(self.value_field, label, required=required, help=asked.range_text)


class FigureReported(_Fact):
    """A number of the unit's."""

    event_type = "figure.reported"
    code_field = "figure"
    kind = "figure"

    def own_fields(self) -> list[Field]:
        fields = [self._value(_("数"))]
        if self.asked.periods:
            options = [("", "—"), *((name, name) for name in self.asked.periods)]
            fields.append(Field("at", _("哪一期"), "choice", options=options, required=False))
        return [*fields, Field("source", _("数据从哪里来"), required=False)]


class CaseConfirmed(_Fact):
    """A case, for correcting it."""

    event_type = "case.confirmed"
    code_field = "case"
    kind = "case"

    @property
    def value_field(self) -> str:  # type: ignore[override]
        return "points" if self.asked.most is not None else "count"

    def own_fields(self) -> list[Field]:
        label = _("分值") if self.value_field == "points" else _("件数")
        return [self._value(label, required=False), Field("reason", _("理由"), "long")]

    def data(self, reading: Reading, day: date) -> JsonObject:
        data = super().data(reading, day)
        return data | ({"count": int(data["count"])} if "count" in data else {})

    def typed(self, data: Mapping[str, object], subject: str, day: date) -> dict[str, Given]:
        return super().typed({"count": 1, **data}, subject, day)


class RatingGiven(_Fact):
    """What a rater gave, for correcting it."""

    event_type = "rating.given"
    code_field = "rating"
    kind = "rating"

    @property
    def value_field(self) -> str:  # type: ignore[override]
        return "grade" if self.asked.grades else "value"

    def own_fields(self) -> list[Field]:
        return [self._value(_("评价")), Field("rater", _("谁评的"))]
