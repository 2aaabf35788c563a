"""材料, 信息报道 and 荣誉: something with a title."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.json_object import JsonObject
from rubric.schema import LEVELS
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import _

from .fields import Field, Given
from .form import Form, Reading, year_field, year_of


class Document(Form):
    """A paper that was filed, for a year."""

    event_type = "document.filed"
    code_field = "document"

    @property
    def title(self) -> str:
        return self.situation.shelf.code_name("documents", self.code)

    def own_fields(self) -> list[Field]:
        fields = [
            Field("title", _("标题"), default=[self.title], help=_("文件上写的标题")),
            year_field(self, _("哪一年度的")),
        ]
        if self.code in self.situation.shelf.target_documents:
            fields.append(
                Field(
                    "target_sessions",
                    _("全年计划次数"),
                    "whole",
                    required=False,
                    help=_("考核时按这个次数对照，请照计划填写"),
                )
            )
        return fields

    def data(self, reading: Reading, day: date) -> JsonObject:
        data = super().data(reading, day)
        data.pop("for_year", None)
        return data | year_of(reading, day)

    def typed(self, data: Mapping[str, object], subject: str, day: date) -> dict[str, Given]:
        return super().typed(data, subject, day) | {"for_year": [str(data.get("for_year", day.year))]}


class Publication(Form):
    """A report that an outlet published."""

    event_type = "publication.made"
    code_field = "outlet"

    @property
    def title(self) -> str:
        return _("在{outlet}发布信息", outlet=self.situation.shelf.code_name("outlets", self.code))

    def own_fields(self) -> list[Field]:
        fields = [
            Field("title", _("标题"), help=_("登出来的标题")),
            Field("url", _("网址"), required=False),
        ]
        if self.situation.asks_features or any(
            each.data.get("feature") for each in self.situation.facts.records(f"outlet:{self.code}")
        ):
            help_text = _("申报加分的才勾选，由考核人员审核")
            fields.append(Field("feature", _("是特色党建报道"), "flag", required=False, help=help_text))
        return fields


class Honor(Form):
    """An honour of some level; the same work may receive several."""

    event_type = "honor.received"
    code_field = "honor"

    @property
    def title(self) -> str:
        return self.situation.shelf.code_name("honors", self.code)

    def own_fields(self) -> list[Field]:
        words = RecordWords(self.situation.shelf, self.situation.name_of)
        known = dict.fromkeys(level for rubric in self.situation.rubrics for level in rubric.levels)
        levels = [(level, words.value("level", level)) for level in known or LEVELS]
        works = self.situation.said_before(f"honor:{self.code}", "work")
        return [
            Field(
                "level",
                _("级别"),
                "choice",
                options=levels,
                default=["district"] if "district" in known else [],
            ),
            Field("title", _("名称"), help=_("表彰文件上的名称")),
            Field(
                "work",
                _("成果编号"),
                required=False,
                suggestions=works,
                extra=True,
                help=_("同一成果在几级获奖的，写同一个编号，只按最高一级计分"),
            ),
        ]
