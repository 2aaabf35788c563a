"""A form: its fields with their defaults; typed values -> drafts of events; a record -> typed values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.json_object import JsonMapping, JsonObject
from ledger.problem import Problem
from ledger.text import Text
from projections.records import Record
from taizhang.entry.parsing.cells import Unreadable
from taizhang.language.i18n import _

from .fields import Field, Given
from .situation import Situation

Values = Mapping[str, Given]
"""Typed values: every name with the texts given for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event without id, source and time of day. `suffix` tells the events of one form apart."""

    type: str
    subject: str
    day: date
    data: JsonObject
    suffix: str = ""


class Reading:
    """What was typed in a form, read field by field; what cannot be read is noted and left out."""

    def __init__(self, fields: Sequence[Field], values: Values, today: date) -> None:
        self.problems: list[Problem] = []
        self.hints: list[Text] = []
        """What is worth knowing, and stands in nobody's way."""
        self.data: JsonObject = {}
        for field in fields:
            try:
                self.data[field.name] = field.read(values.get(field.name, ()), today.year)
            except Unreadable as error:
                self.blame(field.name, error.text)
                self.data[field.name] = None

    def blame(self, field: str, text: Text) -> None:
        """Note a problem at a field."""
        self.problems.append(Problem(field, text))

    def day(self, name: str, today: date) -> date:
        """Return a day that was typed, *today* where none could be read."""
        typed = self.data.get(name)
        return date.fromisoformat(typed) if typed else today


class Form(ABC):
    """One form of one unit. Its fields' names are those of the event's data, `subject` and `day` apart."""

    event_type: str
    code_field: str | None = None
    """The data field that the form's code goes into; it is chosen before the form is shown."""
    own_subject_only = False
    """Whether only the unit itself is meant, never a branch."""

    def __init__(self, situation: Situation, code: str = "") -> None:
        self.situation = situation
        self.code = code
        self.fixed_subject: str | None = None
        """The subject of a record that is corrected: it is not chosen any more."""

    @property
    def enclosed(self) -> list[Record]:
        """Files that came with what the form answers (`evidence.attached`): blank forms to fill in."""
        return []

    @property
    @abstractmethod
    def title(self) -> str:
        """What happened, in the seed's words."""

    @abstractmethod
    def own_fields(self) -> list[Field]:
        """Return the fields besides `subject` and `day`."""

    def fields(self, given: Values | None = None) -> list[Field]:
        """Return all fields; what is *given* overrules the defaults."""
        chosen = [] if self.fixed_subject else self._subject_field()
        fields = [*chosen, self.day_field(), *self.own_fields()]
        if given is None:
            return fields
        return [
            replace(field, default=given[field.name]) if field.name in given else field for field in fields
        ]

    def day_field(self) -> Field:
        """Return the field of the day on which it happened."""
        today = self.situation.today.isoformat()
        return Field("day", _("日期"), "day", default=[today])

    def _subject_field(self) -> list[Field]:
        subjects = self.situation.subjects
        if self.own_subject_only or len(subjects) < 2:
            return []
        label = _("哪个组织")
        return [Field("subject", label, "choice", options=subjects, default=[self.usual_subject()])]

    def usual_subject(self) -> str:
        """Return the subject that is most likely meant."""
        return self.situation.home

    # -- reading -----------------------------------------------------------------------------------------------

    def read(self, values: Values) -> tuple[list[Draft], Reading]:
        """Return the events that the typed *values* stand for, and the reading with what is wrong with them.

        With problems the drafts are as good as can be made, good enough for a preview.
        """
        reading = Reading(self.fields(), values, self.situation.today)
        day = reading.day("day", self.situation.today)
        if day > self.situation.today:
            reading.blame("day", Text("{day} 还没有到；没有发生的事不能记", day=day))
        subject = reading.data.pop("subject", None) or self.fixed_subject or self.situation.home
        reading.data.pop("day", None)
        return self.drafts(reading, subject, day), reading

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        """Return the events of what was read; here one, with every field that says something."""
        return [Draft(self.event_type, subject, day, self.data(reading, day))]

    def data(self, reading: Reading, day: date) -> JsonObject:
        """Return the event's data of what was read."""
        data: JsonObject = {self.code_field: self.code} if self.code_field else {}
        for field in self.own_fields():
            value = reading.data.get(field.name)
            if value is None and field.required and field.kind in ("text", "long"):
                data[field.name] = "…"  # a preview does not need the words
            elif value is not None and value is not False and value != []:
                data[field.name] = value
        return data

    # -- the other way -----------------------------------------------------------------------------------------

    def typed(self, data: JsonMapping, subject: str, day: date) -> dict[str, Given]:
        """Return what has to stand in the fields for a record."""
        typed = {field.name: field.typed(data.get(field.name)) for field in self.own_fields()}
        return {**typed, "subject": [subject], "day": [day.isoformat()]}

    def field_of(self, path: str) -> str:
        """Return the field that the ledger's path (``data.kinds[0]``) is about, "" for none."""
        if path == "time":
            return "day"
        name = path.removeprefix("data.").removeprefix("data.").partition("[")[0]
        return name if name in {field.name for field in self.fields()} else ""


def year_field(form: Form, label: str) -> Field:
    """Return the field of the year that something is for."""
    this = form.situation.today.year
    options = [(str(year), str(year)) for year in range(this, this - 4, -1)]
    return Field("for_year", label, "choice", options=options, default=[str(this)], extra=True)


def year_of(reading: Reading, day: date) -> dict[str, int]:
    """Return the year that was chosen, where it is another than that of the day: the default follows the day."""
    chosen = reading.data.get("for_year")
    return {"for_year": int(chosen)} if chosen and int(chosen) != day.year else {}
