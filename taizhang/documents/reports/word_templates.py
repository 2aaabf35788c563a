"""The Word templates as they come, made in code: one function a report. What docxtpl reads stands in their texts."""

from __future__ import annotations

from collections.abc import Callable

from taizhang.documents.reports.word_draft import WordDraft
from taizhang.language.i18n import _


def template_of(kind: str) -> bytes:
    """Return the Word template of the report *kind*."""
    return _TEMPLATES[kind]().bytes()


def _self_assessment() -> WordDraft:
    draft = WordDraft(landscape=True)
    draft.title("{{ report.title }}")
    draft.line(
        _("单位") + "：{{ report.name }}　" + _("截至") + "：{{ report.day | long_day }}　"
        + _("自评得分") + "：{{ report.score }}　" + _("加分") + "：{{ report.bonus }}"
        + "{% if report.grade %}　{{ report.grade_word }}：{{ report.grade }}{% endif %}"
    )  # fmt: skip
    points = _("分")
    draft.table(
        [
            _("项目及分值"),
            "",
            _("考核内容"),
            _("考核分值"),
            _("评分标准"),
            _("自评分"),
            _("扣分（得分）原因"),
            _("佐证编号"),
        ],
        [8, 3.5, 21, 6, 18, 6, 27, 10],
        [
            "{%tr for section in report.sections %}",
            "{%tr for row in section.rows %}",
            [
                "{% vm %}{{ section.title }}"
                "{% if not section.bonus %}（{{ section.points }}" + points + "）{% endif %}",
                "{{ row.number }}",
                "{{ row.content }}",
                "{{ row.points }}" + points,
                "{{ row.criteria }}",
                "{{ row.score }}",
                "{{ row.said }}",
                "{{ row.evidence }}",
            ],
            "{%tr endfor %}",
            "{%tr endfor %}",
            [
                _("合计"),
                "",
                "",
                "{{ report.full }}" + points,
                "",
                "{{ report.score }}",
                _("加分") + " {{ report.bonus }}（" + _("申报") + " {{ report.claimed }}）",
                "{{ report.records }}",
            ],
        ],
        centred=(0, 1, 3, 5),
        whole_rows=False,
    )
    draft.keep_end_together()
    draft.tag("{%p if report.grade_because %}")
    draft.line("{{ report.grade_because }}", size=9)
    draft.tag("{%p endif %}")
    draft.line("{{ report.closing }}", size=9)
    draft.keep_end_together()
    draft.line(
        _("党组织书记（签字）") + "：＿＿＿＿＿＿＿＿　　　　" + _("党组织（盖章）") + "　　　　"
        + _("填报日期") + "：{{ report.printed_on | long_day }}",
        before=8,
    )  # fmt: skip
    return draft


def _ledger_book() -> WordDraft:
    draft = WordDraft()
    draft.line(_("党建工作台账"), size=30, bold=True, align="center", before=60)
    draft.line("{{ report.year_words }}", size=16, bold=True, align="center", before=8)
    draft.line("{{ report.name }}", size=16, align="center", before=4)
    draft.line("{{ report.day_words }}", size=14, align="center", before=60)
    draft.line("{{ report.rubric_title }}", size=10.5, align="center", before=4)
    draft.page_break()
    draft.title(_("目录"))
    draft.table(
        [_("序号"), _("项目"), _("考核内容"), _("得分"), _("记录")],
        [8, 26, 44, 11, 11],
        [
            "{%tr for chapter in report.chapters %}",
            [
                "{{ chapter.number }}",
                "{{ chapter.section }}",
                "{{ chapter.title }}",
                "{{ chapter.score }}",
                "{{ chapter.entries | length }}",
            ],
            "{%tr endfor %}",
            ["", "", _("合计"), "{{ report.score }}", "{{ report.records }}"],
        ],
        centred=(0, 3, 4),
    )
    draft.line("{{ report.contents_note }}", size=9)
    draft.page_break()
    draft.tag("{%p for chapter in report.chapters %}")
    draft.tag("{%p if loop.first or chapter.section != loop.previtem.section %}")
    draft.heading("{{ chapter.section }}")
    draft.tag("{%p endif %}")
    draft.heading("{{ chapter.number }}　{{ chapter.title }}{{ chapter.points_note }}", level=2)
    draft.line("{{ chapter.content }}")
    draft.tag("{%p for clause in chapter.clauses %}")
    draft.line("{{ clause.id }}　{{ clause.status }}：{{ clause.because }}", size=9)
    draft.tag("{%p endfor %}")
    draft.tag("{%p if chapter.entries %}")
    draft.table(
        [_("编号"), _("日期"), _("组织"), _("内容"), _("出勤"), _("附件")],
        [7, 18, 15, 28, 17, 15],
        [
            "{%tr for entry in chapter.entries %}",
            [
                "{{ entry.number }}",
                "{{ entry.day | long_day }}{% if entry.late %}\n{{ entry.late }}{% endif %}",
                "{{ entry.subject or report.name }}",
                "{{ entry.title }}{% if entry.hours %}\n{{ entry.hours }}{% endif %}",
                "{{ entry.came }}",
                "{{ entry.attachments | join('、') }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 1),
    )
    draft.tag("{%p endif %}")
    draft.tag("{%p endfor %}")
    return draft


def _study() -> WordDraft:
    draft = WordDraft()
    draft.title(_("党员集中学习学时统计表"))
    draft.line(
        _("单位") + "：{{ report.name }}　{{ report.year_words }}　" + _("截至") + "：{{ report.day | long_day }}"
    )  # fmt: skip
    draft.line("{{ report.summary }}")
    draft.tag("{%p if report.by_branch %}")
    draft.heading(_("各支部"))
    draft.table(
        [_("所在支部"), _("计入"), _("已达到"), _("落后"), _("人均学时")],
        [48, 13, 13, 13, 13],
        [
            "{%tr for branch in report.branches %}",
            [
                "{{ branch.name }}",
                "{{ branch.counted }}",
                "{{ branch.reached }}",
                "{{ branch.behind }}",
                "{{ branch.mean }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(1, 2, 3, 4),
    )
    draft.tag("{%p endif %}")
    draft.tag("{%p for branch in report.branches %}")
    draft.heading("{{ branch.name }}")
    draft.table(
        [_("序号"), _("姓名"), _("学时"), _("应达"), _("按进度"), _("还差"), _("情况")],
        [9, 30, 12, 12, 12, 12, 13],
        [
            "{%tr for line in branch.lines %}",
            [
                "{{ loop.index }}",
                "{{ line.name }}",
                "{{ line.hours }}",
                "{{ line.required }}",
                "{{ line.expected }}",
                "{{ line.missing }}",
                "{{ line.standing }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 2, 3, 4, 5, 6),
    )
    draft.tag("{%p endfor %}")
    draft.line(_("学时按活动的参加人员记；年内加入的党员按加入的月份折算。"), size=9)
    return draft


def _letter() -> WordDraft:
    draft = WordDraft()
    draft.title("{{ report.title }}")
    draft.line("{{ report.name }}：", bold=True, before=4)
    draft.line("{{ report.opening }}")
    draft.tag("{%p for group in report.groups %}")
    draft.heading("{{ group.title }}")
    draft.table(
        [_("条款"), _("要求"), _("组织"), _("期限"), _("情况")],
        [8, 25, 16, 18, 33],
        [
            "{%tr for matter in group.matters %}",
            [
                "{{ matter.clause }}",
                "{{ matter.text }}",
                "{{ matter.subject or report.name }}",
                "{{ matter.due | long_day }}\n{{ matter.left }}",
                "{{ matter.because }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 3),
    )
    draft.tag("{%p endfor %}")
    draft.line(
        _("已经做了、还没有记的，请如实补录；发生的日期和录入的日期都会留下，不必为此另做材料。"), before=4
    )
    draft.line("{{ report.district }}", align="right", before=6)
    draft.line("{{ report.printed_on | long_day }}", align="right")
    return draft


def _bands(draft: WordDraft, heading: str, figure: str, total: str) -> None:
    """Add how many units have which *figure*; *total* is the template's word for how many there are."""
    draft.heading(heading)
    draft.table(
        [figure, _("单位数"), ""],
        [24, 14, 62],
        [
            "{%tr for band in report.bands %}",
            ["{{ band.label }}", "{{ band.units }}", "{{ band.units | blocks(" + total + ") }}"],
            "{%tr endfor %}",
        ],
        centred=(1,),
    )


def _grades(draft: WordDraft, heading: str, total: str) -> None:
    """Add how many units have which grade, where the rubric has grades; *total* as for `_bands`."""
    draft.tag("{%p if report.grades %}")
    draft.heading(heading)
    draft.tag("{%p endif %}")
    draft.tag("{%p if report.grades %}")
    draft.table(
        [_("等次"), _("单位数"), ""],
        [24, 14, 62],
        [
            "{%tr for band in report.grades %}",
            ["{{ band.label }}", "{{ band.units }}", "{{ band.units | blocks(" + total + ") }}"],
            "{%tr endfor %}",
        ],
        centred=(1,),
    )
    draft.tag("{%p endif %}")


def _bulletin() -> WordDraft:
    draft = WordDraft()
    draft.title("{{ report.title }}")
    draft.line("{{ report.opening }}")
    draft.tag("{%p if report.compared %}")
    draft.line("{{ report.compared }}")
    draft.tag("{%p endif %}")
    _bands(draft, _("预计得分分布"), _("预计得分"), "report.units")
    _grades(draft, _("照今天的分，各等次的单位数"), "report.units")
    draft.heading(_("哪些要求做得不够"))
    draft.table(
        [_("要求"), _("逾期"), _("过期无记录"), _("单位数"), ""],
        [38, 9, 9, 9, 35],
        [
            "{%tr for bar in report.clauses %}",
            [
                "{{ bar.label }}",
                "{{ bar.overdue }}",
                "{{ bar.missed }}",
                "{{ bar.units }}",
                "{{ bar.units | blocks(report.clauses[0].units) }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(1, 2, 3),
    )
    draft.heading(_("请抓紧补做的单位"))
    draft.table(
        [
            _("序号"),
            _("单位"),
            _("预计"),
            _("得分"),
            _("最高可达"),
            _("待评定"),
            _("逾期的条款"),
            _("落后"),
            _("过期无记录"),
        ],
        [9, 27, 9, 8, 9, 8, 14, 8, 8],
        [
            "{%tr for line in report.lines %}",
            [
                "{{ loop.index }}",
                "{{ line.name }}",
                "{{ line.forecast }}",
                "{{ line.score }}",
                "{{ line.ceiling }}",
                "{{ line.awaiting }}",
                "{{ line.overdue | join('、') }}",
                "{{ line.behind }}",
                "{{ line.missed }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 2, 3, 4, 5, 7, 8),
    )
    draft.line(
        _(
            "按单位编号排列，不是名次。没有逾期事项的单位不列出。预计是照至今的情况到年底的得分，其中待评定的分由考核人员定。"
        ),
        size=9,
    )
    draft.line("{{ report.district }}", align="right", before=6)
    draft.line("{{ report.printed_on | long_day }}", align="right")
    return draft


def _results() -> WordDraft:
    draft = WordDraft(landscape=True)
    draft.title("{{ report.title }}")
    draft.line("{{ report.rubric_title }}", size=9)
    draft.line("{{ report.which }}")
    # The indicators' columns are as many as the rubric has: docxtpl repeats the cell between the two tags.
    draft.table(
        [
            _("序号"), _("单位"),
            "{%tc for column in report.columns %}", "{{ column.number }}", "{%tc endfor %}",
            _("得分"), _("加分"), _("总分"), "{%tc if report.graded %}", "{{ report.grade_word }}", "{%tc endif %}",
            "{%tc if report.ranked %}", _("位次"), "{%tc endif %}", _("进展"),
        ],
        [9, 22, 1, 3, 1, 6, 5, 6, 1, 5, 1, 1, 4, 1, 10],
        [
            "{%tr for line in report.lines %}",
            [
                "{{ loop.index }}", "{{ line.name }}",
                "{%tc for cell in line.cells %}", "{{ cell }}", "{%tc endfor %}",
                "{{ line.base }}", "{{ line.bonus }}", "{{ line.total }}",
                "{%tc if report.graded %}", "{{ line.grade }}", "{%tc endif %}",
                "{%tc if report.ranked %}", "{{ line.place }}", "{%tc endif %}",
                "{{ line.stage }}{% if line.note %}，{{ line.note }}{% endif %}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 3, 5, 6, 7, 9, 12),
        size=7,
    )  # fmt: skip
    draft.line("{% if not report.ranked %}" + _("按单位编号排列，不是名次。") + "{% endif %}", size=9)
    draft.heading(_("指标"))
    draft.table(
        [_("序号"), _("考核内容"), _("分值")],
        [10, 76, 14],
        [
            "{%tr for column in report.columns %}",
            ["{{ column.number }}", "{{ column.title }}", "{{ column.points }}"],
            "{%tr endfor %}",
        ],
        centred=(0, 2),
    )
    draft.line("{{ report.district }}", align="right", before=6)
    draft.line("{{ report.printed_on | long_day }}", align="right")
    return draft


def _year_bulletin() -> WordDraft:
    draft = WordDraft()
    draft.title("{{ report.title }}")
    draft.line("{{ report.opening }}")
    _bands(draft, _("得分分布"), _("得分"), "report.lines | length")
    _grades(draft, _("等次"), "report.lines | length")
    draft.heading(_("各单位"))
    draft.table(
        [
            _("序号"), _("单位"), _("得分"), _("加分"), _("总分"),
            "{%tc if report.table.graded %}", _("等次"), "{%tc endif %}", _("位次"),
        ],
        [12, 41, 10, 10, 10, 1, 9, 1, 9],
        [
            "{%tr for line in report.lines %}",
            [
                "{{ loop.index }}",
                "{{ line.name }}{% if line.note %}（{{ line.note }}）{% endif %}",
                "{{ line.base }}",
                "{{ line.bonus }}",
                "{{ line.total }}",
                "{%tc if report.table.graded %}", "{{ line.grade }}", "{%tc endif %}",
                "{{ line.place }}",
            ],
            "{%tr endfor %}",
        ],
        centred=(0, 2, 3, 4, 6, 8),
    )  # fmt: skip
    draft.tag("{%p if report.waiting %}")
    draft.line(
        _("另有 {count} 个单位的结果未定，不列入：", count="{{ report.waiting | length }}")
        + "{{ report.waiting | map(attribute='name') | join('、') }}"
    )
    draft.tag("{%p endif %}")
    draft.line("{{ report.table.district }}", align="right", before=6)
    draft.line("{{ report.table.printed_on | long_day }}", align="right")
    return draft


def _signed() -> WordDraft:
    draft = WordDraft()
    draft.title(_("考核得分签定表"))
    draft.line("{{ report.rubric_title }}", size=9)
    draft.line("{{ report.opening }}")
    draft.tag("{%p if report.reason %}")
    draft.line(_("理由：{reason}", reason="{{ report.reason }}"))
    draft.tag("{%p endif %}")
    draft.tag("{%p if report.supersedes %}")
    draft.line(_("取代先前的签定。"))
    draft.tag("{%p endif %}")
    draft.table(
        [_("序号"), _("考核内容"), _("考核分值"), _("签定分"), _("台账算出")],
        [9, 46, 15, 15, 15],
        [
            "{%tr for line in report.lines %}",
            [
                "{{ line.number }}",
                "{{ line.title }}",
                "{{ line.points }}",
                "{{ line.score }}",
                "{{ line.advice or line.score }}",
            ],
            "{%tr endfor %}",
            ["", _("得分"), "", "{{ report.score }}", ""],
            ["", _("加分"), "", "{{ report.bonus }}", ""],
            "{%tr if report.grade %}",
            ["", _("等次"), "", "{{ report.grade }}", ""],
            "{%tr endif %}",
        ],
        centred=(0, 2, 3, 4),
    )
    draft.line("{{ report.resting }}", before=3)
    draft.line(
        _("考核人员（签字）") + "：＿＿＿＿＿＿＿＿　　　" + _("党组织书记（签字）") + "：＿＿＿＿＿＿＿＿",
        before=8,
    )
    draft.line("{{ report.district }}", align="right", before=4)
    draft.line("{{ report.printed_on | long_day }}", align="right")
    draft.line(_("核验信息"), size=9, bold=True, before=4)
    draft.line(_("考核细则") + "：{{ report.rubric }}　" + _("签定记录") + "：{{ report.event }}", size=8)
    draft.line("{{ report.checkpoint }}", size=8)
    return draft


_TEMPLATES: dict[str, Callable[[], WordDraft]] = {
    "self-assessment": _self_assessment,
    "ledger-book": _ledger_book,
    "study": _study,
    "letter": _letter,
    "signed": _signed,
    "bulletin": _bulletin,
    "results": _results,
    "year-bulletin": _year_bulletin,
}
