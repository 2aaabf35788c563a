"""Each kind of mistake in a rubric file: it is told with its line, its key, and what would be right."""

from __future__ import annotations

import pytest

from rubric.load import parse
from rubric.mistake import RubricRefused

from .files import SMALL, changed

# (what the small rubric says, what the file says instead, the key, words of the message)
MISTAKES = [
    # shape
    ("title: 滨海街道2019年度基层组织考核办法", "titel: 办法", "titel", "最接近的是“title”"),
    ("id: binhai-2019", "id: Binhai", "id", "小写字母"),
    ("id: binhai-2019", "id: 2019", "id", "加引号"),
    ("year: 2019", "year: '2019'", "year", "不是整数"),
    ("year: 2019", "year: 1066", "year", "不能小于 1950"),
    ("year: 2019", "year:", "year", "没有写值"),
    ("year: 2019", "", "year", "缺少“year”"),
    ("closes_on: 2020-02-29", "closes_on: 2021-02-29", "closes_on", "例如 2019-03-31"),
    ("closes_on: 2020-02-29", "closes_on: 二月底", "closes_on", "“二月底”不是日期"),
    ("points: 12", "points: 一二", "sections[0].points", "“一二”不是分值"),
    ("points: 12", "points: 12.345", "sections[0].points", "最多两位"),
    ("points: 12", "points: -12", "sections[0].points", "不能小于 0"),
    ("indicators: [1, 2, 3]", "indicators: []", "sections[0].indicators", "至少要写一项"),
    ("indicators: [1, 2, 3]", "indicators: 123", "sections[0].indicators", "列表"),
    ("bonus: true", "bonus: 是", "sections[2].bonus", "“是”不是 true 或 false"),
    ("- {title: 队伍与制度, points: 8, indicators: [4, 5]}", "- 队伍", "sections[1]", "一组“键: 值”"),
    ("criteria: 省级3分、区级1分。", "standard: 省级3分", "indicators[5].standard", "可以写"),
    ("{yearbook: 年报,", "{yearbook: 2019,", "codes.documents.yearbook", "加引号"),
    ("  conditions: {", "  condition: {", "codes.condition", "最接近的是“conditions”"),
    ("id: '1.1'", "id: 1.1", "clauses[1.1].id", "编号要加引号：'1.1'"),
    ("id: '1.1'", "id: '1-1'", "clauses[1-1].id", "'1.1'"),
    ("rule: once", "rule: onse", "clauses[2.1]", "最接近的是“once”"),
    ("rule: once", "rule: 一次", "clauses[2.1]", "规则有 once"),
    ("rule: once, ", "", "clauses[2.1]", "缺少“rule”"),
    ("document: yearbook", "docment: yearbook", "clauses[2.1].docment", "最接近的是“document”"),
    ("document: yearbook", "document: Yearbook", "clauses[2.1].document", "小写英文字母"),
    ("document: yearbook", "document: yearbook, activity: home_visit", "clauses[2.1]", "只写一个"),
    ("document: yearbook", "document: yearbook, period: month", "clauses[2.1].period", "every_period"),
    ("for_year: true, expected_by", "for_year: 对, expected_by", "clauses[2.1].for_year", "true 或 false"),
    ("period: quarter", "period: quater", "clauses[1.1].period", "最接近的是“quarter”"),
    ("per_miss: 0.5, ", "", "clauses[1.1].per_miss", "缺少“per_miss”"),
    ("scope: each_branch", "scope: district", "clauses[1.1].scope", "可以写 tree、unit、each_branch"),
    ("threshold: 10", "threshold: {branch: 6, comittee: 9}", "clauses[1.2].threshold", "按组织类型"),
    ("threshold: 10", "threshold: 很多", "clauses[1.2].threshold", "target_sessions"),
    (" n: 2,", " n: 0,", "clauses[2.2].needs[0].n", "不能小于 1"),
    (" n: 2,", " n: 2.5,", "clauses[2.2].needs[0].n", "不是整数"),
    ("[2019-03-01, 2019-10-31]", "[2019-03-01]", "clauses[2.2].needs[0].window", "起止两个日期"),
    ("all_of: [rules_on_wall]", "all_of: []", "clauses[4.2].all_of", "至少要写一项"),
    ("all_of: [rules_on_wall]", "all_of: rules_on_wall", "clauses[4.2].all_of", "[a, b]"),
    ("tiers: {province: 3,", "tiers: {provnce: 3,", "clauses[6.1].tiers.provnce", "最接近的是“province”"),
    ("honor: [pioneer_award], ", "", "clauses[6.1]", "honor 和 tiers"),
    ("text: 申报示范点得2.5分,", "text: 5,", "clauses[5.1].text", "加引号"),
    # what must agree
    ("points: 12", "points: 13", "sections[0].points", "写 13 分，所列指标的分值合计 12 分"),
    (
        "points: 3, max: 1.5, text: 缺年报",
        "points: 4, max: 1.5, text: 缺年报",
        "clauses[2.2].points",
        "要一致",
    ),
    ("max: 2.5", "max: 3", "clauses[5.1].max", "最多扣 3 分，多于指标的 2.5 分"),
    ("max: 2.5, ", "", "clauses[5.1].max", "要写 max"),
    ("per_miss: 0.5", "per_miss: 2.5", "clauses[1.1].per_miss", "每次扣 2.5 分，多于这一条的上限 2 分"),
    ("per_miss: 0.5", "per_miss: 0", "clauses[1.1].per_miss", "大于 0"),
    ("suggested: 0.5", "suggested: 0.5, lead_days: [5]", "clauses[3.2].lead_days", "没有期限"),
    ("suggested: 0.5", "suggested: 6", "clauses[3.2].suggested", "上限 5 分"),
    ("award, activity", "award, suggested: 1, activity", "clauses[5.1].suggested", "只用于 rule: judgement"),
    ("indicators: [4, 5]", "indicators: [4, 5, 2]", "sections[1].indicators[2]", "已经列在“日常工作”里"),
    ("indicators: [4, 5]", "indicators: [4]", "clauses[5.1].id", "没有一个 sections 列出指标 5"),
    ("indicators: [4, 5]", "indicators: [4, 5, 7]", "sections[1].indicators[2]", "指标 7 没有一个条款"),
    ("{no: 5,", "{no: 4,", "indicators[4].no", "写了两次"),
    ("{no: 5,", "{no: 9,", "indicators[4].no", "不在任何一个 sections 里"),
    ("{no: 5, title: 示范创建", "{no: 5, title: ' '", "indicators[4].title", "空的"),
    ("id: '4.2'", "id: '4.1'", "clauses[4.1].id", "用了两次"),
    ("text: 未按期换届扣2分, ", "", "clauses[4.1]", "第一个条款要写 text"),
    ("bonus: true, ", "", "clauses[6.1].rule", "只用于加分项"),
    (
        "- {title: 队伍与制度, ",
        "- {bonus: true, title: 队伍与制度, ",
        "clauses[4.1].rule",
        "只能用规则 tiers",
    ),
    ("rule: tiers, ", "rule: tiers, max: 3, ", "clauses[6.1].max", "以指标的分值封顶"),
    ("province: 3,", "province: 0,", "clauses[6.1].tiers.province", "加 0 分"),
    ("rule: tiers, ", "rule: tiers, feature: true, ", "clauses[6.1].feature", "只用于 outlet"),
    ("expected_by: 2019-11-30", "expected_by: 2019-12-16", "clauses[2.1].expected_by", "晚于期限 2019-12-15"),
    ("final: 2020-02-29", "final: 2019-12-01", "clauses[2.1].final", "早于期限 2019-12-15"),
    ("final: 2020-02-29", "final: 2020-03-01", "clauses[2.1].final", "关账日 2020-02-29 之间"),
    ("due: 2019-12-15", "due: 2018-12-15", "clauses[2.1].due", "要在 2019-01-01 到"),
    ("[2019-03-01, 2019-10-31]", "[2019-11-01, 2019-10-31]", "clauses[2.2].needs[0].window", "晚于止日"),
    ("[2019-03-01, 2019-10-31]", "[2018-03-01, 2018-10-31]", "clauses[2.2].needs[0].window", "不在本年度里"),
    ("[2019-03-01, 2019-10-31]", "[2019-11-01, 2019-11-30]", "clauses[2.2].needs[0].window", "已经过了"),
    ("closes_on: 2020-02-29", "closes_on: 2019-12-30", "closes_on", "早于年度最后一天 2019-12-31"),
    ("closes_on: 2020-02-29", "closes_on: 2029-01-31", "closes_on", "有一个写错了"),
    ("year: 2019", "year: 2019\njudged_until: 2020-02-28", "judged_until", "早于关账日 2020-02-29"),
    ("year: 2019", "year: 2019\njudged_until: 2021-01-01", "judged_until", "有一个写错了"),
    ("per_miss: 0.5", "per_miss: 0.5, unit_counts: 对", "clauses[1.1].unit_counts", "true 或 false"),
    (
        "scope: each_branch",
        "scope: unit, unit_counts: true",
        "clauses[1.1].unit_counts",
        "只用于 scope: each_branch",
    ),
    ("suggested: 0.5", "suggested: 0.5, advice: [late]", "clauses[3.2].advice[0]", "late_answers"),
    ("suggested: 0.5", "suggested: 0.5, advice: [monthly_spread]", "clauses[3.2].advice", "请写 evidence"),
    ("rule: once", "rule: once, same_as: 3.2", "clauses[2.1].same_as", "请加引号"),
    ("rule: once", "rule: once, same_as: City/3.2", "clauses[2.1].same_as", "请写成 细则/条款"),
    ("threshold: 10", "threshold: 10, prorate: true", "clauses[1.2].prorate", "只用于写了数的"),
    ("activity: model_site", "activity: modelsite", "clauses[5.1].activity", "最接近的是“model_site”"),
    ("activity: model_site", "activity: yearbook", "clauses[5.1].activity", "写在 codes.documents 里"),
    ("activity: model_site", "activity: zzz", "clauses[5.1].activity", "请在那里加上它和它的中文名称"),
    ("{rules_on_wall: 制度上墙}", "{rules_on_wall: ''}", "codes.conditions.rules_on_wall", "没有写中文名称"),
    ("measure: study_hours", "measure: count", "clauses[1.2].per", "只用于 measure: study_hours"),
    ("threshold: 10", "threshold: {branch: 6}", "clauses[1.2].threshold", "还缺 committee、general_branch"),
    ("threshold: 10", "threshold: target_sessions", "clauses[1.2].threshold", "只用于 measure: count"),
    ("threshold: 10", "threshold: 0", "clauses[1.2].threshold", "大于 0"),
    ("year: 2019", "year: 2019\nlevel_counts_as: {city: city}", "level_counts_as.city", "算作自己"),
    (
        "year: 2019",
        "year: 2019\nlevel_counts_as: {national: city, city: district}",
        "level_counts_as.national",
        "最后算作的级别",
    ),
    (
        "award, activity",
        "award, for_year: true, outlet",
        "clauses[5.1].for_year",
        "只用于 activity、document",
    ),
    ("award, activity", "award, feature: true, activity", "clauses[5.1].feature", "只用于 outlet"),
    (
        "document: yearbook",
        "document: yearbook, lecturer: secretary",
        "clauses[2.1].lecturer",
        "只用于 activity",
    ),
    (
        "document: yearbook",
        "document: yearbook, window: [2019-01-01, 2019-12-31]",
        "clauses[2.1].window",
        "留一个",
    ),
    ("award, activity", "award, decide: 还办不办？, activity", "clauses[5.1].decide", "还办不办？"),
    # the text itself
    ("year: 2019", "year: 2019\nyear: 2019", "year", "写了两次，第5行已经有了"),
    ("criteria: 省级3分、区级1分。", "criteria: 省级3分, 区级1分。", "indicators[5]", "请给那个值加引号"),
    ("title: 滨海", "? [a]\n: b\ntitle: 滨海", "", "键要写成一个词"),
]


def _refused(text: str | bytes) -> RubricRefused:
    with pytest.raises(RubricRefused) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(("old", "new", "key", "words"), MISTAKES)
def test_a_mistake_is_told_with_line_key_and_reason(old: str, new: str, key: str, words: str) -> None:
    place = SMALL.index(old)
    text = SMALL[:place] + new + SMALL[place + len(old) :]
    told = _refused(text).mistakes
    assert words in "\n".join(mistake.render(str) for mistake in told if mistake.key == key), list(
        map(str, told)
    )
    for mistake in told:
        assert mistake.line is not None or "缺少" in mistake.message
    first, last = SMALL[:place].count("\n") + 1, (SMALL[:place] + new).count("\n") + 2
    if key.startswith("clauses") and len(told) == 1 and new:
        assert first <= (told[0].line or 0) <= last + 1


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = changed("year: 2019", "yeer: 2019")
    text = changed("points: 12", "points: 13", text)
    text = changed("rule: award", "rule: awrd", text)
    text = changed("activity: quarterly_forum", "activity: quarterly_forun", text)
    text = changed("suggested: 0.5", "suggested: 9", text)
    mistakes = _refused(text).mistakes
    assert [mistake.key for mistake in mistakes] == [
        "year",
        "yeer",
        "sections[0].points",
        "clauses[1.1].activity",
        "clauses[3.2].suggested",
        "clauses[5.1]",
    ]
    assert [mistake.line for mistake in mistakes] == sorted(mistake.line or 0 for mistake in mistakes)


def test_nothing_is_said_that_only_follows_from_another_mistake() -> None:
    assert len(_refused(changed("rule: award", "rule: awrd")).mistakes) == 1
    assert len(_refused(changed("points: 2.5,", "points: x,")).mistakes) == 1
    assert len(_refused(changed("activity: model_site", "aktivity: model_site")).mistakes) <= 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "没有内容"),
        ("# 只有注释\n", None, "没有内容"),
        ("- 一\n- 二\n", 1, "最外层"),
        ("一句话", 1, "最外层"),
        ("a: 1\n---\nb: 2", 2, "一个文件只写一份细则"),
        ("a: 1\nb: [1, 2\nc: 3", 2, "括号没有闭合"),
        ('a: 1\nb: "x', 2, "引号没有闭合"),
        ("a: 1\nb: c: d", 2, "冒号"),
        ("a: 1\n\tb: 2", 2, "Tab"),
        ("a: 1\nb: @x", 2, "“@”"),
        ("- a\nb: 1", 2, "“- ”"),
        ("a: 1\nb c\n", 2, "冒号后面要有一个空格"),
        ("  a: 1\n b: 2", 2, "缩进"),
        ("a: 1\nb: \x07", None, "控制字符"),
        ("a: &x [1]\nb: *x", 2, "别名“*x”"),
        ("a: &a [*a]", 1, "别名"),
        ("[" * 200_000, 1, "嵌套太深"),
        ("- a\n" * 60_000, None, "内容太多"),
        ("a" * (1024 * 1024 + 1), None, "最多 1048576 字节"),
        (b"a: 1\nb: \xff", 2, "UTF-8"),
        ("年".encode("gb18030"), 1, "UTF-8"),
        ("a: \ud800", 1, "UTF-8"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_at_its_place(
    text: str | bytes, line: int | None, words: str
) -> None:
    mistakes = _refused(text).mistakes
    assert len(mistakes) == 1 or words == "最外层"
    assert words in str(mistakes[0])
    if line is not None:
        assert mistakes[0].line == line


def test_a_tag_builds_no_object() -> None:
    told = _refused(changed("year: 2019", "year: !!python/object/apply:os.getcwd []"))
    assert "year" in {mistake.key for mistake in told.mistakes}


def test_a_mistake_speaks_the_language_of_the_translation() -> None:
    english = {"“{given}”不是整数；请写不带引号的整数": "“{given}” is no whole number", "、": ", "}
    mistake = _refused(changed("year: 2019", "year: '2019'")).mistakes[0]
    assert mistake.render(lambda message: english.get(message, message)) == "“2019” is no whole number"
    assert str(mistake) == "第5行，year：“2019”不是整数；请写不带引号的整数"
    hash(mistake)


def test_the_files_name_is_kept() -> None:
    with pytest.raises(RubricRefused) as caught:
        parse("", "细则.yaml")
    assert caught.value.name == "细则.yaml"
