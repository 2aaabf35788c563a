"""情况声明: whether something holds; several at once, each an event of its own."""

from __future__ import annotations

from datetime import date

from ledger.text import Text
from rubric.clauses import Condition
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import _

from .fields import Field, Option
from .form import Draft, Form, Reading

VALUES = ("yes", "no", "not_applicable")


class Conditions(Form):
    """`code` is one condition: the form shows all those that its clause asks for together."""

    event_type = "condition.declared"
    code_field = "condition"
    own_subject_only = True

    @property
    def title(self) -> str:
        return _("、").join(self.situation.shelf.code_name("conditions", code) for code in self._codes())

    def _codes(self) -> list[str]:
        for clause in self.situation.rubric.clauses:
            if isinstance(clause, Condition) and self.code in clause.all_of:
                return list(clause.all_of)
        return [self.code]

    def own_fields(self) -> list[Field]:
        words = RecordWords(self.situation.shelf, self.situation.name_of)
        options: list[Option] = [
            ("", _("这次不申报")),
            *((each, words.value("value", each)) for each in VALUES),
        ]
        return [
            Field(
                code,
                self.situation.shelf.code_name("conditions", code),
                "choice",
                required=False,
                options=options,
                # What is declared already need not be said again.
                default=[] if self._stands(code) else ["yes"],
                help=self._last_word(code, words),
            )
            for code in self._codes()
        ]

    def _stands(self, code: str) -> bool:
        last = self.situation.last(f"condition:{code}")
        return last is not None and last.day.year == self.situation.today.year and last.data["value"] != "no"

    def _last_word(self, code: str, words: RecordWords) -> str:
        last = self.situation.last(f"condition:{code}")
        if last is None:
            return _("还没有申报过")
        return _("{day} 申报过：{value}", day=last.day, value=words.value("value", last.data["value"]))

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        drafts = [
            Draft(self.event_type, subject, day, {"condition": code, "value": reading.data[code]}, code)
            for code in self._codes()
            if reading.data.get(code)
        ]
        if not drafts:
            reading.blame(self._codes()[0], Text("请至少申报一项"))
        return drafts


class OneCondition(Form):
    """The same for a record that is corrected."""

    event_type = "condition.declared"
    code_field = "condition"
    own_subject_only = True

    @property
    def title(self) -> str:
        return self.situation.shelf.code_name("conditions", self.code)

    def own_fields(self) -> list[Field]:
        words = RecordWords(self.situation.shelf, self.situation.name_of)
        options = [(each, words.value("value", each)) for each in VALUES]
        return [Field("value", _("是否做到"), "choice", options=options, default=["yes"])]
