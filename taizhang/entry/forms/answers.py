"""Answers: a request that was answered, a finding that was put right."""

from __future__ import annotations

from projections.records import Record
from taizhang.language.i18n import _

from .fields import Field, Option
from .form import Form


class _Answer(Form):
    family: str
    words_in: str

    def usual_subject(self) -> str:
        asked = self._asked()
        return asked[0].subject if asked else self.situation.unit

    def _asked(self) -> list[Record]:
        """The one the form was opened for, or all that wait for an answer."""
        waiting = self.situation.unanswered(self.family)
        chosen = [each for each in waiting if each.data[self.family] == self.code]
        return chosen or waiting

    @property
    def enclosed(self) -> list[Record]:
        asked = {each.id for each in self._asked()}
        return [
            each
            for each in self.situation.records.by_id.values()
            if each.type == "evidence.attached" and each.data["record"] in asked and not each.retracted
        ]

    def choice(self, label: str) -> Field:
        """Return the field that says which one was answered."""
        options: list[Option] = [
            (
                each.data[self.family],
                _("{title}（{due} 前）", title=each.data[self.words_in], due=each.data["due_on"]),
            )
            for each in self._asked()
        ]
        if self.code and self.code not in dict(options):
            options.append((self.code, self._title_of(self.code)))
        return Field(
            self.family, label, "choice", options=options, default=[options[0][0]] if options else ()
        )

    def _title_of(self, key: str) -> str:
        records = self.situation.facts.records(self.family)
        return next((str(each.data[self.words_in]) for each in records if each.data[self.family] == key), key)


class RequestAnswered(_Answer):
    """Papers were sent in that had been asked for."""

    event_type = "request.answered"
    family = "request"
    words_in = "title"

    @property
    def title(self) -> str:
        return _("报送了要求的材料")

    def own_fields(self) -> list[Field]:
        return [self.choice(_("哪一项要求"))]


class FindingRectified(_Answer):
    """What an inspection had found was put right."""

    event_type = "finding.rectified"
    family = "finding"
    words_in = "text"

    @property
    def title(self) -> str:
        return _("整改了指出的问题")

    def own_fields(self) -> list[Field]:
        return [
            self.choice(_("哪一个问题")),
            Field("text", _("怎样整改的"), "long", required=False),
        ]
